//! Handlers of usage and prices.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::api::Api;
use super::body::{Asked, Body};
use super::caller::Caller;
use super::enums::{LimitMode, UsagePeriod};
use super::error::ApiError;
use super::pagination::{List, PageQuery, cut};
use crate::model::{PriceRow, UsageDay, UsageRow};
use crate::usage::{
    Limit, LimitNumbers, Numbers, nano_per_minute, nano_per_token, usd_per_million, usd_per_minute,
};
use crate::wire::rfc3339;

/// Usage of a day or a month.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UsageNumbers)]
pub(super) struct NumbersView {
    chat_requests: u64,
    embedding_tokens: u64,
    total_tokens: u64,
    cost_usd: f64,
    /// Minutes of ended calls.
    voice_minutes: f64,
}

impl From<Numbers> for NumbersView {
    fn from(numbers: Numbers) -> Self {
        Self {
            chat_requests: numbers.chat_requests,
            embedding_tokens: numbers.embedding_tokens,
            total_tokens: numbers.total_tokens,
            cost_usd: numbers.cost_usd(),
            voice_minutes: numbers.voice_minutes(),
        }
    }
}

/// Limits per day or month; null for none.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UsageLimits)]
pub(super) struct LimitsView {
    chat_requests: Option<u64>,
    embedding_tokens: Option<u64>,
    total_tokens: Option<u64>,
    cost_usd: Option<f64>,
    voice_minutes: Option<u64>,
}

impl From<LimitNumbers> for LimitsView {
    fn from(limits: LimitNumbers) -> Self {
        Self {
            chat_requests: limits.chat_requests,
            embedding_tokens: limits.embedding_tokens,
            total_tokens: limits.total_tokens,
            cost_usd: limits.cost_usd,
            voice_minutes: limits.voice_minutes,
        }
    }
}

/// A limit of which at least 80 % is used.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Warning {
    limit: &'static str,
    /// Used share; 1 or more means the limit is reached.
    share: f64,
    #[schema(value_type = LimitMode)]
    mode: &'static str,
}

/// A limit of a day or month that is set.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UsageLimit)]
pub(super) struct LimitView {
    /// The name of its setting.
    limit: &'static str,
    #[schema(value_type = UsagePeriod)]
    period: &'static str,
    used: f64,
    allowed: f64,
    #[schema(value_type = LimitMode)]
    mode: &'static str,
}

impl From<&Limit> for LimitView {
    fn from(limit: &Limit) -> Self {
        let period = if limit.is_monthly { "month" } else { "day" };
        let Limit { name, used, allowed, .. } = *limit;
        Self { limit: name, period, used, allowed, mode: mode(limit) }
    }
}

fn mode(limit: &Limit) -> &'static str {
    if limit.is_hard { "hard" } else { "soft" }
}

/// Usage of an org against its limits.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UsageAnswer {
    today: NumbersView,
    month: NumbersView,
    /// Limits by the name of the counted quantity; null for none.
    day_limits: LimitsView,
    month_limits: LimitsView,
    /// Every limit that is set, with what it does by itself when it is reached.
    limits: Vec<LimitView>,
    warnings: Vec<Warning>,
    /// Whether the assistant stops when a limit without a mode of its own is reached.
    hard: bool,
    /// When the daily counts reset: the next midnight, UTC.
    resets_at: String,
    /// Models without a price used since the server started; they are charged at the fallback price.
    unpriced_models: Vec<String>,
}

/// Usage summed by day, kind and model.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UsageDay)]
pub(super) struct UsageDayView {
    day: String,
    kind: String,
    model: String,
    requests: i64,
    failed: i64,
    input_tokens: i64,
    output_tokens: i64,
    seconds: f64,
    cost_usd: f64,
}

#[expect(clippy::cast_precision_loss, reason = "money and time for people to read")]
impl From<UsageDay> for UsageDayView {
    fn from(day: UsageDay) -> Self {
        Self {
            day: day.day,
            kind: day.kind,
            model: day.model,
            requests: day.request_count,
            failed: day.failed_count,
            input_tokens: day.input_tokens,
            output_tokens: day.output_tokens,
            seconds: day.duration_ms as f64 / 1e3,
            cost_usd: day.cost_nano_usd as f64 / 1e9,
        }
    }
}

/// One request to a model.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UsageEvent)]
pub(super) struct UsageEventView {
    id: String,
    channel_id: Option<String>,
    session_id: Option<String>,
    /// The address from which the visitor came, until it is forgotten.
    address: Option<String>,
    /// The provider's id of the request.
    request_id: Option<String>,
    endpoint: String,
    provider: String,
    model: String,
    kind: String,
    input_tokens: i64,
    cached_input_tokens: i64,
    output_tokens: i64,
    seconds: f64,
    cost_usd: f64,
    latency_ms: i64,
    success: bool,
    /// Whether the counts are estimates, because the provider reported none or the request was cancelled.
    estimated: bool,
    created_at: String,
}

#[expect(clippy::cast_precision_loss, reason = "money and time for people to read")]
impl From<UsageRow> for UsageEventView {
    fn from(row: UsageRow) -> Self {
        Self {
            id: row.id.to_string(),
            channel_id: row.channel_id.map(|id| id.to_string()),
            session_id: row.conversation_id.map(|id| id.to_string()),
            address: row.address,
            request_id: row.request_id,
            endpoint: row.endpoint,
            provider: row.provider,
            model: row.model,
            kind: row.kind,
            input_tokens: row.input_tokens,
            cached_input_tokens: row.cached_input_tokens,
            output_tokens: row.output_tokens,
            seconds: row.duration_ms as f64 / 1e3,
            cost_usd: row.cost_nano_usd as f64 / 1e9,
            latency_ms: row.latency_ms,
            success: row.success,
            estimated: row.is_estimate,
            created_at: rfc3339(rooms::Timestamp(row.created_at)),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UsageDaysAnswer {
    days: Vec<UsageDayView>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DaysQuery {
    /// First day to include, such as `2026-11-01`; all days by default.
    from: Option<String>,
}

/// Price of a model from a day on, in US dollars per million tokens, and per minute where it is sold by it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Price)]
pub(super) struct PriceView {
    model: String,
    /// First day the price applies, such as `2026-11-21`.
    valid_from: String,
    input_usd: f64,
    cached_input_usd: f64,
    output_usd: f64,
    audio_input_usd: f64,
    audio_output_usd: f64,
    /// Price of cached audio input, if it differs from cached text.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    cached_audio_input_usd: Option<f64>,
    /// Price of a minute of sound in US dollars, where the model is sold by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    minute_usd: Option<f64>,
}

/// New price of a model from a day on, in US dollars per million tokens.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PriceBody {
    model: String,
    /// First day the price applies, such as `2026-11-21`.
    valid_from: String,
    input_usd: f64,
    #[serde(default)]
    cached_input_usd: f64,
    output_usd: f64,
    #[serde(default)]
    audio_input_usd: f64,
    #[serde(default)]
    audio_output_usd: f64,
    /// Price of cached audio input, if it differs from cached text.
    #[serde(default)]
    cached_audio_input_usd: Option<f64>,
    /// Price of a minute of sound in US dollars, where the model is sold by it.
    #[serde(default)]
    minute_usd: f64,
}

impl From<&PriceRow> for PriceView {
    fn from(row: &PriceRow) -> Self {
        Self {
            model: row.model.clone(),
            valid_from: row.valid_from.clone(),
            input_usd: usd_per_million(row.input_nano_usd),
            cached_input_usd: usd_per_million(row.cached_input_nano_usd),
            output_usd: usd_per_million(row.output_nano_usd),
            audio_input_usd: usd_per_million(row.audio_input_nano_usd),
            audio_output_usd: usd_per_million(row.audio_output_nano_usd),
            cached_audio_input_usd: row.cached_audio_input_nano_usd.map(usd_per_million),
            minute_usd: usd_per_minute(row.minute_nano_usd),
        }
    }
}

impl From<PriceBody> for PriceRow {
    fn from(view: PriceBody) -> Self {
        Self {
            model: view.model,
            valid_from: view.valid_from,
            input_nano_usd: nano_per_token(view.input_usd),
            cached_input_nano_usd: nano_per_token(view.cached_input_usd),
            output_nano_usd: nano_per_token(view.output_usd),
            audio_input_nano_usd: nano_per_token(view.audio_input_usd),
            audio_output_nano_usd: nano_per_token(view.audio_output_usd),
            cached_audio_input_nano_usd: view.cached_audio_input_usd.map(nano_per_token),
            minute_nano_usd: nano_per_minute(view.minute_usd),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PricesAnswer {
    prices: Vec<PriceView>,
}

/// Get the usage of the org today and this month (UTC).
#[utoipa::path(get, path = "/usage", tag = "usage",
    responses((status = 200, description = "usage and limits", body = UsageAnswer)))]
pub(super) async fn standing(State(api): State<Api>, caller: Caller) -> Result<Json<UsageAnswer>, ApiError> {
    let standing = api.usage.standing_for(&caller.principal).await?;
    let near = standing.limits.iter().filter(|limit| limit.is_near());
    let warnings = near.map(|it| Warning { limit: it.name, share: it.share(), mode: mode(it) }).collect();
    Ok(Json(UsageAnswer {
        today: standing.today.into(),
        month: standing.month.into(),
        day_limits: standing.day_limits.into(),
        month_limits: standing.month_limits.into(),
        limits: standing.limits.iter().map(LimitView::from).collect(),
        warnings,
        hard: standing.is_hard,
        resets_at: rfc3339(rooms::Timestamp(standing.resets_at_ms)),
        unpriced_models: standing.unpriced_models,
    }))
}

/// List usage summed by day, kind and model, oldest first.
#[utoipa::path(get, path = "/usage/days", tag = "usage", params(DaysQuery),
    responses((status = 200, description = "the sums", body = UsageDaysAnswer)))]
pub(super) async fn days(
    State(api): State<Api>,
    caller: Caller,
    Asked(asked): Asked<DaysQuery>,
) -> Result<Json<UsageDaysAnswer>, ApiError> {
    let found = api.usage.days_for(&caller.principal, asked.from.as_deref().unwrap_or_default()).await?;
    Ok(Json(UsageDaysAnswer { days: found.into_iter().map(UsageDayView::from).collect() }))
}

/// List single requests to models, newest first.
#[utoipa::path(get, path = "/usage/events", tag = "usage", params(PageQuery),
    responses((status = 200, description = "a page of requests", body = List<UsageEventView>)))]
pub(super) async fn events(
    State(api): State<Api>,
    caller: Caller,
    Asked(page): Asked<PageQuery>,
) -> Result<Json<List<UsageEventView>>, ApiError> {
    let (before, limit) = (page.after()?, page.limit());
    let found = api.usage.events_for(&caller.principal, before, limit + 1).await?;
    let (items, next_cursor) = cut(found, limit, |row| row.id.to_string());
    Ok(Json(List { items: items.into_iter().map(UsageEventView::from).collect(), next_cursor }))
}

/// List the prices of models.
#[utoipa::path(get, path = "/prices", tag = "usage",
    responses((status = 200, description = "the price table", body = PricesAnswer)))]
pub(super) async fn prices(State(api): State<Api>, caller: Caller) -> Result<Json<PricesAnswer>, ApiError> {
    let prices = api.usage.prices_for(&caller.principal)?;
    Ok(Json(PricesAnswer { prices: prices.rows().iter().map(PriceView::from).collect() }))
}

/// Set the price of a model from a day on (platform admins).
#[utoipa::path(post, path = "/platform/prices", tag = "usage", request_body = PriceBody,
    responses((status = 204, description = "the price was set")))]
pub(super) async fn set_price(
    State(api): State<Api>,
    caller: Caller,
    body: Body<PriceBody>,
) -> Result<StatusCode, ApiError> {
    api.usage.set_price_by(&caller.principal, body.value.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}
