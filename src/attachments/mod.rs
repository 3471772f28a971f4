//! Files of conversations: taken in, given out to those who may see them, removed where no message names them.
//!
//! Pictures are taken, known by their content, and stored without their metadata ([`crate::pictures`]); and documents
//! of the kinds that the channel wants, known by their content too, and never opened ([`crate::documents`]).
//! A file is stored (`crate::files`) before its row is committed, and is removed after its row is: whatever
//! breaks in between leaves at most a file without a row, which [`Attachments::sweep`] finds. Who may see a file:
//! agents and servers of its org once it is sent, its conversation's visitor once an entry that visitors see
//! names it, and whoever brought it.

mod error;
mod names;
mod rights;
mod service;
mod sweep;

#[cfg(test)]
mod tests;

pub use crate::model::AttachmentRecord;
pub use error::AttachmentError;
pub use service::{Attachments, accepted_types};
