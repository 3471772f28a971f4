//! Times of day: `9:30`, `9 am`, `17:00`, `9am-5pm`, `24/7`.

use super::chunk::{Place, Reading};
use super::numbers::{are_digits, cardinal};

/// A time as it is written.
#[derive(Clone, Copy)]
struct Time {
    hour: u64,
    minute: Option<u64>,
    half: Option<Half>,
}

#[derive(Clone, Copy)]
enum Half {
    Morning,
    Afternoon,
}

pub(super) fn read(place: Place<'_>) -> Option<Reading> {
    let core = place.this().core;
    if core == "24/7" {
        return Some(Reading::one("twenty four seven"));
    }
    let half_after =
        place.next().and_then(|next| half(next.core).map(|half| (half, next.core.contains('.'))));
    if let Some((from, to)) = core.split_once(['-', '–']) {
        let (from, mut to) = (Time::parse(from)?, Time::parse(to)?);
        let mut reading = Reading::one("");
        if let (None, Some((half, takes_stop))) = (to.half, half_after) {
            to.half = Some(half);
            reading = Reading { takes_stop, ..Reading::two("") };
        }
        let is_time = [from, to].iter().any(|time| time.minute.is_some() || time.half.is_some());
        let words = format!("{} to {}", from.words_without_clock(), to.words_without_clock());
        return is_time.then_some(Reading { words, ..reading });
    }
    let time = Time::parse(core)?;
    match (time.half, half_after) {
        (None, Some((half, takes_stop))) => {
            let words = Time { half: Some(half), ..time }.words();
            Some(Reading { takes_stop, ..Reading::two(words) })
        }
        (None, None) if time.minute.is_none() => None,
        _ => Some(Reading { takes_stop: core.contains(".m"), ..Reading::one(time.words()) }),
    }
}

fn half(text: &str) -> Option<Half> {
    match text.to_ascii_lowercase().as_str() {
        "am" | "a.m" | "a.m." => Some(Half::Morning),
        "pm" | "p.m" | "p.m." => Some(Half::Afternoon),
        _ => None,
    }
}

impl Time {
    fn parse(text: &str) -> Option<Self> {
        let end = text.find(|one: char| !one.is_ascii_digit() && one != ':').unwrap_or(text.len());
        let (clock, rest) = text.split_at(end);
        let half = if rest.is_empty() { None } else { Some(half(rest)?) };
        let (hour, minute) = match clock.split_once(':') {
            Some((hour, minute)) if minute.len() == 2 => (hour, Some(minute)),
            Some(_) => return None,
            None => (clock, None),
        };
        if hour.len() > 2 || !are_digits(hour) || minute.is_some_and(|minute| !are_digits(minute)) {
            return None;
        }
        let time =
            Self { hour: hour.parse().ok()?, minute: minute.and_then(|minute| minute.parse().ok()), half };
        (time.hour <= 24 && time.minute.is_none_or(|minute| minute < 60)).then_some(time)
    }

    fn words(self) -> String {
        let is_whole = self.minute.is_none_or(|minute| minute == 0);
        let has_half = self.half.is_some() || !(1..=12).contains(&self.hour);
        let words = self.words_without_clock();
        if is_whole && !has_half { format!("{words} o'clock") } else { words }
    }

    /// "nine", "nine oh five", "five P.M."; the hours of a day of 24 are said as those of one of twice 12.
    fn words_without_clock(self) -> String {
        let (hour, half) = match self.hour {
            0 | 24 => (12, Some(Half::Morning)),
            13.. => (self.hour - 12, Some(Half::Afternoon)),
            hour => (hour, self.half),
        };
        let minute = match self.minute {
            None | Some(0) => String::new(),
            Some(minute @ 1..=9) => format!(" oh {}", cardinal(minute)),
            Some(minute) => format!(" {}", cardinal(minute)),
        };
        let half = match half {
            None => "",
            Some(Half::Morning) => " A.M.",
            Some(Half::Afternoon) => " P.M.",
        };
        format!("{}{minute}{half}", cardinal(hour))
    }
}
