//! Files of conversations.

use rooms::{Attachment, ConversationId, OrgId, Timestamp, UserId};

/// A file that no message names is removed after this.
pub const UNSENT_KEPT_MS: i64 = 24 * 3_600 * 1_000;

/// For so long a message may still name it: between this and its removal lies an hour, so that a message on its
/// way to the store never names a file that is being removed.
pub const UNSENT_USABLE_MS: i64 = UNSENT_KEPT_MS - 3_600 * 1_000;

/// A file of a conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct AttachmentRecord {
    /// Its org.
    pub org: OrgId,
    /// Its conversation.
    pub conversation: ConversationId,
    /// Who brought it.
    pub uploader: UserId,
    /// What messages say of it.
    pub file: Attachment,
    /// Lower-case hexadecimal SHA-256 of its bytes.
    pub sha256: String,
    /// Whether an entry that visitors see names it.
    pub is_shown: bool,
    /// When it came.
    pub created_at: Timestamp,
    /// When an entry first named it.
    pub sent_at: Option<Timestamp>,
}

/// How much files may take.
#[derive(Debug, Clone, Copy)]
pub struct FileQuota {
    /// Bytes of one conversation's files together.
    pub conversation_max_bytes: u64,
    /// Bytes of one org's files together.
    pub org_max_bytes: u64,
}

/// Which quota a file would pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuotaPassed {
    /// That of its conversation.
    Conversation,
    /// That of its org.
    Org,
}
