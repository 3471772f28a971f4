//! Answers that the server's own voice begins to say while the assistant is still writing them.

use std::time::Duration;

use serde_json::{Value, json};
use switchboard_sim::chat::{Cut, Fault, Gate, Reply};
use tokio::time::Instant;

use crate::on_both_databases;
use crate::support::phone::{Phone, is_final, pair, spoken};
use crate::support::receiver::Receiver;
use crate::support::studio::{Studio, say};
use crate::support::{Database, within};

/// The visitor asks, and the assistant will answer so.
async fn ask(studio: &Studio, phone: &mut Phone, words: &str, answer: Reply) {
    studio.will_hear(words);
    studio.exchange.assisted.sim.push(answer);
    say(phone, 900).await;
}

/// Waits until so much of the assistant's voice has come, in frames of 20 ms.
async fn hear(phone: &mut Phone, frame_count: usize) {
    phone.listen(2, 1, frame_count).await;
}

/// Whether this is what was heard of the first sentence, and no more.
fn is_heard_part((role, words): &(String, String)) -> bool {
    role == "assistant" && words.starts_with("First of") && "First of all this.".starts_with(words.as_str())
}

on_both_databases! {
    async fn the_first_sentence_is_heard_while_the_rest_is_written(database: Database) {
        let studio = Studio::start(database).await;
        let (visitor, mut phone) = studio.call().await;
        let gate = Gate::closed();
        let pieces = ["It was **se", "nt** today [", "1]. It ", "comes tomorrow."];
        ask(&studio, &mut phone, "Where is my order?", Reply::pieces(pieces).with_gate(&gate)).await;
        gate.release(3);

        hear(&mut phone, 20).await;

        assert_eq!(studio.sentences(), ["It was sent today."]);
        assert_eq!(studio.exchange.assisted.sim.counts().answered, 0, "the model still writes");
        gate.release(pieces.len());
        let said = phone.until_where("transcript", is_final("assistant")).await;
        assert_eq!(said["text"], "It was sent today. It comes tomorrow.");
        let log = studio.exchange.log_once(&visitor, |log| spoken(log).len() >= 2).await;
        assert_eq!(spoken(&log)[1], pair("assistant", "It was sent today. It comes tomorrow."));
    }

    async fn who_interrupts_an_answer_that_is_still_written_stops_the_model(database: Database) {
        let studio = Studio::start(database).await;
        let (visitor, mut phone) = studio.call().await;
        let gate = Gate::closed();
        ask(&studio, &mut phone, "Tell me all.", Reply::pieces(["First of all this. ", "Then ", "that."]).with_gate(&gate)).await;
        gate.release(2);
        hear(&mut phone, 40).await;

        ask(&studio, &mut phone, "Stop, only the third.", Reply::text("The third is done.")).await;
        within("the request upstream ends", studio.exchange.assisted.sim.cancelled(1)).await;
        let is_last = |one: &Value| is_final("assistant")(one) && one["text"] == "The third is done.";
        phone.until_where("transcript", is_last).await;

        let log = studio.exchange.log_once(&visitor, |log| spoken(log).len() >= 4).await;
        let spoken = spoken(&log);
        assert!(is_heard_part(&spoken[1]), "{spoken:?}");
        assert_eq!(spoken[2..], [pair("visitor", "Stop, only the third."), pair("assistant", "The third is done.")]);
        assert_eq!(studio.sentences(), ["First of all this.", "The third is done."]);
    }

    async fn a_cough_in_an_answer_that_is_still_written_lets_it_go_on(database: Database) {
        let studio = Studio::start(database).await;
        let (_visitor, mut phone) = studio.call().await;
        let gate = Gate::closed();
        ask(&studio, &mut phone, "Tell me all.", Reply::pieces(["First of all this. ", "Then ", "that."]).with_gate(&gate)).await;
        gate.release(2);
        hear(&mut phone, 20).await;
        studio.will_hear("");
        say(&mut phone, 900).await;
        gate.release(1);

        let goes_on = |one: &Value| {
            is_final("assistant")(one) && one["text"].as_str().is_some_and(|text| text.ends_with("Then that."))
        };
        phone.until_where("transcript", goes_on).await;
        assert_eq!(studio.exchange.assisted.sim.counts().received, 1, "nobody is asked again");
    }

    async fn who_takes_the_call_while_an_answer_is_written_stops_the_model(database: Database) {
        let studio = Studio::start(database).await;
        let (visitor, mut phone) = studio.call().await;
        let gate = Gate::closed();
        ask(&studio, &mut phone, "Tell me all.", Reply::pieces(["First of all this. ", "Then ", "that."]).with_gate(&gate)).await;
        gate.release(2);
        hear(&mut phone, 40).await;
        let agent = studio.exchange.assisted.owner.clone();
        studio.exchange.assisted.sim.push(Reply::text("They want to know."));

        let _desk = studio.exchange.join(&agent, phone.call_id(), "take").await;
        within("the request upstream ends", studio.exchange.assisted.sim.cancelled(1)).await;
        phone.until_where("state", |state| state["floor"] == "taking").await;

        let is_cut = |entry: &Value| entry["metadata"]["interrupted"] == "takeover";
        let log = studio.exchange.log_until(&visitor, is_cut).await;
        let cut = log.into_iter().find(is_cut).unwrap();
        assert!(is_heard_part(&pair("assistant", cut["content"].as_str().unwrap())), "{cut}");
    }

    async fn a_model_that_fails_after_its_first_sentence_has_said_it_and_is_sorry(database: Database) {
        let studio = Studio::start(database).await;
        let (_visitor, mut phone) = studio.call().await;
        let failing = Reply::pieces(["It was sent. ", "It ", "comes."]).with_fault(Fault::CutAfter(2, Cut::Reset));
        ask(&studio, &mut phone, "Where is my order?", failing).await;

        let said = phone.until_where("transcript", is_final("assistant")).await;

        assert_eq!(said["text"], "It was sent. Sorry, I could not answer. Please try again.");
    }

    async fn what_is_said_before_a_tool_runs_is_heard_while_it_does(database: Database) {
        let studio = Studio::start(database).await;
        let receiver = Receiver::start().await;
        let gate = receiver.hold();
        studio.exchange.enable_tool("get_order_status", &receiver.url()).await;
        let (_visitor, mut phone) = studio.call().await;
        let looking =
            Reply::pieces(["Let me look"]).with_tool_call("c1", "get_order_status", r#"{"order_number":"4711"}"#);
        ask(&studio, &mut phone, "Where is my order?", looking).await;

        hear(&mut phone, 20).await;
        assert_eq!(studio.sentences(), ["Let me look."]);
        studio.exchange.assisted.sim.push(Reply::text("it was sent. Yesterday."));
        gate.open(json!({ "status": "sent" }));
        let said = phone.until_where("transcript", is_final("assistant")).await;

        assert_eq!(said["text"], "Let me look. it was sent. Yesterday.");
    }
}

/// The time from a question to the first sound of its answer, and whether the model had written it by then.
async fn first_sound(studio: &Studio, answer: &str) -> (u128, bool) {
    let (_visitor, mut phone) = studio.call().await;
    let before = studio.exchange.assisted.sim.counts().answered;
    let slow = Reply::text(answer).with_delay(Duration::from_millis(100));
    ask(studio, &mut phone, "Tell me all.", slow).await;
    let asked = Instant::now();
    hear(&mut phone, 1).await;
    let took_ms = asked.elapsed().as_millis();
    let is_written = studio.exchange.assisted.sim.counts().answered > before;
    phone.say("hangup", &json!({})).await;
    phone.until("ended").await;
    (took_ms, is_written)
}

/// A model that writes ten words a second: `-- --nocapture` prints how long the caller waits for an answer of four
/// sentences, and for one whose only sentence is as long.
#[tokio::test]
async fn a_slow_model_is_heard_after_its_first_sentence() {
    let studio = Studio::start(Database::sqlite()).await;
    let words = "one two three four five six seven eight nine";

    let (first_ms, is_written) = first_sound(&studio, &format!("And {words}. ").repeat(4)).await;
    let (whole_ms, _) = first_sound(&studio, &format!("and {words} ").repeat(4)).await;

    println!("first sound after {first_ms} ms, and {whole_ms} ms where all has to be written first");
    assert!(!is_written, "the model still writes");
}
