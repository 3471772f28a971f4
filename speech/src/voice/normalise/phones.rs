//! Telephone numbers, which are read digit by digit in their groups.

use super::chunk::{Place, Reading};
use super::numbers::digits;

/// Shorter ones are other numbers; longer ones do not exist (ITU-T E.164).
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;
/// Digits of numbers without a plus sign or brackets: others are amounts beside each other.
const PLAIN_DIGITS_MIN: usize = 9;

pub(super) fn read(place: Place<'_>) -> Option<Reading> {
    let mut groups: Vec<&str> = Vec::new();
    let mut count = 0;
    for chunk in place.chunks {
        if !chunk.raw.starts_with(['+', '(']) && !chunk.core.starts_with(|one: char| one.is_ascii_digit()) {
            break;
        }
        let body = chunk.raw.trim_end_matches(['.', ',', ';', ':', '!', '?', '"', '\'']);
        if body
            .contains(|one: char| !one.is_ascii_digit() && !matches!(one, '+' | '-' | '(' | ')' | '.' | '/'))
        {
            break;
        }
        groups.extend(body.split(|one: char| !one.is_ascii_digit()).filter(|group| !group.is_empty()));
        count += 1;
        if body.len() < chunk.raw.len() {
            break;
        }
    }
    let first = place.this().raw;
    let is_marked = first.starts_with('+') || first.starts_with('(');
    let digit_count: usize = groups.iter().map(|group| group.len()).sum();
    let is_local =
        count == 1 && matches!(groups.as_slice(), [three, four] if three.len() == 3 && four.len() == 4);
    let is_phone = is_marked || is_local || digit_count >= PLAIN_DIGITS_MIN;
    let is_date =
        matches!(groups.as_slice(), [year, month, day] if year.len() == 4 && month.len() + day.len() <= 4);
    if groups.len() < 2 || !DIGITS.contains(&digit_count) || !is_phone || is_date || first.contains(',') {
        return None;
    }
    let plus = if first.starts_with('+') { "plus " } else { "" };
    let spoken: Vec<String> = groups.iter().map(|group| digits(group)).collect();
    Some(Reading { count, ..Reading::one(format!("{plus}{}", spoken.join(", "))) })
}
