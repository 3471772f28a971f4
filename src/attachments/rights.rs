//! Who may upload a file to a conversation and who may download one.

use super::AttachmentError;
use crate::auth::{Principal, PrincipalKind, Right};
use crate::model::{AttachmentRecord, ConversationRecord};

/// Whether the caller may upload at all.
pub(super) fn may_bring(principal: &Principal) -> Result<(), AttachmentError> {
    Right::UploadFile.check(principal).map_err(AttachmentError::Refused)
}

/// Whether the caller may look at files at all.
pub(super) fn may_look(principal: &Principal) -> Result<(), AttachmentError> {
    Right::ReadConversation.check(principal).map_err(AttachmentError::Refused)
}

/// Whether a conversation of the caller's org is theirs to see.
pub(super) fn sees_conversation(principal: &Principal, conversation: &ConversationRecord) -> bool {
    match principal.kind {
        PrincipalKind::Visitor { .. } => conversation.visitor.id == principal.user.id,
        PrincipalKind::Agent { .. } | PrincipalKind::Server => true,
        PrincipalKind::Shell => false,
    }
}

/// Whether a file in a conversation that the caller sees is theirs to see: what is not sent is its uploader's
/// alone, and what only notes name is not for visitors.
pub(super) fn sees_file(principal: &Principal, record: &AttachmentRecord) -> bool {
    if record.uploader == principal.user.id {
        return true;
    }
    match principal.kind {
        PrincipalKind::Visitor { .. } => record.is_shown,
        PrincipalKind::Agent { .. } | PrincipalKind::Server => record.sent_at.is_some(),
        PrincipalKind::Shell => false,
    }
}
