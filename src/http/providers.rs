//! Handlers of model providers. Keys are write-only.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::api::Api;
use super::body::{Asked, Body};
use super::caller::{Caller, Id};
use super::enums::{ProviderKind, ToolCalling};
use super::error::ApiError;
use crate::llm::{ChainOwner, ProviderFields};
use crate::model::{Patch, ProviderRecord};
use crate::wire::{WireError, rfc3339};

/// A provider.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Provider)]
pub(super) struct ProviderView {
    id: String,
    /// Position in the fallback chain; the lowest is tried first.
    position: i64,
    /// `openai`, `compatible`, `azure`, `anthropic` or `knowledge`.
    #[schema(value_type = ProviderKind)]
    kind: String,
    name: String,
    base_url: Option<String>,
    model: String,
    /// `native` or `prompt`.
    #[schema(value_type = ToolCalling)]
    tool_calling: String,
    sees_images: bool,
    azure_api_version: Option<String>,
    /// Model for calls, if the provider has a realtime API.
    voice_model: Option<String>,
    /// Masked key such as `sk-...aBcD`; null if the provider has no key of its own.
    key_hint: Option<String>,
    created_at: String,
}

impl From<ProviderRecord> for ProviderView {
    fn from(record: ProviderRecord) -> Self {
        Self {
            id: record.id.to_string(),
            position: record.position,
            kind: record.kind,
            name: record.name,
            base_url: record.base_url,
            model: record.model,
            tool_calling: record.tool_calling,
            sees_images: record.sees_images,
            azure_api_version: record.azure_api_version,
            voice_model: record.voice_model,
            key_hint: record.key_hint,
            created_at: rfc3339(rooms::Timestamp(record.created_at)),
        }
    }
}

/// Fields of a provider. A new provider needs `kind` and, unless it is `knowledge`, `model`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProviderBody {
    #[serde(default)]
    #[schema(value_type = Option<ProviderKind>)]
    kind: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    position: Option<i64>,
    /// Base URL. Changing it removes the stored key unless the request contains a new one.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    base_url: Patch<String>,
    #[serde(default)]
    model: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<ToolCalling>)]
    tool_calling: Option<String>,
    #[serde(default)]
    sees_images: Option<bool>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    azure_api_version: Patch<String>,
    /// Model for calls, if the provider has a realtime API; null for none, or for `openai` the channel's voice model.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    voice_model: Patch<String>,
    /// Write-only; null removes the key.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    key: Patch<String>,
}

impl From<ProviderBody> for ProviderFields {
    fn from(body: ProviderBody) -> Self {
        Self {
            kind: body.kind,
            name: body.name,
            position: body.position,
            base_url: body.base_url,
            model: body.model,
            tool_calling: body.tool_calling,
            sees_images: body.sees_images,
            azure_api_version: body.azure_api_version,
            voice_model: body.voice_model,
            key: body.key.map(SecretString::from),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProvidersAnswer {
    providers: Vec<ProviderView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProviderAnswer {
    provider: ProviderView,
}

/// Result of a provider test.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TrialAnswer {
    ok: bool,
    /// The model's answer, or why there was none.
    detail: String,
    latency_ms: u64,
}

/// Selects the platform's or the org's chain.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ChainQuery {
    /// `platform` for the platform's chain (platform admins); otherwise the org's.
    level: Option<String>,
}

impl ChainQuery {
    fn owner(&self) -> Result<ChainOwner, WireError> {
        match self.level.as_deref() {
            None | Some("" | "org") => Ok(ChainOwner::Org),
            Some("platform") => Ok(ChainOwner::Platform),
            Some(_) => Err(WireError::bad_request("level must be org or platform")),
        }
    }
}

/// List the providers of the fallback chain, in order.
#[utoipa::path(get, path = "/providers", tag = "providers", params(ChainQuery),
    responses((status = 200, description = "the providers, in order", body = ProvidersAnswer)))]
pub(super) async fn list(
    State(api): State<Api>,
    caller: Caller,
    Asked(asked): Asked<ChainQuery>,
) -> Result<Json<ProvidersAnswer>, ApiError> {
    let found = api.llm.providers(&caller.principal, asked.owner()?).await?;
    Ok(Json(ProvidersAnswer { providers: found.into_iter().map(ProviderView::from).collect() }))
}

/// Create a provider in the fallback chain.
#[utoipa::path(post, path = "/providers", tag = "providers", params(ChainQuery), request_body = ProviderBody,
    responses((status = 201, description = "the provider was created", body = ProviderAnswer)))]
pub(super) async fn add(
    State(api): State<Api>,
    caller: Caller,
    Asked(asked): Asked<ChainQuery>,
    body: Body<ProviderBody>,
) -> Result<(StatusCode, Json<ProviderAnswer>), ApiError> {
    let made = api.llm.add_provider(&caller.principal, asked.owner()?, body.value.into()).await?;
    Ok((StatusCode::CREATED, Json(ProviderAnswer { provider: made.into() })))
}

/// Update a provider.
#[utoipa::path(patch, path = "/providers/{id}", tag = "providers", params(("id" = String, Path), ChainQuery),
    request_body = ProviderBody, responses((status = 200, description = "the provider was updated", body = ProviderAnswer)))]
pub(super) async fn change(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    Asked(asked): Asked<ChainQuery>,
    body: Body<ProviderBody>,
) -> Result<Json<ProviderAnswer>, ApiError> {
    let changed =
        api.llm.change_provider(&caller.principal, asked.owner()?, &id.0, body.value.into()).await?;
    Ok(Json(ProviderAnswer { provider: changed.into() }))
}

/// Delete a provider and its key.
#[utoipa::path(delete, path = "/providers/{id}", tag = "providers", params(("id" = String, Path), ChainQuery),
    responses((status = 204, description = "the provider was deleted")))]
pub(super) async fn remove(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    Asked(asked): Asked<ChainQuery>,
) -> Result<StatusCode, ApiError> {
    api.llm.remove_provider(&caller.principal, asked.owner()?, &id.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Test a provider by asking its model for one word.
#[utoipa::path(post, path = "/providers/{id}/test", tag = "providers", params(("id" = String, Path), ChainQuery),
    responses((status = 200, description = "the result of the test", body = TrialAnswer)))]
pub(super) async fn attempt(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    Asked(asked): Asked<ChainQuery>,
) -> Result<Json<TrialAnswer>, ApiError> {
    let trial = api.llm.try_provider(&caller.principal, asked.owner()?, &id.0).await?;
    Ok(Json(TrialAnswer { ok: trial.is_ok, detail: trial.detail, latency_ms: trial.latency_ms }))
}
