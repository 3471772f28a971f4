//! The fixed configuration of a call, and its description for joining legs.

use std::sync::Arc;

use audio::relay::Turn;
use rooms::CallId;

use super::live::CallStanding;
use super::wire_names::role_name;
use crate::tools::ToolContext;
use crate::wire::{VoiceDown, VoiceLimits, VoiceNotice, VoiceState, VoiceTurn};

/// Maximum turns in a brief.
const BRIEF_TURNS: usize = 6;

/// What a call was begun with.
#[derive(Debug)]
pub(super) struct Plan {
    /// For whom tools run.
    pub(super) context: ToolContext,
    /// What was said in the conversation before, in short.
    pub(super) summary: String,
    /// What the model was told of the visitor as if it had been said.
    pub(super) background: Arc<str>,
    /// Its limits, for its clients.
    pub(super) limits: VoiceLimits,
    /// What whoever is in it must know.
    pub(super) notice: VoiceNotice,
}

impl Plan {
    /// What a leg is told first.
    pub(super) fn ready(&self, call: CallId, resume_token: String, state: VoiceState) -> VoiceDown {
        VoiceDown::Ready {
            call_id: call.to_string(),
            codec: super::frame::CODEC_PCM_24K,
            frame_ms: audio::FRAME_MS,
            resume_token,
            limits: self.limits,
            notice: self.notice,
            state,
        }
    }

    /// What an agent is told who joins: what was said last, and how the visitor feels.
    pub(super) fn brief<'a>(
        &self,
        turns: impl Iterator<Item = &'a Turn>,
        standing: CallStanding,
    ) -> VoiceDown {
        let said = turns.filter_map(|turn| match turn {
            Turn::Said(role, text) if *text != self.background => {
                Some(VoiceTurn { role: role_name(*role), text: text.clone() })
            }
            Turn::Said(..) | Turn::Tool(..) | Turn::Told(_) => None,
        });
        let said: Vec<VoiceTurn> = said.collect();
        VoiceDown::Brief {
            summary: self.summary.clone(),
            sentiment: standing.sentiment.map(|sentiment| sentiment.to_string()),
            last_turns: said[said.len().saturating_sub(BRIEF_TURNS)..].to_vec(),
            cost: super::usd(standing.cost_nano_usd),
        }
    }
}
