//! Timestamps in the wire format (RFC 3339).

use rooms::Timestamp;

/// `2026-11-21T10:00:00.000Z`: UTC, always with milliseconds.
#[must_use]
pub fn rfc3339(at: Timestamp) -> String {
    let moment = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    moment.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_always_has_three_digits_of_milliseconds() {
        assert_eq!(rfc3339(Timestamp(0)), "1970-01-01T00:00:00.000Z");
        assert_eq!(rfc3339(Timestamp(1_795_255_200_120)), "2026-11-21T10:00:00.120Z");
    }
}
