//! The command line: what an operator does from the shell, whether the server runs or not.
//!
//! Commands use the same functions as the server (`accounts::Directory`). With `--json` a command prints
//! one object on standard output and nothing else, also when it fails.

mod arguments;
mod backups;
mod calls;
mod channels;
mod commands;
mod doctor;
mod equipment;
mod grammar;
mod input;
mod knowledge;
mod listing;
mod members;
mod models;
mod org_fields;
mod org_lists;
mod orgs;
mod output;
mod phone;
mod run;
mod spending;
mod storage;
mod terminal;
mod tokens;

#[cfg(test)]
mod shell_tests;
#[cfg(test)]
mod tests;

pub use run::{run, run_on};
pub use terminal::Terminal;
