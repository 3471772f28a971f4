//! Opening hours.

use std::collections::BTreeMap;

use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};
use serde::{Deserialize, Serialize};

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// Spans of one day; more would be a mistake.
const SPANS_MAX: usize = 6;

/// When people are there: per day, spans from and until a time of the zone's clock. A span that ends before it begins
/// ends on the next day: `21:00` to `02:00`.
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
                if from_time.is_none() || until_time.is_none() || from_time == until_time {
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
        let (today, time) = (local.weekday(), local.time());
        let is_within = self
            .spans(today)
            .any(|(from, until)| if from < until { (from..until).contains(&time) } else { time >= from });
        let is_past_midnight = self.spans(today.previous()).any(|(from, until)| until < from && time < until);
        is_within || is_past_midnight
    }

    /// When people are there again, after `now_ms`; `None` where they never are.
    #[must_use]
    pub fn next_opening(&self, now_ms: i64) -> Option<Zoned> {
        let zone = TimeZone::get(&self.timezone).ok()?;
        let now = Timestamp::from_millisecond(now_ms).ok()?.to_zoned(zone);
        (0..=7).find_map(|days| {
            let day = now.date().checked_add(days.days()).ok()?;
            let openings = self.spans(day.weekday()).filter_map(|(from, _)| {
                let opening = day.to_datetime(from).to_zoned(now.time_zone().clone()).ok()?;
                (opening > now).then_some(opening)
            });
            openings.min()
        })
    }

    fn spans(&self, day: Weekday) -> impl Iterator<Item = (Time, Time)> {
        let spans = self.days.get(day_name(day)).into_iter().flatten();
        spans.filter_map(|(from, until)| parse(from).zip(parse(until)))
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
    fn a_span_past_midnight_ends_on_the_next_day() {
        let bar: Hours = serde_json::from_str(
            r#"{"timezone":"Europe/Madrid","days":{"fri":[["21:00","02:00"]],"sat":[["22:00","00:00"]]}}"#,
        )
        .unwrap();

        assert_eq!(bar.check(), Ok(()));
        assert!(!bar.is_open(at("2026-11-27T19:59:59Z")), "a minute to nine on Friday");
        assert!(bar.is_open(at("2026-11-27T20:00:00Z")));
        assert!(bar.is_open(at("2026-11-28T00:59:59Z")), "a second to two on Saturday");
        assert!(!bar.is_open(at("2026-11-28T01:00:00Z")));
        assert!(bar.is_open(at("2026-11-28T22:59:59Z")), "until midnight");
        assert!(!bar.is_open(at("2026-11-28T23:00:00Z")));
        assert!(!bar.is_open(at("2026-11-27T00:30:00Z")), "Thursday night is nobody's");
    }

    #[test]
    fn the_next_opening_is_known() {
        let hours = madrid();
        let next = |text| hours.next_opening(at(text)).map(|at| at.strftime("%a %H:%M").to_string());

        assert_eq!(next("2026-11-23T13:30:00Z").as_deref(), Some("Mon 16:00"));
        assert_eq!(next("2026-11-23T22:59:00Z").as_deref(), Some("Mon 09:00"), "a week later");
        assert_eq!(next("2026-11-22T12:00:00Z").as_deref(), Some("Mon 09:00"));
        let never = Hours { timezone: "UTC".into(), days: BTreeMap::new() };
        assert_eq!(never.next_opening(0), None);
    }

    #[test]
    fn times_that_are_none_are_refused() {
        for span in [("9:00", "10:00"), ("10:00", "10:00"), ("10:00", "25:00"), ("10:60", "11:00")] {
            let mut hours = madrid();
            hours.days.insert("tue".into(), vec![(span.0.into(), span.1.into())]);
            assert!(hours.check().is_err(), "{span:?}");
        }
    }
}
