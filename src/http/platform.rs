//! Handlers of the server as whoever runs it sees it.

use axum::Json;
use axum::extract::State;
use rooms::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::api::Api;
use super::caller::Caller;
use super::enums::{FindingStatus, MailWay as MailWays};
use super::error::ApiError;
use super::usage::LimitView;
use crate::limits::LimitState;
use crate::platform::{Finding, LimitStates, MailWay, Node, OrgNearLimits, OrgUse, ShareState};
use crate::wire::rfc3339;

/// One thing that was looked at.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Finding)]
pub(super) struct FindingView {
    /// What: `database`, `disk`, `clock`, …
    name: String,
    #[schema(value_type = FindingStatus)]
    status: &'static str,
    message: String,
    /// What helps; null where all is well.
    remedy: Option<&'static str>,
}

impl From<Finding> for FindingView {
    fn from(found: Finding) -> Self {
        let (status, remedy) = (found.verdict.name(), found.remedy());
        Self { name: found.name.to_owned(), status, message: found.words, remedy }
    }
}

/// What an examination of the server found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HealthAnswer {
    /// Whether nothing is broken.
    ok: bool,
    /// When it was examined; what was found is shown for some seconds.
    at: String,
    checks: Vec<FindingView>,
}

/// One process that serves the database.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Node)]
pub(super) struct NodeView {
    /// Another after each start.
    id: String,
    version: String,
    /// Where other nodes reach it; null where it does not say so.
    node_url: Option<String>,
    started_at: String,
    /// For how long it has run; of a dead one, for how long it did.
    uptime_s: i64,
    /// Open connections of visitors and agents.
    connections: i64,
    /// Conversations in memory.
    rooms: i64,
    /// Running calls.
    calls: i64,
    /// Memory that the process takes; null where the system does not say so.
    memory_bytes: Option<i64>,
    /// The age of its last heartbeat.
    lag_ms: i64,
    /// Whether it goes down.
    draining: bool,
    /// Whether it is gone: its last heartbeat is older than its lease. It is shown for an hour.
    dead: bool,
    /// Whether it is the one that answers this request.
    this: bool,
}

impl From<Node> for NodeView {
    fn from(node: Node) -> Self {
        let Node { record, uptime_s, lag_ms, is_dead, is_this } = node;
        Self {
            id: record.id.to_string(),
            version: record.version,
            node_url: record.node_url,
            started_at: rfc3339(Timestamp(record.started_at)),
            uptime_s,
            connections: record.connection_count,
            rooms: record.room_count,
            calls: record.call_count,
            memory_bytes: record.memory_bytes,
            lag_ms,
            draining: record.is_draining,
            dead: is_dead,
            this: is_this,
        }
    }
}

/// How a limit by count and time stands.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CountState {
    /// Its setting; the name says whether it is per minute, hour or day.
    limit: &'static str,
    /// What each source may do; 0 where the limits are off.
    allowed: u32,
    /// How many sources are counted now.
    sources: usize,
    /// How often it was passed since the server started.
    refused: u64,
}

/// What one org takes of something that all share.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OrgShare {
    org_id: String,
    name: String,
    used: usize,
}

/// How something stands that all orgs share.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SharedLimit)]
pub(super) struct ShareView {
    /// Its setting.
    limit: &'static str,
    allowed: usize,
    used: usize,
    /// What one org may take; null where that is not limited.
    org_allowed: Option<usize>,
    /// Who takes most of it, at most 20.
    orgs: Vec<OrgShare>,
}

/// An org that has used most of a limit of usage.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrgNearLimits)]
pub(super) struct OrgNearView {
    org_id: String,
    name: String,
    limits: Vec<LimitView>,
}

/// How near the limits are.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LimitsAnswer {
    counts: Vec<CountState>,
    shares: Vec<ShareView>,
    /// Orgs that have used at least 80 % of a limit of their own, the nearest first.
    orgs: Vec<OrgNearView>,
}

impl From<LimitStates> for LimitsAnswer {
    fn from(states: LimitStates) -> Self {
        let count = |one: LimitState| CountState {
            limit: one.name,
            allowed: one.allowed,
            sources: one.source_count,
            refused: one.refused_count,
        };
        let org = |one: OrgNearLimits| OrgNearView {
            org_id: one.org.to_string(),
            name: one.name,
            limits: one.limits.iter().map(LimitView::from).collect(),
        };
        Self {
            counts: states.counts.into_iter().map(count).collect(),
            shares: states.shares.into_iter().map(ShareView::from).collect(),
            orgs: states.orgs.into_iter().map(org).collect(),
        }
    }
}

impl From<ShareState> for ShareView {
    fn from(state: ShareState) -> Self {
        let org = |one: OrgUse| OrgShare { org_id: one.org.to_string(), name: one.name, used: one.used };
        Self {
            limit: state.name,
            allowed: state.allowed,
            used: state.used,
            org_allowed: state.org_allowed,
            orgs: state.orgs.into_iter().map(org).collect(),
        }
    }
}

/// Every node.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NodesAnswer {
    items: Vec<NodeView>,
}

/// What became of a mail to try.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MailTestAnswer {
    sent: bool,
    /// The address of the caller's account.
    to: String,
    #[schema(value_type = MailWays)]
    way: &'static str,
    /// Why it was not sent, without addresses and passwords.
    problem: Option<String>,
}

/// Examine the server, as `switchboard doctor` does (platform admins).
#[utoipa::path(get, path = "/platform/health", tag = "platform",
    responses((status = 200, description = "what was found", body = HealthAnswer)))]
pub(super) async fn health(State(api): State<Api>, caller: Caller) -> Result<Json<HealthAnswer>, ApiError> {
    let health = api.platform.health(&caller.principal).await?;
    Ok(Json(HealthAnswer {
        ok: health.is_well(),
        at: rfc3339(health.at),
        checks: health.findings.into_iter().map(FindingView::from).collect(),
    }))
}

/// List the nodes of the server (platform admins).
#[utoipa::path(get, path = "/platform/nodes", tag = "platform",
    responses((status = 200, description = "the nodes", body = NodesAnswer)))]
pub(super) async fn nodes(State(api): State<Api>, caller: Caller) -> Result<Json<NodesAnswer>, ApiError> {
    let nodes = api.platform.nodes(&caller.principal).await?;
    Ok(Json(NodesAnswer { items: nodes.into_iter().map(NodeView::from).collect() }))
}

/// Show how near the limits of the server are, and which orgs are near theirs (platform admins).
#[utoipa::path(get, path = "/platform/limits", tag = "platform",
    responses((status = 200, description = "the limits", body = LimitsAnswer)))]
pub(super) async fn limits(State(api): State<Api>, caller: Caller) -> Result<Json<LimitsAnswer>, ApiError> {
    Ok(Json(api.platform.limit_states(&caller.principal).await?.into()))
}

/// Send a mail to oneself, to see whether mails leave the server (platform admins).
#[utoipa::path(post, path = "/platform/mail-test", tag = "platform",
    responses((status = 200, description = "what became of it", body = MailTestAnswer)))]
pub(super) async fn try_mail(
    State(api): State<Api>,
    caller: Caller,
) -> Result<Json<MailTestAnswer>, ApiError> {
    let trial = api.platform.try_mail(&caller.principal).await?;
    let way = match trial.way {
        MailWay::Smtp => "smtp",
        MailWay::Outbox => "outbox",
    };
    Ok(Json(MailTestAnswer { sent: trial.problem.is_none(), to: trial.to, way, problem: trial.problem }))
}
