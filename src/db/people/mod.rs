//! Orgs, members, channels and visitors, and what lets them in.

mod channels;
mod credentials;
mod members;
mod orgs;
pub(super) mod revocations;
mod visitors;

pub use channels::{ChannelChange, ChannelRecord, Channels, NewChannel};
pub(crate) use channels::{identity_secret_field, issuer_secret_field};
pub use credentials::{AgentSession, ApiToken, Credentials, OneTimeKind, OneTimeToken};
pub use members::{MemberRecord, Members, NewMember, Role};
pub use orgs::{OrgRecord, Orgs};
pub use revocations::{Revocation, Revocations};
pub use visitors::{NewVisitor, VisitorChange, VisitorRecord, Visitors};
