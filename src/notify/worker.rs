//! The job that delivers to webhooks: takes what is due, sends many at once, and sleeps until something is.

use std::collections::HashMap;
use std::time::Duration;

use tokio::task::{Id, JoinSet};

use super::Notifier;
use super::service::fault;
use crate::db::DbError;

/// Deliveries on their way at once, to all receivers.
const AT_ONCE: usize = 16;
/// Of these to one receiver, so that a slow one does not hold the others up.
const AT_ONCE_PER_WEBHOOK: usize = 4;
/// Another process may have written something of which nobody rings here.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);
/// After a failure of storage.
const STORAGE_WAIT: Duration = Duration::from_secs(2);
/// How much longer than its try a delivery stays claimed: then whoever had it is gone.
const CLAIM_SPARE_MS: i64 = 30_000;

/// What is on its way, each in a task of its own: one that waits for storage must not wait for whoever takes the next.
#[derive(Default)]
struct OnTheirWay {
    sending: JoinSet<()>,
    webhooks: HashMap<Id, String>,
}

impl OnTheirWay {
    fn free(&self) -> usize {
        AT_ONCE.saturating_sub(self.sending.len())
    }

    fn busy_webhooks(&self) -> Vec<String> {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for webhook in self.webhooks.values() {
            *counts.entry(webhook).or_default() += 1;
        }
        let busy = counts.into_iter().filter(|(_, count)| *count >= AT_ONCE_PER_WEBHOOK);
        busy.map(|(webhook, _)| webhook.to_owned()).collect()
    }

    fn add(&mut self, webhook: String, sending: impl Future<Output = ()> + Send + 'static) {
        let task = self.sending.spawn(sending);
        self.webhooks.insert(task.id(), webhook);
    }

    /// Waits for one to end, however it does; for ever where there is none.
    async fn ended(&mut self) {
        match self.sending.join_next_with_id().await {
            Some(Ok((id, ()))) => drop(self.webhooks.remove(&id)),
            Some(Err(broken)) => {
                tracing::error!(error = &broken as &dyn std::error::Error, "a delivery broke");
                self.webhooks.remove(&broken.id());
            }
            None => std::future::pending().await,
        }
    }
}

impl Notifier {
    /// Delivers what is due, for as long as the server runs.
    pub(super) async fn deliver(self) {
        // This server has the database to itself: what is still claimed was claimed by one that was killed.
        while let Err(error) = self.parts.db.release_deliveries().await {
            drop(fault(&error));
            tokio::time::sleep(STORAGE_WAIT).await;
        }
        let mut on_their_way = OnTheirWay::default();
        loop {
            let wait = match self.take_due(&mut on_their_way).await {
                Ok(wait) => wait,
                Err(error) => {
                    drop(fault(&error));
                    STORAGE_WAIT
                }
            };
            tokio::select! {
                () = on_their_way.ended() => {}
                () = self.parts.db.deliveries_written() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Takes as many deliveries as have a place, and says how long nothing more is due.
    async fn take_due(&self, on_their_way: &mut OnTheirWay) -> Result<Duration, DbError> {
        let timeout_ms = i64::try_from(self.parts.settings.webhook_timeout_s).unwrap_or(0) * 1_000;
        // One at a time per receiver and round: so none gets more places than it may have.
        while on_their_way.free() != 0 {
            let (now, busy) = (self.now(), on_their_way.busy_webhooks());
            let until = now.plus_ms(timeout_ms + CLAIM_SPARE_MS);
            let Some((delivery, webhook)) = self.parts.db.claim_delivery(&busy, now, until).await? else {
                break;
            };
            let (notifier, id) = (self.clone(), webhook.id.clone());
            on_their_way.add(id, async move { notifier.send_delivery(delivery, webhook).await });
        }
        if on_their_way.free() == 0 {
            return Ok(LONGEST_SLEEP);
        }
        let next = self.parts.db.next_delivery_at(&on_their_way.busy_webhooks()).await?;
        let wait_ms = next.map_or(i64::MAX, |at| at.0.saturating_sub(self.now().0));
        Ok(LONGEST_SLEEP.min(Duration::from_millis(u64::try_from(wait_ms).unwrap_or(0))))
    }
}
