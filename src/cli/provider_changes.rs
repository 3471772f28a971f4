//! `switchboard provider add`, `set`, `delete` and `test`. Keys come from standard input and are never shown.

use clap::{ArgMatches, Command, value_parser};
use serde_json::json;

use super::arguments::{
    changing, clear, flag, given, has_flag, is_on, needed, of_org_or_platform, optional, patch, positional,
    stored, switch, text,
};
use super::as_shell::{Shell, in_org_or_on_platform};
use super::equipment::shown_provider;
use super::input::read_secret;
use super::output::{Answer, Failure};
use super::terminal::Terminal;
use crate::audit::Act;
use crate::llm::{ChainOwner, ProviderFields};
use crate::model::Patch;
use crate::refusal::ServiceError;

const KINDS: [&str; 5] = ["openai", "compatible", "azure", "anthropic", "knowledge"];

pub(super) fn add_command() -> Command {
    let about = "Add a model provider at the end of the fallback order, or at --position";
    let kind = needed("kind", "KIND", "Protocol of its API").value_parser(KINDS);
    with_fields(of_org_or_platform(stored(Command::new("add").about(about))).arg(kind))
}

pub(super) fn set_command() -> Command {
    let about =
        "Change a provider; another --base-url or --kind drops its key, unless a new one comes with it";
    let kind = optional("kind", "KIND", "Protocol of its API").value_parser(KINDS);
    let command = with_fields(of_provider("set", about).arg(kind))
        .arg(flag("no-key", "Remove its key").conflicts_with("key-stdin"))
        .arg(clear(["base-url", "azure-api-version", "voice-model"]));
    let changes = [
        "kind",
        "model",
        "name",
        "base-url",
        "position",
        "tool-calling",
        "sees-images",
        "azure-api-version",
        "voice-model",
        "key-stdin",
        "no-key",
        "clear",
    ];
    changing(command, changes)
}

pub(super) fn delete_command() -> Command {
    of_provider("delete", "Delete a provider and its key")
}

pub(super) fn test_command() -> Command {
    of_provider(
        "test",
        "Ask a provider for one word, which is counted like any request; 1 where it does not answer",
    )
}

fn of_provider(name: &'static str, about: &'static str) -> Command {
    of_org_or_platform(stored(Command::new(name).about(about))).arg(positional("id", "Id of the provider"))
}

fn with_fields(command: Command) -> Command {
    let position = optional("position", "N", "Place in the fallback order; the lowest is tried first");
    let tools = optional("tool-calling", "HOW", "How it is given tools").value_parser(["native", "prompt"]);
    command
        .arg(optional("model", "NAME", "Name of its model"))
        .arg(optional("name", "NAME", "What people call it; the model's name by default"))
        .arg(optional("base-url", "URL", "Where it is; the kind's own address by default"))
        .arg(position.value_parser(value_parser!(i64).range(0..)))
        .arg(tools)
        .arg(switch("sees-images", "Whether it is given pictures"))
        .arg(optional("azure-api-version", "VERSION", "Version of Azure's API"))
        .arg(optional("voice-model", "NAME", "Model for calls, where it has a realtime API"))
        .arg(flag("key-stdin", "Read its key from the first line of standard input"))
}

fn fields_of(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<ProviderFields, Failure> {
    let key = match args.get_flag("key-stdin") {
        true => Patch::Set(read_secret(terminal.input, "key")?),
        false if has_flag(args, "no-key") => Patch::Clear,
        false => Patch::Keep,
    };
    Ok(ProviderFields {
        kind: given(args, "kind"),
        name: given(args, "name"),
        position: args.get_one("position").copied(),
        base_url: patch(args, "base-url"),
        model: given(args, "model"),
        tool_calling: given(args, "tool-calling"),
        sees_images: is_on(args, "sees-images"),
        azure_api_version: patch(args, "azure-api-version"),
        voice_model: patch(args, "voice-model"),
        key,
    })
}

fn owner_of(shell: &Shell) -> ChainOwner {
    if shell.is_on_platform() { ChainOwner::Platform } else { ChainOwner::Org }
}

fn no_provider(error: ServiceError) -> Failure {
    Failure::naming("provider with this id there")(error)
}

pub(super) async fn add(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let fields = fields_of(args, terminal)?;
    in_org_or_on_platform(args, terminal, async |shell| {
        let llm = &shell.services.llm;
        Ok(shown_provider(&llm.add_provider(&shell.principal, owner_of(shell), fields).await?))
    })
    .await
}

pub(super) async fn set(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let fields = fields_of(args, terminal)?;
    in_org_or_on_platform(args, terminal, async |shell| {
        let llm = &shell.services.llm;
        let changed = llm.change_provider(&shell.principal, owner_of(shell), text(args, "id"), fields).await;
        Ok(shown_provider(&changed.map_err(no_provider)?))
    })
    .await
}

pub(super) async fn delete(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let id = text(args, "id");
    in_org_or_on_platform(args, terminal, async |shell| {
        let removed = shell.services.llm.remove_provider(&shell.principal, owner_of(shell), id).await;
        removed.map_err(no_provider)?;
        let json = json!({ "provider_id": id, "deleted": true });
        Ok(Answer::new(json, format!("Deleted the provider {id} and its key.")))
    })
    .await
}

pub(super) async fn test(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let id = text(args, "id");
    in_org_or_on_platform(args, terminal, async |shell| {
        let tried = shell.services.llm.try_provider(&shell.principal, owner_of(shell), id).await;
        let trial = tried.map_err(no_provider)?;
        shell.record(Act::ProviderTested, id).await?;
        let outcome = if trial.is_ok { "It answers" } else { "It does not answer" };
        let words = format!("{outcome} ({} ms): {}", trial.latency_ms, trial.detail);
        let json = json!({ "ok": trial.is_ok, "detail": trial.detail, "latency_ms": trial.latency_ms });
        Ok(Answer { is_well: trial.is_ok, ..Answer::new(json, words) })
    })
    .await
}
