//! What a visitor and an agent say to each other in a call is written down, where the channel wants that.

use serde_json::{Value, json};
use switchboard_sim::realtime::{ConnectionLog, Faults, Scenario};

use crate::on_both_databases;
use crate::support::phone::{Exchange, Phone, pair, speech, spoken};
use crate::support::{Database, Visitor, within};

/// A call that an agent has taken.
async fn taken(database: Database, settings: Value, scenario: Scenario) -> (Exchange, Visitor, Phone, Phone) {
    let exchange = Exchange::start(database, Scenario::default()).await;
    exchange.set(settings).await;
    let (visitor, mut phone) = exchange.call().await;
    phone.until_where("state", |state| state["link"] == "ok").await;
    // For the connections that write down.
    exchange.sim.set_scenario(scenario);
    let desk = exchange.join(&exchange.assisted.owner.clone(), phone.call_id(), "take").await;
    phone.until_where("state", |state| state["floor"] == "taking").await;
    (exchange, visitor, phone, desk)
}

fn wanted() -> Value {
    json!({ "voice_transcribe_people": true })
}

fn writes(log: &ConnectionLog) -> bool {
    log.query.contains("intent=transcription")
}

/// The agent speaks for so long, and then is silent long enough for the turn to end.
async fn speak_to_visitor(desk: &mut Phone, ms: usize) {
    desk.send(2, &speech(ms)).await;
    desk.send(2, &vec![0; 24 * 800]).await;
}

/// What was said, of the log.
fn said_in(log: &[Value]) -> Vec<&Value> {
    log.iter().filter(|entry| entry["metadata"]["voice"] == true).collect()
}

/// The words of the log, with who said them, once so many are there.
async fn words(exchange: &Exchange, visitor: &Visitor, count: usize) -> Vec<(String, String)> {
    spoken(&exchange.log_once(visitor, |log| said_in(log).len() >= count).await)
}

on_both_databases! {
    async fn two_people_are_written_down_in_order_and_the_assistant_is_told(database: Database) {
        let (exchange, visitor, mut phone, mut desk) = taken(database, wanted(), Scenario::default()).await;
        phone.speak(600).await;
        let begun = phone.until_where("item", |item| item["role"] == "visitor").await;
        speak_to_visitor(&mut desk, 700).await;
        phone.until_where("item", |item| item["role"] == "agent").await;
        let asked = phone.until_where("transcript", |one| one["role"] == "visitor" && one["final"] == true).await;
        let said = phone.until_where("transcript", |one| one["role"] == "agent" && one["final"] == true).await;
        phone.speak(300).await;
        phone.until_where("transcript", |one| one["text"] == "turn 2" && one["final"] == true).await;

        let said_there = words(&exchange, &visitor, 3).await;
        assert_eq!(said_there, [pair("visitor", "turn 1"), pair("agent", "turn 1"), pair("visitor", "turn 2")]);
        let log = exchange.log(&visitor).await;
        let spoken = said_in(&log);
        assert_eq!((&spoken[0]["id"], &spoken[1]["id"]), (&begun["entry_id"], &said["entry_id"]));
        assert_eq!(spoken[0]["id"], asked["entry_id"]);
        assert_eq!(spoken[1]["author"]["id"], exchange.assisted.owner.id);
        assert_eq!(spoken[1]["metadata"]["call_id"], phone.call_id());

        let all = exchange.sim.connections();
        assert_eq!(all[0].audio_sample_count, 0, "the assistant hears nothing of it");
        let heard_by = |sound: &[i16]| all.iter().filter(|log| writes(log) && log.audio.starts_with(sound)).count();
        assert_eq!((heard_by(&speech(600)), heard_by(&speech(700))), (2, 1), "each has a session of their own");
        within("the assistant is told", exchange.sim.wait_until(|all| {
            all[0].items.iter().filter(|item| item.text.contains("turn")).count() == 3
        }))
        .await;

        desk.say("give_back", &json!({ "note": "" })).await;
        phone.until_where("state", |state| state["floor"] == "assistant").await;
        within("the ends", exchange.sim.wait_until(|all| {
            all.iter().filter(|log| writes(log) && log.closed.is_some()).count() == 2
        }))
        .await;
        phone.say("hangup", &json!({})).await;
        phone.until("ended").await;
        let call = phone.call_id().to_owned();
        exchange.log_of_ended_call(&visitor).await;
        let cost = exchange.view(&call).await["cost_usd"].as_f64().unwrap();
        assert!(cost > 0.0);
        exchange.assisted.costs_usd(cost).await;
        assert!(exchange.sim.usage().transcription_seconds > 0.0 || exchange.sim.usage().transcription_input > 0);
        assert_eq!(exchange.sim.violations(), [""; 0]);
    }

    async fn the_last_words_of_a_call_are_written_after_its_end(database: Database) {
        let slow = Scenario::default().hears(["You get it on Friday"]).transcribe_delay_ms(300);
        let (exchange, visitor, mut phone, mut desk) = taken(database, wanted(), slow).await;
        within("sessions", exchange.sim.wait_until(|all| {
            all.iter().filter(|log| writes(log) && log.config.is_some()).count() == 2
        }))
        .await;
        desk.send(2, &speech(600)).await;
        phone.listen(2, 2, 30).await;
        phone.say("hangup", &json!({})).await;
        phone.until("ended").await;

        assert_eq!(words(&exchange, &visitor, 1).await, [pair("agent", "You get it on Friday")]);
        let log = exchange.log(&visitor).await;
        assert_eq!(log.last().unwrap()["metadata"]["call_id"], phone.call_id());
        // The cost is added when everything is written.
        let mut cost = 0.0;
        within("the cost", async {
            while cost == 0.0 {
                cost = exchange.view(phone.call_id()).await["cost_usd"].as_f64().unwrap();
            }
        })
        .await;
        exchange.assisted.costs_usd(cost).await;
    }

    async fn words_before_a_hand_back_are_theirs_who_said_them_however_late_they_are_known(database: Database) {
        let late = Scenario::configures_late(1_000).hears(["let me speak to a human"]);
        let (exchange, visitor, mut phone, mut desk) = taken(database, wanted(), late).await;
        phone.speak(600).await;
        speak_to_visitor(&mut desk, 400).await;
        phone.listen(2, 2, 40).await;
        desk.say("give_back", &json!({ "note": "" })).await;
        phone.until_where("state", |state| state["floor"] == "assistant").await;

        let mut said = words(&exchange, &visitor, 2).await;
        said.sort();
        let both = [pair("agent", "let me speak to a human"), pair("visitor", "let me speak to a human")];
        assert_eq!(said, both);
        let log = exchange.log(&visitor).await;
        let theirs: Vec<_> = said_in(&log).into_iter().filter(|entry| entry["role"] == "agent").collect();
        assert_eq!(theirs[0]["author"]["id"], exchange.assisted.owner.id);
        assert!(log.iter().all(|entry| entry["event"] != "handoff"), "it was said to a person already");
    }

    async fn words_before_a_hand_back_are_written_after_the_end_too(database: Database) {
        let late = Scenario::configures_late(1_000).hears(["You get it on Friday"]);
        let (exchange, visitor, mut phone, mut desk) = taken(database, wanted(), late).await;
        speak_to_visitor(&mut desk, 400).await;
        phone.listen(2, 2, 40).await;
        desk.say("give_back", &json!({ "note": "" })).await;
        phone.until_where("state", |state| state["floor"] == "assistant").await;
        phone.say("hangup", &json!({})).await;
        phone.until("ended").await;

        assert_eq!(words(&exchange, &visitor, 1).await, [pair("agent", "You get it on Friday")]);
        let log = exchange.log(&visitor).await;
        assert_eq!(said_in(&log)[0]["author"]["id"], exchange.assisted.owner.id);
    }

    async fn a_server_that_wants_the_model_in_the_address_is_told_it(database: Database) {
        let scenario = Scenario::default().transcribes_by_model();
        let (exchange, visitor, mut phone, _desk) = taken(database, wanted(), scenario).await;
        phone.speak(600).await;

        assert_eq!(words(&exchange, &visitor, 1).await, [pair("visitor", "turn 1")]);
        assert!(exchange.sim.read(|all| all.iter().any(|log| writes(log) && log.query.contains("model=gpt-"))));
    }

    async fn a_connection_that_breaks_is_made_again_and_goes_on_writing(database: Database) {
        let (exchange, visitor, mut phone, _desk) =
            taken(database, wanted(), Scenario::default()).await;
        phone.speak(600).await;
        words(&exchange, &visitor, 1).await;
        exchange.sim.drop_all();
        within(
            "four sessions",
            exchange
                .sim
                .wait_until(|all| all.iter().filter(|log| writes(log) && log.config.is_some()).count() == 4),
        )
        .await;
        phone.speak(600).await;

        assert_eq!(words(&exchange, &visitor, 2).await, [pair("visitor", "turn 1"), pair("visitor", "turn 1")]);
    }

    async fn a_provider_that_drops_again_and_again_goes_on_writing_as_long_as_words_come(database: Database) {
        // It says nothing of what that used; words alone show that it serves.
        let scenario = Scenario::default().hides_transcription_usage();
        let (exchange, visitor, mut phone, mut desk) = taken(database, wanted(), scenario).await;
        for count in 1..=6 {
            within("sessions", exchange.sim.wait_until(|all| {
                all.iter().filter(|log| writes(log) && log.config.is_some()).count() == 2 * count
            }))
            .await;
            phone.speak(600).await;
            speak_to_visitor(&mut desk, 600).await;
            words(&exchange, &visitor, 2 * count).await;
            exchange.sim.drop_all();
        }
    }

    async fn where_no_provider_writes_the_call_goes_on(database: Database) {
        let faults = Faults { refuse_upgrade: Some((404, 1_000)), ..Faults::default() };
        let scenario = Scenario { faults, ..Scenario::default() };
        let (exchange, visitor, mut phone, mut desk) = taken(database, wanted(), scenario).await;
        speak_to_visitor(&mut desk, 400).await;
        assert!(phone.listen(2, 2, 20).await.starts_with(&speech(400)));
        desk.say("give_back", &json!({ "note": "" })).await;
        phone.until_where("state", |state| state["floor"] == "assistant").await;
        phone.speak(600).await;

        assert_eq!(words(&exchange, &visitor, 1).await, [pair("visitor", "turn 1")], "the assistant hears again");
    }

    async fn nobody_is_written_down_unless_that_is_wanted(database: Database) {
        let (exchange, visitor, mut phone, mut desk) =
            taken(database, json!({}), Scenario::default()).await;
        speak_to_visitor(&mut desk, 400).await;
        phone.listen(2, 2, 20).await;
        desk.say("give_back", &json!({ "note": "" })).await;
        phone.until_where("state", |state| state["floor"] == "assistant").await;
        phone.speak(600).await;

        assert_eq!(words(&exchange, &visitor, 1).await, [pair("visitor", "turn 1")]);
        assert_eq!(exchange.sim.read(|all| all.iter().filter(|log| writes(log)).count()), 0);
    }

    async fn a_visitor_who_hangs_up_after_their_last_words_is_written_down_and_not_answered(database: Database) {
        let scenario = Scenario::default().hears(["thanks and goodbye"]).transcribe_delay_ms(400).think_ms(5_000);
        let exchange = Exchange::start(database, scenario).await;
        exchange.assisted.add_provider("text", &exchange.assisted.sim.v1_url()).await;
        let (visitor, mut phone) = exchange.call().await;
        phone.until_where("state", |state| state["link"] == "ok").await;
        phone.speak(600).await;
        let begun = phone.until_where("item", |item| item["role"] == "visitor").await;
        phone.say("hangup", &json!({})).await;
        phone.until("ended").await;

        assert_eq!(words(&exchange, &visitor, 1).await, [pair("visitor", "thanks and goodbye")]);
        let log = exchange.log(&visitor).await;
        assert_eq!(log.last().unwrap()["id"], begun["entry_id"]);
        within("the provider is left", exchange.sim.wait_until(|all| all[0].closed.is_some())).await;
        let mut text = exchange.assisted.site.connect(&visitor.token).await;
        let data = json!({ "session_id": visitor.session_id(), "content": "one more thing" });
        text.call("message:send", data).await.expect("sent");
        exchange.assisted.sim.received(1).await;
        let asked = exchange.assisted.sim.requests();
        assert_eq!(asked.len(), 1, "what was said in the call is not answered in text");
        assert!(asked[0].contains("one more thing"));
        assert_eq!(exchange.sim.violations(), [""; 0]);
    }

    async fn a_server_without_transcription_sessions_listens_in_one_that_answers_nothing(database: Database) {
        let scenario = Scenario::default().has_no_transcription_sessions();
        let (exchange, visitor, mut phone, _desk) = taken(database, wanted(), scenario).await;
        phone.speak(600).await;
        words(&exchange, &visitor, 1).await;
        phone.speak(600).await;

        assert_eq!(words(&exchange, &visitor, 2).await, [pair("visitor", "turn 1"), pair("visitor", "turn 2")]);
        let all = exchange.sim.connections();
        let listens = |log: &&ConnectionLog| !writes(log) && log.index != 0;
        let listener = all.iter().filter(listens).find(|log| log.sent_count("input_audio_buffer.committed") == 2);
        assert!(listener.expect("a session that listens").sent_count("response.created") == 0, "and is silent");
    }
}
