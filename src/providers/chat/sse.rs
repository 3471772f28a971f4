//! An incremental parser for server-sent events, for any split of the bytes.

use crate::providers::error::ProviderError;
use bytes::BytesMut;

/// Maximum size of one event, far above what providers send.
const EVENT_MAX_BYTES: usize = 1024 * 1024;
const TOO_LARGE: ProviderError = ProviderError::Malformed { reason: "an event is too large" };
const NOT_UTF8: ProviderError = ProviderError::Malformed { reason: "an event is not UTF-8" };

/// Gives out the data of events. Names, ids and comments of events are not needed: data says its own type.
#[derive(Debug, Default)]
pub(super) struct SseReader {
    /// Bytes of which no line has been made yet.
    rest: BytesMut,
    /// How far into `rest` no end of a line stands.
    searched: usize,
    /// The data lines of the event under way.
    data: Option<Vec<u8>>,
    /// The line before ended with a carriage return, so that a line feed belongs to it.
    is_after_return: bool,
    is_begun: bool,
}

impl SseReader {
    /// Takes bytes in. Events are asked for afterwards, until there is none.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), ProviderError> {
        // Complete events were taken before; only a partial one is buffered here.
        if self.rest.len() > EVENT_MAX_BYTES {
            return Err(TOO_LARGE);
        }
        self.rest.extend_from_slice(bytes);
        Ok(())
    }

    /// The data of the next event that is complete.
    pub(super) fn next_event(&mut self) -> Result<Option<String>, ProviderError> {
        while let Some(line) = self.next_line() {
            if line.is_empty() {
                if let Some(data) = self.data.take() {
                    return String::from_utf8(data).map(Some).map_err(|_| NOT_UTF8);
                }
                continue;
            }
            if let Some(value) = value_of_data(&line) {
                match &mut self.data {
                    Some(data) => {
                        data.push(b'\n');
                        data.extend_from_slice(value);
                    }
                    None => self.data = Some(value.to_vec()),
                }
            }
            if self.data.as_ref().is_some_and(|data| data.len() > EVENT_MAX_BYTES) {
                return Err(TOO_LARGE);
            }
        }
        if self.rest.len() > EVENT_MAX_BYTES { Err(TOO_LARGE) } else { Ok(None) }
    }

    /// The data of an event that no empty line ended: some servers leave the last one out.
    pub(super) fn last_event(&mut self) -> Result<Option<String>, ProviderError> {
        self.rest.extend_from_slice(b"\n\n");
        self.next_event()
    }

    fn next_line(&mut self) -> Option<BytesMut> {
        if self.is_after_return && !self.rest.is_empty() {
            self.is_after_return = false;
            if self.rest[0] == b'\n' {
                drop(self.rest.split_to(1));
            }
        }
        let found = self.rest[self.searched..].iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        let Some(end) = found.map(|found| self.searched + found) else {
            self.searched = self.rest.len();
            return None;
        };
        self.searched = 0;
        self.is_after_return = self.rest[end] == b'\r';
        let mut line = self.rest.split_to(end + 1);
        line.truncate(end);
        if !std::mem::replace(&mut self.is_begun, true) && line.starts_with(b"\xef\xbb\xbf") {
            drop(line.split_to(3));
        }
        Some(line)
    }
}

fn value_of_data(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_prefix(b"data")?;
    if rest.is_empty() {
        return Some(rest);
    }
    let value = rest.strip_prefix(b":")?;
    Some(value.strip_prefix(b" ").unwrap_or(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(pieces: &[&[u8]]) -> Result<Vec<String>, ProviderError> {
        let (mut reader, mut events) = (SseReader::default(), Vec::new());
        for piece in pieces {
            reader.push(piece)?;
            while let Some(event) = reader.next_event()? {
                events.push(event);
            }
        }
        events.extend(reader.last_event()?);
        Ok(events)
    }

    #[test]
    fn events_comments_and_every_end_of_line_are_read() {
        let body = b"\xef\xbb\xbfdata: one\n\n: comment\n\nevent: x\r\ndata:two\r\ndata: three\r\n\r\ndata\r\rdata: last";

        let events = read(&[body]).unwrap();

        assert_eq!(events, ["one", "two\nthree", "", "last"]);
    }

    #[test]
    fn a_line_or_event_without_end_is_refused() {
        let line = vec![b'x'; EVENT_MAX_BYTES + 1];
        assert_eq!(read(&[&line]), Err(TOO_LARGE));

        let lines = b"data: 0123456789\n".repeat(EVENT_MAX_BYTES / 10);
        assert_eq!(read(&[&lines]), Err(TOO_LARGE));
    }

    #[test]
    fn what_is_not_utf8_is_refused() {
        assert_eq!(read(&[b"data: \xff\n\n"]), Err(NOT_UTF8));
    }

    proptest! {
        #[test]
        fn any_cut_of_the_bytes_gives_the_same_events(
            lines in prop::collection::vec(("(data: ?|event: |:|)", "[a-zé ]{0,6}", "(\n|\r|\r\n)"), 0..12),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
        ) {
            let body: String = lines.into_iter().flat_map(|(name, value, end)| [name, value, end]).collect();
            let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(body.len() + 1)).collect();
            at.extend([0, body.len()]);
            at.sort_unstable();
            let pieces: Vec<&[u8]> = at.windows(2).map(|ends| &body.as_bytes()[ends[0]..ends[1]]).collect();
            let bytes: Vec<&[u8]> = body.as_bytes().chunks(1).collect();

            let whole = read(&[body.as_bytes()]);

            prop_assert_eq!(read(&pieces), whole.clone());
            prop_assert_eq!(read(&bytes), whole);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _read = read(&[&bytes]);
        }
    }
}
