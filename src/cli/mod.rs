//! The command line: what an operator does from the shell, whether the server runs or not.
//!
//! Commands use the same functions as the server (`accounts::Directory`). With `--json` a command prints
//! one object on standard output and nothing else, also when it fails.

mod arguments;
mod backups;
mod calls;
mod commands;
mod doctor;
mod grammar;
mod input;
mod knowledge;
mod models;
mod orgs;
mod output;
mod phone;
mod run;
mod storage;
mod terminal;

#[cfg(test)]
mod tests;

pub use run::{run, run_on};
pub use terminal::Terminal;
