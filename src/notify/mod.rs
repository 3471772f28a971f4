//! Tells the world of what happens: an org's webhooks, mails when a person is asked for, and agents' daily summaries.
//!
//! Deliveries are written by the commit that causes them (`db::log::batch`) and mails into a queue, so that nothing is
//! lost by a restart. Two workers send what is due, through the gateway and the mailer, and try again with growing
//! waits. Order is not promised: a receiver sorts by what is inside.

mod attempt;
mod backoff;
mod delivery_worker;
mod digest;
mod digest_texts;
mod events;
mod handoff;
mod mails;
mod service;
mod signature;
mod stop;
mod suspicion;
mod webhook_secrets;
mod webhooks;

pub use backoff::jittered;
pub use handoff::HandoffNotice;
pub use service::{Notifier, NotifierParts};
pub use signature::{SignedRequest, signed_request};
pub use stop::StopLinks;
pub use webhooks::WebhookFields;
