//! Runs a command line and returns its exit code.

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::ArgMatches;

use super::grammar::grammar;
use super::output::{Answer, Failure};
use super::terminal::Terminal;
use super::{
    addresses, audit_rows, backups, calls, channel_changes, channels, commands, doctor, equipment, knowledge,
    member_changes, members, models, node_list, org_changes, org_fields, org_lists, orgs, phone, prices,
    provider_changes, spending, tokens, tool_changes, webhook_changes,
};
use crate::config::Settings;
use crate::knowledge::{READER_COMMAND, run_reader};
use crate::wire::ErrorCode;

const FAILED: u8 = 1;
const MISUSED: u8 = 2;

/// Runs what the arguments ask for; `serve` runs the server until it stops.
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    serve: impl FnOnce(Settings) -> anyhow::Result<()>,
) -> ExitCode {
    let terminal = Terminal {
        input: &mut std::io::stdin().lock(),
        output: &mut std::io::stdout(),
        errors: &mut std::io::stderr(),
        env: &|name| std::env::var(name).ok(),
    };
    ExitCode::from(run_on(terminal, args, serve))
}

/// As [`run`], on any terminal; the exit code as a number.
pub fn run_on(
    mut terminal: Terminal<'_>,
    args: impl IntoIterator<Item = OsString>,
    serve: impl FnOnce(Settings) -> anyhow::Result<()>,
) -> u8 {
    let args: Vec<OsString> = args.into_iter().collect();
    if args.get(1).is_some_and(|arg| arg == READER_COMMAND) {
        // Not in the grammar: the server starts it for itself, and it must limit itself before anything else.
        let args: Vec<String> = args.iter().skip(2).map(|arg| arg.to_string_lossy().into_owned()).collect();
        return run_reader(&args, terminal.input, terminal.output);
    }
    let wants_json = args.iter().any(|arg| arg == "--json");
    let matches = match grammar().try_get_matches_from(args) {
        Ok(matches) => matches,
        Err(error) => return misuse(&mut terminal, &error, wants_json),
    };
    if let Some(("serve", args)) = matches.subcommand() {
        return start(&mut terminal, args, serve);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(dispatch(&matches, &mut terminal)),
        Err(error) => Err(Failure::new(ErrorCode::Internal, format!("could not start: {error}"))),
    };
    finish(&mut terminal, outcome, wants_json)
}

async fn dispatch(matches: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let (name, args) = matches.subcommand().expect("the grammar needs a command");
    match (name, args.subcommand()) {
        ("org", Some(("create", args))) => commands::create_org(args, terminal).await,
        ("org", Some(("list", args))) => org_lists::list(args, terminal).await,
        ("org", Some(("show", args))) => org_lists::show(args, terminal).await,
        ("org", Some(("delete", args))) => orgs::delete(args, terminal).await,
        ("channel", Some(("create", args))) => commands::create_channel(args, terminal).await,
        ("channel", Some(("list", args))) => channels::list(args, terminal).await,
        ("channel", Some(("show", args))) => channels::show(args, terminal).await,
        ("member", Some(("list", args))) => members::list(args, terminal).await,
        ("agent", Some(("create", args))) => commands::create_agent(args, terminal).await,
        ("agent", Some(("password", args))) => commands::set_password(args, terminal).await,
        ("agent", Some(("reset-two-step", args))) => commands::reset_two_step(args, terminal).await,
        ("token", Some(("create", args))) => commands::create_token(args, terminal).await,
        ("token", Some(("list", args))) => tokens::list(args, terminal).await,
        ("token", Some(("revoke", args))) => tokens::revoke(args, terminal).await,
        ("settings", Some(("list", args))) => org_fields::list(args, terminal).await,
        ("settings", Some(("get", args))) => org_fields::get(args, terminal).await,
        ("settings", Some(("set", args))) => org_fields::set(args, terminal).await,
        ("provider", Some(("list", args))) => equipment::providers(args, terminal).await,
        ("webhook", Some(("list", args))) => equipment::webhooks(args, terminal).await,
        ("tool", Some(("list", args))) => equipment::tools(args, terminal).await,
        ("usage", Some(("show", args))) => spending::show(args, terminal).await,
        ("key", Some(("rotate", args))) => commands::rotate_key(args, terminal).await,
        ("models", Some(("list", args))) => models::list(args, terminal),
        ("models", Some(("pull", args))) => models::pull_models(args, terminal).await,
        ("knowledge", Some(("add", args))) => knowledge::add(args, terminal).await,
        ("knowledge", Some(("list", args))) => knowledge::list(args, terminal).await,
        ("knowledge", Some(("remove", args))) => knowledge::remove(args, terminal).await,
        ("knowledge", Some(("search", args))) => knowledge::search(args, terminal).await,
        ("call", Some(("start", args))) => phone::start(args, terminal).await,
        ("call", Some(("list", args))) => calls::list(args, terminal).await,
        ("call", Some(("end", args))) => calls::end(args, terminal).await,
        ("nodes", _) => node_list::list(args, terminal).await,
        ("backup", _) => backups::backup(args, terminal).await,
        ("restore", _) => backups::restore(args, terminal).await,
        ("export", _) => orgs::export(args, terminal).await,
        ("migrate", _) => commands::migrate(args, terminal).await,
        ("doctor", _) => Ok(doctor::examine(args, terminal).await),
        _ => change(name, args, terminal).await,
    }
}

/// The commands that ask the services of REST.
async fn change(name: &str, args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    match (name, args.subcommand()) {
        ("org", Some(("rename", args))) => org_changes::rename(args, terminal).await,
        ("org", Some(("suspend", args))) => org_changes::suspend(args, terminal).await,
        ("org", Some(("resume", args))) => org_changes::resume(args, terminal).await,
        ("org", Some(("keep", args))) => org_changes::keep(args, terminal).await,
        ("channel", Some(("set", args))) => channel_changes::set(args, terminal).await,
        ("channel", Some(("rename", args))) => channel_changes::rename(args, terminal).await,
        ("channel", Some(("origins", args))) => channel_changes::origins(args, terminal).await,
        ("channel", Some(("rotate-key", args))) => channel_changes::rotate_key(args, terminal).await,
        ("channel", Some(("rotate-secret", args))) => channel_changes::rotate_secret(args, terminal).await,
        ("member", Some(("add", args))) => member_changes::add(args, terminal).await,
        ("member", Some(("link", args))) => member_changes::link(args, terminal).await,
        ("member", Some(("rename", args))) => member_changes::rename(args, terminal).await,
        ("member", Some(("role", args))) => member_changes::role(args, terminal).await,
        ("member", Some(("remove", args))) => member_changes::remove(args, terminal).await,
        ("member", Some(("restore", args))) => member_changes::restore(args, terminal).await,
        ("provider", Some(("add", args))) => provider_changes::add(args, terminal).await,
        ("provider", Some(("set", args))) => provider_changes::set(args, terminal).await,
        ("provider", Some(("delete", args))) => provider_changes::delete(args, terminal).await,
        ("provider", Some(("test", args))) => provider_changes::test(args, terminal).await,
        ("tool", Some(("set", args))) => tool_changes::set(args, terminal).await,
        ("tool", Some(("enable", args))) => tool_changes::enable(args, terminal).await,
        ("tool", Some(("disable", args))) => tool_changes::disable(args, terminal).await,
        ("tool", Some(("test", args))) => tool_changes::test(args, terminal).await,
        ("tool", Some(("add", args))) => tool_changes::add(args, terminal).await,
        ("tool", Some(("delete", args))) => tool_changes::delete(args, terminal).await,
        ("webhook", Some(("create", args))) => webhook_changes::create(args, terminal).await,
        ("webhook", Some(("set", args))) => webhook_changes::set(args, terminal).await,
        ("webhook", Some(("delete", args))) => webhook_changes::delete(args, terminal).await,
        ("webhook", Some(("rotate", args))) => webhook_changes::rotate(args, terminal).await,
        ("webhook", Some(("test", args))) => webhook_changes::test(args, terminal).await,
        ("address", Some(("list", args))) => addresses::list(args, terminal).await,
        ("address", Some(("block", args))) => addresses::block(args, terminal).await,
        ("address", Some(("unblock", args))) => addresses::unblock(args, terminal).await,
        ("price", Some(("list", args))) => prices::list(args, terminal).await,
        ("price", Some(("set", args))) => prices::set(args, terminal).await,
        ("audit", Some(("list", args))) => audit_rows::list(args, terminal).await,
        _ => Err(Failure::new(ErrorCode::BadRequest, "there is no such command")),
    }
}

fn start(
    terminal: &mut Terminal<'_>,
    args: &ArgMatches,
    serve: impl FnOnce(Settings) -> anyhow::Result<()>,
) -> u8 {
    let settings = match Settings::load(args, terminal.env) {
        Ok(settings) => settings,
        Err(error) => {
            say(terminal.errors, &format!("error: {}", Failure::from(error).message));
            return MISUSED;
        }
    };
    match serve(settings) {
        Ok(()) => 0,
        Err(error) => {
            let failure = Failure::of(ErrorCode::Unavailable, error.as_ref());
            say(terminal.errors, &format!("error: {}", failure.message));
            FAILED
        }
    }
}

fn finish(terminal: &mut Terminal<'_>, outcome: Result<Answer, Failure>, wants_json: bool) -> u8 {
    match outcome {
        Ok(answer) => {
            let text = if wants_json { answer.json.to_string() } else { answer.words };
            say(terminal.output, &text);
            if answer.is_well { 0 } else { FAILED }
        }
        Err(failure) => {
            if wants_json {
                say(terminal.output, &failure.to_json().to_string());
            } else {
                say(terminal.errors, &format!("error: {}", failure.message));
            }
            FAILED
        }
    }
}

/// Wrong arguments, or a question for help, which is no failure.
fn misuse(terminal: &mut Terminal<'_>, error: &clap::Error, wants_json: bool) -> u8 {
    let text = error.render().to_string();
    if !error.use_stderr() {
        say(terminal.output, text.trim_end());
        return 0;
    }
    if wants_json {
        let words = text.trim().trim_start_matches("error: ").lines().next().unwrap_or_default();
        say(terminal.output, &Failure::new(ErrorCode::BadRequest, words).to_json().to_string());
    } else {
        say(terminal.errors, text.trim_end());
    }
    MISUSED
}

fn say(stream: &mut dyn Write, text: &str) {
    // The reader closed the pipe.
    let _closed = writeln!(stream, "{text}").and_then(|()| stream.flush());
}
