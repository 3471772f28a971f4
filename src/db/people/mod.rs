//! Orgs, members, channels and visitors, and what lets them in.

mod channels;
mod credentials;
mod members;
mod orgs;
pub(super) mod revocations;
pub(super) mod stored_page;
mod visitors;

pub use channels::Channels;
pub use credentials::Credentials;
pub use members::Members;
pub use orgs::Orgs;
pub use revocations::Revocations;
pub use visitors::Visitors;
