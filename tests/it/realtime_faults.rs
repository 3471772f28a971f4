//! What users of realtime relays complain about (VOICE.md section 6), each as a test by its number.
//!
//! Numbers 6 and 7 are about browsers and stand with the pages: web/shared/test and docs/understand/voice.md.

use serde_json::{Value, json};
use switchboard_sim::realtime::{ConnectionLog, Scenario, Turn, tones};

use crate::on_both_databases;
use crate::support::phone::{Exchange, FRAME, Phone, Sound, playback, speech};
use crate::support::receiver::Receiver;
use crate::support::{Database, Options, within};

async fn exchange(scenario: Scenario) -> Exchange {
    Exchange::start(Database::sqlite(), scenario).await
}

/// A call whose assistant is speaking: so many frames of it have been heard.
async fn being_spoken_to(exchange: &Exchange, frames: usize) -> Phone {
    let (_visitor, mut phone) = exchange.call().await;
    phone.until_where("state", |state| state["link"] == "ok").await;
    phone.speak(600).await;
    phone.listen(2, 1, frames).await;
    phone
}

/// Where in its tone a frame ends, in milliseconds.
fn ends_at(frames: &[&Sound]) -> u64 {
    let last: Vec<i16> = frames[frames.len() - 2..].iter().flat_map(|one| one.samples.clone()).collect();
    tones::locate(&last).expect("two frames of a tone").1 + 40
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn complaint_01_an_interruption_silences_the_assistant_and_nothing_old_follows() {
    for scenario in [Scenario::long_answer_sent_fast(), Scenario::talks_on_after_cancellation()] {
        let exchange = exchange(scenario).await;
        let mut phone = being_spoken_to(&exchange, 30).await;
        phone.send(0, &speech(600)).await;
        let clear = phone.until("clear").await;
        let before = phone.sounds.len();
        phone.send(0, &vec![0; 24 * 800]).await;
        phone.until_where("transcript", |one| one["role"] == "visitor" && one["text"] == "turn 2").await;
        phone.until_where("item", |one| one["role"] == "assistant").await;
        phone.listen(2, 1, playback(&phone.sounds).len() + 5).await;

        let generation = clear["generation"].as_u64().unwrap();
        for sound in playback(&phone.sounds[before..]) {
            assert_eq!(u64::from(sound.generation), generation);
        }
        assert_eq!(exchange.sim.violations(), [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn complaint_02_what_is_truncated_is_what_was_heard_and_never_more() {
    let exchange = exchange(Scenario::two_items_in_one_answer()).await;
    let mut phone = being_spoken_to(&exchange, 20).await;
    phone.plays_at_once = false;
    within(
        "both items",
        exchange.sim.wait_until(|all| all[0].item_of_tone(1).is_some_and(|second| second.sent_ms == 4_000)),
    )
    .await;
    // Whatever else comes is not played: the browser stops here, in the middle of the first item.
    let heard = playback(&phone.sounds);
    let (item, heard_count) = (heard[0].item, heard.len());
    let heard_ms = u64::try_from(heard_count).unwrap() * 20;
    assert_eq!(ends_at(&heard), heard_ms);
    phone.send(0, &speech(600)).await;
    phone.until("clear").await;
    phone.played(item, heard_count * FRAME).await;
    within("the truncation", exchange.sim.wait_until(|all| !all[0].truncated.is_empty())).await;
    within("the deletion", exchange.sim.wait_until(|all| all[0].items.iter().any(|one| one.is_deleted)))
        .await;

    let connection = &exchange.sim.connections()[0];
    let (cut, at_ms) = &connection.truncated[0];
    let first = connection.item_of_tone(0).expect("the first item");
    assert_eq!((cut, *at_ms), (&first.id, heard_ms), "exactly what was heard");
    let second = connection.item_of_tone(1).expect("the second item");
    assert!(second.is_deleted, "what had not begun is gone");
    assert_eq!(exchange.sim.violations(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn complaint_03_a_dropped_provider_is_called_again_and_knows_what_was_said() {
    let scenario = Scenario::default().hears(["my order is A-17", "where is it"]);
    let exchange = exchange(scenario.script([Turn::say_for("Noted, A-17.", 400)])).await;
    let (_visitor, mut phone) = exchange.call().await;
    phone.until_where("state", |state| state["link"] == "ok").await;
    phone.speak(600).await;
    phone.until_where("transcript", |one| one["role"] == "assistant" && one["final"] == true).await;
    exchange.sim.drop_all();
    phone.until_where("state", |state| state["link"] == "reconnecting").await;
    phone.until_where("state", |state| state["link"] == "ok").await;
    phone.speak(600).await;
    phone.listen(2, 1, playback(&phone.sounds).len() + 5).await;

    let connections = exchange.sim.connections();
    let told: Vec<&str> = connections[1].items.iter().map(|item| item.text.as_str()).collect();
    assert!(told.contains(&"my order is A-17") && told.contains(&"Noted, A-17."), "{told:?}");
    assert_eq!(exchange.sim.violations(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn complaint_03_a_session_that_expires_does_not_end_the_call() {
    let exchange = exchange(Scenario::session_limit(1_500).only_first(1)).await;
    let (_visitor, mut phone) = exchange.call().await;
    phone.until_where("state", |state| state["link"] == "ok").await;
    phone.until_where("state", |state| state["link"] == "reconnecting").await;
    phone.until_where("state", |state| state["link"] == "ok").await;
    phone.speak(600).await;
    phone.listen(2, 1, 5).await;

    assert_eq!(exchange.sim.connections().len(), 2);
    assert_eq!(exchange.sim.violations(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn complaint_03_a_session_whose_end_is_announced_is_changed_before_it_without_a_gap() {
    let exchange = exchange(Scenario::session_limit(8_000).only_first(1)).await;
    let (_visitor, mut phone) = exchange.call().await;
    phone.until_where("state", |state| state["link"] == "ok").await;
    // A quiet room, no two samples of which are alike for long: too soft to be speech.
    let room: Vec<i16> =
        (0..24_000_i64 * 20).map(|at| i16::try_from(at * at * 13 % 199).expect("small") - 99).collect();
    let mut pace = tokio::time::interval(std::time::Duration::from_millis(20));
    let mut frames = room.chunks(FRAME);
    let is_heard_by_the_next =
        |all: &[ConnectionLog]| all.get(1).is_some_and(|next| next.audio_sample_count >= 24_000);
    while !exchange.sim.read(is_heard_by_the_next) {
        pace.tick().await;
        phone.send(0, frames.next().expect("it is changed within 20 s")).await;
    }

    let all = exchange.sim.connections();
    let heard: Vec<i16> = all[0].audio.iter().chain(&all[1].audio).copied().collect();
    assert!(heard == room[..heard.len()], "every sample once, in order");
    assert_eq!(all[0].sent_count("error"), 0, "it had not expired yet");
    assert_eq!(exchange.sim.violations(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn complaint_03_a_lost_leg_comes_back_and_gets_what_it_missed_once() {
    let exchange = exchange(Scenario::long_answer_sent_fast()).await;
    let phone = being_spoken_to(&exchange, 20).await;
    let (token, last_n) = (phone.resume_token().to_owned(), phone.last_n);
    let heard = playback(&phone.sounds).len();
    phone.cut();
    let hello = json!({ "resume": { "token": token, "last_n": last_n } });
    let port = exchange.assisted.site.server.port;
    let mut again = Phone::connect(port, hello.clone()).await;
    again.until("clear").await;
    let rest = again.listen(2, 1, 20).await;

    let (_, from_ms) = tones::locate(&rest[..2 * FRAME]).expect("a tone");
    let heard_ms = u64::try_from(heard).unwrap() * 20;
    assert!(from_ms <= heard_ms && heard_ms - from_ms <= 400, "goes on at {from_ms} of {heard_ms} ms");
    assert!(Phone::attempt(port, hello).await.is_err(), "a token is used once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn complaint_04_there_is_never_a_second_active_response() {
    let exchange = exchange(Scenario::slow_answer()).await;
    let (visitor, mut phone) = exchange.call().await;
    phone.until_where("state", |state| state["link"] == "ok").await;
    let mut text = exchange.assisted.site.connect(&visitor.token).await;
    phone.speak(600).await;
    for words in ["and this", "and that", "and more"] {
        let data = json!({ "session_id": visitor.session_id(), "content": words });
        text.call("message:send", data).await.expect("sent");
    }
    within(
        "three typed turns",
        exchange
            .sim
            .wait_until(|all| all[0].items.iter().filter(|item| item.text.starts_with("and ")).count() == 3),
    )
    .await;
    phone.until_where("transcript", |one| one["role"] == "assistant" && one["final"] == true).await;

    assert_eq!(exchange.sim.violations(), [""; 0]);
    let connection = &exchange.sim.connections()[0];
    let created = connection.sent_count("response.created");
    within(
        "every response ends",
        exchange.sim.wait_until(|all| all[0].sent_count("response.done") >= created),
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn complaint_05_interrupting_is_harder_until_echo_cancellers_know_the_room() {
    let exchange = exchange(Scenario::long_answer_sent_fast()).await;
    let threshold =
        |config: &Value| config["audio"]["input"]["turn_detection"]["threshold"].as_f64().unwrap();
    let mut phone = being_spoken_to(&exchange, 10).await;
    let early = exchange.sim.read(|all| threshold(all[0].config.as_ref().unwrap()));
    phone.listen(2, 1, 160).await;
    within(
        "the usual threshold",
        exchange.sim.wait_until(|all| threshold(all[0].config.as_ref().unwrap()) < early),
    )
    .await;

    let late = exchange.sim.read(|all| threshold(all[0].config.as_ref().unwrap()));
    assert!((early, late) == (0.75, 0.5), "{early} {late}");
    assert_eq!(exchange.sim.violations(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn complaint_08_half_a_minute_sent_at_once_is_let_out_as_it_is_heard_without_a_gap() {
    let exchange = exchange(Scenario::floods()).await;
    let mut phone = being_spoken_to(&exchange, 1).await;
    phone.plays_at_once = false;
    let ahead = phone.listen(2, 1, 15).await.len() / 24;
    assert!(ahead <= 400, "{ahead} ms run ahead of an ear that has heard nothing");
    let item = playback(&phone.sounds)[0].item;
    phone.plays_at_once = true;
    phone.played(item, phone.heard_samples(item)).await;
    phone.listen(2, 1, 500).await;

    let frames = playback(&phone.sounds);
    for pair in frames.windows(2) {
        assert_eq!(pair[1].seq, pair[0].seq.wrapping_add(1));
        assert_eq!(pair[1].time, pair[0].time.wrapping_add(480));
    }
    let sound: Vec<i16> = frames.iter().flat_map(|one| one.samples.clone()).collect();
    let (tone, _) = tones::locate(&sound[..2 * FRAME]).unwrap();
    assert!(sound == tones::render(tone, 0, sound.len()), "bit for bit what the provider sent");
}

on_both_databases! {
    async fn complaint_09_transcripts_stand_in_the_order_of_the_conversation(database: Database) {
        let scenario = Scenario::late_transcripts().hears(["first", "second"]);
        let exchange = Exchange::start(database, scenario.script([Turn::say_for("One.", 300), Turn::say_for("Two.", 300)])).await;
        let (visitor, mut phone) = exchange.call().await;
        phone.until_where("state", |state| state["link"] == "ok").await;
        for words in ["One.", "Two."] {
            phone.speak(500).await;
            phone.until_where("transcript", |one| one["text"] == words && one["final"] == true).await;
        }
        phone.say("hangup", &json!({})).await;
        phone.until("ended").await;

        let log = exchange.log_of_ended_call(&visitor).await;
        let words: Vec<&str> =
            log.iter().filter_map(|entry| entry["content"].as_str()).filter(|text| !text.is_empty()).collect();
        assert_eq!(words, ["first", "One.", "second", "Two."]);
    }

    async fn complaint_10_the_cost_is_the_providers_own_count_with_cached_tokens_once(database: Database) {
        let scenario = Scenario::default()
            .pace(10.0)
            .script((0..4).map(|_| Turn::say_for("A longer answer, word by word.", 1_500)));
        let exchange = Exchange::start(database, scenario).await;
        let (_visitor, mut phone) = exchange.call().await;
        phone.until_where("state", |state| state["link"] == "ok").await;
        for _ in 0..4 {
            phone.speak(1_200).await;
            phone.until_where("transcript", |one| one["role"] == "assistant" && one["final"] == true).await;
        }
        phone.say("hangup", &json!({})).await;
        phone.until("ended").await;
        let used = exchange.sim.usage();
        assert!(used.cached_audio > 0 && used.cached_text > 0, "{used:?}");
        // Prices of gpt-realtime-2.1 in src/usage/prices.json, in billionths of a dollar per token.
        let expected = (used.input_text - used.cached_text) * 4_000
            + (used.input_audio - used.cached_audio) * 32_000
            + used.cached_text * 400
            + used.cached_audio * 400
            + used.output_text * 24_000
            + used.output_audio * 64_000;
        let is_voice = |one: &&Value| one["endpoint"] == "realtime";
        let is_whole = |events: &[Value]| {
            events.iter().filter(is_voice).count() as u64 == used.response_count
                && events.iter().any(|one| one["endpoint"] == "realtime/call")
        };
        let events = exchange.assisted.usage_events_once("every event is stored", is_whole).await;
        let total = events.iter().filter(is_voice).map(|one| one["cost_usd"].as_f64().unwrap()).sum::<f64>();

        #[expect(clippy::cast_precision_loss, reason = "a few cents")]
        let expected = expected as f64 / 1e9;
        assert!((total - expected).abs() <= expected / 1_000.0, "{total} {expected}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn complaint_11_a_slow_tool_is_no_dead_air_and_blocks_no_sound() {
    let call = Turn::call("get_order_status", &json!({ "order_number": "A-17" }));
    let exchange =
        exchange(Scenario::default().script([call, Turn::say_for("It is on its way.", 400)])).await;
    let receiver = Receiver::start().await;
    let gate = receiver.hold();
    let mut phone = exchange.asking_for_an_order(&receiver).await;
    let filler = phone.listen(2, 4, 5).await;
    assert!(filler.iter().any(|sample| *sample != 0), "a soft tone while nothing else is heard");
    let before = exchange.sim.read(|all| all[0].audio_sample_count);
    phone.send(0, &vec![0; 24 * 400]).await;
    within(
        "the microphone goes on",
        exchange.sim.wait_until(|all| all[0].audio_sample_count >= before + 9_600),
    )
    .await;
    gate.open(json!({ "found": true, "status": "shipped" }));
    phone.until_where("tool", |tool| tool["stage"] == "done").await;
    phone.until_where("transcript", |one| one["text"] == "It is on its way.").await;

    let connection = &exchange.sim.connections()[0];
    let outputs: Vec<_> =
        connection.items.iter().filter(|item| item.kind == "function_call_output").collect();
    assert_eq!(outputs.len(), 1);
    assert!(outputs[0].text.contains("shipped"), "{}", outputs[0].text);
    assert_eq!(exchange.sim.violations(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn complaint_12_harmless_errors_and_unknown_events_do_not_end_a_call() {
    let exchange = exchange(Scenario::harmless_noise()).await;
    let (_visitor, mut phone) = exchange.call().await;
    phone.until_where("state", |state| state["link"] == "ok").await;
    for _ in 0..2 {
        phone.speak(600).await;
        phone.until_where("transcript", |one| one["role"] == "assistant" && one["final"] == true).await;
    }

    assert_eq!(exchange.sim.connections().len(), 1, "on the same connection");
    assert_eq!(exchange.sim.violations(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn complaint_13_a_microphone_that_stops_in_the_middle_of_a_word_still_ends_the_turn() {
    for stop in ["mute", "silence"] {
        let exchange = exchange(Scenario::default()).await;
        let (_visitor, mut phone) = exchange.call().await;
        phone.until_where("state", |state| state["link"] == "ok").await;
        phone.send(0, &speech(800)).await;
        within(
            "speech",
            exchange.sim.wait_until(|all| all[0].sent_count("input_audio_buffer.speech_started") == 1),
        )
        .await;
        if stop == "mute" {
            phone.say("mute", &json!({})).await;
        }
        phone.until_where("transcript", |one| one["role"] == "visitor" && one["final"] == true).await;

        assert_eq!(exchange.sim.violations(), [""; 0], "{stop}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn complaint_14_nothing_is_heard_before_the_configuration_holds_and_nothing_of_it_is_lost() {
    let exchange = exchange(Scenario::configures_late(700)).await;
    let (_visitor, mut phone) = exchange.call().await;
    phone.speak(600).await;
    phone.until_where("transcript", |one| one["role"] == "visitor" && one["final"] == true).await;
    exchange.sim.drop_all();
    within(
        "another connection",
        exchange.sim.wait_until(|all| all.get(1).is_some_and(|second| second.config.is_some())),
    )
    .await;

    let connections = exchange.sim.connections();
    assert_eq!(exchange.sim.violations(), [""; 0], "no sound before session.updated");
    assert_eq!(&connections[0].audio[..14_400], &speech(600)[..], "what was said meanwhile came afterwards");
    let (first, second) = (connections[0].config.clone().unwrap(), connections[1].config.clone().unwrap());
    for field in ["/audio/output/voice", "/instructions", "/tools"] {
        assert_eq!(first.pointer(field), second.pointer(field), "{field}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn complaint_14_a_provider_without_our_models_still_takes_the_call() {
    let exchange = exchange(Scenario::refuses_refinements()).await;
    exchange.set(json!({ "voice_detection": "meaning" })).await;
    let (_visitor, mut phone) = exchange.call().await;
    phone.until_where("state", |state| state["link"] == "ok").await;
    phone.speak(600).await;
    phone.until_where("transcript", |one| one["role"] == "visitor" && one["final"] == true).await;

    let config = exchange.sim.connections()[0].config.clone().unwrap();
    assert_eq!(config["audio"]["input"]["turn_detection"]["type"], "server_vad");
}

on_both_databases! {
    async fn complaint_15_a_call_that_costs_too_much_ends_with_a_goodbye(database: Database) {
        let exchange = Exchange::start(database, Scenario::default()).await;
        exchange.set(json!({ "voice_call_budget_usd": 0.001 })).await;
        let (visitor, mut phone) = exchange.call().await;
        phone.until_where("state", |state| state["link"] == "ok").await;
        phone.speak(2_000).await;
        let ended = phone.until("ended").await;

        assert_eq!(ended["reason"], "budget");
        assert!(phone.sounds.iter().any(|one| one.track == 4), "a goodbye");
        let log = exchange.log_of_ended_call(&visitor).await;
        let entry = log.iter().find(|entry| entry["event"] == "call_ended").unwrap();
        assert_eq!(entry["metadata"]["reason"], "budget");
        let call = exchange.view(phone.call_id()).await;
        assert_eq!((&call["state"], &call["reason"]), (&json!("ended"), &json!("budget")));
        assert!(call["cost_usd"].as_f64().unwrap() >= 0.001, "{call}");
        assert_eq!(phone.until_closed().await, Some(1000));
    }

    async fn complaint_15_an_agent_can_end_any_call(database: Database) {
        let exchange = Exchange::with(database, Scenario::default(), Options::unlimited()).await;
        let (visitor, mut phone) = exchange.call().await;
        let path = format!("/api/v1/calls/{}/end", phone.call_id());
        let owner = exchange.assisted.owner.token.clone();
        let answer = exchange.assisted.site.post(Some(&owner), &path, &json!({})).await;
        let ended = phone.until("ended").await;

        assert_eq!((answer.status, &ended["reason"]), (202, &json!("agent")));
        let log = exchange.log_of_ended_call(&visitor).await;
        assert_eq!(log.last().unwrap()["author"]["id"], exchange.assisted.owner.id, "who ended it");
        let call = exchange.view(phone.call_id()).await;
        assert_eq!((&call["state"], &call["reason"]), (&json!("ended"), &json!("agent")));
    }
}
