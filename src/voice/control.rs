//! Messages to the task of a call from other tasks.

use std::sync::Arc;

use audio::SampleRate;
use audio::relay::{ItemId, LinkId, Loss, Outcome, Overheard, Role};
use rooms::User;

use super::leg::{LegId, LegSocket};
use super::tickets::LegMode;
use crate::auth::Principal;
use crate::hub::Noted;
use crate::providers::realtime::Connection;
use crate::refusal::ServiceError;
use crate::wire::VoicePlayed;

/// An agent's act that the conversation had to agree to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// They take the call.
    Take,
    /// They give it back.
    GiveBack,
}

/// Who joins.
#[derive(Debug)]
pub(super) enum Coming {
    /// Somebody with a ticket.
    New { principal: Principal, mode: LegMode },
    /// Somebody who was here before.
    Back { leg: LegId, last_n: u64, played: Option<VoicePlayed> },
}

/// What other tasks tell a call.
#[derive(Debug)]
pub(super) enum Control {
    /// A leg joins.
    Join { socket: Box<LegSocket>, rate: Option<SampleRate>, coming: Coming },
    /// A provider was dialled.
    Dialled { link: LinkId, place: usize, outcome: Result<Box<Connection>, Loss> },
    /// A tool has come to an end.
    ToolEnded { call: audio::relay::CallId, outcome: Outcome },
    /// More of the answer to a delegated task is written.
    DelegationWords { call: audio::relay::CallId, words: Arc<str> },
    /// Something has cost money; `is_over` when the org has reached a limit.
    Spent { nano_usd: u64, is_over: bool },
    /// What a person says to another goes on.
    Overheard { person: User, role: Role, item: ItemId, what: Overheard },
    /// What was said in the call, summed up for the agents in it.
    SummedUp(String),
    /// Something was committed in the conversation.
    Noted(Box<Noted>),
    /// The conversation has agreed to an act, or not.
    Acted { leg: LegId, act: Act, outcome: Result<(), ServiceError> },
    /// Access has ended, as revocations name it.
    Revoked { subject: Arc<str> },
    /// Somebody ends the call from outside.
    End { by: User },
}
