//! The job that delivers to webhooks: takes what is due, sends many at once, and sleeps until something is.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;

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

/// What is on its way; each ends with the webhook it went to.
#[derive(Default)]
struct OnTheirWay {
    sending: FuturesUnordered<BoxFuture<'static, String>>,
    count_by_webhook: HashMap<String, usize>,
}

impl OnTheirWay {
    fn free(&self) -> usize {
        AT_ONCE.saturating_sub(self.sending.len())
    }

    fn busy_webhooks(&self) -> Vec<String> {
        let busy = self.count_by_webhook.iter().filter(|(_, count)| **count >= AT_ONCE_PER_WEBHOOK);
        busy.map(|(webhook, _)| webhook.clone()).collect()
    }

    fn has_place(&self, webhook: &str) -> bool {
        self.count_by_webhook.get(webhook).is_none_or(|count| *count < AT_ONCE_PER_WEBHOOK)
    }

    fn add(&mut self, webhook: &str, sending: impl Future<Output = ()> + Send + 'static) {
        *self.count_by_webhook.entry(webhook.to_owned()).or_default() += 1;
        let webhook = webhook.to_owned();
        self.sending.push(Box::pin(async move {
            sending.await;
            webhook
        }));
    }

    fn arrived(&mut self, webhook: &str) {
        if let Some(count) = self.count_by_webhook.get_mut(webhook) {
            *count -= 1;
            if *count == 0 {
                self.count_by_webhook.remove(webhook);
            }
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
                Some(webhook) = on_their_way.sending.next() => on_their_way.arrived(&webhook),
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
            debug_assert!(on_their_way.has_place(&webhook.id), "busy receivers are left out");
            let notifier = self.clone();
            let id = webhook.id.clone();
            on_their_way.add(&id, async move { notifier.send_delivery(delivery, webhook).await });
        }
        if on_their_way.free() == 0 {
            return Ok(LONGEST_SLEEP);
        }
        let next = self.parts.db.next_delivery_at(&on_their_way.busy_webhooks()).await?;
        let wait_ms = next.map_or(i64::MAX, |at| at.0.saturating_sub(self.now().0));
        Ok(LONGEST_SLEEP.min(Duration::from_millis(u64::try_from(wait_ms).unwrap_or(0))))
    }
}
