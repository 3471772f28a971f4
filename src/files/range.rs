//! A part of a file, as HTTP asks for it (RFC 9110 section 14).

use std::ops::Range;

/// A part of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteRange {
    /// From the first to the second, both included.
    Bounded(u64, u64),
    /// From here to its end.
    From(u64),
    /// So many of its last bytes.
    Last(u64),
}

impl ByteRange {
    /// Reads the header `Range`. What is none, is malformed, or asks for several parts is `None`: the whole file is the
    /// right answer then.
    #[must_use]
    pub fn parse(header: &str) -> Option<Self> {
        let (first, last) = header.trim().strip_prefix("bytes=")?.trim().split_once('-')?;
        let number = |text: &str| {
            let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            if is_number { text.parse().ok() } else { None }
        };
        match (first.trim(), last.trim()) {
            ("", last) => number(last).map(Self::Last),
            (first, "") => number(first).map(Self::From),
            (first, last) => {
                let (first, last): (u64, u64) = (number(first)?, number(last)?);
                (first <= last).then_some(Self::Bounded(first, last))
            }
        }
    }

    /// The bytes that this is of a file of `size`; `None` where it is behind its end.
    #[must_use]
    pub fn of(self, size: u64) -> Option<Range<u64>> {
        let range = match self {
            Self::Bounded(first, last) => first..last.saturating_add(1).min(size),
            Self::From(first) => first..size,
            Self::Last(count) => size.saturating_sub(count)..size,
        };
        (range.start < range.end).then_some(range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_read_as_the_standard_has_it() {
        let parsed = |text: &str| ByteRange::parse(text);
        assert_eq!(parsed("bytes=0-99"), Some(ByteRange::Bounded(0, 99)));
        assert_eq!(parsed("bytes=100-"), Some(ByteRange::From(100)));
        assert_eq!(parsed("bytes=-5"), Some(ByteRange::Last(5)));
        for other in
            ["", "bytes=", "bytes=-", "bytes=5-4", "items=0-1", "bytes=0-1,4-5", "bytes=+1-2", "bytes=a-b"]
        {
            assert_eq!(parsed(other), None, "{other}");
        }
    }

    #[test]
    fn a_range_ends_at_the_end_of_the_file() {
        assert_eq!(ByteRange::Bounded(2, 99).of(10), Some(2..10));
        assert_eq!(ByteRange::Bounded(2, u64::MAX).of(10), Some(2..10));
        assert_eq!(ByteRange::From(9).of(10), Some(9..10));
        assert_eq!(ByteRange::Last(99).of(10), Some(0..10));
        for behind in [ByteRange::From(10), ByteRange::Bounded(10, 12), ByteRange::Last(0)] {
            assert_eq!(behind.of(10), None, "{behind:?}");
        }
        assert_eq!(ByteRange::Last(5).of(0), None);
    }
}
