//! Ids as newtypes over 128 bits, written as hyphenated lower-case hexadecimal (the form of a UUID).

use std::fmt;

/// A text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseIdError;

impl fmt::Display for ParseIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an id: 36 characters of hyphenated lower-case hexadecimal expected")
    }
}

impl std::error::Error for ParseIdError {}

const HYPHENS: [usize; 4] = [8, 13, 18, 23];

/// Writes an id as [`id!`](crate::id) types do.
///
/// # Errors
/// The formatter's.
pub fn write_hyphenated(value: u128, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut text = [0_u8; 36];
    let mut shift = 128;
    for (index, slot) in text.iter_mut().enumerate() {
        if HYPHENS.contains(&index) {
            *slot = b'-';
            continue;
        }
        shift -= 4;
        let nibble = ((value >> shift) & 0xf) as usize;
        *slot = b"0123456789abcdef"[nibble];
    }
    f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
}

/// Reads an id as [`id!`](crate::id) types do.
///
/// # Errors
/// When the text is not an id.
pub fn parse_hyphenated(text: &str) -> Result<u128, ParseIdError> {
    if text.len() != 36 {
        return Err(ParseIdError);
    }
    let mut value = 0_u128;
    for (index, byte) in text.bytes().enumerate() {
        if HYPHENS.contains(&index) {
            if byte != b'-' {
                return Err(ParseIdError);
            }
            continue;
        }
        let nibble = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            _ => return Err(ParseIdError),
        };
        value = (value << 4) | u128::from(nibble);
    }
    Ok(value)
}

/// Defines an id: a newtype over 128 bits that is written as hyphenated lower-case hexadecimal.
#[macro_export]
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u128);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::write_hyphenated(self.0, f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::write_hyphenated(self.0, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::ParseIdError;

            fn from_str(text: &str) -> Result<Self, $crate::ParseIdError> {
                $crate::parse_hyphenated(text).map(Self)
            }
        }
    };
}

id!(
    /// An org (tenant).
    OrgId
);
id!(
    /// A channel: one installed widget or other entry.
    ChannelId
);
id!(
    /// A conversation; on the wire it is called `session_id`.
    ConversationId
);
id!(
    /// An entry of a conversation's log.
    EntryId
);
id!(
    /// A visitor, an agent, a server token, the assistant or the system.
    UserId
);
id!(
    /// A ticket.
    TicketId
);
id!(
    /// A call.
    CallId
);
id!(
    /// A file of a message.
    AttachmentId
);

/// One live connection of a user; unique while the process runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_written_as_it_was_read() {
        let text = "018f2a6c-1d2e-7b3f-8a4b-0123456789ab";

        assert_eq!(text.parse::<EntryId>().unwrap().to_string(), text);
    }

    #[test]
    fn what_is_not_an_id_is_refused() {
        for text in ["", "1", "018F2A6C-1D2E-7B3F-8A4B-0123456789AB", "018f2a6c01d2e-7b3f-8a4b-0123456789ab"]
        {
            assert_eq!(text.parse::<EntryId>(), Err(ParseIdError), "{text}");
        }
    }
}
