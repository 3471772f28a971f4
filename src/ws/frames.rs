//! Decodes the texts of the native transport, and encodes events, acks and closes as frames.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::hub::{AckBody, Closing, Outgoing};

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

/// What a frame holds (RFC 6455 section 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Opcode {
    /// UTF-8.
    Text = 0x1,
    /// Any bytes; only the echo of the conformance suite sends them.
    #[cfg(feature = "conformance")]
    Binary = 0x2,
    /// The last frame.
    Close = 0x8,
    /// Asks for a pong.
    Ping = 0x9,
}

/// The bit of a frame that is the last one of its message.
const FINAL: u8 = 0x80;
/// Room for the header of a payload of up to 65,535 bytes; longer ones are moved for theirs.
const USUAL_HEADER_BYTES: usize = 4;

/// Appends an unmasked frame.
pub(super) fn put_frame(out: &mut Vec<u8>, opcode: Opcode, payload: &[u8]) {
    let (header, length) = header_of(opcode, payload.len());
    out.reserve(length + payload.len());
    out.extend_from_slice(&header[..length]);
    out.extend_from_slice(payload);
}

/// Appends an event or ack as a text frame.
pub(super) fn put_item(out: &mut Vec<u8>, item: &Outgoing) {
    match item {
        Outgoing::Event(frame) => put_frame(out, Opcode::Text, frame.native()),
        Outgoing::Ack { id, body } => put_text(out, |out| put_ack(out, *id, body)),
    }
}

/// Appends the close frame; its reason is a name, or JSON where it says when to come back.
pub(super) fn put_close(out: &mut Vec<u8>, closing: Closing) {
    let mut payload = closing.code.number().to_be_bytes().to_vec();
    match closing.retry_after_ms {
        Some(retry_after_ms) => {
            payload.extend_from_slice(format!("{{\"retry_after_ms\":{retry_after_ms}}}").as_bytes());
        }
        None => payload.extend_from_slice(closing.code.error().as_str().as_bytes()),
    }
    put_frame(out, Opcode::Close, &payload);
}

/// Appends a text frame whose length is known only once it is written.
fn put_text(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend_from_slice(&[0; USUAL_HEADER_BYTES]);
    write(out);
    let (header, length) = header_of(Opcode::Text, out.len() - start - USUAL_HEADER_BYTES);
    out.splice(start..start + USUAL_HEADER_BYTES, header[..length].iter().copied());
}

/// The header of an unmasked frame and its length.
fn header_of(opcode: Opcode, payload_length: usize) -> ([u8; 10], usize) {
    let mut header = [0; 10];
    header[0] = FINAL | opcode as u8;
    match u16::try_from(payload_length) {
        Ok(short @ 0..=125) => {
            header[1] = short.to_be_bytes()[1];
            (header, 2)
        }
        Ok(medium) => {
            header[1] = 126;
            header[2..4].copy_from_slice(&medium.to_be_bytes());
            (header, 4)
        }
        Err(_) => {
            header[1] = 127;
            header[2..].copy_from_slice(&(payload_length as u64).to_be_bytes());
            (header, 10)
        }
    }
}

fn put_ack(out: &mut Vec<u8>, id: i64, body: &AckBody) {
    out.extend_from_slice(b"{\"ack\":");
    let digits = serde_json::to_writer(&mut *out, &id);
    digits.expect("a number serialises into memory");
    match body {
        Ok(data) => {
            out.extend_from_slice(b",\"data\":");
            data.write_to(out);
        }
        Err(error) => {
            out.extend_from_slice(b",\"error\":");
            serde_json::to_writer(&mut *out, error).expect("wire types serialise into memory");
        }
    }
    out.push(b'}');
}

#[cfg(test)]
mod tests {
    use tokio_tungstenite::tungstenite::{Bytes, Message};

    use super::*;
    use crate::hub::AckData;
    use crate::wire::{CloseCode, Frame, WireError};

    #[test]
    fn an_envelope_is_read_whatever_its_data_holds() {
        let text = r#"{"id":3,"event":"message:send","data":{"content":"\ud800"},"more":1}"#;

        let envelope = parse_envelope(text).unwrap();

        assert_eq!((envelope.event.as_ref(), envelope.id), ("message:send", Some(3)));
        for wrong in ["", "[]", "{}", r#"{"event":7}"#, r#"{"event":"x","id":"y"}"#, r#"{"event":"x"} z"#] {
            assert!(parse_envelope(wrong).is_none(), "{wrong}");
        }
    }

    fn text_of(item: &Outgoing) -> String {
        let mut out = Vec::new();
        put_item(&mut out, item);
        let mut expected = Vec::new();
        let text =
            String::from_utf8(out[out.iter().position(|byte| *byte == b'{').unwrap()..].to_vec()).unwrap();
        put_frame(&mut expected, Opcode::Text, text.as_bytes());
        assert_eq!(out, expected, "one frame of the text");
        text
    }

    #[test]
    fn an_ack_has_data_or_an_error() {
        let data = RawValue::from_string("{}".to_owned()).unwrap();

        assert_eq!(
            text_of(&Outgoing::Ack { id: 12, body: Ok(AckData::Json(data)) }),
            r#"{"ack":12,"data":{}}"#
        );
        let entry = Frame::new("message:new", &serde_json::json!({"seq": 3}));
        let sent = AckData::Sent { entry, is_duplicate: true };
        let json = serde_json::to_string(&sent).unwrap();
        assert_eq!(json, r#"{"entry":{"seq":3},"duplicate":true}"#);
        assert_eq!(
            text_of(&Outgoing::Ack { id: -2, body: Ok(sent) }),
            format!("{{\"ack\":-2,\"data\":{json}}}")
        );
        let error = text_of(&Outgoing::Ack { id: 1, body: Err(WireError::rate_limited(3_000)) });
        assert!(error.starts_with(r#"{"ack":1,"error":{"code":"rate_limited""#), "{error}");
        assert!(error.ends_with(r#""retry":true,"retry_after_ms":3000}}"#), "{error}");
    }

    #[test]
    fn frames_are_read_by_the_library_whatever_their_length() {
        use tokio_tungstenite::tungstenite::protocol::{Role, WebSocket};

        for length in [0, 1, 125, 126, 127, 65_535, 65_536, 200_000] {
            let payload = "x".repeat(length);
            let data = RawValue::from_string(format!("\"{payload}\"")).unwrap();
            let mut out = Vec::new();
            put_frame(&mut out, Opcode::Text, payload.as_bytes());
            put_item(&mut out, &Outgoing::Ack { id: 1, body: Ok(AckData::Json(data)) });
            put_frame(&mut out, Opcode::Ping, b"");
            put_close(&mut out, Closing { code: CloseCode::Draining, retry_after_ms: Some(7) });
            let mut socket = WebSocket::from_raw_socket(std::io::Cursor::new(out), Role::Client, None);

            assert_eq!(socket.read().unwrap(), Message::text(payload.clone()), "{length}");
            assert_eq!(
                socket.read().unwrap(),
                Message::text(format!("{{\"ack\":1,\"data\":\"{payload}\"}}"))
            );
            assert_eq!(socket.read().unwrap(), Message::Ping(Bytes::new()));
            let Message::Close(Some(close)) = socket.read().unwrap() else { panic!("a close") };
            assert_eq!((u16::from(close.code), close.reason.as_str()), (4000, "{\"retry_after_ms\":7}"));
        }
    }
}
