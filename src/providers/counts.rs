//! Parses token counts leniently: a malformed count never fails a good response.

use serde_json::Value;
use std::time::Duration;

use super::chat::TokenUsage;

/// Maximum plausible token count; a larger one is a server error.
pub(super) const TOKENS_MAX: u64 = 10_000_000;

/// One count: a missing one is 0, a fraction counts as the next whole number, and a huge count is clamped. `None` when
/// it makes no sense, as below zero.
pub fn token_count(value: &Value) -> Option<u64> {
    let number = match value {
        Value::Null => return Some(0),
        Value::Number(number) => match number.as_u64() {
            Some(whole) => return Some(whole.min(TOKENS_MAX)),
            None => number.as_f64()?,
        },
        Value::String(text) => text.trim().parse::<f64>().ok()?,
        _ => return None,
    };
    if !number.is_finite() || number < 0.0 {
        return None;
    }
    // `Duration` converts a checked float to whole units without a lossy cast.
    let whole = Duration::try_from_secs_f64(number.ceil()).map_or(TOKENS_MAX, |count| count.as_secs());
    Some(whole.min(TOKENS_MAX))
}

/// The counts of a chat completion. `None` when one of them makes no sense: the caller then estimates.
///
/// Where the total is larger than its parts, what is missing was written too: some servers leave hidden thoughts out
/// of the count of the answer, and bill them.
pub(super) fn completion_usage(usage: &Value) -> Option<TokenUsage> {
    usage.as_object()?;
    let input_tokens = token_count(&usage["prompt_tokens"])?;
    let said = token_count(&usage["completion_tokens"])?;
    let total = token_count(&usage["total_tokens"]).unwrap_or_default();
    let cached = token_count(&usage["prompt_tokens_details"]["cached_tokens"]).unwrap_or_default();
    Some(TokenUsage {
        input_tokens,
        output_tokens: said.max(total.saturating_sub(input_tokens)),
        cached_input_tokens: cached.min(input_tokens),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_total_above_its_parts_counts_as_written_and_one_below_counts_nothing_away() {
        let output = |usage: Value| completion_usage(&usage).map(|usage| usage.output_tokens);

        let thoughts = json!({ "prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 115 });
        assert_eq!(output(thoughts), Some(105));
        assert_eq!(
            output(json!({ "prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 3 })),
            Some(5)
        );
        assert_eq!(output(json!({ "prompt_tokens": 10, "total_tokens": 12 })), Some(2));
        assert_eq!(
            output(json!({ "prompt_tokens": 10, "completion_tokens": 5, "total_tokens": "x" })),
            Some(5)
        );
        assert_eq!(output(json!({ "prompt_tokens": 10, "completion_tokens": -5, "total_tokens": 20 })), None);
    }
}
