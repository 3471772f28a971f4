//! One visitor's way through the day.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::follower::Follower;
use super::options::Options;
use super::tally::Tally;
use crate::client::Heard;
use crate::dice::Dice;
use crate::server::{Server, Visitor};
use crate::voice::short_call;

const QUESTIONS: [&str; 4] = [
    "hello, when will my order be here, it should have come on Monday",
    "can this be sent back after two weeks if it does not fit",
    "what does it cost to send it to an island in the north",
    "is the shop in the middle of town open on Saturday evening",
];
/// Milliseconds that a visitor reads and writes between two messages.
const PAUSE_MS: std::ops::RangeInclusive<u64> = 300..=1_500;
const CALL_SECONDS: u32 = 4;

/// What a visitor will do, decided before the day.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    /// When they come.
    pub(super) at: Duration,
    questions: Vec<(Duration, &'static str)>,
    asks_for_person: bool,
    calls: bool,
}

impl Visit {
    pub(super) fn new(at: Duration, dice: &mut Dice, options: &Options) -> Self {
        let count = dice.pick(1..=3);
        let questions = (0..count).map(|_| {
            let pause = Duration::from_millis(dice.pick(PAUSE_MS));
            (pause, QUESTIONS[dice.below(4) as usize])
        });
        Self {
            at,
            questions: questions.collect(),
            asks_for_person: dice.below(100) < options.handoff_percent,
            calls: dice.below(100) < options.call_percent,
        }
    }

    /// Lives it; whatever goes wrong is a fault.
    pub(super) async fn live(self, server: &Server, tally: &Tally) {
        if let Err(error) = self.go(server, tally).await {
            tally.fault("visit that failed", &format!("{error:#}"));
        }
    }

    async fn go(&self, server: &Server, tally: &Tally) -> anyhow::Result<()> {
        let came = Instant::now();
        let visitor = server.visitor().await?;
        let mut follower = Follower::connect(server.port, &visitor.token, true, tally.clone()).await?;
        follower.ask("join:session", &json!(visitor.session_id)).await?;
        tally.waited("come_", came.elapsed());
        tally.count("visits");
        for (pause, question) in &self.questions {
            wait(&mut follower, *pause).await?;
            say(&mut follower, &visitor, question, "assistant", tally).await?;
        }
        if self.calls {
            let ticket = server.call(&visitor).await?;
            tokio::select! {
                heard = short_call(server.port, &ticket, CALL_SECONDS) => drop(heard?),
                // What is said in the call comes into the conversation meanwhile.
                error = listen(&mut follower) => return Err(error),
            }
            tally.count("calls");
        }
        if self.asks_for_person {
            self.be_helped(&mut follower, &visitor, tally).await?;
        }
        follower.ask("session:end", &json!({ "session_id": visitor.session_id })).await?;
        Ok(())
    }

    async fn be_helped(
        &self,
        follower: &mut Follower,
        visitor: &Visitor,
        tally: &Tally,
    ) -> anyhow::Result<()> {
        let asked = Instant::now();
        follower.post("handoff:request", &json!({ "session_id": visitor.session_id })).await?;
        follower.until("agent", |heard| is_from(heard, "agent")).await?;
        tally.waited("person_", asked.elapsed());
        tally.count("handoffs");
        for (pause, question) in &self.questions {
            wait(follower, *pause).await?;
            say(follower, visitor, question, "agent", tally).await?;
        }
        Ok(())
    }
}

/// Writes, and waits for the ack and for the answer.
async fn say(
    follower: &mut Follower,
    visitor: &Visitor,
    text: &str,
    answerer: &str,
    tally: &Tally,
) -> anyhow::Result<()> {
    let due = Instant::now();
    let data = json!({ "session_id": visitor.session_id, "content": text });
    let id = follower.post("message:send", &data).await?;
    let (mut is_acked, mut is_answered) = (false, false);
    while !(is_acked && is_answered) {
        let refused = follower
            .until(answerer, |heard| match heard {
                Heard::Ack(ack, answer) if *ack == id => {
                    is_acked = true;
                    tally.waited("ack_", due.elapsed());
                    Some(answer.as_ref().err().map(Value::to_string))
                }
                heard if is_from(heard, answerer).is_some() => {
                    is_answered = true;
                    Some(None)
                }
                Heard::Event(name, data) if name == "ai:error" => Some(Some(data.to_string())),
                Heard::Ack(..) | Heard::Event(..) => None,
            })
            .await?;
        anyhow::ensure!(refused.is_none(), "a message was refused: {refused:?}");
    }
    tally.count("messages");
    tally.waited(if answerer == "agent" { "agent_answer_" } else { "answer_" }, due.elapsed());
    Ok(())
}

fn is_from(heard: &Heard, role: &str) -> Option<()> {
    matches!(heard, Heard::Event(name, data) if name == "message:new" && data["kind"] == "message" && data["role"] == role)
        .then_some(())
}

/// Reads and writes for a while; what comes meanwhile is checked.
async fn wait(follower: &mut Follower, pause: Duration) -> anyhow::Result<()> {
    tokio::select! {
        () = tokio::time::sleep(pause) => Ok(()),
        error = listen(follower) => Err(error),
    }
}

async fn listen(follower: &mut Follower) -> anyhow::Error {
    loop {
        if let Err(error) = follower.hear().await {
            return error;
        }
    }
}
