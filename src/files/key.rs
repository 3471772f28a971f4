//! Names of files.

use rooms::{AttachmentId, CallId, OrgId};

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A file of a conversation.
    Attachment,
    /// The recording of a call.
    Recording,
}

impl FileKind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Attachment, Self::Recording];

    /// The folder of all orgs.
    #[must_use]
    pub fn folder(self) -> &'static str {
        match self {
            Self::Attachment => "attachments",
            Self::Recording => "recordings",
        }
    }
}

/// The name of one file: its kind, its org, and a name of letters, digits, `-` and `.`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileKey {
    pub(super) kind: FileKind,
    pub(super) org: OrgId,
    pub(super) name: String,
}

impl FileKey {
    /// A file of a conversation.
    #[must_use]
    pub fn attachment(org: OrgId, id: AttachmentId) -> Self {
        Self { kind: FileKind::Attachment, org, name: id.to_string() }
    }

    /// The recording of a call.
    #[must_use]
    pub fn recording(org: OrgId, call: CallId) -> Self {
        Self { kind: FileKind::Recording, org, name: format!("{call}.wav") }
    }

    /// A file that was listed.
    #[must_use]
    pub fn listed(kind: FileKind, org: OrgId, name: &str) -> Self {
        Self { kind, org, name: name.to_owned() }
    }

    /// The path below whatever holds all files.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}/{}/{}", self.kind.folder(), self.org, self.name)
    }
}
