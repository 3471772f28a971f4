//! UTC days and months.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// The day of a moment (milliseconds since 1970), as `YYYY-MM-DD`.
#[must_use]
pub fn day_of(now_ms: i64) -> String {
    date_of(now_ms).to_string()
}

/// The first day of the month of a moment, as `YYYY-MM-DD`.
#[must_use]
pub fn month_start_of(now_ms: i64) -> String {
    date_of(now_ms).first_of_month().to_string()
}

/// The midnight before a moment, in milliseconds since 1970.
pub(super) fn day_start(now_ms: i64) -> i64 {
    start_of(date_of(now_ms))
}

/// The midnight at which the month of a moment began, in milliseconds since 1970.
pub(super) fn month_start(now_ms: i64) -> i64 {
    start_of(date_of(now_ms).first_of_month())
}

/// The next midnight after a moment, in milliseconds since 1970.
pub(super) fn next_midnight(now_ms: i64) -> i64 {
    start_of(date_of(now_ms).saturating_add(1.day()))
}

/// The first midnight of the next month, in milliseconds since 1970.
pub(super) fn next_month(now_ms: i64) -> i64 {
    start_of(date_of(now_ms).first_of_month().saturating_add(1.month()))
}

fn date_of(now_ms: i64) -> Date {
    let now = Timestamp::from_millisecond(now_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    now.to_zoned(TimeZone::UTC).date()
}

fn start_of(date: Date) -> i64 {
    date.to_zoned(TimeZone::UTC).map_or(i64::MAX, |midnight| midnight.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_midnight_of_utc() {
        let late = "2026-12-31T23:59:59.999Z".parse::<Timestamp>().unwrap().as_millisecond();

        assert_eq!(day_of(late), "2026-12-31");
        assert_eq!(month_start_of(late), "2026-12-01");
        assert_eq!(next_midnight(late), late + 1);
        assert_eq!(next_month(late), late + 1);
        assert_eq!(day_of(late + 1), "2027-01-01");
    }
}
