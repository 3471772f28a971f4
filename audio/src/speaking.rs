//! Voice activity for display, by level with hysteresis.

/// How long an agent's microphone must be silent until they count as done; shorter than that is breath.
const AGENT_PAUSE_MS: u64 = 600;

/// Somebody who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    /// The visitor.
    Visitor,
    /// The assistant, as long as it is heard.
    Assistant,
    /// An agent.
    Agent,
    /// Nobody.
    Nobody,
}

/// Follows who is speaking. Where two speak at once the visitor is shown, as they are who is listened to.
#[derive(Debug, Clone, Default)]
pub struct Speaking {
    is_visitor: bool,
    is_assistant: bool,
    agent_until_ms: Option<u64>,
    shown: Option<Speaker>,
}

impl Speaking {
    /// The provider hears the visitor begin or end.
    pub fn set_visitor(&mut self, is_speaking: bool) {
        self.is_visitor = is_speaking;
    }

    /// Whether the visitor is in the middle of a turn.
    #[must_use]
    pub fn is_visitor(&self) -> bool {
        self.is_visitor
    }

    /// The assistant is being heard, or not any more.
    pub fn set_assistant(&mut self, is_heard: bool) {
        self.is_assistant = is_heard;
    }

    /// An agent's frame with something to hear in it.
    pub fn record_agent(&mut self, now_ms: u64) {
        self.agent_until_ms = Some(now_ms + AGENT_PAUSE_MS);
    }

    /// The agent is gone.
    pub fn forget_agent(&mut self) {
        self.agent_until_ms = None;
    }

    /// Who speaks now, where that has changed since it was asked last.
    pub fn changed(&mut self, now_ms: u64) -> Option<Speaker> {
        if self.agent_until_ms.is_some_and(|until| now_ms >= until) {
            self.agent_until_ms = None;
        }
        let speaker = if self.is_visitor {
            Speaker::Visitor
        } else if self.agent_until_ms.is_some() {
            Speaker::Agent
        } else if self.is_assistant {
            Speaker::Assistant
        } else {
            Speaker::Nobody
        };
        let is_news = self.shown.unwrap_or(Speaker::Nobody) != speaker;
        self.shown = Some(speaker);
        is_news.then_some(speaker)
    }

    /// When an agent counts as done, if nothing more is heard of them.
    #[must_use]
    pub fn next_deadline(&self) -> Option<u64> {
        self.agent_until_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_is_told_once() {
        let mut speaking = Speaking::default();
        assert_eq!(speaking.changed(0), None);

        speaking.set_assistant(true);
        assert_eq!(speaking.changed(0), Some(Speaker::Assistant));
        assert_eq!(speaking.changed(1), None);
        speaking.set_visitor(true);
        assert_eq!(speaking.changed(2), Some(Speaker::Visitor));
        speaking.set_visitor(false);
        speaking.set_assistant(false);
        assert_eq!(speaking.changed(3), Some(Speaker::Nobody));
    }

    #[test]
    fn an_agent_who_breathes_is_still_speaking() {
        let mut speaking = Speaking::default();
        speaking.record_agent(0);
        assert_eq!(speaking.changed(0), Some(Speaker::Agent));
        speaking.record_agent(500);

        assert_eq!(speaking.changed(1_099), None);
        assert_eq!(speaking.next_deadline(), Some(1_100));
        assert_eq!(speaking.changed(1_100), Some(Speaker::Nobody));
    }
}
