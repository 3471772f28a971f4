//! The command line: what an operator does from the shell, whether the server runs or not.
//!
//! Commands use the same functions as the server: `accounts::Directory`, or the services that REST asks, with the shell
//! as their principal (`as_shell`). With `--json` a command prints
//! one object on standard output and nothing else, also when it fails.

mod addresses;
mod arguments;
mod as_shell;
mod audit_rows;
mod backups;
mod calls;
mod channel_changes;
mod channels;
mod commands;
mod doctor;
mod equipment;
mod grammar;
mod input;
mod knowledge;
mod listing;
mod member_changes;
mod members;
mod models;
mod node_list;
mod org_changes;
mod org_fields;
mod org_lists;
mod orgs;
mod output;
mod phone;
mod prices;
mod provider_changes;
mod run;
mod spending;
mod storage;
mod terminal;
mod tokens;
mod tool_changes;
mod webhook_changes;

#[cfg(test)]
mod change_tests;
#[cfg(test)]
mod shell_tests;
#[cfg(test)]
mod tests;

pub use run::{run, run_on};
pub use terminal::Terminal;
