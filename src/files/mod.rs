//! Where files stand: attachments of conversations and recordings of calls, in a folder or in a store with S3's protocol.
//!
//! A [`Files`] takes and gives whole files by their [`FileKey`], in pieces, and parts of them; what a file is and who may
//! see it is its caller's. Nothing here is retried but requests to S3, a few times and within a bounded time.

mod error;
mod file_store;
mod key;
mod local;
mod range;
mod s3;
mod s3_http;
mod store;

pub use error::FilesError;
pub use file_store::{Listed, StoredFile};
pub use key::{FileKey, FileKind};
pub use range::ByteRange;
pub use store::{Files, spool_root};
