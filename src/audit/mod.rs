//! Security events and block lists, and the audit log: who did what, when, from where, and what it was before and after.
//!
//! A service says what it does with a [`Note`], and writes it in the transaction of the act itself:
//!
//! ```ignore
//! let note = Note::by(principal, Act::MemberChanged, now).on(member.id).change(shown(&before), shown(&after));
//! self.db().noting(note).members().change(&after, false, now).await?;
//! ```
//!
//! Where an act is no single transaction, [`Audit::record`] writes the row right after it. The edge that serves REST
//! knows which operation is which act (`http::audited`); where a service has noted nothing, the edge records that much
//! before the answer leaves, so an act that nobody thought of is in the log too.

mod act;
mod both_logs;
mod export;
mod note;
mod request;
mod retention;
mod retention_days;
mod security;
mod security_job;
mod service;
mod suspicion;

#[cfg(test)]
mod security_tests;
#[cfg(test)]
mod tests;

pub use act::Act;
pub use both_logs::append_to_both;
pub use note::Note;
pub use request::{RequestContext, carried, current, with_request, within};
pub use retention_days::RetentionDays;
pub use security::{NewBlock, SUSPICIOUS_EVENTS, Security, SecurityScope, Standouts};
pub use service::{Audit, EXPORT_MAX_ROWS};
pub use suspicion::SuspicionListener;
