//! What a command reads and writes.

use std::io::{BufRead, Write};

/// What a command reads and writes.
pub struct Terminal<'a> {
    /// Standard input.
    pub input: &'a mut dyn BufRead,
    /// Standard output.
    pub output: &'a mut dyn Write,
    /// Standard error.
    pub errors: &'a mut dyn Write,
    /// The environment.
    pub env: &'a dyn Fn(&str) -> Option<String>,
}
