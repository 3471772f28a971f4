//! Starting a call: authorisation, admission, provider and limits.

use std::net::IpAddr;
use std::sync::Arc;

use audio::CallLimits;
use rooms::{CallId, ChannelId, ConversationId, OrgId, Refusal, User};
use tracing::Instrument as _;

use super::admission::{Capacity, Full, Slot};
use super::live::CallFacts;
use super::registry::Shared;
use super::service::{LegTicket, Voice};
use super::tickets::LegMode;
use crate::assistant::CallScene;
use crate::auth::{Principal, Right};
use crate::hub::{Acted, Actor, Command};
use crate::ids;
use crate::limits::{Limit, Source, network_of};
use crate::model::{CallRecord, ConversationRecord};
use crate::org_settings::Effective;
use crate::providers::realtime::RealtimeEndpoint;
use crate::refusal::ServiceError;
use crate::telemetry::trace::{InTrace as _, TraceContext};
use crate::usage::{Expected, Refused, Reservation, UsageKind};
use crate::wire::{ErrorCode, WireError};

/// What a response hears at most that no cache holds: some minutes of speech.
const RESPONSE_INPUT_TOKENS: u64 = 4_096;

/// A model that is sold by the minute has so much set aside: what it is told to say goodbye in.
const NEXT_MS: u64 = 60_000;

/// Spoken tokens are many: 20 make a second, so this is about a minute and a half.
pub(super) const MIN_OUTPUT_TOKENS: u32 = 2_048;

/// A call that may begin.
pub(super) struct Allowed {
    pub(super) facts: Arc<CallFacts>,
    pub(super) slot: Slot,
    pub(super) endpoints: Vec<RealtimeEndpoint>,
    pub(super) scene: CallScene,
    pub(super) settings: Arc<Effective>,
    pub(super) reservation: Reservation,
    pub(super) limits: CallLimits,
}

impl Voice {
    /// Begins a call of the visitor in their conversation, and gives the ticket for their leg.
    ///
    /// # Errors
    /// `forbidden` where there is no voice, `conflict` with the running call, `usage_limit_exceeded`, `rate_limited`,
    /// `conversation_closed`, `not_found`, `draining`.
    pub async fn start_call(
        &self,
        principal: &Principal,
        address: IpAddr,
        conversation: ConversationId,
        origin: Option<String>,
    ) -> Result<LegTicket, ServiceError> {
        Right::StartCall.check(principal)?;
        let channel = principal.channel().ok_or_else(|| ServiceError::broken("a visitor has no channel"))?;
        self.check_moment(address)?;
        let allowed = self.allow(principal, address, channel, conversation).await?;
        let call = allowed.facts.id;
        // If the visitor disconnects now, the conversation must not stay in a call without a task.
        let (voice, caller) = (self.clone(), principal.clone());
        // A failure is logged inside: the visitor may have disconnected.
        let beginning =
            async move { voice.begin_allowed(&caller, allowed).await.map_err(ServiceError::report) };
        let beginning = self
            .shared
            .parts
            .base
            .tasks
            .spawn(beginning.in_current_span().in_trace(&TraceContext::current()));
        beginning.await.map_err(ServiceError::internal)??;
        Ok(self.ticket(principal, call, LegMode::Call, origin))
    }

    /// Whether a call may be, with whom, and under which limits.
    async fn allow(
        &self,
        principal: &Principal,
        address: IpAddr,
        channel: ChannelId,
        conversation: ConversationId,
    ) -> Result<Allowed, ServiceError> {
        let parts = &self.shared.parts;
        let settings = parts.org_settings.effective(principal.org, Some(channel)).await?;
        if !settings.voice_enabled {
            return Err(no_voice("voice_off"));
        }
        let record = own_conversation(&self.shared, principal, conversation).await?;
        // Before any limit: a reloaded page must be able to rejoin its call.
        if let Some(running) = &record.head.call {
            return Err(Refusal::InCall { call: running.id }.into());
        }
        let slot = self.reserve_slot(principal, network_of(address), &settings)?;
        let visitor = record.visitor.id;
        let scene =
            parts.assistant.call_scene(principal.org, channel, conversation, visitor, &record.head).await?;
        let scene = scene.ok_or_else(ServiceError::not_found)?;
        let endpoints = self.endpoints(principal.org, scene.language).await?;
        let model = endpoints[0].model.clone().unwrap_or_else(|| settings.voice_model.clone());
        let limits = self.limits(principal.org, &settings).await?;
        let reservation = self.reserve_response(principal, &settings, &model).await?;
        let facts = Arc::new(CallFacts {
            id: CallId(ids::new_number()),
            org: principal.org,
            channel,
            conversation,
            visitor: principal.user.clone(),
            assistant_name: scene.assistant.name.clone(),
            started_at: parts.base.now(),
            provider: endpoints[0].provider.clone(),
            model,
            is_simulated: endpoints[0].is_simulated,
        });
        Ok(Allowed { facts, slot, endpoints, scene, settings, reservation, limits })
    }

    /// The providers that may speak for an org in a language; at least one.
    async fn endpoints(&self, org: OrgId, language: &str) -> Result<Vec<RealtimeEndpoint>, ServiceError> {
        let endpoints = self.shared.parts.assistant.voice_endpoints(org, language).await?;
        if endpoints.is_empty() { Err(no_voice("no_voice_provider")) } else { Ok(endpoints) }
    }

    /// Begins a call that may be, in the conversation, in the store and here.
    async fn begin_allowed(&self, principal: &Principal, allowed: Allowed) -> Result<(), ServiceError> {
        let acted = self.store_and_begin(principal, &allowed.facts).await?;
        let call = allowed.facts.id;
        self.launch(allowed, &acted.head);
        // A visitor who was blocked, an org that was suspended or a server that was told to stop while the call was being
        // stored: it could not be ended then.
        if Right::StartCall.check(principal).is_err() || self.shared.parts.base.stop.is_cancelled() {
            self.end_calls(&User::system(), |facts| facts.id == call);
        }
        Ok(())
    }

    /// Whether anybody may begin a call now, from this address.
    fn check_moment(&self, address: IpAddr) -> Result<(), ServiceError> {
        let hub = &self.shared.parts.hub;
        if hub.is_draining() {
            return Err(ServiceError::new(ErrorCode::Draining, "the server is going down"));
        }
        hub.base().limits.count(Limit::CallStarts, Source::Address(address))
    }

    /// A slot for another call, where the org may have one.
    fn reserve_slot(
        &self,
        principal: &Principal,
        address: IpAddr,
        settings: &Effective,
    ) -> Result<Slot, ServiceError> {
        let own = &self.shared.parts.base.settings;
        let capacity = Capacity {
            org_max: settings.voice_calls_at_once,
            per_address_max: own.limits.then_some(own.voice_calls_per_address_max),
            server_max: own.voice_calls_max,
        };
        self.shared.reserve_slot(principal.org, address, capacity).map_err(|full| {
            let (limit, calls) = match full {
                Full::Org(calls) => ("voice_calls_at_once", calls),
                Full::Address(calls) => ("voice_calls_per_address", calls),
            };
            WireError::no_more_calls(serde_json::json!({ "limit": limit, "current": { "calls": calls } }))
                .into()
        })
    }

    /// Sets aside what one response of the call may cost at most: as long as the call is, there is room for the next.
    async fn reserve_response(
        &self,
        principal: &Principal,
        settings: &Effective,
        model: &str,
    ) -> Result<Reservation, ServiceError> {
        let expected = Expected {
            model,
            input_tokens: RESPONSE_INPUT_TOKENS,
            output_tokens: u64::from(settings.max_output_tokens.max(MIN_OUTPUT_TOKENS)),
            is_spoken: true,
            billed_ms: NEXT_MS,
        };
        let reserved = self.shared.parts.usage.reserve(principal.org, UsageKind::Voice, &expected).await;
        reserved.map_err(not_now)
    }

    /// Stores the call, and then begins it in its conversation: agents who hear of it there find it in the list.
    async fn store_and_begin(&self, principal: &Principal, facts: &CallFacts) -> Result<Acted, ServiceError> {
        let hub = &self.shared.parts.hub;
        self.store(facts).await?;
        let actor = Actor::System { org: principal.org, user: &principal.user };
        let begun = hub.act(actor, facts.conversation, Command::StartCall(facts.id)).await;
        if begun.is_err()
            && let Err(error) = hub.db().calls().remove(facts.org, facts.id).await
        {
            tracing::warn!(%error, call.id = %facts.id, "call {} did not start and could not be removed from the list", facts.id);
        }
        begun
    }

    async fn store(&self, facts: &CallFacts) -> Result<(), ServiceError> {
        let record = CallRecord {
            id: facts.id,
            org_id: facts.org,
            channel_id: facts.channel,
            conversation_id: facts.conversation,
            visitor_id: facts.visitor.id,
            visitor_name: facts.visitor.name.to_string(),
            provider: facts.provider.clone(),
            model: facts.model.clone(),
            is_simulated: facts.is_simulated,
            started_at: facts.started_at.0,
            ended_at: None,
            seconds: None,
            reason: None,
            cost_nano_usd: 0,
            recording: None,
            recording_fault: None,
        };
        let base = &self.shared.parts.base;
        base.db.calls().add(facts.org, &record, base.node).await.map_err(ServiceError::from)
    }

    async fn limits(&self, org: OrgId, settings: &Effective) -> Result<CallLimits, ServiceError> {
        let own = nano(settings.voice_call_budget_usd);
        let usage = &self.shared.parts.usage;
        let left = usage.budget_left_nano_usd(org).await?;
        // Without any limit of its own a call still ends when its org reaches one (`Input::OrgLimitReached`).
        let longest_ms = settings.voice_max_minutes * 60_000;
        // A call ends when the minutes of its org are used up.
        let left_ms = usage.voice_left_ms(org).await.map_err(not_now)?;
        Ok(CallLimits {
            length_ms: left_ms.map_or(longest_ms, |left_ms| left_ms.min(longest_ms)),
            idle_ms: settings.voice_idle_seconds * 1_000,
            cost_nano_usd: own.into_iter().chain(left).min(),
        })
    }
}

/// The conversation of the visitor who asks.
async fn own_conversation(
    shared: &Shared,
    principal: &Principal,
    conversation: ConversationId,
) -> Result<ConversationRecord, ServiceError> {
    let found = shared.parts.base.db.conversations().get(principal.org, conversation).await?;
    found.filter(|record| record.visitor.id == principal.user.id).ok_or_else(ServiceError::not_found)
}

fn no_voice(reason: &'static str) -> ServiceError {
    WireError { reason: Some(reason), ..WireError::forbidden("this channel takes no calls") }.into()
}

fn not_now(refused: Refused) -> ServiceError {
    match refused {
        Refused::Exceeded(exceeded) => WireError::no_more_calls(exceeded.details()).into(),
        Refused::Unknown(error) => error.into(),
    }
}

/// US dollars in billionths; 0 means no limit.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "budgets are positive and far below 2^63"
)]
fn nano(usd: f64) -> Option<u64> {
    (usd > 0.0).then_some((usd * 1e9) as u64)
}
