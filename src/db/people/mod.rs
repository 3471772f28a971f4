//! Orgs, members, channels and visitors, and what lets them in.

mod accounts;
mod channels;
mod credentials;
pub(super) mod revocations;
mod visitors;

pub use accounts::{MemberRecord, NewMember, OrgRecord, Role};
pub use channels::{ChannelChange, ChannelRecord, NewChannel};
pub(crate) use channels::{identity_secret_field, issuer_secret_field};
pub use credentials::{AgentSession, ApiToken, OneTimeKind, OneTimeToken};
pub use revocations::Revocation;
pub use visitors::{NewVisitor, VisitorChange, VisitorRecord};
