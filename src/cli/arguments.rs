//! Arguments that many commands have, and how they are read.

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::output::Failure;
use crate::config::Settings;
use crate::refusal::ServiceError;

pub(super) fn group<const N: usize>(
    name: &'static str,
    about: &'static str,
    commands: [Command; N],
) -> Command {
    Command::new(name)
        .about(about)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(commands)
}

/// A command that opens the database.
pub(super) fn stored(command: Command) -> Command {
    Settings::storage_command(command).arg(json())
}

pub(super) fn json() -> Arg {
    let help = "Print the result as one JSON object";
    Arg::new("json").long("json").action(ArgAction::SetTrue).help(help)
}

pub(super) fn needed(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).required(true).help(help)
}

pub(super) fn positional(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).value_name(name.to_uppercase()).required(true).help(help)
}

pub(super) fn password_stdin() -> Arg {
    let help = "Read the password from the first line of standard input";
    Arg::new("password-stdin").long("password-stdin").required(true).action(ArgAction::SetTrue).help(help)
}

pub(super) fn text<'a>(args: &'a ArgMatches, name: &str) -> &'a str {
    args.get_one::<String>(name).map(String::as_str).expect("the grammar needs it")
}

/// Text that is not an id matches no user.
pub(super) fn id<T: std::str::FromStr>(
    args: &ArgMatches,
    name: &str,
    missing: impl Fn(ServiceError) -> Failure,
) -> Result<T, Failure> {
    text(args, name).parse().map_err(|_| missing(ServiceError::not_found()))
}
