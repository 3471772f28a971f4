//! The beginning of a call: may it be, with whom, under which limits.

use std::net::IpAddr;
use std::sync::Arc;

use audio::CallLimits;
use rooms::{CallId, ConversationId, OrgId, Refusal};

use super::admission::{Capacity, Full, Slot};
use super::launch::MIN_OUTPUT_TOKENS;
use super::live::CallFacts;
use super::service::{LegTicket, Voice, fault};
use super::tickets::LegMode;
use crate::assistant::CallScene;
use crate::auth::{Principal, Right};
use crate::db::CallRecord;
use crate::hub::Acted;
use crate::limits::network_of;
use crate::org_settings::Effective;
use crate::providers::realtime::RealtimeEndpoint;
use crate::telemetry::metrics::RATE_LIMITED;
use crate::usage::{Expected, Refused, Reservation, UsageKind, day_start};
use crate::wire::{ErrorCode, WireError};

/// What a response hears at most that no cache holds: some minutes of speech.
const RESPONSE_INPUT_TOKENS: u64 = 4_096;

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
    pub async fn start(
        &self,
        principal: &Principal,
        address: IpAddr,
        conversation: ConversationId,
        origin: Option<String>,
    ) -> Result<LegTicket, WireError> {
        Right::StartCall.check(principal)?;
        let channel = principal.channel().ok_or_else(WireError::internal)?;
        let parts = &self.shared.parts;
        self.check_moment(address)?;
        let settings = parts
            .org_settings
            .effective(principal.org, Some(channel))
            .await
            .map_err(|error| fault(&error))?;
        let no_voice = |reason| WireError {
            reason: Some(reason),
            ..WireError::forbidden("this channel takes no calls")
        };
        if !settings.voice_enabled {
            return Err(no_voice("voice_off"));
        }
        let found = parts.hub.db().conversation(principal.org, conversation).await;
        let record = found
            .map_err(|error| fault(&error))?
            .filter(|record| record.visitor.id == principal.user.id)
            .ok_or_else(WireError::not_found)?;
        let endpoints = parts.assistant.voice_endpoints(principal.org).await?;
        if endpoints.is_empty() {
            return Err(no_voice("no_voice_provider"));
        }
        // Before any limit: a page that was loaded again is to find its call.
        if let Some(running) = &record.head.call {
            return Err(Refusal::InCall { call: running.id }.into());
        }
        let slot = self.reserve_slot(principal, network_of(address), &settings)?;
        let model = endpoints[0].model.clone().unwrap_or_else(|| settings.voice_model.clone());
        let limits = self.limits(principal.org, &settings).await?;
        let reservation = self.reserve_response(principal, &settings, &model).await?;
        let scene = parts
            .assistant
            .call_scene(principal.org, channel, conversation, record.visitor.id, &record.head)
            .await
            .map_err(|error| fault(&error))?
            .ok_or_else(WireError::not_found)?;
        let (call, first) = (CallId(parts.hub.fresh_id()), &endpoints[0]);
        let facts = Arc::new(CallFacts {
            id: call,
            org: principal.org,
            channel,
            conversation,
            visitor: principal.user.clone(),
            assistant_name: scene.assistant.name.clone(),
            started_at: parts.hub.now(),
            provider: first.provider.clone(),
            model,
            is_simulated: first.is_simulated,
        });
        let allowed = Allowed { facts, slot, endpoints, scene, settings, reservation, limits };
        // A visitor who goes away now must not leave the conversation in a call that nobody runs.
        let (voice, caller) = (self.clone(), principal.clone());
        let beginning = parts.hub.tasks().spawn(async move { voice.begin_allowed(&caller, allowed).await });
        beginning.await.map_err(|_| WireError::internal())??;
        Ok(self.ticket(principal, call, LegMode::Call, origin))
    }

    /// Begins a call that may be, in the conversation, in the store and here.
    async fn begin_allowed(&self, principal: &Principal, allowed: Allowed) -> Result<(), WireError> {
        let acted = self.store_and_begin(principal, &allowed.facts).await?;
        self.launch(allowed, &acted.head);
        Ok(())
    }

    /// Whether anybody may begin a call now, from this address.
    fn check_moment(&self, address: IpAddr) -> Result<(), WireError> {
        let hub = &self.shared.parts.hub;
        if hub.is_draining() {
            return Err(WireError::new(ErrorCode::Draining, "the server is going down"));
        }
        hub.limits().call_starts.check_address(address).map_err(|wait| {
            metrics::counter!(RATE_LIMITED, "limit" => "call_starts_per_minute").increment(1);
            WireError::rate_limited(wait.0)
        })
    }

    /// A slot for another call, where the org may have one.
    fn reserve_slot(
        &self,
        principal: &Principal,
        address: IpAddr,
        settings: &Effective,
    ) -> Result<Slot, WireError> {
        let own = self.shared.parts.hub.settings();
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
            limit_reached(serde_json::json!({ "limit": limit, "current": { "calls": calls } }))
        })
    }

    /// What is left of the org's minutes of today, in milliseconds; a call ends when they are used up. `None` where they
    /// are not limited.
    async fn minutes_left_ms(&self, org: OrgId, settings: &Effective) -> Result<Option<u64>, WireError> {
        let allowed = settings.max_voice_minutes_per_day * 60;
        if allowed == 0 {
            return Ok(None);
        }
        let now = self.shared.parts.hub.now();
        let from = rooms::Timestamp(day_start(now.0));
        let used = self.shared.parts.hub.db().call_seconds_since(org, from, now).await;
        let used = used.map_err(|error| fault(&error))?;
        if used >= allowed {
            return Err(limit_reached(serde_json::json!({
                "limit": "max_voice_minutes_per_day",
                "current": { "voice_minutes": used / 60 },
                "limits": { "voice_minutes": settings.max_voice_minutes_per_day },
            })));
        }
        Ok(Some((allowed - used) * 1_000))
    }

    /// Sets aside what one response of the call may cost at most: as long as the call is, there is room for the next.
    async fn reserve_response(
        &self,
        principal: &Principal,
        settings: &Effective,
        model: &str,
    ) -> Result<Reservation, WireError> {
        let expected = Expected {
            model,
            input_tokens: RESPONSE_INPUT_TOKENS,
            output_tokens: u64::from(settings.max_output_tokens.max(MIN_OUTPUT_TOKENS)),
            is_spoken: true,
        };
        let reserved = self.shared.parts.usage.reserve(principal.org, UsageKind::Voice, &expected).await;
        reserved.map_err(|refused| match refused {
            Refused::Exceeded(exceeded) => limit_reached(exceeded.details()),
            Refused::Unknown(error) => fault(&error),
        })
    }

    /// Stores the call, and then begins it in its conversation: agents who hear of it there find it in the list.
    async fn store_and_begin(&self, principal: &Principal, facts: &CallFacts) -> Result<Acted, WireError> {
        let hub = &self.shared.parts.hub;
        self.store(facts).await?;
        let begun = hub.start_call(principal, facts.conversation, facts.id).await;
        if begun.is_err()
            && let Err(error) = hub.db().remove_call(facts.org, facts.id).await
        {
            tracing::warn!(%error, call.id = %facts.id, "call {} did not begin, and is still in the list", facts.id);
        }
        begun
    }

    async fn store(&self, facts: &CallFacts) -> Result<(), WireError> {
        let record = CallRecord {
            id: facts.id.to_string(),
            org_id: facts.org.to_string(),
            channel_id: facts.channel.to_string(),
            conversation_id: facts.conversation.to_string(),
            visitor_id: facts.visitor.id.to_string(),
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
        };
        self.shared.parts.hub.db().add_call(facts.org, &record).await.map_err(|error| fault(&error))
    }

    async fn limits(&self, org: OrgId, settings: &Effective) -> Result<CallLimits, WireError> {
        let own = nano(settings.voice_call_budget_usd);
        let standing = self.shared.parts.usage.standing(org).await.map_err(|error| fault(&error))?;
        let budget = nano(settings.daily_budget_usd).filter(|_| standing.is_hard);
        let left = budget.map(|budget| budget.saturating_sub(standing.today.cost_nano_usd));
        // Without any limit of its own a call still ends when its org reaches one (`Input::OrgLimitReached`).
        let longest_ms = settings.voice_max_minutes * 60_000;
        let left_ms = self.minutes_left_ms(org, settings).await?;
        Ok(CallLimits {
            length_ms: left_ms.map_or(longest_ms, |left_ms| left_ms.min(longest_ms)),
            idle_ms: settings.voice_idle_seconds * 1_000,
            cost_nano_usd: own.into_iter().chain(left).min(),
        })
    }
}

fn limit_reached(details: serde_json::Value) -> WireError {
    WireError::new(ErrorCode::UsageLimitExceeded, "no more calls can be taken now").with_details(details)
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
