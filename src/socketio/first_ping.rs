//! Hides the ping that the library sends as soon as a WebSocket session is open.
//!
//! Engine.IO has the first ping come one `pingInterval` after the handshake; engineioxide 0.17.9 sends it at
//! once, in front of the first packets that a client waits for. It is taken out of the outgoing frames here,
//! and the pong that the library then expects is put in between two incoming ones. Nothing is looked at
//! after that.

/// The ping as a server's WebSocket frame: one byte of text, `2`.
const PING: [u8; 3] = [0x81, 0x01, b'2'];
/// The pong as a client's WebSocket frame: one byte of text, `3`, under a mask of zeros.
pub(super) const PONG: [u8; 7] = [0x81, 0x81, 0, 0, 0, 0, b'3'];

/// Follows the frames of a new session until its first ping has gone by.
#[derive(Debug, Default)]
pub(super) struct FirstPing {
    out_left: usize,
    has_hidden: bool,
    header: Vec<u8>,
    in_left: u64,
    is_done: bool,
}

/// What to do with bytes that are about to be written.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outgoing {
    /// Write at most so many of them.
    Write(usize),
    /// Say that so many were written, and write nothing.
    Hide(usize),
}

impl FirstPing {
    /// Nothing to hide: the session has been pinged before.
    pub(super) fn done() -> Self {
        Self { has_hidden: true, is_done: true, ..Self::default() }
    }

    /// Looks at bytes before they are written; they begin where the last write ended.
    pub(super) fn outgoing(&mut self, bytes: &[u8]) -> Outgoing {
        if self.has_hidden {
            return Outgoing::Write(bytes.len());
        }
        if self.out_left == 0 {
            if bytes.starts_with(&PING) {
                self.has_hidden = true;
                return Outgoing::Hide(PING.len());
            }
            match frame_length(bytes) {
                Some(length) => self.out_left = length,
                None => {
                    // An incomplete header, which the library never writes: pass it through.
                    *self = Self::done();
                    return Outgoing::Write(bytes.len());
                }
            }
        }
        Outgoing::Write(self.out_left.min(bytes.len()))
    }

    /// Notes that so many bytes were written.
    pub(super) fn written(&mut self, byte_count: usize) {
        if !self.has_hidden {
            self.out_left -= byte_count;
        }
    }

    /// Whether the pong must come now: a ping was hidden and the incoming bytes stand between two frames.
    pub(super) fn take_pong(&mut self) -> bool {
        let is_due = self.has_hidden && !self.is_done && self.in_left == 0 && self.header.is_empty();
        if is_due {
            self.is_done = true;
        }
        is_due
    }

    /// Whether there is nothing left to look at.
    pub(super) fn is_done(&self) -> bool {
        self.is_done
    }

    /// How many bytes may be read without going past the part of the frame that is being read.
    pub(super) fn may_read(&self) -> usize {
        if self.is_done {
            usize::MAX
        } else if self.in_left != 0 {
            usize::try_from(self.in_left).unwrap_or(usize::MAX)
        } else {
            header_length(&self.header) - self.header.len()
        }
    }

    /// Notes what was read.
    pub(super) fn read(&mut self, bytes: &[u8]) {
        if self.is_done {
            return;
        }
        if self.in_left != 0 {
            self.in_left -= bytes.len() as u64;
            return;
        }
        self.header.extend_from_slice(bytes);
        if self.header.len() == header_length(&self.header) {
            self.in_left = payload_length(&self.header);
            self.header.clear();
        }
    }
}

/// The length of a frame of a server, header and payload.
fn frame_length(bytes: &[u8]) -> Option<usize> {
    let header = match bytes.get(1)? & 0x7f {
        126 => 4,
        127 => 10,
        _ => 2,
    };
    let payload = payload_length(bytes.get(..header)?);
    header.checked_add(usize::try_from(payload).ok()?)
}

/// The length of a client's header as far as its first bytes tell; two bytes tell all of it.
fn header_length(header: &[u8]) -> usize {
    let Some(second) = header.get(1) else { return 2 };
    let length = match second & 0x7f {
        126 => 4,
        127 => 10,
        _ => 2,
    };
    if second & 0x80 == 0 { length } else { length + 4 }
}

/// The payload that a whole header announces.
fn payload_length(header: &[u8]) -> u64 {
    let big_endian = |bytes: &[u8]| bytes.iter().fold(0, |length, byte| length << 8 | u64::from(*byte));
    match header.get(1).map_or(0, |second| second & 0x7f) {
        126 => big_endian(&header[2..4]),
        127 => big_endian(&header[2..10]),
        short => u64::from(short),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn server_frame(payload: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0x81];
        match payload.len() {
            length @ 0..=125 => bytes.push(u8::try_from(length).unwrap()),
            length => {
                bytes.push(126);
                bytes.extend(u16::try_from(length).unwrap().to_be_bytes());
            }
        }
        bytes.extend(payload);
        bytes
    }

    fn client_frame(payload: &[u8]) -> Vec<u8> {
        let mut bytes = server_frame(payload);
        bytes[1] |= 0x80;
        let header = bytes.len() - payload.len();
        bytes.splice(header..header, [0, 0, 0, 0]);
        bytes
    }

    proptest! {
        #[test]
        fn one_ping_is_hidden_and_nothing_else_is_changed(
            before in prop::collection::vec(prop::collection::vec(b'a'..=b'z', 2..300), 0..4),
            after in prop::collection::vec(prop::collection::vec(b'a'..=b'z', 2..300), 0..4),
            pieces in prop::collection::vec(1..200_usize, 1..40),
        ) {
            let mut all: Vec<u8> = before.iter().flat_map(|one| server_frame(one)).collect();
            let mut expected = all.clone();
            all.extend(PING);
            let rest: Vec<u8> = after.iter().flat_map(|one| server_frame(one)).collect();
            all.extend(&rest);
            expected.extend(&rest);
            let (mut first_ping, mut written, mut at, mut turn) = (FirstPing::default(), Vec::<u8>::new(), 0, 0);
            while at < all.len() {
                match first_ping.outgoing(&all[at..]) {
                    Outgoing::Hide(count) => at += count,
                    Outgoing::Write(most) => {
                        // A writer may accept fewer bytes than offered.
                        let count = most.min(pieces[turn % pieces.len()]);
                        written.extend_from_slice(&all[at..at + count]);
                        first_ping.written(count);
                        at += count;
                        turn += 1;
                    }
                }
            }
            prop_assert_eq!(written, expected);
        }

        #[test]
        fn the_pong_comes_between_two_frames(
            frames in prop::collection::vec(prop::collection::vec(b'a'..=b'z', 1..300), 1..5),
            hidden_at in 0..600_usize,
            pieces in prop::collection::vec(1..200_usize, 1..40),
        ) {
            let all: Vec<u8> = frames.iter().flat_map(|one| client_frame(one)).collect();
            let mut boundaries = vec![0];
            for one in &frames {
                boundaries.push(boundaries[boundaries.len() - 1] + client_frame(one).len());
            }
            let (mut first_ping, mut at, mut pong_at, mut turn) = (FirstPing::default(), 0, None, 0);
            while at < all.len() {
                if at >= hidden_at && !first_ping.has_hidden {
                    prop_assert_eq!(first_ping.outgoing(&PING), Outgoing::Hide(3));
                }
                if first_ping.take_pong() {
                    prop_assert_eq!(pong_at, None);
                    pong_at = Some(at);
                }
                let count = first_ping.may_read().min(pieces[turn % pieces.len()]).min(all.len() - at);
                first_ping.read(&all[at..at + count]);
                at += count;
                turn += 1;
            }
            if let Some(at) = pong_at {
                prop_assert!(boundaries.contains(&at), "{} is inside a frame", at);
            } else {
                prop_assert!(hidden_at > boundaries[boundaries.len() - 2]);
            }
        }
    }
}
