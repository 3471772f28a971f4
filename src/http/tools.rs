//! Handlers of tools: catalogue, configuration, test runs and audit.

use rooms::ConversationId;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::api::Api;
use super::body::{Asked, Body};
use super::caller::{Caller, Id};
use super::enums::ToolKind;
use super::error::ApiError;
use super::pagination::lenient_after;
use super::pagination::{List, cut, limit};
use crate::model::{OrgTool, Patch, ToolRecord, ToolRun, ToolRunFilter};
use crate::tools::{ToolChange, ToolFields};
use crate::wire::rfc3339;

/// A tool of the catalogue.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tool)]
pub(super) struct ToolView {
    name: String,
    /// `built_in` or `webhook`.
    #[schema(value_type = ToolKind)]
    kind: String,
    /// Whether the tool is shipped with the server.
    shipped: bool,
    description: String,
    #[schema(value_type = Object)]
    input_schema: Value,
    #[schema(value_type = Option<Object>)]
    output_schema: Option<Value>,
    /// Whether a failed run is retried.
    idempotent: bool,
    default_enabled: bool,
}

impl From<ToolRecord> for ToolView {
    fn from(record: ToolRecord) -> Self {
        let schema = |text: &str| serde_json::from_str(text).unwrap_or_default();
        Self {
            input_schema: schema(&record.input_schema),
            output_schema: record.output_schema.as_deref().map(schema),
            name: record.name,
            kind: record.kind,
            shipped: record.is_shipped,
            description: record.description,
            idempotent: record.is_idempotent,
            default_enabled: record.default_enabled,
        }
    }
}

/// A tool with the org's configuration.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrgTool)]
pub(super) struct OrgToolView {
    #[serde(flatten)]
    tool: ToolView,
    /// The org's choice; null uses `default_enabled`.
    enabled: Option<bool>,
    /// Whether the assistant can call the tool: enabled and, for a webhook, with a `url`.
    usable: bool,
    url: Option<String>,
    /// Masked secret such as `whs_...aBcD`.
    secret_hint: Option<String>,
    #[schema(value_type = Object)]
    settings: Value,
}

impl From<OrgTool> for OrgToolView {
    fn from(tool: OrgTool) -> Self {
        let settings = tool.settings.as_deref().and_then(|text| serde_json::from_str(text).ok());
        Self {
            usable: tool.is_usable(),
            enabled: tool.enabled,
            url: tool.url,
            secret_hint: tool.secret_hint,
            settings: settings.unwrap_or_else(|| Value::Object(Map::new())),
            tool: tool.tool.into(),
        }
    }
}

/// A run of a tool.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ToolRun)]
pub(super) struct ToolRunView {
    id: String,
    channel_id: Option<String>,
    /// The conversation; null for a test run.
    conversation_id: Option<String>,
    tool: String,
    /// Arguments as JSON, or as text if they are invalid JSON or were truncated.
    #[schema(value_type = Value)]
    arguments: Value,
    /// The result.
    #[schema(value_type = Value)]
    result: Value,
    /// Where the result came from: `knowledge`, `web`, `webhook` or `built_in`; null for a refused run.
    source: Option<String>,
    success: bool,
    error: Option<String>,
    attempts: i64,
    duration_ms: i64,
    created_at: String,
}

impl From<ToolRun> for ToolRunView {
    fn from(run: ToolRun) -> Self {
        let value = |text: String| serde_json::from_str(&text).unwrap_or(Value::String(text));
        Self {
            id: run.id.to_string(),
            channel_id: run.channel_id.map(|id| id.to_string()),
            conversation_id: run.conversation_id.map(|id| id.to_string()),
            tool: run.tool,
            arguments: value(run.arguments),
            result: value(run.result),
            source: run.source,
            success: run.success,
            error: run.error,
            attempts: run.attempts,
            duration_ms: run.duration_ms,
            created_at: rfc3339(rooms::Timestamp(run.created_at)),
        }
    }
}

/// The org's configuration of a tool.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OrgToolBody {
    /// Null uses the catalogue's `default_enabled`.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    enabled: Patch<bool>,
    /// URL of the webhook; null removes it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    url: Patch<String>,
    /// Write-only signing secret; generated when the first `url` is set without one. For `search`, the key of the web search.
    #[serde(default)]
    secret: Option<String>,
    /// Static parameters sent with every call.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    settings: Option<Map<String, Value>>,
}

impl From<OrgToolBody> for ToolChange {
    fn from(body: OrgToolBody) -> Self {
        Self {
            enabled: body.enabled,
            url: body.url,
            secret: body.secret.map(SecretString::from),
            settings: body.settings,
        }
    }
}

/// Fields of a catalogue tool. A new tool needs `name`, `description` and `input_schema`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ToolBody {
    /// Name; only when creating a tool.
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    input_schema: Option<Value>,
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    output_schema: Patch<Value>,
    #[serde(default)]
    idempotent: Option<bool>,
    #[serde(default)]
    default_enabled: Option<bool>,
}

impl From<ToolBody> for ToolFields {
    fn from(body: ToolBody) -> Self {
        Self {
            description: body.description,
            input_schema: body.input_schema,
            output_schema: body.output_schema,
            is_idempotent: body.idempotent,
            default_enabled: body.default_enabled,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ToolsAnswer {
    tools: Vec<OrgToolView>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct OrgToolAnswer {
    tool: OrgToolView,
    /// The signing secret, present only if the server generated it; it cannot be read again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    secret: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ToolAnswer {
    tool: ToolView,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ToolRunAnswer {
    run: ToolRunView,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ToolTestBody {
    #[serde(default)]
    #[schema(value_type = Object)]
    arguments: Map<String, Value>,
}

/// Filter for tool runs.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RunsQuery {
    /// Only runs of this tool.
    tool: Option<String>,
    /// Only runs in this conversation.
    conversation_id: Option<String>,
    /// Only successful runs, or only failed ones.
    success: Option<bool>,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
    /// Maximum number of items: 50 by default, at most 200.
    limit: Option<u32>,
}

/// List the tools of the catalogue with the org's configuration.
#[utoipa::path(get, path = "/tools", tag = "tools",
    responses((status = 200, description = "the tools, ordered by name", body = ToolsAnswer)))]
pub(super) async fn list(State(api): State<Api>, caller: Caller) -> Result<Json<ToolsAnswer>, ApiError> {
    let found = api.tools.tools(&caller.principal).await?;
    Ok(Json(ToolsAnswer { tools: found.into_iter().map(OrgToolView::from).collect() }))
}

/// Configure a tool for the org: enable or disable it and set its URL.
#[utoipa::path(patch, path = "/tools/{id}", tag = "tools", params(("id" = String, Path, description = "name of the tool")),
    request_body = OrgToolBody, responses((status = 200, description = "the tool was updated", body = OrgToolAnswer)))]
pub(super) async fn change(
    State(api): State<Api>,
    caller: Caller,
    name: Id,
    body: Body<OrgToolBody>,
) -> Result<Json<OrgToolAnswer>, ApiError> {
    let (changed, secret) = api.tools.change_tool(&caller.principal, &name.0, body.value.into()).await?;
    let secret = secret.map(|secret| secret.expose_secret().to_owned());
    Ok(Json(OrgToolAnswer { tool: changed.into(), secret }))
}

/// Test a tool with the given arguments, outside any conversation.
#[utoipa::path(post, path = "/tools/{id}/test", tag = "tools", params(("id" = String, Path, description = "name of the tool")),
    request_body = ToolTestBody, responses((status = 200, description = "the result of the run", body = ToolRunAnswer)))]
pub(super) async fn attempt(
    State(api): State<Api>,
    caller: Caller,
    name: Id,
    body: Body<ToolTestBody>,
) -> Result<Json<ToolRunAnswer>, ApiError> {
    let run = api.tools.test_tool(&caller.principal, &name.0, &body.value.arguments).await?;
    Ok(Json(ToolRunAnswer { run: run.into() }))
}

/// List tool runs, newest first.
#[utoipa::path(get, path = "/tools/runs", tag = "tools", params(RunsQuery),
    responses((status = 200, description = "a page of runs", body = List<ToolRunView>)))]
pub(super) async fn runs(
    State(api): State<Api>,
    caller: Caller,
    Asked(asked): Asked<RunsQuery>,
) -> Result<Json<List<ToolRunView>>, ApiError> {
    let limit = limit(asked.limit);
    // Text that is not an id becomes an id that does not exist.
    let conversation = asked.conversation_id.filter(|id| !id.is_empty());
    let conversation = conversation.map(|id| id.parse().unwrap_or(ConversationId(0)));
    let filter = ToolRunFilter {
        tool: asked.tool.unwrap_or_default(),
        conversation,
        success: asked.success,
        before: lenient_after(asked.cursor.as_deref()),
        limit: limit + 1,
    };
    let found = api.tools.tool_runs(&caller.principal, &filter).await?;
    let (items, next_cursor) = cut(found, limit, |run| run.id.to_string());
    Ok(Json(List { items: items.into_iter().map(ToolRunView::from).collect(), next_cursor }))
}

/// Create a webhook tool in the catalogue of all orgs (platform admins).
#[utoipa::path(post, path = "/platform/tools", tag = "tools", request_body = ToolBody,
    responses((status = 201, description = "the tool was created", body = ToolAnswer)))]
pub(super) async fn add(
    State(api): State<Api>,
    caller: Caller,
    body: Body<ToolBody>,
) -> Result<(StatusCode, Json<ToolAnswer>), ApiError> {
    let name = body.value.name.clone();
    let made = api.tools.add_platform_tool(&caller.principal, &name, body.value.into()).await?;
    Ok((StatusCode::CREATED, Json(ToolAnswer { tool: made.into() })))
}

/// Update a catalogue tool (platform admins). Only `default_enabled` of a shipped tool can change.
#[utoipa::path(patch, path = "/platform/tools/{id}", tag = "tools", params(("id" = String, Path, description = "name of the tool")),
    request_body = ToolBody, responses((status = 200, description = "the tool was updated", body = ToolAnswer)))]
pub(super) async fn change_platform(
    State(api): State<Api>,
    caller: Caller,
    name: Id,
    body: Body<ToolBody>,
) -> Result<Json<ToolAnswer>, ApiError> {
    let changed = api.tools.change_platform_tool(&caller.principal, &name.0, body.value.into()).await?;
    Ok(Json(ToolAnswer { tool: changed.into() }))
}

/// Delete a catalogue tool that is not shipped with the server (platform admins).
#[utoipa::path(delete, path = "/platform/tools/{id}", tag = "tools", params(("id" = String, Path, description = "name of the tool")),
    responses((status = 204, description = "the tool was deleted")))]
pub(super) async fn remove(State(api): State<Api>, caller: Caller, name: Id) -> Result<StatusCode, ApiError> {
    api.tools.remove_platform_tool(&caller.principal, &name.0).await?;
    Ok(StatusCode::NO_CONTENT)
}
