//! Orgs, members, channels and visitors, and what lets them in.

mod acting;
mod api_tokens;
mod channels;
mod credentials;
pub(super) mod entrance;
mod erasures;
mod known;
mod member_pictures;
mod members;
mod org_states;
mod orgs;
mod own_password;
mod page_visits;
pub(super) mod revocations;
mod sessions;
pub(super) mod stored_page;
mod two_step;
mod visitor_addresses;
mod visitor_blocks;
mod visitor_consents;
mod visitor_history;
mod visitor_merges;
mod visitors;

pub use acting::ActingFor;
pub use channels::Channels;
pub use credentials::Credentials;
pub use erasures::Erasures;
pub use member_pictures::MemberPictures;
pub use members::Members;
pub use orgs::Orgs;
pub(super) use orgs::lock_org;
pub use revocations::Revocations;
pub use sessions::{Ended, Sessions};
pub use two_step::TwoStep;
pub(super) use visitor_merges::visitors_of_person;
pub use visitors::Visitors;
