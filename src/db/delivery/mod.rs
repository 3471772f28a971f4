//! What is sent to the outside: webhooks with their deliveries, and mails.

pub(super) mod deliveries;
pub(super) mod mails;
pub(super) mod outgoing;
mod recipients;
mod webhooks;

pub use deliveries::Deliveries;
pub use mails::Mails;
pub use recipients::Recipients;
pub use webhooks::Webhooks;
