//! Canned replies: texts that agents insert into what they write.

use rooms::{Attachment, UserId};

use super::ids::CannedReplyId;

/// A canned reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CannedReplyRecord {
    /// Its id.
    pub id: CannedReplyId,
    /// Whose it is; `None` for one of the whole org.
    pub member_id: Option<UserId>,
    /// The folder it is listed in.
    pub folder: Option<String>,
    /// What is typed behind the slash; unique within its scope.
    pub shortcut: String,
    /// What it is called.
    pub title: String,
    /// The text, with its variables.
    pub body: String,
    /// How often it was inserted.
    pub used_count: i64,
    /// When it was created.
    pub created_at: i64,
    /// When its text last changed.
    pub updated_at: i64,
}

/// The text of a canned reply, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CannedReplyText {
    /// The folder it is listed in.
    pub folder: Option<String>,
    /// What is typed behind the slash.
    pub shortcut: String,
    /// What it is called.
    pub title: String,
    /// The text, with its variables.
    pub body: String,
}

/// A canned reply of an imported file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedReply {
    /// Whose it becomes; `None` for one of the whole org.
    pub member: Option<UserId>,
    /// Its text.
    pub text: CannedReplyText,
}

/// How many canned replies there may be.
#[derive(Debug, Clone, Copy)]
pub struct CannedReplyQuota {
    /// Of the whole org.
    pub org_max: i64,
    /// Of one member.
    pub member_max: i64,
}

impl CannedReplyQuota {
    /// Whether so many are not too many, of the whole org or of one member.
    ///
    /// # Errors
    /// When they are.
    pub fn check(self, member: Option<UserId>, count: i64) -> Result<(), CannedRepliesFull> {
        let is_of_org = member.is_none();
        let max = if is_of_org { self.org_max } else { self.member_max };
        if count > max { Err(CannedRepliesFull { is_of_org }) } else { Ok(()) }
    }
}

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportCounts {
    /// Canned replies that were created.
    pub created_count: usize,
    /// Canned replies that had their shortcut already and were updated.
    pub updated_count: usize,
}

/// A quota of canned replies is used up; nothing was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CannedRepliesFull {
    /// Whether it is the quota of the whole org.
    pub is_of_org: bool,
}

/// A file of a canned reply, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CannedFile {
    /// Whose it is.
    pub reply: CannedReplyId,
    /// What it is.
    pub file: Attachment,
}

/// How many files of canned replies there may be.
#[derive(Debug, Clone, Copy)]
pub struct CannedFileQuota {
    /// Files of one canned reply.
    pub reply_max: i64,
    /// Bytes of an org's files together.
    pub org_max_bytes: i64,
}

/// A quota of files of canned replies is used up; nothing was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannedFilesFull {
    /// That of the canned reply.
    Reply,
    /// That of the org.
    Org,
}
