//! What people must see to: tickets of handoffs with their briefs, and enquiries.

mod briefs;
mod submissions;
mod tickets;

pub use submissions::Submissions;
pub use tickets::Tickets;
