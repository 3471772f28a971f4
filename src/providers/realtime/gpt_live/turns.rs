//! Gives the visitor's words to their turns, by time: the session says when words were spoken and nothing of turns.

use std::collections::VecDeque;

use audio::relay::ItemId;

/// Detection notices a voice after its beginning: words may begin so much before it.
const BEFORE_MS: u64 = 700;
/// Words may end so much after the end of their turn, as times are not exact.
const AFTER_MS: u64 = 300;
/// A pause after which words that no turn was detected for are another turn.
const PAUSE_MS: u64 = 800;
/// Turns whose words may still come.
const TURNS_MAX: usize = 32;

#[derive(Debug)]
struct Turn {
    item: ItemId,
    from_ms: u64,
    /// The end; none while it lasts.
    to_ms: Option<u64>,
}

/// Words that belong to no turn that was detected.
#[derive(Debug)]
struct Undetected {
    item: ItemId,
    to_ms: u64,
}

/// The visitor's turns on one connection, by its clock.
#[derive(Debug, Default)]
pub(super) struct Turns {
    /// The session's id, which makes names of turns unique over the connections of a call.
    session: String,
    detected: VecDeque<Turn>,
    undetected: Option<Undetected>,
    undetected_count: u32,
}

impl Turns {
    /// Of this session.
    pub(super) fn of(session: &str) -> Self {
        Self { session: session.to_owned(), ..Self::default() }
    }

    /// A turn was detected when the clock stood here.
    pub(super) fn begin(&mut self, item: ItemId, clock_ms: u64) {
        let before_ms = self.detected.back().and_then(|turn| turn.to_ms).unwrap_or(0);
        if self.detected.len() == TURNS_MAX {
            self.detected.pop_front();
        }
        let from_ms = clock_ms.saturating_sub(BEFORE_MS).max(before_ms);
        self.detected.push_back(Turn { item, from_ms, to_ms: None });
    }

    /// That turn ended when the clock stood here.
    pub(super) fn end(&mut self, item: &ItemId, clock_ms: u64) {
        if let Some(turn) = self.detected.iter_mut().rev().find(|turn| turn.item == *item) {
            turn.to_ms = Some(clock_ms);
        }
    }

    /// Whether a turn lasts, and when the last one ended.
    pub(super) fn last_end_ms(&self) -> Option<u64> {
        self.detected.back().and_then(|turn| turn.to_ms)
    }

    /// The turn of words that were spoken from one moment to another.
    pub(super) fn item_of(&mut self, from_ms: u64, to_ms: u64) -> ItemId {
        let holds = |turn: &&Turn| {
            turn.from_ms <= to_ms && turn.to_ms.is_none_or(|end_ms| from_ms <= end_ms + AFTER_MS)
        };
        if let Some(turn) = self.detected.iter().rev().find(holds) {
            return turn.item.clone();
        }
        let goes_on = self.undetected.as_mut().filter(|words| from_ms <= words.to_ms + PAUSE_MS);
        if let Some(words) = goes_on {
            words.to_ms = words.to_ms.max(to_ms);
            return words.item.clone();
        }
        let item = ItemId(format!("{}.heard_{}", self.session, self.undetected_count).into());
        self.undetected_count += 1;
        self.undetected = Some(Undetected { item: item.clone(), to_ms });
        item
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(name: &str) -> ItemId {
        ItemId(name.into())
    }

    #[test]
    fn words_belong_to_the_turn_that_they_were_spoken_in_whenever_they_come() {
        let mut turns = Turns::of("s");
        turns.begin(item("a"), 1_000);
        turns.end(&item("a"), 2_500);
        turns.begin(item("b"), 4_000);

        assert_eq!(turns.item_of(800, 1_100), item("a"));
        assert_eq!(turns.item_of(3_900, 4_200), item("b"));
        assert_eq!(turns.item_of(2_200, 2_600), item("a"), "late");
        assert_eq!(turns.item_of(9_000, 9_300), item("b"), "it lasts");
    }

    #[test]
    fn words_that_nothing_was_detected_for_are_turns_of_their_own_between_pauses() {
        let mut turns = Turns::of("s");

        assert_eq!(turns.item_of(100, 400), item("s.heard_0"));
        assert_eq!(turns.item_of(900, 1_200), item("s.heard_0"));
        assert_eq!(turns.item_of(2_100, 2_400), item("s.heard_1"));
    }

    #[test]
    fn a_turn_does_not_reach_into_the_one_before() {
        let mut turns = Turns::of("s");
        turns.begin(item("a"), 1_000);
        turns.end(&item("a"), 2_500);
        turns.begin(item("b"), 2_600);

        assert_eq!(turns.item_of(2_000, 2_300), item("a"));
        assert_eq!(turns.item_of(2_510, 2_900), item("b"));
    }
}
