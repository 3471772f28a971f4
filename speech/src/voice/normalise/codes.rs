//! Numbers and codes that name something: `order 48213`, `#1042`, `AB-1234`, `3rd`, `1990s`, `4K`, `2.0.1`, `1/2`.

use super::chunk::{Place, Reading};
use super::dates::YEARS;
use super::numbers::{Number, are_digits, cardinal, digits, ordinal, year};
use super::symbols::spoken;

/// After these words a number is read digit by digit.
const NAMED: [&str; 22] = [
    "order",
    "number",
    "no",
    "code",
    "pin",
    "zip",
    "id",
    "tracking",
    "invoice",
    "reference",
    "ref",
    "ticket",
    "case",
    "account",
    "extension",
    "ext",
    "sku",
    "serial",
    "model",
    "customer",
    "voucher",
    "coupon",
];
/// Numbers of more digits without separators are read digit by digit.
const CARDINAL_DIGITS_MAX: usize = 6;
const FRACTIONS: [&str; 11] =
    ["", "", "half", "third", "quarter", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];

pub(super) fn read(place: Place<'_>) -> Option<Reading> {
    let core = place.this().core;
    let words = marked(core)
        .or_else(|| plain(core, place.before))
        .or_else(|| range(core))
        .or_else(|| fraction(core))
        .or_else(|| with_ending(core))
        .or_else(|| version(core))
        .or_else(|| mixed(core));
    words.map(Reading::one)
}

/// Letters to be named.
pub(super) fn spelled(letters: &str) -> String {
    letters
        .chars()
        .filter(char::is_ascii_alphabetic)
        .map(|letter| format!("{}.", letter.to_ascii_uppercase()))
        .collect()
}

/// `#1042` is a number; `#summer` is a word.
fn marked(core: &str) -> Option<String> {
    let rest = core.strip_prefix('#')?;
    if are_digits(rest) {
        return Some(format!(
            "number {}",
            if rest.len() > 2 { digits(rest) } else { cardinal(rest.parse().ok()?) }
        ));
    }
    mixed(rest).map(|words| format!("number {words}")).or_else(|| Some(spoken(rest)))
}

fn plain(core: &str, before: &str) -> Option<String> {
    let (plus, core) = core.strip_prefix('+').map_or(("", core), |rest| ("plus ", rest));
    let number = Number::parse(core)?;
    let is_bare = are_digits(core);
    let is_name = is_bare && core.len() > 2 && NAMED.contains(&before.to_lowercase().as_str());
    if is_name || (is_bare && (core.len() > CARDINAL_DIGITS_MAX || (core.starts_with('0') && core.len() > 1)))
    {
        return Some(grouped(core));
    }
    if is_bare && core.len() == 4 && YEARS.contains(&number.value()) {
        return Some(year(number.value()));
    }
    Some(format!("{plus}{}", number.words()))
}

/// Digits with short pauses, as one reads a long number to be written down.
fn grouped(text: &str) -> String {
    let size = if text.len().is_multiple_of(4) && text.len() > 4 { 4 } else { 3 };
    if text.len() <= 5 {
        return digits(text);
    }
    // The rest stands in the last group: nobody reads a single digit after a pause.
    let mut groups: Vec<String> =
        text.as_bytes().chunks(size).map(|group| digits(&String::from_utf8_lossy(group))).collect();
    if text.len() % size == 1 && groups.len() > 1 {
        let last = groups.pop().unwrap_or_default();
        if let Some(group) = groups.last_mut() {
            *group = format!("{group} {last}");
        }
    }
    groups.join(", ")
}

fn range(core: &str) -> Option<String> {
    let (from, to) = core.split_once(['-', '–'])?;
    let (from, to) = (Number::parse(from)?, Number::parse(to)?);
    (from.whole.len() <= 4 && to.whole.len() <= 4).then(|| format!("{} to {}", from.words(), to.words()))
}

fn fraction(core: &str) -> Option<String> {
    let (top, bottom) = core.split_once('/').filter(|(top, bottom)| are_digits(top) && are_digits(bottom))?;
    let (top, bottom) = (top.parse::<u64>().ok()?, bottom.parse::<usize>().ok()?);
    let name = FRACTIONS.get(bottom).filter(|name| !name.is_empty() && (1..bottom as u64).contains(&top));
    Some(match (name, top) {
        (Some(name), 1) => format!("one {name}"),
        (Some(name), _) => format!("{} {name}s", cardinal(top)),
        (None, _) => format!("{} slash {}", cardinal(top), cardinal(bottom as u64)),
    })
}

/// `3rd`, `1990s`, `10k`, `2x`.
fn with_ending(core: &str) -> Option<String> {
    let end = core.rfind(|one: char| one.is_ascii_digit())? + 1;
    let (number, ending) = core.split_at(end);
    let parsed = Number::parse(number)?;
    match ending {
        "st" | "nd" | "rd" | "th" if parsed.fraction.is_none() => Some(ordinal(parsed.value())),
        "s" | "'s" if are_digits(number) => {
            let words = if number.len() == 4 { year(parsed.value()) } else { parsed.words() };
            Some(words.strip_suffix('y').map_or_else(|| format!("{words}s"), |stem| format!("{stem}ies")))
        }
        "k" => Some(format!("{} thousand", parsed.words())),
        "x" | "×" => Some(format!("{} times", parsed.words())),
        "+" => Some(format!("{} plus", parsed.words())),
        _ => None,
    }
}

fn version(core: &str) -> Option<String> {
    let numbers: Vec<&str> = core.strip_prefix('v').unwrap_or(core).split('.').collect();
    let are_numbers =
        numbers.len() > 1 && numbers.iter().all(|number| are_digits(number) && number.len() <= 4);
    let words: Vec<String> = numbers.iter().map(|number| cardinal(number.parse().unwrap_or(0))).collect();
    are_numbers.then(|| words.join(" point "))
}

/// Letters and digits in one: capitals are spelled, small letters are words, digits are named one by one if there are more
/// than two.
fn mixed(core: &str) -> Option<String> {
    let is_of_code = |one: char| one.is_ascii_alphanumeric() || matches!(one, '-' | '_' | '.' | '/');
    let has_both = core.contains(|one: char| one.is_ascii_digit())
        && core.contains(|one: char| one.is_ascii_alphabetic());
    if !has_both || !core.chars().all(is_of_code) {
        return None;
    }
    let mut words: Vec<String> = Vec::new();
    for group in core.split(|one: char| !one.is_ascii_alphanumeric()).filter(|group| !group.is_empty()) {
        let mut rest = group;
        while let Some(first) = rest.chars().next() {
            let run =
                rest.find(|one: char| one.is_ascii_digit() != first.is_ascii_digit()).unwrap_or(rest.len());
            let (part, after) = rest.split_at(run);
            rest = after;
            let is_code = part.len() == 1 || part.bytes().all(|byte| byte.is_ascii_uppercase());
            words.push(match first {
                _ if first.is_ascii_digit() && (part.len() > 2 || part.starts_with('0')) => digits(part),
                _ if first.is_ascii_digit() => cardinal(part.parse().unwrap_or(0)),
                _ if is_code => spelled(part),
                _ => part.to_owned(),
            });
        }
    }
    Some(words.join(" "))
}
