//! One connection that follows conversations: whatever comes is checked for its place.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::Context;
use serde_json::Value;
use tokio::time::timeout;

use super::tally::Tally;
use crate::client::{Client, Heard};
use crate::generator::Checker;

/// Nothing that is waited for takes so long.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) struct Follower {
    client: Client,
    tally: Tally,
    is_visitor: bool,
    /// The position in each conversation.
    positions: HashMap<String, Checker>,
}

impl Follower {
    pub(super) async fn connect(
        port: u16,
        token: &str,
        is_visitor: bool,
        tally: Tally,
    ) -> anyhow::Result<Self> {
        let client = Client::connect(port, token).await?;
        Ok(Self { client, tally, is_visitor, positions: HashMap::new() })
    }

    /// Sends an event that will be acked under the id.
    pub(super) async fn post(&mut self, event: &str, data: &Value) -> anyhow::Result<i64> {
        self.client.post(event, data).await
    }

    /// What comes next, checked.
    pub(super) async fn hear(&mut self) -> anyhow::Result<Heard> {
        let heard = self.client.hear().await?;
        if let Heard::Event(name, data) = &heard {
            match name.as_str() {
                "session:history" => {
                    for entry in data["entries"].as_array().map(Vec::as_slice).unwrap_or_default() {
                        self.check(&data["session_id"], entry, true);
                    }
                }
                "message:new" => self.check(&data["session_id"], data, false),
                _ => {}
            }
        }
        Ok(heard)
    }

    fn check(&mut self, session: &Value, entry: &Value, is_history: bool) {
        let id = session.as_str().unwrap_or_default().to_owned();
        let is_first = !self.positions.contains_key(&id);
        let checker = self.positions.entry(id).or_insert_with(|| Checker::new(0, self.is_visitor));
        let (seq, prev) = (entry["seq"].as_u64().unwrap_or(0), entry["prev"].as_u64().unwrap_or(0));
        self.tally.count("deliveries");
        if self.is_visitor && entry["kind"] == "note" {
            self.tally.fault("leaked", &entry.to_string());
        }
        if is_history && is_first {
            // A history may begin in the middle.
            checker.start_at(prev);
        }
        if let Err(fault) = checker.advance(Some((seq, prev))) {
            self.tally.fault(&fault.to_string(), &entry.to_string());
        }
    }

    /// Waits for what is meant; everything else is checked and left.
    pub(super) async fn until<T>(
        &mut self,
        what: &str,
        mut is_meant: impl FnMut(&Heard) -> Option<T>,
    ) -> anyhow::Result<T> {
        let waiting = async {
            loop {
                if let Some(found) = is_meant(&self.hear().await?) {
                    return anyhow::Ok(found);
                }
            }
        };
        timeout(PATIENCE, waiting).await.with_context(|| format!("no {what}"))?
    }

    /// Sends an event and waits for its ack.
    pub(super) async fn ask(&mut self, event: &str, data: &Value) -> anyhow::Result<Value> {
        let id = self.post(event, data).await?;
        let answer = self
            .until(event, |heard| match heard {
                Heard::Ack(ack, answer) if *ack == id => Some(answer.clone()),
                Heard::Ack(..) | Heard::Event(..) => None,
            })
            .await?;
        answer.map_err(|error| anyhow::anyhow!("{event}: {error}"))
    }
}
