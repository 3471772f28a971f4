//! Dates: `2026-12-01`, `12/24/2026`, `June 5th`, `5 June`, `Jun. 5, 2026`.

use super::chunk::{Chunk, Place, Reading};
use super::numbers::{are_digits, ordinal, year};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// Years that are said in pairs of digits.
pub(super) const YEARS: std::ops::RangeInclusive<u64> = 1_900..=2_099;

pub(super) fn read(place: Place<'_>) -> Option<Reading> {
    numeric(place.this().core).or_else(|| month_first(place)).or_else(|| day_first(place))
}

fn numeric(core: &str) -> Option<Reading> {
    let (parts, is_iso) = match core.split('-').collect::<Vec<_>>().as_slice() {
        [year, month, day] if year.len() == 4 => ([*year, *month, *day], true),
        _ => match core.split('/').collect::<Vec<_>>().as_slice() {
            [month, day, year] if matches!(year.len(), 2 | 4) => ([*year, *month, *day], false),
            _ => return None,
        },
    };
    if !parts.iter().all(|part| are_digits(part)) {
        return None;
    }
    let [written_year, mut month, mut day] = parts.map(|part| part.parse::<u64>().unwrap_or(0));
    if !is_iso && month > 12 {
        std::mem::swap(&mut month, &mut day);
    }
    let full_year = if parts[0].len() == 2 { 2_000 + written_year } else { written_year };
    let name = MONTHS.get(usize::try_from(month.checked_sub(1)?).ok()?)?;
    (1..=31).contains(&day).then(|| Reading::one(format!("{name} {}, {}", ordinal(day), year(full_year))))
}

fn month_first(place: Place<'_>) -> Option<Reading> {
    let this = place.this();
    let month = month(this)?;
    let next = place
        .chunks
        .get(1)
        .filter(|next| next.open.is_empty() && (this.close.is_empty() || this.close == "."))?;
    let day = day(next.core)?;
    let words = format!("{month} {}", ordinal(day));
    let year = place
        .chunks
        .get(2)
        .filter(|_| matches!(next.close, "" | ","))
        .and_then(|third| written_year(third.core));
    Some(match year {
        Some(year) => Reading { count: 3, ..Reading::one(format!("{words}, {year}")) },
        None => Reading::two(words),
    })
}

fn day_first(place: Place<'_>) -> Option<Reading> {
    let day = day(place.this().core)?;
    let next = place.next()?;
    let month = month(next)?;
    let article = if place.before.eq_ignore_ascii_case("the") { "" } else { "the " };
    let words = format!("{article}{} of {month}", ordinal(day));
    let year =
        place.chunks.get(2).filter(|_| next.close.is_empty()).and_then(|third| written_year(third.core));
    Some(match year {
        Some(year) => Reading { count: 3, ..Reading::one(format!("{words}, {year}")) },
        None => Reading { takes_stop: next.core.len() < month.len(), ..Reading::two(words) },
    })
}

/// The name of a month that is written out or shortened. "May" and "march" are words too: a day must stand beside them.
fn month(chunk: Chunk<'_>) -> Option<&'static str> {
    let core = chunk.core;
    let fits = |name: &&&str| core == **name || (matches!(core.len(), 3 | 4) && name.starts_with(core));
    MONTHS.iter().find(fits).copied().filter(|_| core.starts_with(char::is_uppercase))
}

fn day(core: &str) -> Option<u64> {
    let number = ["st", "nd", "rd", "th"].iter().find_map(|ending| core.strip_suffix(ending)).unwrap_or(core);
    let day = number.parse().ok().filter(|_| are_digits(number) && number.len() <= 2)?;
    (1..=31).contains(&day).then_some(day)
}

fn written_year(core: &str) -> Option<String> {
    let number = core.parse().ok().filter(|_| core.len() == 4 && are_digits(core))?;
    YEARS.contains(&number).then(|| year(number))
}
