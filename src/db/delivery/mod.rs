//! What is sent to the outside: webhooks with their deliveries, and mails.

pub(super) mod deliveries;
pub(super) mod happened;
pub(super) mod mails;
pub(super) mod outgoing;
mod webhooks;

pub use deliveries::{Busy, Deliveries, DeliveryFilter, DeliveryOutcome, DeliveryRecord, HappenedEvent};
pub use happened::EventKind;
pub use mails::{HandoffMails, MailRecord, Mails, NewMail};
pub use webhooks::{WebhookRecord, Webhooks, webhook_secret_field};
