//! `switchboard tool set`, `enable`, `disable` and `test` of an org, and `tool add` and `delete` of the catalogue.

use clap::{ArgMatches, Command};
use serde_json::{Map, Value, json};

use super::arguments::{
    changing, clear, flag, given, is_cleared, needed, optional, patch, positional, stored, text,
};
use super::as_shell::{in_org, on_platform};
use super::equipment::shown_tool;
use super::input::secret_of;
use super::output::{Answer, Failure};
use super::terminal::Terminal;
use crate::audit::Act;
use crate::model::{Patch, ToolRun};
use crate::refusal::ServiceError;
use crate::tools::{ToolChange, ToolFields};
use crate::wire::ErrorCode;

pub(super) fn set_command() -> Command {
    let secret =
        "Read what calls are signed with, or for search its key, from the first line of standard input";
    let command = of_tool(
        "set",
        "Say where a tool of an org is and what is sent along; a secret that is made is shown once",
    )
    .arg(optional("url", "URL", "Where the org's webhook is"))
    .arg(optional("settings", "JSON", "Object that is sent along with every call"))
    .arg(flag("secret-stdin", secret))
    .arg(clear(["url", "enabled"]));
    changing(command, ["url", "settings", "secret-stdin", "clear"])
}

pub(super) fn enable_command() -> Command {
    of_tool("enable", "Let the assistant of an org call a tool")
}

pub(super) fn disable_command() -> Command {
    of_tool("disable", "Keep the assistant of an org from calling a tool")
}

pub(super) fn test_command() -> Command {
    of_tool("test", "Run a tool of an org outside of any conversation; 1 where the run fails")
        .arg(optional("arguments", "JSON", "Object with the arguments of the call").default_value("{}"))
}

pub(super) fn add_command() -> Command {
    stored(Command::new("add").about("Add a webhook tool to the catalogue that every org has"))
        .arg(positional("name", "Name that models call it by"))
        .arg(needed("description", "TEXT", "What it does, for models"))
        .arg(needed("input-schema", "JSON", "JSON schema of its arguments"))
        .arg(optional("output-schema", "JSON", "JSON schema of its answer; any object by default"))
        .arg(flag("idempotent", "Running it twice does no harm, so a failed run is retried"))
        .arg(flag("default-enabled", "Orgs that give it a URL have it unless they say otherwise"))
}

pub(super) fn delete_command() -> Command {
    let about =
        "Delete a tool from the catalogue with what orgs have set of it; what the server brings along stays";
    stored(Command::new("delete").about(about)).arg(positional("name", "Name of the tool"))
}

fn of_tool(name: &'static str, about: &'static str) -> Command {
    stored(Command::new(name).about(about))
        .arg(positional("name", "Name of the tool, as `tool list` shows it"))
        .arg(needed("org", "ID", "Org of the assistant"))
}

fn no_tool(error: ServiceError) -> Failure {
    Failure::naming("tool with this name")(error)
}

pub(super) async fn set(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let secret = secret_of(args, "secret-stdin", terminal)?;
    let settings = given(args, "settings").map(|text| object("settings", &text)).transpose()?;
    let enabled = if is_cleared(args, "enabled") { Patch::Clear } else { Patch::Keep };
    change(args, terminal, ToolChange { enabled, url: patch(args, "url"), secret, settings }).await
}

pub(super) async fn enable(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    change(args, terminal, ToolChange { enabled: Patch::Set(true), ..ToolChange::default() }).await
}

pub(super) async fn disable(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    change(args, terminal, ToolChange { enabled: Patch::Set(false), ..ToolChange::default() }).await
}

async fn change(args: &ArgMatches, terminal: &Terminal<'_>, change: ToolChange) -> Result<Answer, Failure> {
    in_org(args, terminal, async |shell| {
        let changed = shell.services.tools.change_tool(&shell.principal, text(args, "name"), change).await;
        let (tool, made) = changed.map_err(no_tool)?;
        let answer = shown_tool(&tool);
        Ok(match made {
            Some(secret) => answer.with_secret("What calls are signed with", &secret),
            None => answer,
        })
    })
    .await
}

pub(super) async fn test(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let (name, arguments) = (text(args, "name"), object("arguments", text(args, "arguments"))?);
    in_org(args, terminal, async |shell| {
        let tools = &shell.services.tools;
        let run = tools.test_tool(&shell.principal, name, &arguments).await.map_err(no_tool)?;
        shell.record(Act::ToolTested, name).await?;
        Ok(run_answer(&run))
    })
    .await
}

pub(super) async fn add(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let schema = |name: &str, text: &str| object(name, text).map(Value::Object);
    let output_schema =
        given(args, "output-schema").map(|text| schema("output-schema", &text)).transpose()?;
    let fields = ToolFields {
        description: given(args, "description"),
        input_schema: Some(schema("input-schema", text(args, "input-schema"))?),
        output_schema: output_schema.map_or(Patch::Keep, Patch::Set),
        is_idempotent: Some(args.get_flag("idempotent")),
        default_enabled: Some(args.get_flag("default-enabled")),
    };
    on_platform(args, terminal, async |shell| {
        let tools = &shell.services.tools;
        let added = tools.add_platform_tool(&shell.principal, text(args, "name"), fields).await?;
        let json = json!({ "name": added.name, "default_enabled": added.default_enabled });
        Ok(Answer::new(json, format!("Added the tool {} to the catalogue.", added.name)))
    })
    .await
}

pub(super) async fn delete(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let name = text(args, "name");
    on_platform(args, terminal, async |shell| {
        let removed = shell.services.tools.remove_platform_tool(&shell.principal, name).await;
        removed.map_err(Failure::naming("tool with this name that was added to the catalogue"))?;
        let json = json!({ "name": name, "deleted": true });
        Ok(Answer::new(json, format!("Deleted the tool {name} from the catalogue.")))
    })
    .await
}

fn object(name: &str, text: &str) -> Result<Map<String, Value>, Failure> {
    let refused = || Failure::new(ErrorCode::BadRequest, format!("--{name} must be an object in JSON"));
    serde_json::from_str(text).map_err(|_| refused())
}

fn run_answer(run: &ToolRun) -> Answer {
    let outcome = match &run.error {
        Some(error) if !run.success => format!("It failed ({} ms): {error}", run.duration_ms),
        _ => format!("It worked ({} ms): {}", run.duration_ms, run.result),
    };
    let json = json!({
        "ok": run.success,
        "run_id": run.id.to_string(),
        "result": run.result,
        "error": run.error,
        "duration_ms": run.duration_ms,
    });
    Answer { is_well: run.success, ..Answer::new(json, outcome) }
}
