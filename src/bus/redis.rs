//! The bus over the publish and subscribe of Redis or Valkey: one channel, one connection to tell and one to hear.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use redis::aio::{MultiplexedConnection, PubSub};
use redis::{AsyncConnectionConfig, Client, RedisError};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::batch::Batch;
use super::heard::Heard;
use super::others::Others;
use super::outgoing::Outgoing;
use crate::model::NodeId;

use crate::clock;

/// How often a node shows that it is there: what was lost last is missed after so long.
const BEAT: Duration = Duration::from_secs(1);
/// After so long without hearing even itself, a node takes its connection for dead.
const SILENCE_MAX: Duration = Duration::from_secs(4);
/// How long an answer of the bus may take.
const ANSWER_MAX: Duration = Duration::from_secs(2);
/// The wait before a lost connection is tried again.
const RETRY: Duration = Duration::from_millis(250);

/// What its two tasks need.
#[derive(Clone)]
pub(super) struct Link {
    pub(super) client: Client,
    pub(super) channel: String,
    pub(super) node: NodeId,
    pub(super) outgoing: Arc<Outgoing>,
    pub(super) is_up: Arc<AtomicBool>,
    pub(super) hear: mpsc::Sender<Heard>,
}

impl Link {
    /// Connects once, and keeps connected until the stop.
    pub(super) async fn start(self, tasks: &TaskTracker, stop: &CancellationToken) -> Result<(), RedisError> {
        let (tell, hear) = (self.connect().await?, self.subscribe().await?);
        let (telling, stopped) = (self.clone(), stop.clone());
        // What is told as the server stops is still told: this ends last.
        tasks.spawn(async move { telling.tell(tell, stopped).await });
        let stop = stop.clone();
        tasks.spawn(async move {
            stop.run_until_cancelled(self.listen(hear)).await;
        });
        Ok(())
    }

    async fn connect(&self) -> Result<MultiplexedConnection, RedisError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(ANSWER_MAX))
            .set_response_timeout(Some(ANSWER_MAX));
        self.client.get_multiplexed_async_connection_with_config(&config).await
    }

    async fn subscribe(&self) -> Result<PubSub, RedisError> {
        let connecting = async {
            let mut hear = self.client.get_async_pubsub().await?;
            hear.subscribe(&self.channel).await?;
            Ok(hear)
        };
        tokio::time::timeout(ANSWER_MAX, connecting)
            .await
            .unwrap_or_else(|_| Err(RedisError::from(std::io::Error::from(std::io::ErrorKind::TimedOut))))
    }

    /// Publishes what waits, and at least every beat something.
    async fn tell(self, mut connection: MultiplexedConnection, stop: CancellationToken) {
        loop {
            let is_last = tokio::select! {
                () = self.outgoing.some() => false,
                () = tokio::time::sleep(BEAT) => false,
                () = stop.cancelled() => true,
            };
            let batch = self.outgoing.take(self.node).write();
            let publish = redis::cmd("PUBLISH").arg(&self.channel).arg(batch).to_owned();
            if let Err(error) = publish.query_async::<()>(&mut connection).await {
                log(&error, "could not tell the other nodes; trying again");
                self.outgoing.lose();
                if is_last {
                    return;
                }
                tokio::time::sleep(RETRY).await;
                if let Ok(new) = self.connect().await {
                    connection = new;
                }
            }
            if is_last {
                return;
            }
        }
    }

    /// Passes on what is heard, and connects again whenever nothing is heard any more.
    async fn listen(self, mut hear: PubSub) {
        let mut others = Others::default();
        loop {
            self.pass_on(&mut hear, &mut others).await;
            self.is_up.store(false, Ordering::Relaxed);
            tracing::warn!("the bus is away: what other nodes do shows later");
            if self.hear.send(Heard::Lost).await.is_err() {
                return;
            }
            hear = loop {
                match self.subscribe().await {
                    Ok(new) => break new,
                    Err(error) => {
                        tracing::debug!(error = &error as &dyn std::error::Error, "the bus does not answer");
                        tokio::time::sleep(RETRY).await;
                    }
                }
            };
            self.is_up.store(true, Ordering::Relaxed);
            tracing::info!("the bus is back");
            others.back(clock::instant());
            if self.hear.send(Heard::Back).await.is_err() {
                return;
            }
        }
    }

    /// Passes on what is heard until nothing is.
    async fn pass_on(&self, hear: &mut PubSub, others: &mut Others) {
        let mut messages = hear.on_message();
        while let Ok(Some(message)) = tokio::time::timeout(SILENCE_MAX, messages.next()).await {
            let Some(batch) = Batch::read(message.get_payload_bytes()) else {
                tracing::warn!("a node of another release told something that is not understood");
                continue;
            };
            let now = clock::instant();
            if batch.node == self.node {
                for node in others.gone(now) {
                    tracing::info!("node {node} is gone");
                    if self.hear.send(Heard::Gone { node }).await.is_err() {
                        return;
                    }
                }
                continue;
            }
            let from = batch.node;
            if !others.follows(from, batch.number, now)
                && self.hear.send(Heard::Missed { from }).await.is_err()
            {
                return;
            }
            if !batch.news.is_empty() && self.hear.send(Heard::News { from, news: batch.news }).await.is_err()
            {
                return;
            }
        }
    }
}

fn log(error: &RedisError, message: &'static str) {
    tracing::warn!(error = error as &dyn std::error::Error, "{message}");
}
