//! The audit log: who did what, when, from where, and what it was before and after.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use rooms::{OrgId, Timestamp};

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditActor {
    /// `member`, `server`, `visitor`, `shell` or `nobody`.
    pub kind: &'static str,
    /// Their id, where they have one.
    pub id: Option<String>,
    /// Their name; empty for visitors, who stand in the log by id only.
    pub name: String,
}

impl AuditActor {
    const SHELL: &str = "shell";

    /// Whoever has the shell of the server; the log does not know who that is.
    #[must_use]
    pub fn shell() -> Self {
        Self { kind: Self::SHELL, id: None, name: String::new() }
    }

    /// Whether it is whoever has the shell.
    #[must_use]
    pub fn is_shell(&self) -> bool {
        self.kind == Self::SHELL
    }
}

/// From where somebody acts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditOrigin {
    /// The client's address.
    pub address: Option<String>,
    /// What the client says of itself.
    pub user_agent: Option<String>,
    /// The request.
    pub request_id: Option<String>,
}

/// A row of the audit log before it has its place in the chain.
#[derive(Debug, Clone)]
pub struct AuditDraft {
    /// Whose chain; none is the platform's.
    pub org: Option<OrgId>,
    /// When.
    pub at: Timestamp,
    /// What was done, such as `member.change`.
    pub act: &'static str,
    /// Who did it.
    pub actor: AuditActor,
    /// From where.
    pub origin: AuditOrigin,
    /// The id of what it was done to.
    pub subject: Option<String>,
    /// What has changed as it was, as JSON without secrets.
    pub before: Option<String>,
    /// The same as it is now.
    pub after: Option<String>,
    /// Set once the row is committed.
    pub is_written: Arc<AtomicBool>,
}

impl AuditDraft {
    /// What servers keep in memory, by the first part of an act that changes it.
    const KEPT: [&str; 7] = ["settings", "channel", "webhook", "address", "provider", "price", "visitor"];

    /// Whether other processes have to hear of it: the servers of what the shell has done, and of what they keep in memory.
    #[must_use]
    pub fn is_followed(&self) -> bool {
        let thing = self.act.split('.').next().unwrap_or_default();
        self.actor.is_shell() || Self::KEPT.contains(&thing)
    }
}

/// A row of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of a draft")]
pub struct AuditRow {
    /// Its number in the chain, from 1.
    pub seq: i64,
    pub created_at: i64,
    pub act: String,
    pub actor_kind: String,
    pub actor_id: Option<String>,
    pub actor_name: String,
    pub address: Option<String>,
    pub user_agent: Option<String>,
    pub request_id: Option<String>,
    pub subject_id: Option<String>,
    pub before_json: Option<String>,
    pub after_json: Option<String>,
    /// SHA-256 in hexadecimal digits over the row and the hash before it.
    pub hash: String,
}

/// Which rows of a chain to list.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// An act, or the word before its dot for all acts on one kind of thing.
    pub act: Option<String>,
    /// The id of who acted.
    pub actor: Option<String>,
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub to: Option<Timestamp>,
    /// Words that stand somewhere in the row.
    pub text: Option<String>,
    /// Rows below this number.
    pub before: Option<i64>,
}

/// What is found of one chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditCheck {
    /// Whose chain; none is the platform's.
    pub org: Option<OrgId>,
    /// How many rows it has.
    pub row_count: i64,
    /// What is wrong with it, in words.
    pub fault: Option<String>,
}
