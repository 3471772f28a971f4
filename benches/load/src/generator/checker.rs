//! Verifies what readers receive: every message once, in order, in its own room, and nothing that is not theirs.

use std::fmt;

use super::mark::Mark;

/// What a server did wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Fault {
    Lost,
    Repeated,
    Reordered,
    Leaked,
    Refused,
    Disconnected,
    Unreadable,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lost => "lost",
            Self::Repeated => "repeated",
            Self::Reordered => "reordered",
            Self::Leaked => "leaked",
            Self::Refused => "refused",
            Self::Disconnected => "disconnected",
            Self::Unreadable => "unreadable",
        })
    }
}

/// What one reader has seen so far of its room.
#[derive(Debug, Clone, Default)]
pub(crate) struct Checker {
    room: u32,
    is_visitor: bool,
    /// The next number of each writer.
    next: [u32; 2],
    /// The server's own position, where it has one.
    position: u64,
}

impl Checker {
    pub(crate) fn new(room: u32, is_visitor: bool) -> Self {
        Self { room, is_visitor, ..Self::default() }
    }

    /// Takes a message, with its place where the server gives one.
    pub(crate) fn take(&mut self, mark: Mark, place: Option<(u64, u64)>, is_note: bool) -> Result<(), Fault> {
        if mark.room != self.room || (self.is_visitor && is_note) {
            return Err(Fault::Leaked);
        }
        self.advance(place)?;
        let next = self.next.get_mut(usize::from(mark.writer)).ok_or(Fault::Unreadable)?;
        if mark.number < *next {
            return Err(if place.is_some() { Fault::Repeated } else { Fault::Reordered });
        }
        let is_gap = mark.number > *next;
        *next = mark.number + 1;
        if is_gap { Err(Fault::Lost) } else { Ok(()) }
    }

    /// Moves the position; an entry that is no message moves it too.
    pub(crate) fn advance(&mut self, place: Option<(u64, u64)>) -> Result<(), Fault> {
        let Some((seq, prev)) = place else { return Ok(()) };
        let position = self.position;
        self.position = seq.max(position);
        match () {
            () if seq <= position => Err(Fault::Repeated),
            () if prev < position => Err(Fault::Reordered),
            () if prev > position => Err(Fault::Lost),
            () => Ok(()),
        }
    }

    /// Begins behind what was there before the run.
    pub(crate) fn start_at(&mut self, position: u64) {
        self.position = position;
    }

    /// Begins behind messages that nobody gave it, because the server resumes nothing.
    pub(crate) fn skip_to(&mut self, next: [u32; 2]) {
        self.next = next;
    }

    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// How many of the messages sent have not come.
    pub(crate) fn missing(&self, sent: [u32; 2]) -> u32 {
        sent.iter().zip(self.next).map(|(sent, next)| sent.saturating_sub(next)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(number: u32) -> Mark {
        Mark { room: 3, writer: 0, number, due_us: 0 }
    }

    #[test]
    fn messages_in_order_are_fine_and_all_there() {
        let mut reader = Checker::new(3, true);
        reader.start_at(1);

        assert_eq!(reader.take(mark(0), Some((2, 1)), false), Ok(()));
        assert_eq!(reader.advance(Some((3, 2))), Ok(()));
        assert_eq!(reader.take(mark(1), Some((4, 3)), false), Ok(()));
        assert_eq!((reader.position(), reader.missing([2, 0])), (4, 0));
    }

    #[test]
    fn each_fault_is_told_by_its_name() {
        let mut reader = Checker::new(3, true);

        assert_eq!(reader.take(mark(0), Some((1, 0)), true), Err(Fault::Leaked));
        assert_eq!(reader.take(Mark { room: 4, ..mark(0) }, None, false), Err(Fault::Leaked));
        assert_eq!(reader.take(mark(1), None, false), Err(Fault::Lost));
        assert_eq!(reader.take(mark(0), None, false), Err(Fault::Reordered));
        assert_eq!(reader.take(mark(2), Some((1, 0)), false), Ok(()));
        assert_eq!(reader.take(mark(2), Some((1, 0)), false), Err(Fault::Repeated));
        assert_eq!(reader.take(mark(4), Some((9, 7)), false), Err(Fault::Lost));
    }

    #[test]
    fn what_did_not_come_is_counted() {
        assert_eq!(Checker::new(0, false).missing([5, 2]), 7);
    }
}
