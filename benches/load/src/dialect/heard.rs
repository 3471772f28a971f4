//! What a frame of the server is.

use memchr::memmem;
use serde_json::Value;

use super::dialect_file::Dialect;

/// A frame, told apart.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Heard<'a> {
    /// The answer to what was sent under this id.
    Ack { id: u64, is_refused: bool },
    /// A message in a room.
    Delivery(&'a [u8]),
    /// Somebody types.
    Typing(&'a [u8]),
    /// What was missed.
    History(&'a [u8]),
    /// To be answered by the dialect's pong.
    Ping,
    /// An error that answers nothing.
    Error(&'a [u8]),
    /// What concerns nobody here.
    Other,
}

/// An entry of a history: its place, the one before it, its text.
pub(crate) type Missed = (u64, u64, String);

impl Dialect {
    /// Tells what a frame is.
    pub(crate) fn hear<'a>(&self, frame: &'a [u8]) -> Heard<'a> {
        let starts =
            |with: &Option<String>| with.as_ref().is_some_and(|with| frame.starts_with(with.as_bytes()));
        if frame.starts_with(self.frames.delivery.as_bytes()) {
            return Heard::Delivery(frame);
        }
        if let Some(rest) = frame.strip_prefix(self.frames.ack.as_bytes())
            && let Some((id, rest)) = leading_number(rest)
        {
            let refused = self.frames.refused.as_ref();
            let is_refused = refused.is_some_and(|refused| rest.starts_with(refused.as_bytes()));
            return Heard::Ack { id, is_refused };
        }
        if starts(&self.frames.typing) {
            return Heard::Typing(frame);
        }
        if self.history.as_ref().is_some_and(|history| frame.starts_with(history.starts.as_bytes())) {
            return Heard::History(frame);
        }
        if self.ping.as_ref().is_some_and(|ping| frame == ping.as_bytes()) {
            return Heard::Ping;
        }
        if starts(&self.frames.error) { Heard::Error(frame) } else { Heard::Other }
    }

    /// The place of a delivery and of the one before it.
    pub(crate) fn place(&self, frame: &[u8]) -> Option<(u64, u64)> {
        let position = self.position.as_ref()?;
        Some((number_after(frame, &position.seq)?, number_after(frame, &position.prev)?))
    }

    /// Whether visitors may not see this.
    pub(crate) fn is_note(&self, frame: &[u8]) -> bool {
        self.position.as_ref().is_some_and(|position| memmem::find(frame, position.note.as_bytes()).is_some())
    }

    /// The entries of a history frame.
    pub(crate) fn missed(&self, frame: &[u8]) -> Option<Vec<Missed>> {
        let from = frame.iter().position(|byte| matches!(byte, b'{' | b'['))?;
        let value: Value = serde_json::from_slice(&frame[from..]).ok()?;
        let entries = value.pointer(&self.history.as_ref()?.entries)?.as_array()?;
        entries
            .iter()
            .map(|entry| {
                let content = entry["content"].as_str().unwrap_or_default().to_owned();
                Some((entry["seq"].as_u64()?, entry["prev"].as_u64()?, content))
            })
            .collect()
    }
}

fn leading_number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let end = bytes.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(bytes.len());
    let number = std::str::from_utf8(&bytes[..end]).ok()?.parse().ok()?;
    Some((number, &bytes[end..]))
}

fn number_after(frame: &[u8], name: &str) -> Option<u64> {
    let from = memmem::find(frame, name.as_bytes())? + name.len();
    leading_number(&frame[from..]).map(|(number, _)| number)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn dialect(name: &str) -> Dialect {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("dialects");
        Dialect::read(&folder.join(name)).unwrap()
    }

    #[test]
    fn frames_are_told_by_how_they_begin() {
        let native = dialect("switchboard.toml");
        let delivery = br#"{"event":"message:new","data":{"id":"a","seq":41,"prev":40,"kind":"message"}}"#;

        assert_eq!(native.hear(delivery), Heard::Delivery(delivery));
        assert_eq!(native.place(delivery), Some((41, 40)));
        assert!(!native.is_note(delivery));
        assert_eq!(native.hear(br#"{"ack":12,"data":{}}"#), Heard::Ack { id: 12, is_refused: false });
        assert_eq!(native.hear(br#"{"ack":12,"error":{}}"#), Heard::Ack { id: 12, is_refused: true });
        assert_eq!(native.hear(br#"{"event":"heartbeat"}"#), Heard::Other);
    }

    #[test]
    fn socket_io_is_told_the_same_way() {
        let stock = dialect("switchboard-socketio.toml");

        assert_eq!(stock.hear(br#"437[{"ok":true,"data":{}}]"#), Heard::Ack { id: 7, is_refused: false });
        assert_eq!(stock.hear(br#"437[{"ok":false}]"#), Heard::Ack { id: 7, is_refused: true });
        assert_eq!(stock.hear(b"2"), Heard::Ping);
    }

    #[test]
    fn a_history_gives_its_entries() {
        let stock = dialect("switchboard-socketio.toml");
        let frame =
            br#"42["session:history",{"entries":[{"seq":2,"prev":1,"content":"a"},{"seq":3,"prev":2,"content":""}]}]"#;

        assert_eq!(stock.hear(frame), Heard::History(frame));
        assert_eq!(stock.missed(frame), Some(vec![(2, 1, "a".to_owned()), (3, 2, String::new())]));
    }
}
