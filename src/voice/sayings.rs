//! Words that agents let the assistant's voice say and that are not heard yet: whose they are, for the other agents.

use std::sync::Arc;

use audio::relay::{SayId, SayStage};
use rooms::User;

use super::wire_names::say_stage_name;
use crate::wire::VoiceDown;

/// Words that may wait in one call; the relay drops the oldest of more.
const WAITING_MAX: usize = 8;

/// An agent's words, until they are heard or not.
#[derive(Debug)]
struct Saying {
    id: SayId,
    by: User,
    words: Arc<str>,
}

/// The words of agents that wait in one call.
#[derive(Debug, Default)]
pub(super) struct Sayings {
    waiting: Vec<Saying>,
    next_id: u32,
}

impl Sayings {
    /// An agent wants this said; `None` while too many words wait.
    pub(super) fn add(&mut self, by: User, words: Arc<str>) -> Option<SayId> {
        if self.waiting.len() >= WAITING_MAX {
            return None;
        }
        let id = SayId(self.next_id);
        self.next_id += 1;
        self.waiting.push(Saying { id, by, words });
        Some(id)
    }

    /// What agents are told of words that have come so far; nothing more is told of them once they wait no more.
    pub(super) fn advance(&mut self, id: SayId, stage: SayStage) -> Option<VoiceDown> {
        let at = self.waiting.iter().position(|saying| saying.id == id)?;
        let event = self.waiting[at].event(stage);
        if stage != SayStage::Waiting {
            self.waiting.remove(at);
        }
        Some(event)
    }

    /// What an agent is told who joins.
    pub(super) fn waiting(&self) -> Vec<VoiceDown> {
        self.waiting.iter().map(|saying| saying.event(SayStage::Waiting)).collect()
    }
}

impl Saying {
    fn event(&self, stage: SayStage) -> VoiceDown {
        VoiceDown::Say {
            say_id: self.id.0,
            by: (&self.by).into(),
            text: self.words.clone(),
            stage: say_stage_name(stage),
        }
    }
}
