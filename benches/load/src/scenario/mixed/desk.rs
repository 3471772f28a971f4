//! An agent on duty: takes whoever waits, answers every message, until the day is over.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::follower::Follower;
use super::tally::Tally;
use crate::client::Heard;

/// Runs until the day drops it; whatever goes wrong is a fault.
pub(super) async fn serve(port: u16, token: String, tally: Tally) {
    let Err(error) = work(port, &token, &tally).await;
    tally.fault("desk that failed", &format!("{error:#}"));
}

async fn work(port: u16, token: &str, tally: &Tally) -> anyhow::Result<std::convert::Infallible> {
    let mut follower = Follower::connect(port, token, false, tally.clone()).await?;
    follower.ask("inbox:subscribe", &json!({})).await?;
    let (mut held, mut taking): (HashSet<String>, Vec<(i64, String)>) = (HashSet::new(), Vec::new());
    loop {
        match follower.hear().await? {
            Heard::Event(name, data) if name == "inbox:updated" => {
                let conversation = &data["conversation"];
                let id = conversation["id"].as_str().unwrap_or_default().to_owned();
                match conversation["state"]["status"].as_str() {
                    Some("waiting") if !taking.iter().any(|(_, one)| *one == id) => {
                        let ask = follower.post("session:takeover", &json!({ "session_id": id })).await?;
                        taking.push((ask, id));
                    }
                    Some("closed") if held.remove(&id) => {
                        follower.post("leave:session", &json!({ "session_id": id })).await?;
                    }
                    _ => {}
                }
            }
            Heard::Event(name, entry) if name == "message:new" => {
                answer(&mut follower, &held, &entry).await?
            }
            Heard::Event(..) => {}
            Heard::Ack(ack, answer) => {
                let Some(at) = taking.iter().position(|(ask, _)| *ask == ack) else { continue };
                let (_, id) = taking.swap_remove(at);
                // Another agent was sooner, or the visitor has left.
                if answer.is_ok() {
                    tally.count("takeovers");
                    follower.post("join:session", &json!(id)).await?;
                    let greeting =
                        json!({ "session_id": id, "content": "good day, I am here now, what can I do" });
                    follower.post("message:send", &greeting).await?;
                    held.insert(id);
                }
            }
        }
    }
}

async fn answer(follower: &mut Follower, held: &HashSet<String>, entry: &Value) -> anyhow::Result<()> {
    let id = entry["session_id"].as_str().unwrap_or_default();
    if entry["role"] == "visitor" && entry["kind"] == "message" && held.contains(id) {
        let answer = json!({ "session_id": id, "content": "let me see; that will be done by tomorrow" });
        follower.post("message:send", &answer).await?;
    }
    Ok(())
}
