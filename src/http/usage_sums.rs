//! Handlers of summed usage, as JSON and as CSV.

use axum::Json;
use axum::extract::State;
use axum::http::header::{self, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::api::Api;
use super::body::Asked;
use super::caller::Caller;
use super::enums::{UsageBy as ByWords, UsageFileOf};
use super::error::ApiError;
use super::ratings::moment;
use crate::model::{UsageBy, UsageSum};
use crate::usage::UsageAsked;
use crate::wire::WireError;

const FILE_NAME: &str = "attachment; filename=\"usage.csv\"";

/// Which usage.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SumsQuery {
    /// What it is summed by; the day by default.
    #[param(inline, value_type = Option<ByWords>)]
    by: Option<String>,
    /// Only from this moment on, as RFC 3339, or from the beginning of this day (UTC); 30 days ago by default. Hours count
    /// whole.
    from: Option<String>,
    /// Only before this moment or day.
    to: Option<String>,
    /// Only of this channel.
    channel_id: Option<String>,
}

/// Which usage a file lists.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct UsageFileQuery {
    /// What its lines are; single events by default.
    #[param(inline, value_type = Option<UsageFileOf>)]
    by: Option<String>,
    /// As for the sums.
    from: Option<String>,
    /// As for the sums.
    to: Option<String>,
    /// Only of this channel.
    channel_id: Option<String>,
}

/// Usage of one group.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UsageSum)]
pub(super) struct UsageSumView {
    /// The hour from 0 to 23, the day, the id of a channel or person, the model, the kind or the address; empty for what
    /// has none, such as a person who was erased.
    key: String,
    /// The name of a channel or person, where it has one.
    name: String,
    requests: i64,
    failed: i64,
    input_tokens: i64,
    output_tokens: i64,
    seconds: f64,
    cost_usd: f64,
}

#[expect(clippy::cast_precision_loss, reason = "money and time for people to read")]
impl From<UsageSum> for UsageSumView {
    fn from(sum: UsageSum) -> Self {
        Self {
            key: sum.key,
            name: sum.name,
            requests: sum.request_count,
            failed: sum.failed_count,
            input_tokens: sum.input_tokens,
            output_tokens: sum.output_tokens,
            seconds: sum.duration_ms as f64 / 1e3,
            cost_usd: sum.cost_nano_usd as f64 / 1e9,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UsageSumsAnswer {
    items: Vec<UsageSumView>,
}

fn by(name: &str) -> Result<UsageBy, WireError> {
    UsageBy::named(name).ok_or_else(|| {
        WireError::bad_request("by must be hour, day, channel, model, kind, person or address")
    })
}

fn asked(from: Option<&str>, to: Option<&str>, channel: Option<&str>) -> Result<UsageAsked, WireError> {
    let channel = channel.filter(|id| !id.is_empty()).map(str::parse).transpose();
    Ok(UsageAsked {
        from: moment("from", from)?,
        to: moment("to", to)?,
        channel: channel.map_err(|_| WireError::bad_request("channel_id must be the id of a channel"))?,
    })
}

/// Sum usage by hour, day, channel, model, kind, person or address. Hours and days come in their order, everything else
/// by what it cost, at most 200 groups. Up to 400 days; up to 92 by person and address.
#[utoipa::path(get, path = "/usage/sums", tag = "usage", params(SumsQuery),
    responses((status = 200, description = "the sums", body = UsageSumsAnswer)))]
pub(super) async fn sums(
    State(api): State<Api>,
    caller: Caller,
    Asked(query): Asked<SumsQuery>,
) -> Result<Json<UsageSumsAnswer>, ApiError> {
    let asked = asked(query.from.as_deref(), query.to.as_deref(), query.channel_id.as_deref())?;
    let found =
        api.usage.sums_for(&caller.principal, by(query.by.as_deref().unwrap_or("day"))?, asked).await?;
    Ok(Json(UsageSumsAnswer { items: found.into_iter().map(UsageSumView::from).collect() }))
}

/// Export usage as CSV: the same sums, or single requests, newest first and at most 10,000.
#[utoipa::path(get, path = "/usage/export", tag = "usage", params(UsageFileQuery),
    responses((status = 200, description = "the file", content_type = "text/csv", body = String)))]
pub(super) async fn export(
    State(api): State<Api>,
    caller: Caller,
    Asked(query): Asked<UsageFileQuery>,
) -> Result<Response, ApiError> {
    let asked = asked(query.from.as_deref(), query.to.as_deref(), query.channel_id.as_deref())?;
    let by = query.by.as_deref().filter(|name| *name != "event").map(by).transpose()?;
    let csv = api.usage.export_for(&caller.principal, by, asked).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(FILE_NAME)),
    ];
    Ok((headers, csv).into_response())
}
