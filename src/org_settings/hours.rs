//! Opening hours: when people are there.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// Spans of one day; more would be a mistake.
const SPANS_MAX: usize = 6;

/// When people are there: per day, spans from and until a time of the zone's clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// A zone of the IANA database, such as `Europe/Madrid`.
    pub timezone: String,
    /// `mon` to `sun`; a day that is missing is a day off.
    pub days: BTreeMap<String, Vec<(String, String)>>,
}

impl Hours {
    /// Whether the zone, the days and the times are real.
    ///
    /// # Errors
    /// What is wrong, for people.
    pub fn check(&self) -> Result<(), String> {
        TimeZone::get(&self.timezone).map_err(|_| format!("names no time zone: {}", self.timezone))?;
        for (day, spans) in &self.days {
            if !DAYS.contains(&day.as_str()) {
                return Err(format!("names no day: {day}; use mon to sun"));
            }
            if spans.len() > SPANS_MAX {
                return Err(format!("has more than {SPANS_MAX} spans on {day}"));
            }
            for (from, until) in spans {
                let (from_time, until_time) = (parse(from), parse(until));
                if from_time.is_none() || until_time.is_none() || from_time >= until_time {
                    return Err(format!("has a span that is none on {day}: {from} to {until}"));
                }
            }
        }
        Ok(())
    }

    /// Whether people are there at `now_ms` (milliseconds since 1970, UTC).
    #[must_use]
    pub fn is_open(&self, now_ms: i64) -> bool {
        let (Ok(zone), Ok(now)) = (TimeZone::get(&self.timezone), Timestamp::from_millisecond(now_ms)) else {
            return true;
        };
        let local = now.to_zoned(zone);
        let spans = self.days.get(day_name(local.weekday()));
        let time = local.time();
        spans.is_some_and(|spans| {
            spans.iter().any(|(from, until)| {
                parse(from).zip(parse(until)).is_some_and(|(from, until)| (from..until).contains(&time))
            })
        })
    }
}

fn day_name(day: Weekday) -> &'static str {
    DAYS[usize::try_from(day.to_monday_zero_offset()).unwrap_or(0)]
}

/// A time as `HH:MM`; `24:00` is the last moment of the day.
fn parse(text: &str) -> Option<Time> {
    if text == "24:00" {
        return Some(Time::MAX);
    }
    let (hour, minute) = text.split_once(':')?;
    if hour.len() != 2 || minute.len() != 2 {
        return None;
    }
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn madrid() -> Hours {
        serde_json::from_str(
            r#"{"timezone":"Europe/Madrid","days":{"mon":[["09:00","14:00"],["16:00","24:00"]]}}"#,
        )
        .unwrap()
    }

    fn at(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    #[test]
    fn people_are_there_within_a_span_of_the_zones_own_clock() {
        let hours = madrid();

        assert_eq!(hours.check(), Ok(()));
        assert!(hours.is_open(at("2026-11-23T08:00:00Z")), "nine in Madrid, a Monday");
        assert!(!hours.is_open(at("2026-11-23T07:59:59Z")));
        assert!(!hours.is_open(at("2026-11-23T13:00:00Z")), "two o'clock is lunch");
        assert!(hours.is_open(at("2026-11-23T22:59:59Z")));
        assert!(!hours.is_open(at("2026-11-24T10:00:00Z")), "Tuesday is a day off");
        assert!(hours.is_open(at("2026-07-20T07:00:00Z")), "summer time");
    }

    #[test]
    fn times_that_are_none_are_refused() {
        for span in [("9:00", "10:00"), ("10:00", "09:00"), ("10:00", "25:00"), ("10:60", "11:00")] {
            let mut hours = madrid();
            hours.days.insert("tue".into(), vec![(span.0.into(), span.1.into())]);
            assert!(hours.check().is_err(), "{span:?}");
        }
    }
}
