//! `switchboard provider list`, `webhook list` and `tool list`: what an org has set up, and how one of them is shown. Keys
//! and secrets are not shown.

use clap::{ArgMatches, Command};
use rooms::Timestamp;
use serde_json::{Value, json};

use super::arguments::{needed, stored};
use super::listing::{columns, org_of};
use super::output::{Answer, Failure};
use super::storage::{open_db, settings};
use super::terminal::Terminal;
use crate::db::Db;
use crate::model::{OrgRecord, OrgTool, PLATFORM, ProviderRecord, WebhookRecord};
use crate::wire::rfc3339;

pub(super) fn provider_command() -> Command {
    let about = "List the model providers of an org in fallback order, then those of the platform";
    stored(Command::new("list").about(about)).arg(needed("org", "ID", "Org of the providers"))
}

pub(super) fn webhook_command() -> Command {
    stored(Command::new("list").about("List the webhooks of an org")).arg(needed(
        "org",
        "ID",
        "Org of the webhooks",
    ))
}

pub(super) fn tool_command() -> Command {
    stored(Command::new("list").about("List the tools that the assistant of an org may call")).arg(needed(
        "org",
        "ID",
        "Org of the tools",
    ))
}

async fn open(args: &ArgMatches, terminal: &Terminal<'_>) -> Result<(Db, OrgRecord), Failure> {
    let db = open_db(&settings(args, terminal)?).await?;
    let org = org_of(&db, args, "org").await?;
    Ok((db, org))
}

pub(super) async fn providers(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let (db, org) = open(args, terminal).await?;
    let mut providers = db.providers().list(org.id).await?;
    providers.extend(db.providers().list(PLATFORM).await?);
    let words = columns(&providers.iter().map(provider_row).collect::<Vec<_>>(), "There are no providers.");
    let json: Vec<Value> = providers.iter().map(provider_view).collect();
    Ok(Answer::new(json!({ "providers": json }), words))
}

/// One provider.
pub(super) fn shown_provider(provider: &ProviderRecord) -> Answer {
    Answer::new(provider_view(provider), columns(&[provider_row(provider)], ""))
}

fn provider_row(provider: &ProviderRecord) -> Vec<String> {
    vec![
        provider.id.to_string(),
        level(provider).to_owned(),
        provider.kind.clone(),
        provider.name.clone(),
        provider.model.clone(),
        provider.base_url.clone().unwrap_or_default(),
    ]
}

fn level(provider: &ProviderRecord) -> &'static str {
    if provider.org_id == PLATFORM { "platform" } else { "org" }
}

fn provider_view(provider: &ProviderRecord) -> Value {
    json!({
        "id": provider.id.to_string(),
        "level": level(provider),
        "position": provider.position,
        "kind": provider.kind,
        "name": provider.name,
        "base_url": provider.base_url,
        "model": provider.model,
        "tool_calling": provider.tool_calling,
        "sees_images": provider.sees_images,
        "azure_api_version": provider.azure_api_version,
        "voice_model": provider.voice_model,
        "has_key": provider.key_hint.is_some(),
        "created_at": rfc3339(Timestamp(provider.created_at)),
    })
}

pub(super) async fn webhooks(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let (db, org) = open(args, terminal).await?;
    let webhooks = db.webhooks().list(org.id).await?;
    let words = columns(&webhooks.iter().map(webhook_row).collect::<Vec<_>>(), "There are no webhooks.");
    let json: Vec<Value> = webhooks.iter().map(webhook_view).collect();
    Ok(Answer::new(json!({ "webhooks": json }), words))
}

/// One webhook.
pub(super) fn shown_webhook(webhook: &WebhookRecord) -> Answer {
    Answer::new(webhook_view(webhook), columns(&[webhook_row(webhook)], ""))
}

fn webhook_row(webhook: &WebhookRecord) -> Vec<String> {
    let kinds = if webhook.kinds.is_empty() { "everything" } else { &webhook.kinds };
    let state = if webhook.active { "on" } else { "off" };
    vec![webhook.id.to_string(), state.to_owned(), webhook.url.clone(), kinds.to_owned()]
}

fn webhook_view(webhook: &WebhookRecord) -> Value {
    let kinds: Vec<&str> = webhook.kinds.split(',').filter(|kind| !kind.is_empty()).collect();
    json!({
        "id": webhook.id.to_string(),
        "url": webhook.url,
        "kinds": kinds,
        "active": webhook.active,
        "created_at": rfc3339(Timestamp(webhook.created_at)),
    })
}

pub(super) async fn tools(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let (db, org) = open(args, terminal).await?;
    let tools = db.tools().list(org.id).await?;
    let nothing = "There are no tools yet; the first start of the server stores its own.";
    let words = columns(&tools.iter().map(tool_row).collect::<Vec<_>>(), nothing);
    Ok(Answer::new(json!({ "tools": tools.iter().map(tool_view).collect::<Vec<_>>() }), words))
}

/// One tool as an org has it.
pub(super) fn shown_tool(tool: &OrgTool) -> Answer {
    Answer::new(tool_view(tool), columns(&[tool_row(tool)], ""))
}

fn tool_row(tool: &OrgTool) -> Vec<String> {
    let state = if tool.is_usable() { "on" } else { "off" };
    vec![
        tool.tool.name.clone(),
        tool.tool.kind.clone(),
        state.to_owned(),
        tool.url.clone().unwrap_or_default(),
    ]
}

fn tool_view(tool: &OrgTool) -> Value {
    json!({
        "name": tool.tool.name,
        "kind": tool.tool.kind,
        "description": tool.tool.description,
        "usable": tool.is_usable(),
        "enabled": tool.enabled.unwrap_or(tool.tool.default_enabled),
        "url": tool.url,
    })
}
