//! The webhook delivery job: claims due deliveries, sends them concurrently, and sleeps until the next is due.

use rooms::OrgId;

use std::collections::HashMap;
use std::time::Duration;

use tokio::task::{Id, JoinSet};

use super::Notifier;
use crate::db::DbError;
use crate::model::{Busy, WebhookId};
use crate::refusal::log_unanswered;

/// Maximum concurrent deliveries.
const AT_ONCE: usize = 16;
/// Maximum concurrent deliveries to one receiver.
const AT_ONCE_PER_WEBHOOK: usize = 4;
/// Maximum concurrent deliveries of one org.
const AT_ONCE_PER_ORG: usize = 6;
/// Poll interval for deliveries written by another process.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);
/// Retry delay after a storage failure.
const STORAGE_WAIT: Duration = Duration::from_secs(2);
/// Time a claim outlasts its attempt; after it the claimant counts as gone.
const CLAIM_SPARE_MS: i64 = 30_000;

/// What is on its way, each in a task of its own: one that waits for storage must not wait for whoever takes the next.
#[derive(Default)]
struct OnTheirWay {
    sending: JoinSet<()>,
    /// Receiver and org of each.
    whose: HashMap<Id, (WebhookId, OrgId)>,
}

impl OnTheirWay {
    fn free(&self) -> usize {
        AT_ONCE.saturating_sub(self.sending.len())
    }

    fn busy(&self) -> Busy {
        let (mut webhooks, mut orgs): (HashMap<WebhookId, usize>, HashMap<OrgId, usize>) = Default::default();
        for (webhook, org) in self.whose.values() {
            *webhooks.entry(*webhook).or_default() += 1;
            *orgs.entry(*org).or_default() += 1;
        }
        Busy {
            webhooks: with_at_least(&webhooks, AT_ONCE_PER_WEBHOOK),
            orgs: with_at_least(&orgs, AT_ONCE_PER_ORG),
            served_orgs: with_at_least(&orgs, 1),
        }
    }

    fn add(&mut self, whose: (WebhookId, OrgId), sending: impl Future<Output = ()> + Send + 'static) {
        let task = self.sending.spawn(sending);
        self.whose.insert(task.id(), whose);
    }

    /// Waits for one to end, however it does; for ever where there is none.
    async fn ended(&mut self) {
        match self.sending.join_next_with_id().await {
            Some(Ok((id, ()))) => drop(self.whose.remove(&id)),
            Some(Err(broken)) => {
                tracing::error!(error = &broken as &dyn std::error::Error, "webhook delivery task failed");
                self.whose.remove(&broken.id());
            }
            None => std::future::pending().await,
        }
    }
}

fn with_at_least<I: Copy>(counts: &HashMap<I, usize>, most: usize) -> Vec<I> {
    counts.iter().filter(|(_, count)| **count >= most).map(|(id, _)| *id).collect()
}

impl Notifier {
    /// Delivers what is due, for as long as the server runs.
    pub(super) async fn deliver(self) {
        let mut on_their_way = OnTheirWay::default();
        loop {
            let wait = match self.take_due(&mut on_their_way).await {
                Ok(wait) => wait,
                Err(error) => {
                    log_unanswered(&error, "could not store or load deliveries");
                    STORAGE_WAIT
                }
            };
            tokio::select! {
                () = on_their_way.ended() => {}
                () = self.parts.base.db.deliveries().written() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Takes as many deliveries as have a place, and says how long nothing more is due.
    async fn take_due(&self, on_their_way: &mut OnTheirWay) -> Result<Duration, DbError> {
        let timeout_ms = i64::try_from(self.parts.base.settings.webhook_timeout_s).unwrap_or(0) * 1_000;
        // One at a time per receiver and round: so none gets more places than it may have.
        while on_their_way.free() != 0 {
            let (now, busy) = (self.now(), on_their_way.busy());
            let until = now.plus_ms(timeout_ms + CLAIM_SPARE_MS);
            let base = &self.parts.base;
            let claimed = base.db.deliveries().claim(&busy, base.node, now, until).await?;
            let Some((delivery, webhook)) = claimed else { break };
            let notifier = self.clone();
            let whose = (webhook.id, delivery.org_id);
            on_their_way.add(whose, async move { notifier.send_delivery(delivery, webhook).await });
        }
        if on_their_way.free() == 0 {
            return Ok(LONGEST_SLEEP);
        }
        let next = self.parts.base.db.deliveries().next_at(&on_their_way.busy()).await?;
        let wait_ms = next.map_or(i64::MAX, |at| at.0.saturating_sub(self.now().0));
        Ok(LONGEST_SLEEP.min(Duration::from_millis(u64::try_from(wait_ms).unwrap_or(0))))
    }
}
