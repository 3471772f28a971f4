//! Calls with a full-duplex voice (`gpt-live-1`): what holds for every voice holds for it, though it says nothing of turns,
//! cannot be ended and forgets nothing. Hundreds of each stand in `src/voice/live_gates_tests.rs`; here the parts meet.

use audio::synthetic_voice;
use serde_json::{Value, json};
use switchboard_sim::chat::Reply;
use switchboard_sim::realtime::{ConnectionLog, Scenario, Turn};

use crate::assistant_log::turns;
use crate::on_both_databases;
use crate::support::phone::{Exchange, Phone, Sound, is_final, pair, playback, speech, spoken};
use crate::support::{Database, Visitor, within};

const LONG: &str =
    "This is a long answer about opening hours, delivery, returns and everything else one could ask.";

/// A call that has begun, with a voice of this scenario.
async fn call(database: Database, scenario: Scenario) -> (Exchange, Visitor, Phone) {
    let exchange = Exchange::live(database, scenario).await;
    let (visitor, mut phone) = exchange.call().await;
    phone.until_where("state", |state| state["link"] == "ok").await;
    (exchange, visitor, phone)
}

/// The visitor says something, and is silent long enough for the turn to end.
async fn ask(phone: &mut Phone, ms: usize, seed: u32) {
    phone.send(0, &synthetic_voice(ms, 120.0, seed)).await;
    phone.send(0, &vec![0; 24 * 900]).await;
}

/// What was appended of this kind, on the first connection.
fn appended<'a>(log: &'a ConnectionLog, kind: &str) -> Vec<&'a str> {
    let events = log.events.iter().map(|(_, event)| event);
    events.filter(|event| event["type"] == kind).filter_map(|event| event["content"].as_str()).collect()
}

on_both_databases! {
    async fn a_visitor_speaks_and_is_answered_and_it_is_paid_by_the_second(database: Database) {
        let scenario = Scenario::default().hears(["when do you open"]).script([Turn::say_for("We open at nine.", 1_000)]);
        let (exchange, visitor, mut phone) = call(database, scenario).await;

        ask(&mut phone, 900, 1).await;
        let asked = phone.until_where("transcript", is_final("visitor")).await;
        let said = phone.until_where("transcript", is_final("assistant")).await;
        phone.say("hangup", &json!({})).await;
        phone.until("ended").await;

        assert_eq!((&asked["text"], &said["text"]), (&json!("when do you open"), &json!("We open at nine.")));
        let log = exchange.log_of_ended_call(&visitor).await;
        assert_eq!(spoken(&log), [pair("visitor", "when do you open"), pair("assistant", "We open at nine.")]);
        assert_eq!(log[1]["id"], asked["entry_id"]);
        assert_eq!(log[2]["id"], said["entry_id"]);
        let start = exchange.sim.read(|all| all[0].received("session.start").next().cloned()).expect("it was started");
        assert_eq!(start["session"]["model"], "gpt-live-1");
        assert_eq!(start["session"]["delegation"], json!({ "type": "client" }));
        assert_eq!(exchange.sim.violations(), [""; 0]);

        let call_id = phone.call_id().to_owned();
        #[expect(clippy::cast_precision_loss, reason = "seconds")]
        let paid = |ms: u64| ms as f64 / 60_000.0 * 0.05;
        let view = within("the last of its cost", async {
            loop {
                let view = exchange.view(&call_id).await;
                let expected = paid(exchange.sim.live_ms());
                let cost = view["cost_usd"].as_f64().unwrap();
                if expected > 0.0 && (cost - expected).abs() <= expected / 1_000.0 {
                    return view;
                }
                tokio::task::yield_now().await;
            }
        })
        .await;
        exchange.assisted.costs_usd(view["cost_usd"].as_f64().unwrap()).await;
    }

    async fn a_task_is_answered_by_the_orgs_assistant_with_its_log_and_its_cost(database: Database) {
        let scenario = Scenario::default()
            .hears(["where is my order"])
            .script([Turn::call("anything", &json!({}))])
            .acknowledges("One moment.");
        let (exchange, visitor, mut phone) = call(database, scenario).await;
        let reply = Reply::text("It was **sent** today [1].").with_usage(120, 8, 0);
        exchange.assisted.sim.push(reply);

        ask(&mut phone, 900, 2).await;
        let running = phone.until_where("tool", |tool| tool["stage"] == "running").await;
        phone.until_where("tool", |tool| tool["stage"] == "done").await;
        let assistants = |log: &[Value]| -> String {
            let said: Vec<String> =
                spoken(log).into_iter().filter(|(role, _)| role == "assistant").map(|(_, words)| words).collect();
            said.join(" ")
        };
        let is_answer = |one: &Value| one["text"].as_str().is_some_and(|text| text.ends_with("today."));
        phone.until_where("transcript", |one| is_final("assistant")(one) && is_answer(one)).await;
        let log = exchange.log_once(&visitor, |log| assistants(log).contains("today.")).await;

        assert_eq!(running["name"], "assistant");
        assert_eq!(assistants(&log), "One moment. It was sent today.", "what was spoken, and nothing twice");
        assert_eq!(spoken(&log)[0], pair("visitor", "where is my order"));
        let asked = exchange.assisted.sim.last_request().expect("a model was asked");
        assert!(asked.body.to_string().contains("where is my order"), "{}", asked.body);
        let turn = turns(&exchange.assisted, "", 1).await.remove(0);
        assert_eq!((&turn["outcome"], &turn["conversation_id"]), (&json!("answered"), &json!(visitor.session_id())));
        assert_eq!(exchange.sim.violations(), [""; 0]);
    }

    async fn an_agent_takes_the_call_and_gives_it_back_to_a_voice_that_starts_afresh(database: Database) {
        let (exchange, visitor, mut phone) = call(database, Scenario::default().script([Turn::say_for(LONG, 8_000)])).await;
        let agent = exchange.assisted.owner.clone();
        ask(&mut phone, 900, 3).await;
        phone.listen(2, 1, 40).await;
        let mut desk = exchange.join(&agent, phone.call_id(), "take").await;
        phone.until_where("state", |state| state["floor"] == "taking").await;
        let quiet_from = phone.sounds.len();
        desk.send(2, &speech(400)).await;
        phone.listen(2, 2, 20).await;
        let state = phone.until_where("state", |state| state["floor"] == "agent").await;

        assert_eq!(state["link"], "ok", "no voice is needed");
        assert_eq!(playback(&phone.sounds[quiet_from..]), [] as [&Sound; 0], "the assistant is silent");
        within("the end of the session", exchange.sim.wait_until(|all| all[0].closed.is_some())).await;

        desk.say("give_back", &json!({ "note": "They want a refund of A-17" })).await;
        within("another session", exchange.sim.wait_until(|all| {
            all.get(1).and_then(|log| log.config.as_ref()).is_some_and(|config| config["input"].to_string().contains("refund of A-17"))
        }))
        .await;
        ask(&mut phone, 900, 4).await;
        phone.until_where("transcript", is_final("visitor")).await;
        let log = exchange.log_until(&visitor, |entry| entry["event"] == "release").await;
        let cut = log.iter().find(|entry| entry["role"] == "assistant").expect("what was heard");
        let words = cut["content"].as_str().unwrap();
        assert!(LONG.starts_with(words) && words.len() < LONG.len(), "{words}");
        assert_eq!(exchange.sim.violations(), [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interruption_that_the_hub_hears_itself_silences_the_assistant() {
    let (exchange, visitor, mut phone) =
        call(Database::sqlite(), Scenario::default().script([Turn::say_for(LONG, 9_000)])).await;
    ask(&mut phone, 900, 5).await;
    phone.listen(2, 1, 160).await;

    phone.send(0, &synthetic_voice(800, 150.0, 6)).await;
    let clear = phone.until("clear").await;
    let before = phone.sounds.len();
    phone.send(0, &vec![0; 24 * 900]).await;
    phone.until_where("transcript", |one| is_final("visitor")(one) && one["text"] == "turn 2").await;

    let generation = clear["generation"].as_u64().unwrap();
    assert!(playback(&phone.sounds[before..]).iter().all(|one| u64::from(one.generation) == generation));
    let log = exchange.log_once(&visitor, |log| spoken(log).len() >= 3).await;
    let cut = log.iter().find(|entry| entry["role"] == "assistant").expect("what was heard");
    assert_eq!(cut["metadata"]["interrupted"], "superseded");
    // 95 letters in 9 s: of 3.2 s some 33 are heard, and whole words are written.
    let length = cut["content"].as_str().unwrap().len();
    assert!(LONG.starts_with(cut["content"].as_str().unwrap()) && (25..60).contains(&length), "{cut}");
    assert_eq!(exchange.sim.violations(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whispers_are_thought_and_words_of_agents_are_commentary() {
    let (exchange, _visitor, mut phone) = call(Database::sqlite(), Scenario::default()).await;
    let mut desk = exchange.join(&exchange.assisted.owner.clone(), phone.call_id(), "listen").await;
    assert_eq!(desk.ready["state"]["duplex"], true, "agents are told what it cannot do");

    desk.say("whisper", &json!({ "text": "offer them tea" })).await;
    within(
        "the whisper",
        exchange.sim.wait_until(|all| {
            appended(&all[0], "session.thinking.append").iter().any(|text| text.contains("offer them tea"))
        }),
    )
    .await;
    desk.say("say", &json!({ "text": "Please hold the line" })).await;
    desk.until_where("say", |say| say["stage"] == "speaking").await;
    let said = phone.until_where("transcript", is_final("assistant")).await;

    assert_eq!(said["text"], "Please hold the line");
    assert!(!phone.received.contains("offer them tea"));
    assert_eq!(exchange.sim.violations(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_greeting_and_typed_words_are_asked_for() {
    let exchange = Exchange::live(Database::sqlite(), Scenario::default()).await;
    exchange.set(json!({ "voice_greets": true, "voice_greeting": "Welcome to the shop" })).await;
    let (visitor, mut phone) = exchange.call().await;

    let greeting = phone.until_where("transcript", is_final("assistant")).await;
    assert_eq!(greeting["text"], "Welcome to the shop");
    let mut client = exchange.assisted.site.connect(&visitor.token).await;
    client.join(visitor.session_id()).await;
    client.say(visitor.session_id(), "my number is 4711").await;
    phone
        .until_where("transcript", |one| is_final("assistant")(one) && one["text"] != greeting["text"])
        .await;

    let thought = exchange.sim.read(|all| appended(&all[0], "session.thinking.append").join("\n"));
    assert!(thought.contains("my number is 4711"), "{thought}");
    assert_eq!(exchange.sim.violations(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_is_dropped_or_ends_is_followed_by_one_that_knows_what_was_said() {
    for way in ["drop", "expired", "content"] {
        let (exchange, visitor, mut phone) =
            call(Database::sqlite(), Scenario::default().hears(["my name is Ada"])).await;
        ask(&mut phone, 900, 7).await;
        phone.until_where("transcript", is_final("assistant")).await;

        if way == "drop" {
            exchange.sim.drop_all();
        } else {
            exchange.sim.send_all(&json!({ "type": "session.closed", "event_id": "e", "reason": way,
                "session": {}, "usage": { "seconds": 5 } }));
        }
        within("another session", exchange.sim.wait_until(|all| all.len() == 2 && all[1].config.is_some()))
            .await;
        phone.until_where("state", |state| state["link"] == "ok").await;
        ask(&mut phone, 900, 8).await;
        phone.until_where("transcript", is_final("visitor")).await;
        phone.until_where("transcript", is_final("assistant")).await;

        let told = exchange.sim.read(|all| all[1].config.clone().unwrap()["input"].to_string());
        assert!(told.contains("my name is Ada"), "{way}: {told}");
        let log = exchange.log_once(&visitor, |log| spoken(log).len() >= 4).await;
        let roles: Vec<String> = spoken(&log).into_iter().map(|(role, _)| role).collect();
        assert_eq!(roles, ["visitor", "assistant", "visitor", "assistant"], "{way}");
        assert_eq!(exchange.sim.violations(), [""; 0], "{way}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_whose_end_is_announced_is_changed_before_it() {
    let (exchange, _visitor, mut phone) =
        call(Database::sqlite(), Scenario::default().session_expired(6_000)).await;

    within("another session", exchange.sim.wait_until(|all| all.len() >= 2 && all[0].closed.is_some())).await;
    ask(&mut phone, 900, 9).await;
    phone.until_where("transcript", is_final("visitor")).await;

    let first = exchange.sim.read(|all| all[0].clone());
    assert_eq!(first.received("session.close").count(), 1, "it was closed before it would have ended");
    assert_eq!(exchange.sim.violations(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_voice_that_is_refused_gives_way_to_the_next_of_another_dialect() {
    let exchange = Exchange::live(Database::sqlite(), Scenario::default()).await;
    exchange.sim.require_key("another-key");
    let other = switchboard_sim::realtime::RealtimeSim::start(Scenario::default()).await;
    exchange.add_voice(&other.v1_url()).await;
    let (_visitor, mut phone) = exchange.call().await;
    phone.until_where("state", |state| state["link"] == "ok").await;

    phone.speak(600).await;
    let said = phone.until_where("transcript", is_final("assistant")).await;

    assert_eq!(said["text"], "You said: turn 1");
    assert_eq!(other.read(|all| all[0].query.clone()), "model=gpt-realtime-2.1");
    assert_eq!(other.violations(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_without_a_field_that_was_refused_is_tried_again() {
    let scenario = Scenario::default()
        .refuses_fields(["store"], switchboard_sim::realtime::RefusalShape::Param)
        .only_first(1);
    let exchange = Exchange::live(Database::sqlite(), scenario).await;
    let (_visitor, mut phone) = exchange.call().await;

    phone.until_where("state", |state| state["link"] == "ok").await;

    let starts: Vec<Value> =
        exchange.sim.read(|all| all.iter().flat_map(|log| log.received("session.start").cloned()).collect());
    let has_store: Vec<bool> = starts.iter().map(|start| !start["session"]["store"].is_null()).collect();
    assert_eq!(has_store, [true, false]);
    assert_eq!(exchange.sim.violations(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn harmless_errors_and_unknown_events_do_not_end_a_call_and_noise_interrupts_nobody() {
    let scenario = Scenario::harmless_noise().script([Turn::say_for(LONG, 6_000)]).yields_after_ms(u64::MAX);
    let (exchange, _visitor, mut phone) = call(Database::sqlite(), scenario).await;
    ask(&mut phone, 900, 10).await;
    phone.listen(2, 1, 160).await;

    // A loud noise that is nobody's voice.
    phone.send(0, &speech(700)).await;
    phone.listen(2, 1, 220).await;

    assert!(phone.sounds.iter().all(|one| one.generation == 0), "nothing was cut");
    assert_eq!(exchange.sim.violations(), [""; 0]);
}
