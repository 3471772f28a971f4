//! Decides when to hang up: the file has been played, an answer was heard, and both sides are silent.

/// How long it must be quiet after an answer.
const QUIET_MS: u64 = 2_000;

/// What a call that ends by itself waits for.
#[derive(Debug, Default)]
pub(super) struct Patience {
    is_visitor_speaking: bool,
    is_answered: bool,
    tools_running: u32,
    /// When anybody was heard last.
    heard_ms: u64,
}

impl Patience {
    /// Somebody begins to speak, as the hub has it.
    pub(super) fn record_turn(&mut self, speaking: &str, now_ms: u64) {
        self.is_visitor_speaking = speaking == "visitor";
        if self.is_visitor_speaking {
            self.is_answered = false;
            self.heard_ms = now_ms;
        }
    }

    /// A tool begins or ends.
    pub(super) fn record_tool(&mut self, is_running: bool, now_ms: u64) {
        self.tools_running =
            if is_running { self.tools_running + 1 } else { self.tools_running.saturating_sub(1) };
        self.heard_ms = now_ms;
    }

    /// Something was played; what somebody says is an answer, a tone is none.
    pub(super) fn record_sound(&mut self, is_voice: bool, now_ms: u64) {
        self.heard_ms = now_ms;
        self.is_answered |= is_voice && !self.is_visitor_speaking;
    }

    /// Whether nothing more is to be expected.
    pub(super) fn is_over(&self, has_said_all: bool, now_ms: u64) -> bool {
        let is_busy = self.is_visitor_speaking || self.tools_running > 0;
        has_said_all && self.is_answered && !is_busy && now_ms >= self.heard_ms + QUIET_MS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_over_two_seconds_after_the_answer() {
        let mut patience = Patience::default();
        patience.record_turn("visitor", 100);
        patience.record_turn("none", 1_000);
        assert!(!patience.is_over(true, 60_000), "nobody has answered");

        patience.record_sound(true, 61_000);

        assert!(!patience.is_over(true, 62_999));
        assert!(patience.is_over(true, 63_000));
        assert!(!patience.is_over(false, 63_000), "the visitor has more to say");
    }

    #[test]
    fn whoever_speaks_again_is_answered_again() {
        let mut patience = Patience::default();
        patience.record_sound(true, 500);
        patience.record_turn("visitor", 1_000);
        patience.record_sound(true, 1_020);
        patience.record_turn("none", 2_000);

        assert!(!patience.is_over(true, 20_000), "what was heard was cut, and answers nothing");
        patience.record_sound(true, 20_000);
        assert!(patience.is_over(true, 22_000));
    }

    #[test]
    fn tools_are_waited_for_and_their_tone_is_no_answer() {
        let mut patience = Patience::default();
        patience.record_tool(true, 1_000);
        patience.record_sound(false, 1_700);
        patience.record_tool(false, 9_000);
        assert!(!patience.is_over(true, 60_000));

        patience.record_sound(true, 60_000);
        patience.record_tool(true, 60_100);

        assert!(!patience.is_over(true, 90_000));
        patience.record_tool(false, 90_000);
        assert!(patience.is_over(true, 92_000));
    }
}
