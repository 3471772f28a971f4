//! Hours in which an agent wants no more than the bell.

use jiff::Timestamp as Moment;
use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use rooms::Timestamp;

use crate::model::{NotificationChoices, QuietHours};

/// Whether an agent wants to be left alone now. What cannot be read is not quiet.
pub(super) fn is_quiet(choices: &NotificationChoices, now: Timestamp) -> bool {
    let (Ok(zone), Ok(now)) = (TimeZone::get(&choices.time_zone), Moment::from_millisecond(now.0)) else {
        return false;
    };
    let local = now.to_zoned(zone);
    if choices.has_quiet_weekends && matches!(local.weekday(), Weekday::Saturday | Weekday::Sunday) {
        return true;
    }
    let Some((from, to)) = choices.quiet.as_ref().and_then(parse) else { return false };
    let time = local.time();
    if from < to { (from..to).contains(&time) } else { time >= from || time < to }
}

/// What is wrong with the zone or the hours, for people.
pub(super) fn check(choices: &NotificationChoices) -> Result<(), String> {
    if TimeZone::get(&choices.time_zone).is_err() {
        return Err("time_zone names no time zone, such as Europe/Madrid".to_owned());
    }
    match &choices.quiet {
        Some(quiet) if parse(quiet).is_none_or(|(from, to)| from == to) => {
            Err("quiet needs two different times as HH:MM".to_owned())
        }
        _ => Ok(()),
    }
}

fn parse(quiet: &QuietHours) -> Option<(Time, Time)> {
    Some((time(&quiet.from)?, time(&quiet.to)?))
}

fn time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    if hour.len() != 2 || minute.len() != 2 {
        return None;
    }
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::notification_choices::defaults;

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<Moment>().unwrap().as_millisecond())
    }

    fn quiet(from: &str, to: &str) -> NotificationChoices {
        let quiet = QuietHours { from: from.to_owned(), to: to.to_owned() };
        NotificationChoices { quiet: Some(quiet), time_zone: "Europe/Madrid".to_owned(), ..defaults() }
    }

    #[test]
    fn hours_are_those_of_the_agents_own_clock_and_may_pass_midnight() {
        let night = quiet("22:00", "07:00");

        // Madrid is an hour ahead of UTC in winter and two in summer.
        assert!(is_quiet(&night, at("2026-11-30T21:00:00Z")));
        assert!(!is_quiet(&night, at("2026-11-30T20:59:59Z")));
        assert!(is_quiet(&night, at("2026-11-30T05:59:59Z")));
        assert!(!is_quiet(&night, at("2026-11-30T06:00:00Z")));
        assert!(is_quiet(&night, at("2026-07-01T20:00:00Z")), "summer time");
        let lunch = quiet("14:00", "16:00");
        assert!(
            is_quiet(&lunch, at("2026-11-30T13:30:00Z")) && !is_quiet(&lunch, at("2026-11-30T15:00:00Z"))
        );
    }

    #[test]
    fn a_weekend_is_that_of_the_agents_own_calendar() {
        let choices = NotificationChoices { has_quiet_weekends: true, ..quiet("22:00", "22:30") };

        assert!(is_quiet(&choices, at("2026-11-27T23:00:00Z")), "already Saturday in Madrid");
        assert!(!is_quiet(&choices, at("2026-11-29T23:00:00Z")), "already Monday");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for (from, to) in
            [("7:00", "08:00"), ("24:00", "08:00"), ("08:00", "08:00"), ("x", "y"), ("08:60", "09:00")]
        {
            assert!(check(&quiet(from, to)).is_err(), "{from} to {to}");
        }
        assert!(check(&NotificationChoices { time_zone: "Mars/Base".to_owned(), ..defaults() }).is_err());
        assert_eq!(check(&quiet("22:00", "07:00")), Ok(()));
    }
}
