//! WebSocket frames as a client reads and writes them.

/// A frame of the server and its length.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Frame<'a> {
    pub(super) opcode: u8,
    pub(super) payload: &'a [u8],
    pub(super) length: usize,
}

pub(super) const TEXT: u8 = 1;
pub(super) const CLOSE: u8 = 8;
pub(super) const PING: u8 = 9;
pub(super) const PONG: u8 = 10;

/// The first whole frame of `bytes`. Servers neither mask nor, in what is measured here, fragment.
pub(super) fn decode(bytes: &[u8]) -> Option<Frame<'_>> {
    let (opcode, short) = (bytes.first()? & 0x0f, usize::from(bytes.get(1)? & 0x7f));
    let (length, head) = match short {
        126 => (usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)), 4),
        127 => (usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?, 10),
        short => (short, 2),
    };
    let payload = bytes.get(head..head + length)?;
    Some(Frame { opcode, payload, length: head + length })
}

/// Appends a masked frame to `out`.
pub(super) fn encode(opcode: u8, payload: &[u8], mask: [u8; 4], out: &mut Vec<u8>) {
    out.push(0x80 | opcode);
    match payload.len() {
        length @ 0..126 => out.push(0x80 | u8::try_from(length).unwrap_or(0)),
        length @ 126..=0xffff => {
            out.push(0x80 | 126);
            out.extend(u16::try_from(length).unwrap_or(0).to_be_bytes());
        }
        length => {
            out.push(0x80 | 127);
            out.extend((length as u64).to_be_bytes());
        }
    }
    out.extend(mask);
    out.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_read_once_it_is_whole() {
        let bytes = [0x81, 2, b'h', b'i', 0x89];

        assert_eq!(decode(&bytes), Some(Frame { opcode: TEXT, payload: b"hi", length: 4 }));
        assert_eq!(decode(&bytes[..3]), None);
    }

    #[test]
    fn what_is_written_is_masked() {
        let mut out = Vec::new();

        encode(TEXT, b"hi", [1, 2, 3, 4], &mut out);

        assert_eq!(out, [0x81, 0x82, 1, 2, 3, 4, b'h' ^ 1, b'i' ^ 2]);
    }
}
