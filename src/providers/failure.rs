//! Classifies a provider's error response by status, headers and body.

use super::error::ProviderError;
use super::scrub::Scrubber;
use crate::outbound::HeaderMap;
use serde_json::Value;
use std::time::Duration;

/// A provider that asks for more than an hour is useless to the visitor who waits; the caller sees "an hour".
const RETRY_AFTER_MAX: Duration = Duration::from_secs(3_600);
/// What providers say when the account is empty.
const NO_CREDIT: [&str; 4] =
    ["insufficient_quota", "credit balance", "insufficient credit", "insufficient balance"];
/// What providers and local servers say when a chat is too long.
const TOO_LONG: [&str; 8] = [
    "context_length_exceeded",
    "maximum context length",
    "context length",
    "context window",
    "context size",
    "prompt is too long",
    "input is too long",
    "too many tokens",
];

/// The body of a failed answer, as far as it can be read.
pub(super) struct Failure<'a> {
    pub(super) status: u16,
    pub(super) headers: Option<&'a HeaderMap>,
    pub(super) body: &'a [u8],
}

impl Failure<'_> {
    /// Says what the caller can do about it.
    pub(super) fn classify(&self, scrubber: &Scrubber) -> ProviderError {
        let (codes, message) = words(self.body);
        let all = format!("{codes} {message}").to_lowercase();
        let says = |marks: &[&str]| marks.iter().any(|mark| all.contains(mark));
        match self.status {
            401 | 403 => ProviderError::Unauthenticated,
            402 => ProviderError::OutOfCredit,
            400 | 429 if says(&NO_CREDIT) => ProviderError::OutOfCredit,
            429 => ProviderError::RateLimited { retry_after: self.retry_after() },
            413 => ProviderError::TooLong,
            // Some local servers answer 500 to a prompt that does not fit.
            400 | 422 | 500 if says(&TOO_LONG) => ProviderError::TooLong,
            // "Not implemented" stays so, unlike other troubles of a server.
            408 | 425 | 500 | 502.. => ProviderError::Unavailable { status: self.status },
            status => ProviderError::Refused { status, detail: scrubber.detail(&message) },
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        let headers = self.headers?;
        let ms = headers.get("retry-after-ms").and_then(|ms| ms.to_str().ok()?.trim().parse::<f64>().ok());
        let wait = match ms {
            Some(ms) => Duration::try_from_secs_f64(ms / 1_000.0).ok(),
            None => crate::outbound::retry_after(headers),
        };
        wait.map(|wait| wait.min(RETRY_AFTER_MAX))
    }
}

/// Reads an error that came inside a stream, where the status said that all is well.
pub(super) fn classify_in_stream(error: &Value, scrubber: &Scrubber) -> ProviderError {
    let kind = error["type"].as_str().unwrap_or_default();
    let code = error["code"].as_u64().or_else(|| error["code"].as_str()?.parse().ok());
    let code = code.and_then(|code| u16::try_from(code).ok()).filter(|code| (400..600).contains(code));
    let status = code.unwrap_or(match kind {
        "overloaded_error" => 529,
        "rate_limit_error" | "rate_limit_exceeded" => 429,
        "authentication_error" | "permission_error" => 401,
        "invalid_request_error" | "not_found_error" => 400,
        "request_too_large" => 413,
        _ => 500,
    });
    let body = serde_json::json!({ "error": error }).to_string();
    Failure { status, headers: None, body: body.as_bytes() }.classify(scrubber)
}

/// The codes and the words of an error body, in the shapes of OpenAI, Anthropic, and servers of their own mind.
fn words(body: &[u8]) -> (String, String) {
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        return (String::new(), String::from_utf8_lossy(body).into_owned());
    };
    let error = body.get("error").unwrap_or(&body);
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let codes =
        [text(&error["code"]), text(&error["type"])].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let message = text(error)
        .or_else(|| text(&error["message"]))
        .or_else(|| text(&body["message"]))
        .or_else(|| text(&body["detail"]))
        .unwrap_or_default();
    (codes, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbound::HeaderValue;

    fn classify(status: u16, body: &str) -> ProviderError {
        Failure { status, headers: None, body: body.as_bytes() }.classify(&Scrubber::new(None))
    }

    #[test]
    fn a_status_says_what_to_do() {
        let unavailable = |status| ProviderError::Unavailable { status };
        let cases = [
            (401, "", ProviderError::Unauthenticated),
            (403, "", ProviderError::Unauthenticated),
            (402, "", ProviderError::OutOfCredit),
            (429, "", ProviderError::RateLimited { retry_after: None }),
            (429, r#"{"error":{"code":"insufficient_quota","message":"x"}}"#, ProviderError::OutOfCredit),
            (400, r#"{"error":{"message":"Your credit balance is too low"}}"#, ProviderError::OutOfCredit),
            (400, r#"{"error":{"code":"context_length_exceeded"}}"#, ProviderError::TooLong),
            (
                400,
                r#"{"error":{"message":"prompt is too long: 9 tokens > 8 maximum"}}"#,
                ProviderError::TooLong,
            ),
            (400, r#"{"error":"the request exceeds the available context size"}"#, ProviderError::TooLong),
            (413, "", ProviderError::TooLong),
            (500, "<html>", unavailable(500)),
            (503, "", unavailable(503)),
            (529, "", unavailable(529)),
            (
                501,
                "no vectors here",
                ProviderError::Refused { status: 501, detail: "no vectors here".into() },
            ),
            (404, "no such page", ProviderError::Refused { status: 404, detail: "no such page".into() }),
            (400, r#"{"detail":"bad"}"#, ProviderError::Refused { status: 400, detail: "bad".into() }),
            (302, "", ProviderError::Refused { status: 302, detail: String::new() }),
        ];
        for (status, body, expected) in cases {
            assert_eq!(classify(status, body), expected, "{status} {body}");
        }
    }

    #[test]
    fn a_time_to_wait_is_read_and_bounded() {
        let waits =
            [("7", Some(7.0)), ("0.5", Some(0.5)), ("999999", Some(3_600.0)), ("-1", None), ("soon", None)];
        for (value, expected) in waits {
            let mut headers = HeaderMap::new();
            headers.insert("retry-after", HeaderValue::from_static(value));

            let error =
                Failure { status: 429, headers: Some(&headers), body: b"" }.classify(&Scrubber::new(None));

            let retry_after = expected.map(Duration::from_secs_f64);
            assert_eq!(error, ProviderError::RateLimited { retry_after }, "{value}");
        }
    }
}
