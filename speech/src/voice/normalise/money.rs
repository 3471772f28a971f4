//! Amounts of money: `$12.50`, `€5`, `5 EUR`, `$2 million`, `$5-10`, `$9.99/month`.

use super::chunk::{Place, Reading};
use super::numbers::{Number, cardinal, counted};
use super::units::per;

/// How a currency is written, and its names: one and many, and those of its hundredth.
struct Currency {
    marks: &'static [&'static str],
    name: (&'static str, &'static str),
    hundredth: Option<(&'static str, &'static str)>,
}

const CURRENCIES: [Currency; 5] = [
    Currency { marks: &["US$", "$", "USD"], name: ("dollar", "dollars"), hundredth: Some(("cent", "cents")) },
    Currency { marks: &["€", "EUR"], name: ("euro", "euros"), hundredth: Some(("cent", "cents")) },
    Currency { marks: &["£", "GBP"], name: ("pound", "pounds"), hundredth: Some(("penny", "pence")) },
    Currency { marks: &["¥", "JPY"], name: ("yen", "yen"), hundredth: None },
    Currency { marks: &["₹", "INR"], name: ("rupee", "rupees"), hundredth: None },
];
const DOLLARS: [(&str, &str); 3] = [("CA$", "Canadian"), ("C$", "Canadian"), ("A$", "Australian")];
const SCALES: [&str; 5] = ["hundred", "thousand", "million", "billion", "trillion"];

pub(super) fn read(place: Place<'_>) -> Option<Reading> {
    let core = place.this().core;
    for (mark, country) in DOLLARS {
        if let Some(rest) = core.strip_prefix(mark) {
            let reading = amount(rest, &CURRENCIES[0], place)?;
            return Some(Reading {
                words: reading.words.replacen("dollar", &format!("{country} dollar"), 1),
                ..reading
            });
        }
    }
    CURRENCIES
        .iter()
        .find_map(|currency| currency.marks.iter().find_map(|mark| with_mark(core, mark, currency, place)))
}

/// A mark before the number or after it, with or without a space.
fn with_mark(core: &str, mark: &str, currency: &Currency, place: Place<'_>) -> Option<Reading> {
    if let Some(negative) = core.strip_prefix(['-', '−']).and_then(|rest| rest.strip_prefix(mark)) {
        return amount(&format!("-{negative}"), currency, place);
    }
    if let Some(number) =
        core.strip_prefix(mark).or_else(|| core.strip_suffix(mark)).filter(|rest| !rest.is_empty())
    {
        return amount(number, currency, place);
    }
    let next = place.next()?;
    let number = if core == mark {
        next.core
    } else if next.core == mark {
        core
    } else {
        return None;
    };
    Number::parse(number).map(|number| Reading::two(written_out(&number, currency)))
}

fn amount(text: &str, currency: &Currency, place: Place<'_>) -> Option<Reading> {
    let (text, period) = text.split_once('/').map_or((text, None), |(text, unit)| (text, Some(unit)));
    let period = match period {
        Some(unit) => format!(" {}", per(unit)?),
        None => String::new(),
    };
    if let Some((from, to)) = text.split_once(['-', '–']).filter(|(from, _)| !from.is_empty()) {
        let to = currency.marks.iter().find_map(|mark| to.strip_prefix(mark)).unwrap_or(to);
        let (from, to) = (Number::parse(from)?, Number::parse(to)?);
        let from = if from.fraction.is_some() { written_out(&from, currency) } else { from.words() };
        return Some(Reading::one(format!("{from} to {}{period}", written_out(&to, currency))));
    }
    if let Some(number) = text.strip_suffix(['k', 'K']).and_then(Number::parse) {
        return Some(Reading::one(format!("{} thousand {}{period}", number.words(), currency.name.1)));
    }
    let number = Number::parse(text)?;
    if let Some(scale) = place.next().map(|next| next.core).filter(|next| SCALES.contains(next)) {
        return Some(Reading::two(format!("{} {scale} {}", number.words(), currency.name.1)));
    }
    Some(Reading::one(format!("{}{period}", written_out(&number, currency))))
}

/// "twelve dollars and fifty cents".
fn written_out(number: &Number, currency: &Currency) -> String {
    let whole = Number { fraction: None, ..number.clone() };
    let units = format!("{} {}", whole.words(), counted(&whole, currency.name));
    let Some(fraction) = &number.fraction else { return units };
    let (Some(hundredth), 1..=2) = (currency.hundredth, fraction.len()) else {
        return format!("{} {}", number.words(), currency.name.1);
    };
    let cents: u64 = format!("{fraction:0<2}").parse().unwrap_or(0);
    let small = format!("{} {}", cardinal(cents), if cents == 1 { hundredth.0 } else { hundredth.1 });
    match (number.value(), cents) {
        (_, 0) => units,
        (0, _) if number.is_negative => format!("minus {small}"),
        (0, _) => small,
        _ => format!("{units} and {small}"),
    }
}
