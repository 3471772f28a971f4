//! Handlers of settings and their history.

use axum::Json;
use axum::extract::State;
use rooms::ChannelId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::api::Api;
use super::body::{Asked, Body};
use super::caller::{Caller, Id};
use super::enums::{SettingKind, SettingNature, SettingSource, SettingValue};
use super::error::ApiError;
use super::pagination::lenient_after;
use super::pagination::{List, limit};
use crate::model::SettingChange;
use crate::org_settings::{Kind, Level, Nature, Shown};
use crate::wire::{WireError, rfc3339};

/// A setting as it applies at one level.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Setting)]
pub(super) struct SettingView {
    name: &'static str,
    #[schema(value_type = SettingValue)]
    value: Value,
    /// Level the value is inherited from: `default`, `platform`, `org` or `channel`.
    #[schema(value_type = SettingSource)]
    source: &'static str,
    /// What would hold here without a value of its own.
    #[schema(value_type = SettingValue)]
    inherited_value: Value,
    /// Where that comes from.
    #[schema(value_type = SettingSource)]
    inherited_source: &'static str,
    /// `business` or `technical`.
    #[schema(value_type = SettingNature)]
    nature: &'static str,
    /// `text`, `template`, `flag`, `count`, `number`, `list`, `choice`, `hours`, `address`, `color`, `language`, `origins` or `form`.
    #[schema(value_type = SettingKind)]
    kind: &'static str,
    /// Whether the field can be set at this level.
    settable: bool,
    help: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    min: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    max: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<String>)]
    choices: Option<&'static [&'static str]>,
}

impl From<Shown> for SettingView {
    #[expect(clippy::cast_precision_loss, reason = "bounds for a form")]
    fn from(shown: Shown) -> Self {
        let (min, max) = match shown.field.kind {
            Kind::Count(min, max) => (Some(min as f64), Some(max as f64)),
            Kind::Number(min, max) => (Some(min), Some(max)),
            Kind::Text(max) | Kind::Template(max) => (None, Some(max as f64)),
            Kind::List(most, _) | Kind::ListOrInherited(most, _) => (None, Some(most as f64)),
            Kind::Subset(choices) => (None, Some(choices.len() as f64)),
            Kind::Origins(most) => (None, Some(most as f64)),
            Kind::Flag
            | Kind::Choice(_)
            | Kind::Hours
            | Kind::Address
            | Kind::Color
            | Kind::Language
            | Kind::Form => (None, None),
        };
        let choices = match shown.field.kind {
            Kind::Choice(choices) | Kind::Subset(choices) => Some(choices),
            _ => None,
        };
        Self {
            name: shown.field.name,
            value: shown.value,
            source: shown.source,
            inherited_value: shown.inherited_value,
            inherited_source: shown.inherited_source,
            nature: match shown.field.nature {
                Nature::Business => "business",
                Nature::Technical => "technical",
            },
            kind: shown.field.kind.name(),
            settable: shown.is_settable,
            help: shown.field.help,
            min,
            max,
            choices,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SettingsAnswer {
    settings: Vec<SettingView>,
}

impl SettingsAnswer {
    fn of(shown: Vec<Shown>) -> Json<Self> {
        Json(Self { settings: shown.into_iter().map(SettingView::from).collect() })
    }
}

/// Values by setting name; null restores the inherited value.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SettingsBody {
    #[schema(value_type = HashMap<String, SettingValue>)]
    settings: Map<String, Value>,
}

/// A change of one setting.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SettingChange)]
pub(super) struct SettingChangeView {
    id: String,
    /// The channel, if the value was set on a channel.
    channel_id: Option<String>,
    field: String,
    #[schema(value_type = SettingValue)]
    old_value: Value,
    #[schema(value_type = SettingValue)]
    new_value: Value,
    member_id: Option<String>,
    member_name: String,
    created_at: String,
}

impl From<SettingChange> for SettingChangeView {
    fn from(change: SettingChange) -> Self {
        let value =
            |json: Option<String>| json.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
        Self {
            id: change.id.to_string(),
            channel_id: change.channel_id.map(|id| id.to_string()),
            field: change.field,
            old_value: value(change.old_value),
            new_value: value(change.new_value),
            member_id: change.member_id.map(|id| id.to_string()),
            member_name: change.member_name,
            created_at: rfc3339(rooms::Timestamp(change.created_at)),
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct HistoryQuery {
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
    /// Maximum number of items: 50 by default, at most 200.
    limit: Option<u32>,
    /// `platform` for changes of the platform; otherwise of the org.
    level: Option<String>,
}

fn channel_level(caller: &Caller, id: &Id) -> Result<Level, WireError> {
    let channel: ChannelId = id.0.parse().map_err(|_| WireError::not_found())?;
    Ok(Level::Channel(caller.principal.org, channel))
}

/// List the settings of the org and where each value comes from.
#[utoipa::path(get, path = "/settings", tag = "settings",
    responses((status = 200, description = "all settings", body = SettingsAnswer)))]
pub(super) async fn of_org(State(api): State<Api>, caller: Caller) -> Result<Json<SettingsAnswer>, ApiError> {
    let level = Level::Org(caller.principal.org);
    Ok(SettingsAnswer::of(api.org_settings.shown_to(&caller.principal, level).await?))
}

/// Update settings of the org, all or none. A technical setting the caller may not change is `forbidden`.
#[utoipa::path(patch, path = "/settings", tag = "settings", request_body = SettingsBody,
    responses((status = 200, description = "the settings were updated", body = SettingsAnswer)))]
pub(super) async fn change_org(
    State(api): State<Api>,
    caller: Caller,
    body: Body<SettingsBody>,
) -> Result<Json<SettingsAnswer>, ApiError> {
    let level = Level::Org(caller.principal.org);
    let changed = api.org_settings.change_by(&caller.principal, level, body.value.settings).await?;
    api.handover.assignment_changed(caller.principal.org);
    Ok(SettingsAnswer::of(changed))
}

/// List the settings of a channel and where each value comes from.
#[utoipa::path(get, path = "/channels/{id}/settings", tag = "settings", params(("id" = String, Path)),
    responses((status = 200, description = "all settings", body = SettingsAnswer)))]
pub(super) async fn of_channel(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<Json<SettingsAnswer>, ApiError> {
    let level = channel_level(&caller, &id)?;
    Ok(SettingsAnswer::of(api.org_settings.shown_to(&caller.principal, level).await?))
}

/// Update settings of a channel, all or none.
#[utoipa::path(patch, path = "/channels/{id}/settings", tag = "settings", params(("id" = String, Path)),
    request_body = SettingsBody, responses((status = 200, description = "the settings were updated", body = SettingsAnswer)))]
pub(super) async fn change_channel(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    body: Body<SettingsBody>,
) -> Result<Json<SettingsAnswer>, ApiError> {
    let level = channel_level(&caller, &id)?;
    let changed = api.org_settings.change_by(&caller.principal, level, body.value.settings).await?;
    api.handover.assignment_changed(caller.principal.org);
    Ok(SettingsAnswer::of(changed))
}

/// List the settings of the platform (platform admins).
#[utoipa::path(get, path = "/platform/settings", tag = "settings",
    responses((status = 200, description = "all settings", body = SettingsAnswer)))]
pub(super) async fn of_platform(
    State(api): State<Api>,
    caller: Caller,
) -> Result<Json<SettingsAnswer>, ApiError> {
    Ok(SettingsAnswer::of(api.org_settings.shown_to(&caller.principal, Level::Platform).await?))
}

/// Update settings of the platform (platform admins).
#[utoipa::path(patch, path = "/platform/settings", tag = "settings", request_body = SettingsBody,
    responses((status = 200, description = "the settings were updated", body = SettingsAnswer)))]
pub(super) async fn change_platform(
    State(api): State<Api>,
    caller: Caller,
    body: Body<SettingsBody>,
) -> Result<Json<SettingsAnswer>, ApiError> {
    let changed = api.org_settings.change_by(&caller.principal, Level::Platform, body.value.settings).await?;
    Ok(SettingsAnswer::of(changed))
}

/// List changes of settings, newest first.
#[utoipa::path(get, path = "/settings/history", tag = "settings", params(HistoryQuery),
    responses((status = 200, description = "a page of changes", body = List<SettingChangeView>)))]
pub(super) async fn history(
    State(api): State<Api>,
    caller: Caller,
    Asked(asked): Asked<HistoryQuery>,
) -> Result<Json<List<SettingChangeView>>, ApiError> {
    let limit = limit(asked.limit);
    let of_platform = asked.level.as_deref() == Some("platform");
    let found = api
        .org_settings
        .history_for(&caller.principal, of_platform, lenient_after(asked.cursor.as_deref()), limit + 1)
        .await?;
    let (items, next_cursor) = super::pagination::cut(found, limit, |change| change.id.to_string());
    Ok(Json(List { items: items.into_iter().map(SettingChangeView::from).collect(), next_cursor }))
}

/// Whose change.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RestoreQuery {
    /// `platform` for a change of the platform; otherwise of the org.
    level: Option<String>,
}

/// Set a field back to what it was before a change, on the level where that was made. It is a change like any other.
#[utoipa::path(post, path = "/settings/history/{id}/restore", tag = "settings", params(("id" = String, Path), RestoreQuery),
    responses((status = 200, description = "the settings of that level", body = SettingsAnswer)))]
pub(super) async fn restore(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    Asked(asked): Asked<RestoreQuery>,
) -> Result<Json<SettingsAnswer>, ApiError> {
    let of_platform = asked.level.as_deref() == Some("platform");
    let restored = api.org_settings.restore_by(&caller.principal, of_platform, &id.0).await?;
    if !of_platform {
        api.handover.assignment_changed(caller.principal.org);
    }
    Ok(SettingsAnswer::of(restored))
}
