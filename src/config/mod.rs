//! The settings: one table drives the flags, the environment, the file, the help and the guide.
//!
//! A flag wins over the environment, the environment over the file, the file over the default.
//! A setting is added in `table.rs` and nowhere else.

mod declare;
mod derived;
mod document;
mod error;
mod flags;
mod given;
mod header_list;
mod sources;
mod table;
mod value;

pub use error::{ConfigError, Origin};
pub use header_list::SecretHeaders;
pub use table::Settings;
pub use value::{BusUrl, FilePlace, LogFormat, Ratio, Secret};
