//! Parses `Retry-After` (RFC 9110 section 10.2.3): seconds or a date.

use std::time::{Duration, UNIX_EPOCH};

use reqwest::header::HeaderMap;

use crate::clock::{Clock, SystemClock};

/// The wait that `retry-after` asks for; `None` where there is none, or it makes no sense.
#[must_use]
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    wait_until(headers.get("retry-after")?.to_str().ok()?.trim(), SystemClock.now_ms())
}

fn wait_until(text: &str, now_ms: i64) -> Option<Duration> {
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let until = httpdate::parse_http_date(text).ok()?.duration_since(UNIX_EPOCH).ok()?;
    let now = Duration::from_millis(u64::try_from(now_ms).ok()?);
    Some(until.saturating_sub(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_seconds_or_a_date() {
        let now_ms = 1_795_888_800_000;
        let date = "Sat, 28 Nov 2026 18:02:00 GMT";
        let now_of_date = httpdate::parse_http_date(date).unwrap().duration_since(UNIX_EPOCH).unwrap();
        let before_ms = i64::try_from(now_of_date.as_millis()).unwrap() - 120_000;

        assert_eq!(wait_until("7", now_ms), Some(Duration::from_secs(7)));
        assert_eq!(wait_until("0.5", now_ms), Some(Duration::from_millis(500)));
        assert_eq!(wait_until(date, before_ms), Some(Duration::from_secs(120)));
        assert_eq!(wait_until(date, before_ms + 200_000), Some(Duration::ZERO), "a time that has passed");
        assert_eq!(wait_until("Saturday, 28-Nov-26 18:02:00 GMT", before_ms), Some(Duration::from_secs(120)));
        for nonsense in ["-1", "soon", "", "NaN", "inf", "Sat, 99 Nov 2026 18:02:00 GMT"] {
            assert_eq!(wait_until(nonsense, now_ms), None, "{nonsense}");
        }
    }
}
