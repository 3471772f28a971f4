//! What happens to the hub as time passes: revoked access ends, idle conversations close, the server drains.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rooms::{ConversationId, OrgId, User};

use super::actor::Actor;
use super::command::Command;
use super::registry::Hub;
use super::revocations_applied::Applied;
use super::snoozing::wake_snoozed;
use crate::model::{Revocation, Unwell};
use crate::refusal::log_unanswered;
use crate::wire::{CloseCode, DrainingUpdate, Frame, event};

/// Poll interval of revocations; live sockets are notified within 2 s.
const REVOCATION_PERIOD: Duration = Duration::from_millis(500);
/// Polls between two sweeps of in-memory state: once a minute.
const SWEEP_ROUNDS: u64 = 120;
/// Retention of revocations; a restarted server does not need older ones.
const REVOCATION_KEPT_MS: i64 = 24 * 3_600 * 1_000;
/// Maximum idle conversations closed per sweep.
const SWEEP_MAX: i64 = 500;

impl Hub {
    /// Starts what must happen by itself.
    pub fn start(self: &Arc<Self>) {
        self.follow_others();
        self.base.spawn_until_stop(watch_access(self.clone()));
        self.base.spawn_until_stop(sweep_idle(self.clone()));
        self.base.spawn_until_stop(wake_snoozed(self.clone()));
    }

    /// Ends what has been revoked and is still open. Whoever revokes calls this before they answer, so that nothing is
    /// delivered after their answer; what the shell revokes is found within a period.
    pub async fn apply_revocations(&self) {
        // Serialised: the second of two callers sees what the first has applied.
        let mut state = self.revocations_applied.lock().await;
        let Some(applied) = state.as_mut() else {
            match self.db().revocations().last().await {
                Ok(last) => *state = Some(Applied::begin(last)),
                Err(error) => log_unanswered(&error, "storage failed"),
            }
            return;
        };
        let now = self.base.now();
        applied.give_up(now);
        let mut after = applied.read_after();
        // Page by page: those that were applied while an earlier one is missing must not stand before the new ones.
        loop {
            let page = match self.db().revocations().after(after).await {
                Ok(page) => page,
                Err(error) => return log_unanswered(&error, "storage failed"),
            };
            let Some(last) = page.last() else { return };
            after = last.id;
            for revocation in page.iter().filter(|one| applied.take(one.id, now)) {
                self.apply_revocation(revocation).await;
            }
        }
    }

    async fn apply_revocation(&self, revocation: &Revocation) {
        self.connections.revoke(revocation.org, &revocation.subject);
        if revocation.subject == Revocation::ORG {
            self.apply_suspension(revocation.org).await;
        }
        if let Some(act) = revocation.act() {
            self.follow_act(revocation.org, act).await;
        }
        for listener in self.listeners() {
            listener.revoked(revocation.org, &revocation.subject);
        }
    }

    /// Ends what a suspended org has running, where another process has suspended it.
    async fn apply_suspension(&self, org: OrgId) {
        match self.db().orgs().refresh_suspended(org).await {
            Ok(true) => self.org_suspended(org, &User::system()),
            Ok(false) => {}
            Err(error) => log_unanswered(&error, "could not read whether an org is suspended"),
        }
    }

    /// Closes connections from addresses that are shut out; whoever blocks one calls this before they answer.
    pub fn close_shut_out(&self) {
        self.connections.close_shut_out(&self.base.guard);
    }

    /// Closes conversations in which nobody has written for too long; returns how many.
    pub async fn close_idle(self: &Arc<Self>) -> usize {
        let idle_ms =
            i64::try_from(self.base.settings.idle_close_minutes).unwrap_or(i64::MAX / 60_000) * 60_000;
        let idle = match self.db().conversations().idle(self.base.now().plus_ms(-idle_ms), SWEEP_MAX).await {
            Ok(idle) => idle,
            Err(error) => {
                log_unanswered(&error, "storage failed");
                return 0;
            }
        };
        self.act_in_each(idle, || Command::EndIdle, "could not close idle conversation").await
    }

    /// Does the same in each of these conversations, in the name of the server; returns in how many it was done. What
    /// fails is logged as `failure` with the conversation's id behind it.
    pub(super) async fn act_in_each(
        self: &Arc<Self>,
        conversations: Vec<(OrgId, ConversationId)>,
        command: impl Fn() -> Command,
        failure: &'static str,
    ) -> usize {
        let (mut done, system) = (0, User::system());
        for (org, id) in conversations {
            match self.act(Actor::System { org, user: &system }, id, command()).await {
                Ok(_) => done += 1,
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "{failure} {id}");
                }
            }
        }
        done
    }

    /// Asks every client to go elsewhere, then closes their connections; no new ones are let in.
    pub fn drain(&self) {
        self.is_draining.store(true, Ordering::Relaxed);
        let reconnect_after_ms = self.base.settings.drain_reconnect_after_ms;
        let frame = Frame::new(event::SERVER_DRAINING, &DrainingUpdate { reconnect_after_ms });
        self.connections.for_each(|connection| {
            connection.outbox.push(frame.clone());
            connection.outbox.close(CloseCode::Draining);
        });
    }

    /// Waits until every connection has left.
    pub async fn wait_until_empty(&self) {
        while !self.connections.is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// How the agents of an org say they are; who is not there is not in it.
    pub async fn agent_statuses(
        self: &Arc<Self>,
        org: rooms::OrgId,
    ) -> std::collections::HashMap<rooms::UserId, &'static str> {
        self.agents(org).await.into_iter().map(|(user, status)| (user.id, status)).collect()
    }

    /// Agents of an org who are connected, or were a moment ago, and their presence.
    pub async fn agents(self: &Arc<Self>, org: rooms::OrgId) -> Vec<(rooms::User, &'static str)> {
        self.inbox(org).agents().await
    }
}

/// Why the server is not ready to serve, if it is not: `draining`, `database` or `database_damaged`.
pub async fn unready_reason(hub: &Hub) -> Option<&'static str> {
    if hub.is_draining() {
        return Some("draining");
    }
    hub.db().check_health().await.err().map(Unwell::as_str)
}

async fn watch_access(hub: Arc<Hub>) {
    let mut rounds = 0_u64;
    loop {
        hub.apply_revocations().await;
        hub.connections.expire(hub.base.now());
        rounds += 1;
        if rounds.is_multiple_of(SWEEP_ROUNDS) {
            hub.sweep();
            if hub.base.claims.runs_sweeps()
                && let Err(error) =
                    hub.db().revocations().forget(hub.base.now().plus_ms(-REVOCATION_KEPT_MS)).await
            {
                log_unanswered(&error, "storage failed");
            }
        }
        tokio::time::sleep(REVOCATION_PERIOD).await;
    }
}

async fn sweep_idle(hub: Arc<Hub>) {
    let period = Duration::from_secs(hub.base.settings.idle_sweep_s.max(1));
    loop {
        hub.base.claims.turn_to_sweep().await;
        hub.close_idle().await;
        tokio::time::sleep(period).await;
    }
}
