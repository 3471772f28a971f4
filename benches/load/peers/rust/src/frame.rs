//! WebSocket frames as a server reads and writes them: whole text messages, control frames, nothing else.

/// A frame of a client, unmasked.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame {
    /// A text message.
    Text(Vec<u8>),
    /// A ping to be answered with the same bytes.
    Ping(Vec<u8>),
    /// The end of the connection.
    Close,
    /// What needs no answer.
    Other,
}

/// Takes the first whole frame out of `bytes`: the frame and its length.
#[must_use]
pub fn decode(bytes: &[u8]) -> Option<(Frame, usize)> {
    let (opcode, short) = (bytes.first()? & 0x0f, usize::from(bytes.get(1)? & 0x7f));
    let (length, head) = match short {
        126 => (usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)), 4),
        127 => (usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?, 10),
        short => (short, 2),
    };
    let is_masked = bytes[1] & 0x80 != 0;
    let start = if is_masked { head + 4 } else { head };
    let mut payload = bytes.get(start..start + length)?.to_vec();
    if is_masked {
        let key = &bytes[head..start];
        for (byte, mask) in payload.iter_mut().zip(key.iter().cycle()) {
            *byte ^= mask;
        }
    }
    let frame = match opcode {
        1 => Frame::Text(payload),
        8 => Frame::Close,
        9 => Frame::Ping(payload),
        _ => Frame::Other,
    };
    Some((frame, start + length))
}

/// Appends a frame of this opcode to `out`.
pub fn encode(opcode: u8, payload: &[u8], out: &mut Vec<u8>) {
    out.push(0x80 | opcode);
    match payload.len() {
        length @ 0..126 => out.push(u8::try_from(length).unwrap_or(0)),
        length @ 126..=0xffff => {
            out.push(126);
            out.extend(u16::try_from(length).unwrap_or(0).to_be_bytes());
        }
        length => {
            out.push(127);
            out.extend((length as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(payload);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_text_is_read_once_it_is_whole() {
        let bytes = [0x81, 0x82, 1, 2, 3, 4, b'h' ^ 1, b'i' ^ 2, 0x81];

        assert_eq!(decode(&bytes), Some((Frame::Text(b"hi".to_vec()), 8)));
        assert_eq!(decode(&bytes[..7]), None);
    }

    #[test]
    fn what_is_written_can_be_read_at_every_length() {
        for length in [0, 125, 126, 65_535, 65_536] {
            let (payload, mut bytes) = (vec![b'x'; length], Vec::new());
            encode(1, &payload, &mut bytes);

            assert_eq!(decode(&bytes), Some((Frame::Text(payload), bytes.len())));
        }
    }
}
