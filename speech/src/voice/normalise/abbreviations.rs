//! Abbreviations: those with a full stop, days in ranges, and words with slashes.

use super::chunk::{Place, Reading};

/// What is short for what; a full stop follows in the text.
const SHORT: [(&str, &str); 62] = [
    ("Mr", "mister"),
    ("Mrs", "missus"),
    ("Ms", "miz"),
    ("Dr", "doctor"),
    ("Prof", "professor"),
    ("Jr", "junior"),
    ("Sr", "senior"),
    ("Ave", "avenue"),
    ("Blvd", "boulevard"),
    ("Rd", "road"),
    ("Ln", "lane"),
    ("Hwy", "highway"),
    ("Apt", "apartment"),
    ("Bldg", "building"),
    ("Ste", "suite"),
    ("Inc", "incorporated"),
    ("Ltd", "limited"),
    ("Corp", "corporation"),
    ("Co", "company"),
    ("Dept", "department"),
    ("dept", "department"),
    ("approx", "approximately"),
    ("incl", "including"),
    ("excl", "excluding"),
    ("min", "minimum"),
    ("max", "maximum"),
    ("vs", "versus"),
    ("etc", "et cetera"),
    ("e.g", "for example"),
    ("i.e", "that is"),
    ("tel", "telephone"),
    ("Tel", "telephone"),
    ("ext", "extension"),
    ("qty", "quantity"),
    ("Qty", "quantity"),
    ("vol", "volume"),
    ("fig", "figure"),
    ("est", "established"),
    ("misc", "miscellaneous"),
    ("avg", "average"),
    ("info", "info"),
    ("Mon", "Monday"),
    ("Tue", "Tuesday"),
    ("Tues", "Tuesday"),
    ("Wed", "Wednesday"),
    ("Thu", "Thursday"),
    ("Thur", "Thursday"),
    ("Thurs", "Thursday"),
    ("Fri", "Friday"),
    ("Sat", "Saturday"),
    ("Sun", "Sunday"),
    ("Jan", "January"),
    ("Feb", "February"),
    ("Mar", "March"),
    ("Apr", "April"),
    ("Jun", "June"),
    ("Jul", "July"),
    ("Aug", "August"),
    ("Sep", "September"),
    ("Sept", "September"),
    ("Oct", "October"),
    ("Nov", "November"),
];
/// Those that need no full stop, since they are no words.
const ALWAYS: [(&str, &str); 9] = [
    ("w/", "with"),
    ("w/o", "without"),
    ("vs", "versus"),
    ("etc", "et cetera"),
    ("approx", "approximately"),
    ("qty", "quantity"),
    ("Mr", "mister"),
    ("Mrs", "missus"),
    ("Dr", "doctor"),
];
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

pub(super) fn read(place: Place<'_>) -> Option<Reading> {
    let this = place.this();
    if let Some(days) = days(this.core) {
        return Some(Reading::one(days));
    }
    if this.close.starts_with('.') {
        let is_before_name =
            place.chunks.get(1).is_some_and(|next| next.core.starts_with(char::is_uppercase));
        let is_before_number =
            place.chunks.get(1).is_some_and(|next| next.core.starts_with(|one: char| one.is_ascii_digit()));
        let words = match this.core {
            // A street has its name before it.
            "St" if is_before_name && !place.before.starts_with(char::is_uppercase) => Some("saint"),
            "St" => Some("street"),
            "No" | "no" if is_before_number => Some("number"),
            core => find(&SHORT, core),
        };
        if let Some(words) = words {
            return Some(Reading { takes_stop: true, ..Reading::one(words) });
        }
    }
    if let Some(words) = find(&ALWAYS, this.core) {
        return Some(Reading::one(words));
    }
    either(this.core).map(Reading::one)
}

fn find(table: &[(&str, &'static str)], core: &str) -> Option<&'static str> {
    table.iter().find(|(short, _)| *short == core).map(|(_, long)| *long)
}

/// `Mon-Fri`.
fn days(core: &str) -> Option<String> {
    let (from, to) = core.split_once(['-', '–'])?;
    let day = |text: &str| {
        let text = text.trim_end_matches('.');
        DAYS.iter().find(|day| text.len() >= 3 && day.starts_with(text)).copied()
    };
    Some(format!("{} to {}", day(from)?, day(to)?))
}

/// `pickup/delivery`, `and/or`.
fn either(core: &str) -> Option<String> {
    let words: Vec<&str> = core.split('/').collect();
    let is_word = |word: &&str| {
        !word.is_empty() && word.chars().all(|one| one.is_alphabetic() || matches!(one, '\'' | '-'))
    };
    if words.len() < 2 || !words.iter().all(is_word) {
        return None;
    }
    Some(if core == "and/or" { "and or".to_owned() } else { words.join(" or ") })
}
