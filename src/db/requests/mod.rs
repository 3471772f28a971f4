//! What people must see to: tickets of handoffs with their briefs, and enquiries.

mod briefs;
mod submissions;
mod tickets;

pub use briefs::{OwedBrief, TicketBrief};
pub use submissions::{SubmissionFilter, SubmissionRecord, Submissions};
pub use tickets::{TicketFilter, TicketRecord, Tickets};
