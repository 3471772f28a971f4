//! Prices as people write them, in US dollars, and as they are stored, in billionths of one.

/// Billionths of a dollar per token in a dollar per million tokens.
const TOKEN_NANO: f64 = 1e3;
/// Billionths in a dollar.
const NANO: f64 = 1e9;

/// Dollars per million tokens, of billionths of a dollar per token.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "prices are far below 2^53")]
pub fn usd_per_million(nano_usd: i64) -> f64 {
    nano_usd as f64 / TOKEN_NANO
}

/// Billionths of a dollar per token, of dollars per million tokens.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "a price beyond i64 saturates, which no model costs")]
pub fn nano_per_token(usd: f64) -> i64 {
    (usd * TOKEN_NANO).round() as i64
}

/// Dollars per minute, of billionths of a dollar; `None` where nothing is sold by the minute.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "prices are far below 2^53")]
pub fn usd_per_minute(nano_usd: i64) -> Option<f64> {
    (nano_usd != 0).then(|| nano_usd as f64 / NANO)
}

/// Billionths of a dollar per minute, of dollars.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "a price beyond i64 saturates, which no model costs")]
pub fn nano_per_minute(usd: f64) -> i64 {
    (usd * NANO).round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_read_as_it_was_written() {
        for usd in [0.0, 0.05, 0.4, 32.0, 1_234.567] {
            assert!((usd_per_million(nano_per_token(usd)) - usd).abs() < 1e-9, "{usd}");
            assert_eq!(usd_per_minute(nano_per_minute(usd)), (usd > 0.0).then_some(usd), "{usd}");
        }
    }
}
