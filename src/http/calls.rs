//! Handlers of calls.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use rooms::CallId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::api::{Api, text};
use super::body::{Asked, Body};
use super::caller::{Caller, Id, Place, Visitor};
use super::enums::{self, CallEndReason, CallFloor, CallLink, CallState, RecordingFault, Sentiment};
use super::error::ApiError;
use super::pagination::{List, limit};
use crate::files::{ByteRange, StoredFile};
use crate::hub::Target;
use crate::voice::{CallView as Call, LegMode, LegTicket, Recording};
use crate::wire::{UserView, WireError, rfc3339};

/// A call.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Call)]
pub(super) struct CallView {
    id: String,
    session_id: String,
    channel_id: String,
    visitor: CallVisitor,
    /// `active` or `ended`.
    #[schema(value_type = CallState)]
    state: &'static str,
    /// Who has the floor: `assistant`, `taking`, `agent` or `hold`; null once the call has ended.
    #[schema(value_type = Option<CallFloor>)]
    floor: Option<&'static str>,
    /// State of the connection to the voice model: `ok`, `reconnecting` or `degraded`; null once the call has ended.
    #[schema(value_type = Option<CallLink>)]
    link: Option<&'static str>,
    /// The agent who has taken the call.
    agent: Option<UserView>,
    /// Agents who listen to the call; the one who has taken it is not counted.
    listener_count: usize,
    provider: String,
    model: String,
    /// Whether the voice provider is simulated.
    simulated: bool,
    started_at: String,
    ended_at: Option<String>,
    /// Duration of an ended call; null while it is active.
    seconds: Option<i64>,
    /// Why the call ended: `visitor`, `agent`, `limit`, `budget`, `idle` or `error`.
    #[schema(value_type = Option<CallEndReason>)]
    reason: Option<String>,
    /// Cost so far in US dollars.
    cost_usd: f64,
    /// Whether a recording is stored.
    recorded: bool,
    /// `cut` where the recording stops early, `lost` where nothing of it could be kept: the disk was full or too slow.
    #[schema(value_type = Option<RecordingFault>)]
    recording_fault: Option<String>,
    /// The visitor's sentiment, if it has been determined.
    #[schema(value_type = Option<Sentiment>)]
    sentiment: Option<String>,
}

/// The visitor who called.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CallVisitor {
    id: String,
    name: String,
}

impl From<Call> for CallView {
    fn from(call: Call) -> Self {
        let Call { record, standing } = call;
        let standing = standing.filter(|_| record.ended_at.is_none());
        let stored_cost = u64::try_from(record.cost_nano_usd).unwrap_or(0);
        Self {
            state: if record.ended_at.is_none() { "active" } else { "ended" },
            floor: standing.as_ref().map(|one| one.floor),
            link: standing.as_ref().map(|one| one.link),
            agent: standing.as_ref().and_then(|one| one.agent.as_ref()).map(UserView::from),
            listener_count: standing.as_ref().map_or(0, |one| one.listener_count),
            cost_usd: crate::voice::usd(standing.as_ref().map_or(stored_cost, |one| one.cost_nano_usd)),
            sentiment: standing.and_then(|one| one.sentiment).map(|sentiment| sentiment.to_string()),
            recorded: record.recording.is_some(),
            recording_fault: record.recording_fault,
            id: record.id.to_string(),
            session_id: record.conversation_id.to_string(),
            channel_id: record.channel_id.to_string(),
            visitor: CallVisitor { id: record.visitor_id.to_string(), name: record.visitor_name },
            provider: record.provider,
            model: record.model,
            simulated: record.is_simulated,
            started_at: rfc3339(rooms::Timestamp(record.started_at)),
            ended_at: record.ended_at.map(|at| rfc3339(rooms::Timestamp(at))),
            seconds: record.seconds,
            reason: record.reason,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CallAnswer {
    call: CallView,
}

#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct CallBody {
    /// The id of the visitor's conversation.
    session_id: String,
}

#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct LegBody {
    /// How to join: `listen` or `take`.
    #[schema(value_type = enums::LegMode)]
    mode: String,
}

/// A single-use ticket that opens the socket of a call, valid for 60 s from the same origin.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CallTicketAnswer)]
pub(super) struct TicketAnswer {
    call_id: String,
    ticket: String,
}

impl From<LegTicket> for TicketAnswer {
    fn from(ticket: LegTicket) -> Self {
        Self { call_id: ticket.call.to_string(), ticket: ticket.ticket }
    }
}

/// Filter for calls.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CallsQuery {
    /// `active` or `all` (default).
    state: Option<String>,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
    /// Maximum number of items: 50 by default, at most 200.
    limit: Option<u32>,
}

/// Start a call in the visitor's conversation.
#[utoipa::path(post, path = "/widget/calls", tag = "widget", request_body = CallBody, responses(
    (status = 201, description = "the call was started; connect to /ws/voice with the ticket", body = TicketAnswer),
    (status = 409, description = "a call is already active: `details.call_id`"),
))]
pub(super) async fn start(
    State(api): State<Api>,
    Visitor(caller): Visitor,
    place: Place,
    body: Body<CallBody>,
) -> Result<(StatusCode, Json<TicketAnswer>), ApiError> {
    let conversation = Target::from(body.value.session_id.as_str()).id()?;
    let ticket = api.voice.start_call(&caller.principal, caller.address, conversation, place.origin).await?;
    Ok((StatusCode::CREATED, Json(ticket.into())))
}

/// Create a new ticket for the visitor's own call, for example after a page reload.
#[utoipa::path(post, path = "/widget/calls/{id}/legs", tag = "widget", params(("id" = String, Path)),
    responses((status = 201, description = "the ticket; connect to /ws/voice with it", body = TicketAnswer)))]
pub(super) async fn rejoin(
    State(api): State<Api>,
    Visitor(caller): Visitor,
    place: Place,
    id: Id,
) -> Result<(StatusCode, Json<TicketAnswer>), ApiError> {
    let ticket = api.voice.visitor_ticket(&caller.principal, call_id(&id)?, place.origin)?;
    Ok((StatusCode::CREATED, Json(ticket.into())))
}

/// List the calls of the org, newest first.
#[utoipa::path(get, path = "/calls", tag = "calls", params(CallsQuery),
    responses((status = 200, description = "a page of calls", body = List<CallView>)))]
pub(super) async fn list(
    State(api): State<Api>,
    caller: Caller,
    Asked(asked): Asked<CallsQuery>,
) -> Result<Json<List<CallView>>, ApiError> {
    let running_only = match asked.state.as_deref() {
        None | Some("" | "all") => false,
        Some("active") => true,
        Some(_) => return Err(WireError::bad_request("state must be active or all").into()),
    };
    let before = asked.cursor.map(|cursor| cursor.parse::<CallId>()).transpose();
    let before = before.map_err(|_| WireError::bad_request("cursor is not one"))?;
    let limit = limit(asked.limit);
    let calls = api.voice.list(&caller.principal, running_only, before, limit).await?;
    let next_cursor = (i64::try_from(calls.len()) == Ok(limit))
        .then(|| calls.last().map(|call| call.record.id.to_string()))
        .flatten();
    Ok(Json(List { items: calls.into_iter().map(CallView::from).collect(), next_cursor }))
}

/// A call.
#[utoipa::path(get, path = "/calls/{id}", tag = "calls", params(("id" = String, Path)),
    responses((status = 200, description = "the call", body = CallAnswer)))]
pub(super) async fn get(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<Json<CallAnswer>, ApiError> {
    let call = api.voice.find(&caller.principal, call_id(&id)?).await?;
    Ok(Json(CallAnswer { call: call.into() }))
}

/// Join an active call as an agent, to listen or to take it.
#[utoipa::path(post, path = "/calls/{id}/legs", tag = "calls", params(("id" = String, Path)), request_body = LegBody,
    responses((status = 201, description = "the ticket; connect to /ws/voice with it", body = TicketAnswer)))]
pub(super) async fn join(
    State(api): State<Api>,
    caller: Caller,
    place: Place,
    id: Id,
    body: Body<LegBody>,
) -> Result<(StatusCode, Json<TicketAnswer>), ApiError> {
    let mode = match body.value.mode.as_str() {
        "listen" => LegMode::Listen,
        "take" => LegMode::Take,
        _ => return Err(WireError::bad_request("mode must be listen or take").into()),
    };
    let ticket = api.voice.agent_ticket(&caller.principal, call_id(&id)?, mode, place.origin)?;
    Ok((StatusCode::CREATED, Json(ticket.into())))
}

/// End an active call.
#[utoipa::path(post, path = "/calls/{id}/end", tag = "calls", params(("id" = String, Path)),
    responses((status = 202, description = "the call is ending", body = CallAnswer)))]
pub(super) async fn end(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<(StatusCode, Json<CallAnswer>), ApiError> {
    let call = call_id(&id)?;
    api.voice.end(&caller.principal, call).await?;
    let call = api.voice.find(&caller.principal, call).await?;
    Ok((StatusCode::ACCEPTED, Json(CallAnswer { call: call.into() })))
}

/// Download the recording of a call as stereo WAV: the visitor on the left channel, what the visitor heard on the right. Supports `Range`.
#[utoipa::path(get, path = "/calls/{id}/recording", tag = "calls", params(("id" = String, Path)),
    responses((status = 200, description = "the recording", content_type = "audio/wav", body = Vec<u8>),
        (status = 206, description = "the requested range", content_type = "audio/wav", body = Vec<u8>)))]
pub(super) async fn recording(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let range = text(&headers, header::RANGE.as_str()).and_then(ByteRange::parse);
    let is_part = range.is_some();
    Ok(match api.voice.recording(&caller.principal, call_id(&id)?, range).await? {
        Recording::Part(file) => sound(file, is_part),
        Recording::BehindItsEnd { bytes } => {
            let size = [(header::CONTENT_RANGE, format!("bytes */{bytes}"))];
            (StatusCode::RANGE_NOT_SATISFIABLE, size).into_response()
        }
    })
}

/// A recording or a part of it, sent piece by piece: a long call is larger than the memory that it should cost.
fn sound(file: StoredFile, is_part: bool) -> Response {
    let StoredFile { size, range, bytes } = file;
    let mut response = Response::new(axum::body::Body::from_stream(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("audio/wav"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CONTENT_LENGTH, (range.end - range.start).into());
    if is_part {
        let part = format!("bytes {}-{}/{size}", range.start, range.end - 1);
        headers.insert(header::CONTENT_RANGE, HeaderValue::from_str(&part).expect("digits"));
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    response
}

/// Delete the recording of a call.
#[utoipa::path(delete, path = "/calls/{id}/recording", tag = "calls", params(("id" = String, Path)),
    responses((status = 204, description = "the recording was deleted")))]
pub(super) async fn remove_recording(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<StatusCode, ApiError> {
    api.voice.remove_recording(&caller.principal, call_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn call_id(id: &Id) -> Result<CallId, WireError> {
    id.0.parse().map_err(|_| WireError::not_found())
}
