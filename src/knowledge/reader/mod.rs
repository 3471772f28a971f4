//! Reads documents and pages into passages, in a child process.
//!
//! What orgs upload and what pages send is parsed by code that a hostile file can make overflow its stack, take all
//! memory or run for ever. So the server never parses it itself: [`process`] starts the same binary with one hidden
//! command, gives it the bytes, and takes passages back, within limits of time, memory and output. The child
//! ([`child`]) opens no file and no connection. Nothing here knows the database.

mod charset;
mod child;
pub(super) mod chunking;
pub(super) mod document;
mod encoding;
mod html;
mod html_writer;
mod pdf;
mod pdf_repair;
pub(super) mod process;
mod read_chunk;

pub use charset::text_of_file;
pub use child::{COMMAND as READER_COMMAND, run_reader};
