//! Wire names of the relay's values.

use audio::Speaker;
use audio::relay::{EndReason, Floor, LinkHealth, Role, SayStage, ToolStage};

pub(super) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Visitor => "visitor",
        Role::Assistant => "assistant",
        Role::Agent => "agent",
    }
}

pub(super) fn speaker_name(speaker: Speaker) -> &'static str {
    match speaker {
        Speaker::Visitor => "visitor",
        Speaker::Assistant => "assistant",
        Speaker::Agent => "agent",
        Speaker::Nobody => "none",
    }
}

pub(super) fn say_stage_name(stage: SayStage) -> &'static str {
    match stage {
        SayStage::Waiting => "waiting",
        SayStage::Speaking => "speaking",
        SayStage::TakenBack => "taken_back",
        SayStage::Dropped => "dropped",
    }
}

pub(super) fn stage_name(stage: ToolStage) -> &'static str {
    match stage {
        ToolStage::Running => "running",
        ToolStage::Done => "done",
        ToolStage::Failed => "failed",
    }
}

pub(super) fn reason_name(reason: EndReason) -> &'static str {
    match reason {
        EndReason::Visitor => "visitor",
        EndReason::Agent => "agent",
        EndReason::Limit => "limit",
        EndReason::Budget => "budget",
        EndReason::Idle => "idle",
        EndReason::Error => "error",
    }
}

pub(super) fn floor_name(floor: Floor) -> &'static str {
    match floor {
        Floor::Assistant => "assistant",
        Floor::Taking => "taking",
        Floor::Agent => "agent",
        Floor::Hold => "hold",
    }
}

pub(super) fn health_name(health: LinkHealth) -> &'static str {
    match health {
        LinkHealth::Ok => "ok",
        LinkHealth::Reconnecting => "reconnecting",
        LinkHealth::Degraded => "degraded",
    }
}
