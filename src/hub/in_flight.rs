//! What a room has queued for the writer and waits for.

use rooms::{Command, ConnectionId};

use super::room_handle::ActReply;
use crate::db::DbError;
use crate::model::CommitOutcome;
use crate::telemetry::trace::TraceContext;

/// What the writer says of a draft.
pub(super) type Outcome = Result<Option<CommitOutcome>, DbError>;

/// A command whose draft the writer has answered.
pub(super) struct InFlight {
    pub(super) outcome: Outcome,
    pub(super) command: Command,
    pub(super) reply: Reply,
}

/// Who waits for what becomes of a command.
pub(super) struct Reply {
    pub(super) waiting: Option<ActReply>,
    pub(super) from: Option<ConnectionId>,
    /// Where in a trace it was asked.
    pub(super) place: TraceContext,
}

impl Reply {
    /// Nobody waits.
    pub(super) fn to_nobody() -> Self {
        Self { waiting: None, from: None, place: TraceContext::none() }
    }
}
