//! How a server is spoken to, from a small TOML file: what clients send, and what frames of the server look like.

mod dialect_file;
mod heard;
mod template;

pub(crate) use dialect_file::Dialect;
pub(crate) use heard::Heard;
pub(crate) use template::Fill;
