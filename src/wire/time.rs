//! Timestamps in the wire format (RFC 3339).

use jiff::civil::Date;
use jiff::tz::TimeZone;
use rooms::Timestamp;

/// `2026-11-21T10:00:00.000Z`: UTC, always with milliseconds.
#[must_use]
pub fn rfc3339(at: Timestamp) -> String {
    let moment = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    moment.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// A moment that a client wrote as RFC 3339, or as a day, which begins at midnight UTC.
#[must_use]
pub fn parse_moment(text: &str) -> Option<Timestamp> {
    if let Ok(day) = text.parse::<Date>()
        && text.len() == "2026-11-21".len()
    {
        return Some(Timestamp(day.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond()));
    }
    Some(Timestamp(text.parse::<jiff::Timestamp>().ok()?.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_always_has_three_digits_of_milliseconds() {
        assert_eq!(rfc3339(Timestamp(0)), "1970-01-01T00:00:00.000Z");
        assert_eq!(rfc3339(Timestamp(1_795_255_200_120)), "2026-11-21T10:00:00.120Z");
    }

    #[test]
    fn a_moment_is_read_with_any_offset_and_a_day_from_its_midnight() {
        for (text, moment) in [
            ("2026-11-21T10:00:00.120Z", Some("2026-11-21T10:00:00.120Z")),
            ("2026-11-21T12:00:00+02:00", Some("2026-11-21T10:00:00.000Z")),
            ("2026-11-21", Some("2026-11-21T00:00:00.000Z")),
            ("2026-11-21T10:00", None),
            ("2026-13-01", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(parse_moment(text).map(rfc3339).as_deref(), moment, "{text}");
        }
    }
}
