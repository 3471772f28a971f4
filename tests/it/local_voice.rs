//! Calls with the voice of the server itself: its stages are servers of the test's own, or the models themselves.

use audio::synthetic_voice;
use serde_json::{Value, json};
use switchboard_sim::chat::Reply;
use switchboard_sim::realtime::{RealtimeSim, Scenario};

use crate::on_both_databases;
use crate::support::model::add_voice_models;
use crate::support::phone::{Exchange, is_final, pair, playback, spoken};
use crate::support::studio::{Studio, say};
use crate::support::{Assisted, Database, Options, Site, within};

on_both_databases! {
    async fn a_visitor_is_heard_answered_by_the_orgs_assistant_and_pays_nothing_for_the_voice(database: Database) {
        let studio = Studio::start(database).await;
        let (visitor, mut phone) = studio.call().await;
        assert_eq!(phone.ready["notice"]["basic"], true, "{}", phone.ready);
        assert_eq!(phone.ready["notice"]["simulated"], false);

        studio.ask(&mut phone, "Where is my order?", "It was **sent** today [1]. It comes tomorrow.").await;
        let asked = phone.until_where("transcript", is_final("visitor")).await;
        let said = phone.until_where("transcript", is_final("assistant")).await;
        phone.say("hangup", &json!({})).await;
        phone.until("ended").await;

        assert_eq!(asked["text"], "Where is my order?");
        assert_eq!(said["text"], "It was sent today. It comes tomorrow.");
        let log = studio.exchange.log_of_ended_call(&visitor).await;
        let expected = [pair("visitor", "Where is my order?"), pair("assistant", "It was sent today. It comes tomorrow.")];
        assert_eq!(spoken(&log), expected);
        let sentences: Vec<Value> = studio.spoken.lock().unwrap().iter().map(|one| one["input"].clone()).collect();
        assert_eq!(sentences, ["It was sent today.", "It comes tomorrow."], "sentence by sentence");
        let asked = studio.exchange.assisted.sim.last_request().expect("a model was asked");
        assert!(asked.body.to_string().contains("in a voice call"), "{}", asked.body);
        let view = studio.exchange.view(phone.call_id()).await;
        assert_eq!((&view["provider"], &view["model"]), (&json!("local"), &json!("local-voice")));
        let (site, owner) = (&studio.exchange.assisted.site, &studio.exchange.assisted.owner);
        let voice = site.get(Some(&owner.token), "/api/v1/voice").await;
        assert_eq!(voice.body, json!({ "source": "local", "provider": "local", "model": "local-voice", "usd_per_minute": 0.0 }));
        let is_of_voice = |one: &&Value| one["model"] == "local-voice";
        let is_whole = |events: &[Value]| events.iter().filter(is_of_voice).any(|one| one["endpoint"] == "realtime/call");
        let usage = studio.exchange.assisted.usage_events_once("the length of the call", is_whole).await;
        assert!(usage.iter().filter(is_of_voice).all(|one| one["cost_usd"] == 0.0), "{usage:?}");
    }

    async fn a_caller_is_asked_about_one_question_at_a_time_and_says_no_and_yes(database: Database) {
        let studio = Studio::start(database).await;
        studio.exchange.assisted.remove_providers().await;
        let (site, owner) = (&studio.exchange.assisted.site, &studio.exchange.assisted.owner);
        let known = [("How long does shipping take?", "Two days."), ("How much does shipping cost?", "Three euros.")];
        for (question, answer) in known {
            let pair = json!({ "question": question, "answer": answer });
            let made = site.post(Some(&owner.token), "/api/v1/knowledge/pairs", &pair).await;
            assert!(made.status < 300, "{made:?}");
        }
        let (_visitor, mut phone) = studio.call().await;
        let mut said = Vec::new();

        for words in ["The shipping, please.", "No.", "No, thanks.", "The shipping, please.", "Yes."] {
            studio.will_hear(words);
            say(&mut phone, 900).await;
            let answered = phone.until_where("transcript", is_final("assistant")).await;
            said.push(answered["text"].as_str().unwrap().to_owned());
        }

        let [first, second] = [&said[0], &said[1]].map(|text| text.strip_prefix("Do you mean: ").expect("one question"));
        assert_ne!(first, second);
        assert!(known.iter().all(|(question, _)| [first, second].contains(question)), "{said:?}");
        assert!(said[2].starts_with("Then"), "there is no third: {said:?}");
        let answer = known.iter().find(|(question, _)| *question == first).map(|(_, answer)| *answer);
        assert_eq!((&said[3], Some(said[4].as_str())), (&said[0], answer));
    }

    async fn who_interrupts_cuts_the_answer_and_a_cough_lets_it_go_on(database: Database) {
        let studio = Studio::start(database).await;
        let (visitor, mut phone) = studio.call().await;
        phone.plays_at_once = false;
        studio.ask(&mut phone, "Tell me all.", "First this. Then that. And then the third thing.").await;
        phone.listen(2, 1, 20).await;
        studio.will_hear("");
        say(&mut phone, 300).await;
        phone.until("clear").await;
        let before = playback(&phone.sounds).len();
        phone.listen(2, 1, before + 20).await;

        studio.ask(&mut phone, "Stop, only the third.", "The third is done.").await;
        phone.until("clear").await;
        let is_last = |one: &Value| is_final("assistant")(one) && one["text"] == "The third is done.";
        phone.plays_at_once = true;
        phone.until_where("transcript", is_last).await;

        let log = studio.exchange.log_once(&visitor, |log| spoken(log).iter().any(|(_, words)| words == "The third is done.")).await;
        let visitors: Vec<String> =
            spoken(&log).into_iter().filter(|(role, _)| role == "visitor").map(|(_, words)| words).collect();
        assert_eq!(visitors, ["Tell me all.", "Stop, only the third."], "a cough is no turn: {:?}", spoken(&log));
    }

    async fn an_agent_takes_the_call_is_put_in_writing_and_gives_it_back(database: Database) {
        let studio = Studio::start(database).await;
        studio.exchange.set(json!({ "voice_transcribe_people": true })).await;
        let (visitor, mut phone) = studio.call().await;
        studio.ask(&mut phone, "Hello?", "Hello.").await;
        phone.until_where("transcript", is_final("assistant")).await;
        let agent = studio.exchange.assisted.owner.clone();
        studio.exchange.assisted.sim.push(Reply::text("They greet."));
        let mut desk = studio.exchange.join(&agent, phone.call_id(), "take").await;
        desk.until_where("brief", |brief| brief["summary"] == "They greet.").await;
        phone.until_where("state", |state| state["floor"] == "taking").await;
        studio.will_hear("Ana here, what is it?");
        desk.send(2, &synthetic_voice(900, 220.0, 5)).await;
        desk.send(2, &vec![0; 24 * 900]).await;
        phone.until_where("transcript", is_final("agent")).await;
        desk.say("give_back", &json!({ "note": "solved" })).await;
        phone.until_where("state", |state| state["floor"] == "assistant").await;
        studio.ask(&mut phone, "One more thing.", "Yes?").await;
        phone.until_where("transcript", |one| one["text"] == "Yes?" && one["final"] == true).await;

        let log = studio.exchange.log_once(&visitor, |log| spoken(log).iter().any(|(_, words)| words == "Yes?")).await;
        assert!(spoken(&log).contains(&pair("agent", "Ana here, what is it?")), "{:?}", spoken(&log));
    }

    async fn what_an_agent_whispers_is_told_to_the_model_and_what_they_let_it_say_is_said(database: Database) {
        let studio = Studio::start(database).await;
        let (visitor, mut phone) = studio.call().await;
        let agent = studio.exchange.assisted.owner.clone();
        let mut desk = studio.exchange.join(&agent, phone.call_id(), "listen").await;
        desk.say("whisper", &json!({ "text": "offer them tea" })).await;
        desk.say("say", &json!({ "text": "Please hold the line." })).await;
        phone.until_where("transcript", |one| one["text"] == "Please hold the line." && one["final"] == true).await;
        studio.ask(&mut phone, "Well?", "Would you like tea?").await;
        phone.until_where("transcript", |one| one["text"] == "Would you like tea?" && one["final"] == true).await;

        let asked = studio.exchange.assisted.sim.last_request().expect("a model was asked").body.to_string();
        assert!(asked.contains("offer them tea"), "{asked}");
        let log = studio.exchange.log(&visitor).await;
        assert!(!spoken(&log).iter().any(|(_, words)| words.contains("offer")), "the visitor does not hear it");
    }
}

/// Whether a visitor with these fields of a session is offered calls.
async fn is_offered(site: &Site, fields: Value) -> bool {
    let mut body = fields;
    body["channel_key"] = json!(site.org.channel_key);
    let session = site.post(None, "/api/v1/widget/sessions", &body).await;
    assert!(matches!(session.status, 200 | 201), "{session:?}");
    session.body["channel"]["voice_enabled"].as_bool().expect("it is said")
}

on_both_databases! {
    async fn only_visitors_whose_language_is_heard_and_spoken_here_are_offered_calls(database: Database) {
        add_voice_models(database.dir());
        let assisted = Assisted::with(database, Options::unlimited()).await;
        let exchange = Exchange { assisted, sim: RealtimeSim::start(Scenario::default()).await };
        exchange.assisted.remove_providers().await;
        exchange.set(json!({ "voice_enabled": true })).await;
        let site = &exchange.assisted.site;

        // `espeak-ng` speaks Spanish; nobody hears it.
        assert!(!is_offered(site, json!({ "locale": "es" })).await);
        assert!(is_offered(site, json!({ "locale": "en" })).await);
        assert!(is_offered(site, json!({})).await);
        let mut writer = site.stranger_with_locale(&site.org, "en").await;
        site.begin(&mut writer).await;
        let path = format!("/api/v1/widget/conversations/{}/messages", writer.session_id());
        let words = json!({ "content": "Hola, quisiera saber cuándo llega mi pedido de ayer" });
        let written = site.post(Some(&writer.token), &path, &words).await;
        assert!(written.status < 300, "{written:?}");
        assert!(!is_offered(site, json!({ "locale": "en", "visitor_token": writer.token })).await);
        let refused = site.post(Some(&writer.token), "/api/v1/widget/calls", &json!({ "session_id": writer.session_id() })).await;
        assert_eq!((refused.status, &refused.body["error"]["reason"]), (403, &json!("no_voice_provider")));

        exchange.add_voice(&exchange.sim.v1_url()).await;
        assert!(is_offered(site, json!({ "locale": "es" })).await, "a provider of voices hears all");
    }

    async fn a_simulated_voice_answers_whom_the_servers_own_does_not_hear(database: Database) {
        add_voice_models(database.dir());
        let sim = RealtimeSim::start(Scenario::default()).await;
        let options = Options::unlimited().flag("--voice-simulator-url", &sim.v1_url());
        let exchange = Exchange { assisted: Assisted::with(database, options).await, sim };
        exchange.assisted.remove_providers().await;
        exchange.set(json!({ "voice_enabled": true })).await;

        assert!(is_offered(&exchange.assisted.site, json!({ "locale": "es" })).await);
    }
}

#[tokio::test]
async fn no_more_calls_are_taken_than_the_voice_bears_and_one_that_is_over_makes_room() {
    let options = Options::unlimited().flag("--local-voice-calls-max", "1");
    let studio = Studio::open(Database::sqlite(), options).await;
    let (_first, mut phone) = studio.call().await;
    let site = &studio.exchange.assisted.site;
    let second = site.visitor().await;
    let body = json!({ "session_id": second.session_id() });

    let refused = site.post(Some(&second.token), "/api/v1/widget/calls", &body).await;

    assert_eq!(refused.status, 403, "{refused:?}");
    assert_eq!(refused.body["error"]["code"], "usage_limit_exceeded", "{refused:?}");
    assert_eq!(refused.body["error"]["details"]["limit"], "local_voice_calls_max");
    phone.say("hangup", &json!({})).await;
    phone.until("ended").await;
    let taken = within("the place is free", async {
        loop {
            let taken = site.post(Some(&second.token), "/api/v1/widget/calls", &body).await;
            if taken.status == 201 {
                return taken;
            }
        }
    })
    .await;
    assert!(taken.body["ticket"].is_string());
}

#[tokio::test]
async fn what_is_said_while_a_stage_fails_is_heard_again_by_the_next_connection() {
    let studio = Studio::start(Database::sqlite()).await;
    let (_visitor, mut phone) = studio.call().await;
    studio.hears.lock().unwrap().push_back(None);

    studio.ask(&mut phone, "Can you hear me?", "Loud and clear.").await;

    let said = phone.until_where("transcript", is_final("assistant")).await;
    assert_eq!(said["text"], "Loud and clear.");
}

/// A WAV file of the repository at the rate of calls.
fn recorded(name: &str) -> Vec<i16> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("speech/fixtures").join(name);
    let sound = audio::read_wav(&std::fs::read(path).expect("it is there")).expect("a WAV file");
    audio::resample_whole(&sound.samples, sound.rate_hz, 24_000).expect("a usual rate")
}

#[tokio::test]
async fn a_newcomer_asks_the_demo_aloud_when_it_opens_and_hears_the_answer_without_any_provider() {
    let database = Database::sqlite();
    add_voice_models(database.dir());
    let assisted = Assisted::with(database, Options::unlimited()).await;
    let exchange = Exchange { assisted, sim: RealtimeSim::start(Scenario::default()).await };
    exchange.assisted.remove_providers().await;
    exchange.set(json!({ "voice_enabled": true, "voice_greets": false })).await;
    let pairs = [
        ("When do you open?", "We open on Monday at nine in the morning."),
        ("How long does shipping take?", "Two working days."),
    ];
    for (question, answer) in pairs {
        let pair = json!({ "question": question, "answer": answer });
        let (site, owner) = (&exchange.assisted.site, &exchange.assisted.owner);
        let made = site.post(Some(&owner.token), "/api/v1/knowledge/pairs", &pair).await;
        assert!(made.status < 300, "{made:?}");
    }
    let (_visitor, mut phone) = exchange.call().await;
    phone.until_where("state", |state| state["link"] == "ok").await;

    phone.send(0, &recorded("open-slt.wav")).await;
    phone.send(0, &vec![0; 24 * 1_200]).await;
    let asked = phone.until_where("transcript", is_final("visitor")).await;
    let said = phone.until_where("transcript", is_final("assistant")).await;

    assert!(asked["text"].as_str().unwrap().to_lowercase().contains("open"), "{asked}");
    assert_eq!(said["text"], "We open on Monday at nine in the morning.");
    let heard: Vec<i16> =
        playback(&phone.sounds).iter().flat_map(|one| one.samples.iter().copied()).collect();
    let models = exchange.assisted.site.server.database.dir().join("models/speech-english-1.bin");
    let words = tokio::task::spawn_blocking(move || {
        let sound = audio::resample_whole(&heard, 24_000, 16_000).unwrap();
        let sound: Vec<f32> = sound.into_iter().map(|sample| f32::from(sample) / 32_768.0).collect();
        let recogniser = speech::Recogniser::load(&models).unwrap();
        recogniser.recognise(&sound, Some("en"), &|| false).unwrap().text
    });
    let words = words.await.unwrap().to_lowercase();
    for word in ["open", "monday", "morning"] {
        assert!(words.contains(word), "what was played is what was written: {words}");
    }
}
