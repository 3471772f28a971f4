//! Arguments that many commands have, and how they are read.

use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Command};

use super::output::Failure;
use crate::config::Settings;
use crate::model::Patch;
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
    flag("password-stdin", "Read the password from the first line of standard input").required(true)
}

pub(super) fn optional(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

/// An option that may be given several times.
pub(super) fn repeated(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    optional(name, value, help).action(ArgAction::Append)
}

pub(super) fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

/// An option that is `on` or `off`.
pub(super) fn switch(name: &'static str, help: &'static str) -> Arg {
    optional(name, "on|off", help).value_parser(["on", "off"])
}

/// `--clear FIELD` for the options of these names, which have no value that means none.
pub(super) fn clear<const N: usize>(names: [&'static str; N]) -> Arg {
    let help = "Empty this field, which then is as it is by default; repeatable";
    repeated("clear", "FIELD", help).value_parser(names)
}

/// A command that needs at least one of these options, which say what to change.
pub(super) fn changing<const N: usize>(command: Command, options: [&'static str; N]) -> Command {
    command.group(ArgGroup::new("changes").args(options).multiple(true).required(true))
}

/// `--org ID` or `--platform`.
pub(super) fn of_org_or_platform(command: Command) -> Command {
    command
        .arg(optional("org", "ID", "Org that is meant"))
        .arg(flag("platform", "What holds for every org that has none of its own"))
        .group(ArgGroup::new("whose").args(["org", "platform"]).required(true))
}

pub(super) fn given(args: &ArgMatches, name: &str) -> Option<String> {
    args.get_one::<String>(name).cloned()
}

/// The values of an option that may be repeated, where it is given.
pub(super) fn all_given(args: &ArgMatches, name: &str) -> Option<Vec<String>> {
    Some(args.get_many::<String>(name)?.cloned().collect())
}

pub(super) fn is_on(args: &ArgMatches, name: &str) -> Option<bool> {
    args.get_one::<String>(name).map(|word| word == "on")
}

/// Whether a flag is given, also of a command that does not have it.
pub(super) fn has_flag(args: &ArgMatches, name: &str) -> bool {
    args.try_get_one::<bool>(name).ok().flatten().is_some_and(|is_given| *is_given)
}

/// Whether `--clear` names a field, also of a command that does not have it.
pub(super) fn is_cleared(args: &ArgMatches, name: &str) -> bool {
    let names = args.try_get_many::<String>("clear").ok().flatten();
    names.is_some_and(|mut names| names.any(|one| one == name))
}

/// What an option and `--clear` say of a field.
pub(super) fn patch(args: &ArgMatches, name: &str) -> Patch<String> {
    match given(args, name) {
        Some(value) => Patch::Set(value),
        None if is_cleared(args, name) => Patch::Clear,
        None => Patch::Keep,
    }
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
