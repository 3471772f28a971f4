//! Mails: by SMTP, or as files in an outbox where no server is set.
//!
//! Nothing here decides who is written to, and nothing is queued or tried again: callers do that. A header cannot
//! be smuggled in: addresses are parsed, and line breaks in a subject become spaces before anything is written.

mod address;
mod error;
mod mailer;
mod outbox;
mod plain_text;
mod smtp;

pub use address::{is_bare_address, mailbox_hash};
pub use error::MailError;
pub use mailer::{Mail, Mailer};
pub use plain_text::{one_line, plain, without_links_but};
