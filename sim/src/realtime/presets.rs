//! Preset scenarios of known faults of realtime providers, for tests.

use serde_json::json;

use super::scenario::{Scenario, Turn};

impl Scenario {
    /// 1, 2: a long answer that is generated much faster than it is heard, so that an interruption finds most of it
    /// unplayed, and nothing left to cancel.
    #[must_use]
    pub fn long_answer_sent_fast() -> Self {
        let words =
            "This is a long answer about opening hours, delivery, returns and everything else one could ask.";
        Self::default().pace(10.0).script([Turn::say_for(words, 20_000)])
    }

    /// 1: the provider goes on talking after it was told to stop.
    #[must_use]
    pub fn talks_on_after_cancellation() -> Self {
        Self::default()
            .pace(2.0)
            .cancel_drain_ms(400)
            .script([Turn::say_for("I will not stop at once.", 10_000)])
    }

    /// 2: two items in one answer, so that the wrong one can be truncated.
    #[must_use]
    pub fn two_items_in_one_answer() -> Self {
        let first = ("First I say this.".to_owned(), 4_000);
        let second = ("And then I say that.".to_owned(), 4_000);
        Self::default().pace(10.0).script([Turn::TwoItems { first, second }])
    }

    /// 3: the session ends at its limit.
    #[must_use]
    pub fn session_limit(ms: u64) -> Self {
        Self::default().session_expired(ms)
    }

    /// 3: the first connection is lost after so many events; the next ones are well.
    #[must_use]
    pub fn drops_once_after(event_count: usize) -> Self {
        Self::default().drop_after_events(event_count).only_first(1)
    }

    /// 3: the provider is busy for the first attempts.
    #[must_use]
    pub fn busy_for(attempt_count: usize) -> Self {
        Self::default().refuse_upgrade(429, attempt_count)
    }

    /// 4: an answer that takes long, so that a second one is asked for meanwhile.
    #[must_use]
    pub fn slow_answer() -> Self {
        Self::default().pace(1.0).script([Turn::say_for("This takes me a while.", 3_000)])
    }

    /// 8: half a minute of speech at once.
    #[must_use]
    pub fn floods() -> Self {
        Self::default().burst()
    }

    /// 9: transcripts that come long after the answer.
    #[must_use]
    pub fn late_transcripts() -> Self {
        Self::default().pace(10.0).transcribe_delay_ms(1_500)
    }

    /// 11: a tool is called after a preamble, and the answer follows its output.
    #[must_use]
    pub fn calls_a_tool(name: &str, arguments: &serde_json::Value) -> Self {
        Self::default().script([Turn::call(name, arguments).after("One moment, I look that up.")])
    }

    /// 11: two tools at once.
    #[must_use]
    pub fn calls_two_tools() -> Self {
        let first = ("lookup_order", json!({ "id": "A-1" }));
        Self::default().script([Turn::calls([first, ("opening_hours", json!({}))])])
    }

    /// 12: errors that mean nothing, events nobody knows, ids that repeat, an end without a beginning.
    #[must_use]
    pub fn harmless_noise() -> Self {
        Self::default().error_storm(20).unknown_event().duplicate_event_id().done_without_created()
    }

    /// 12: the line goes dead without a word.
    #[must_use]
    pub fn goes_dead() -> Self {
        Self::default().no_pong().only_first(1)
    }

    /// 14: the configuration is confirmed late, while the detection of its defaults is listening.
    #[must_use]
    pub fn configures_late(ms: u64) -> Self {
        Self::default().delay_updated_ms(ms)
    }

    /// 14: neither the transcription model nor semantic detection is taken.
    #[must_use]
    pub fn refuses_refinements() -> Self {
        Self::default().rejects_transcription_model(["gpt-transcribe"]).rejects_semantic_vad()
    }
}
