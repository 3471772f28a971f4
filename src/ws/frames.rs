//! Decodes frames of the native transport and encodes acks.

use std::borrow::Cow;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use crate::hub::{AckBody, Outgoing};
use crate::wire::WireError;

/// What is around every event of a client.
#[derive(Debug, Deserialize)]
pub struct Envelope<'a> {
    /// The name of the event.
    #[serde(borrow)]
    pub event: Cow<'a, str>,
    /// The id under which an ack is expected.
    #[serde(default)]
    pub id: Option<i64>,
    /// The data.
    #[serde(borrow, default)]
    pub data: Option<&'a RawValue>,
}

/// Reads the envelope; `None` where the text is not one.
#[must_use]
pub fn parse_envelope(text: &str) -> Option<Envelope<'_>> {
    serde_json::from_str(text).ok()
}

/// A text with raw NULs, which are no JSON, as the JSON that its sender meant: it is refused by its ack id.
pub(super) fn with_escaped_nuls(text: &str) -> Option<String> {
    text.contains('\0').then(|| text.replace('\0', "\\u0000"))
}

#[derive(Serialize)]
struct Ack<'a> {
    ack: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a WireError>,
}

/// The text of an ack.
pub(super) fn ack_text(id: i64, body: &AckBody) -> Message {
    let ack = match body {
        Ok(data) => Ack { ack: id, data: Some(data), error: None },
        Err(error) => Ack { ack: id, data: None, error: Some(error) },
    };
    Message::text(serde_json::to_string(&ack).expect("wire types serialise into memory"))
}

/// What waits in an outbox as a WebSocket message; events share their bytes.
pub(super) fn message(item: &Outgoing) -> Message {
    match item {
        Outgoing::Event(frame) => text_of(frame.native().clone()),
        Outgoing::Ack { id, body } => ack_text(*id, body),
    }
}

fn text_of(bytes: Bytes) -> Message {
    Message::Text(Utf8Bytes::try_from(bytes).expect("frames are UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_envelope_is_read_whatever_its_data_holds() {
        let text = r#"{"id":3,"event":"message:send","data":{"content":"\ud800"},"more":1}"#;

        let envelope = parse_envelope(text).unwrap();

        assert_eq!((envelope.event.as_ref(), envelope.id), ("message:send", Some(3)));
        for wrong in ["", "[]", "{}", r#"{"event":7}"#, r#"{"event":"x","id":"y"}"#, r#"{"event":"x"} z"#] {
            assert!(parse_envelope(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn an_ack_has_data_or_an_error() {
        let data = RawValue::from_string("{}".to_owned()).unwrap();

        assert_eq!(ack_text(12, &Ok(data)), Message::text(r#"{"ack":12,"data":{}}"#));
        let error = ack_text(1, &Err(WireError::rate_limited(3_000))).into_text().unwrap();
        assert!(error.starts_with(r#"{"ack":1,"error":{"code":"rate_limited""#), "{error}");
        assert!(error.ends_with(r#""retry":true,"retry_after_ms":3000}}"#), "{error}");
    }
}
