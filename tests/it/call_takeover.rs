//! A person steps into a call: listens, whispers, takes it, gives it back; and everything that can go wrong with that.

use serde_json::{Value, json};
use switchboard_sim::realtime::{Scenario, Turn};

use crate::on_both_databases;
use crate::support::phone::{Exchange, Phone, speech};
use crate::support::{Database, Visitor, within};

/// A call whose assistant speaks for long.
async fn long_call(database: Database) -> (Exchange, Visitor, Phone) {
    let exchange = Exchange::start(database, Scenario::long_answer_sent_fast()).await;
    let (visitor, mut phone) = exchange.call().await;
    phone.until_where("state", |state| state["link"] == "ok").await;
    (exchange, visitor, phone)
}

on_both_databases! {
    async fn an_agent_takes_a_call_speaks_and_gives_it_back(database: Database) {
        let (exchange, visitor, mut phone) = long_call(database).await;
        let agent = exchange.assisted.owner.clone();
        phone.speak(600).await;
        phone.listen(2, 1, 250).await;
        let mut desk = exchange.join(&agent, phone.call_id(), "take").await;
        let taken = phone.until_where("state", |state| state["floor"] == "taking").await;
        let quiet_from = phone.sounds.len();
        desk.send(2, &speech(400)).await;
        let heard = phone.listen(2, 2, 20).await;
        let visitors_before = exchange.sim.read(|all| all[0].audio_sample_count);
        phone.send(0, &speech(200)).await;
        let copied = desk.listen(3, 0, 10).await;

        assert_eq!((&taken["agent"]["id"], &taken["listening"]), (&json!(agent.id), &json!(false)), "who speaks is no listener");
        assert_eq!(exchange.view(phone.call_id()).await["listener_count"], 0);
        assert!(heard == speech(400), "the agent, sample for sample");
        assert!(copied[copied.len() - 4_800..] == speech(200)[..], "the visitor, sample for sample");
        assert!(phone.sounds[quiet_from..].iter().all(|one| one.track != 1), "the assistant is silent");
        assert_eq!(exchange.sim.read(|all| all[0].audio_sample_count), visitors_before, "and hears nothing");

        desk.say("give_back", &json!({ "note": "They want a refund of A-17" })).await;
        phone.until_where("state", |state| state["floor"] == "releasing").await;
        phone.until_where("state", |state| state["floor"] == "assistant").await;
        within("the note", exchange.sim.wait_until(|all| {
            all[0].items.iter().any(|item| item.role == "system" && item.text.contains("refund of A-17"))
        }))
        .await;
        let created = exchange.sim.read(|all| all[0].sent_count("response.created"));
        phone.speak(600).await;
        phone.until_where("transcript", |one| one["role"] == "visitor" && one["text"] == "turn 2").await;
        within("an answer", exchange.sim.wait_until(|all| all[0].sent_count("response.created") == created + 1)).await;

        let log = exchange.log_until(&visitor, |entry| entry["event"] == "release").await;
        let events: Vec<&str> = log.iter().filter_map(|entry| entry["event"].as_str()).collect();
        assert_eq!(events, ["call_started", "takeover", "release"]);
        let cut = log.iter().find(|entry| entry["role"] == "assistant").expect("what was heard");
        let whole = "This is a long answer about opening hours, delivery, returns and everything else one could ask.";
        let words = cut["content"].as_str().unwrap();
        assert!(whole.starts_with(words) && words.len() < whole.len(), "{words}");
        assert_eq!(cut["metadata"]["interrupted"], "takeover");
        assert!(cut["seq"].as_u64() < log.iter().find(|entry| entry["event"] == "takeover").unwrap()["seq"].as_u64());
        assert_eq!(exchange.sim.violations(), [""; 0]);
    }

    async fn what_calls_for_a_person_in_writing_does_so_in_a_call(database: Database) {
        let heard = ["where is my lamp", "my solicitor will hear of this"];
        let exchange = Exchange::start(database, Scenario::default().hears(heard)).await;
        exchange.set(json!({ "high_priority_words": ["solicitor"] })).await;
        let (visitor, mut phone) = exchange.call().await;
        phone.until_where("state", |state| state["link"] == "ok").await;
        phone.speak(600).await;
        phone.until_where("transcript", |one| one["role"] == "assistant" && one["final"] == true).await;
        assert!(exchange.log(&visitor).await.iter().all(|entry| entry["event"] != "handoff"), "nothing called for one");
        phone.speak(600).await;

        let log = exchange.log_until(&visitor, |entry| entry["kind"] == "note" && entry["metadata"]["brief"] == true).await;
        let handoff = log.iter().find(|entry| entry["event"] == "handoff").expect("a person is asked for");
        assert_eq!(handoff["metadata"]["reason"], "high_priority");
        let site = &exchange.assisted.site;
        within("one urgent ticket", async {
            loop {
                let tickets = site.get(Some(&exchange.assisted.owner.token), "/api/v1/tickets").await;
                let items = tickets.body["items"].as_array().expect("tickets");
                if matches!(items.as_slice(), [one] if one["priority"] == "urgent") {
                    return;
                }
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    async fn a_text_takeover_holds_the_call_and_a_second_agent_cannot_take_it(database: Database) {
        let (exchange, visitor, mut phone) = long_call(database).await;
        let (owner, other) = (exchange.assisted.owner.clone(), exchange.assisted.site.agent("other").await);
        phone.speak(600).await;
        phone.listen(2, 1, 10).await;
        let path = format!("/api/v1/conversations/{}/takeover", visitor.session_id());
        let taken = exchange.assisted.site.post(Some(&owner.token), &path, &json!({})).await;
        assert_eq!(taken.status, 200, "{taken:?}");
        phone.until("clear").await;
        let held = phone.until_where("state", |state| state["floor"] == "hold").await;
        assert_eq!(held["agent"]["id"], owner.id);

        let mut rival = exchange.join(&other, phone.call_id(), "take").await;
        assert_eq!(rival.until("error").await["code"], "already_taken");
        let mut desk = exchange.join(&owner, phone.call_id(), "listen").await;
        desk.say("take", &json!({})).await;
        phone.until_where("state", |state| state["floor"] == "taking").await;
        desk.send(2, &speech(100)).await;
        phone.listen(2, 2, 5).await;
        rival.send(2, &speech(100)).await;
        rival.say("ping", &json!({ "id": 7, "time": 1.5 })).await;
        assert_eq!(rival.until("pong").await, json!({ "id": 7, "time": 1.5 }));
        let agents = phone.sounds.iter().filter(|one| one.track == 2).count();
        assert_eq!(agents, 5, "only who has the call is heard");
    }

    async fn a_listener_hears_both_voices_apart_and_whispers_unheard(database: Database) {
        let (exchange, visitor, mut phone) = long_call(database).await;
        let agent = exchange.assisted.owner.clone();
        let mut desk = exchange.join(&agent, phone.call_id(), "listen").await;
        let brief = desk.until("brief").await;
        let told = phone.until_where("state", |state| state["listening"] == true).await;
        phone.speak(600).await;
        let visitors = desk.listen(3, 0, 30).await;
        phone.listen(2, 1, 20).await;
        let assistants = desk.listen(3, 1, 20).await;
        desk.say("whisper", &json!({ "text": "offer ten percent" })).await;
        within(
            "the whisper",
            exchange.sim.wait_until(|all| {
                all[0].items.iter().any(|item| item.role == "system" && item.text.contains("offer ten percent"))
            }),
        )
        .await;

        assert!(brief["cost"].is_number() && brief["last_turns"] == json!([]), "nothing was said yet: {brief}");
        assert_eq!(told["floor"], "assistant");
        assert!(visitors[..14_400] == speech(600)[..], "the visitor, sample for sample");
        let first = phone.sounds.iter().find(|one| one.track == 1).unwrap().samples.clone();
        assert!(assistants[..480] == first[..], "the assistant, sample for sample");
        let log = exchange.log_until(&visitor, |entry| entry["kind"] == "note").await;
        let note = log.iter().find(|entry| entry["kind"] == "note").unwrap();
        assert_eq!((&note["content"], &note["metadata"]["whisper"]), (&json!("offer ten percent"), &json!(true)));
        let path = format!("/api/v1/conversations/{}/entries", visitor.session_id());
        let seen = exchange.assisted.site.get(Some(&visitor.token), &path).await;
        assert!(!seen.body.to_string().contains("ten percent"), "the visitor reads nothing of it");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_assistants_voice_says_an_agents_words() {
    let scenario = Scenario::default().script([Turn::say_for("Please hold the line.", 500)]);
    let exchange = Exchange::start(Database::sqlite(), scenario).await;
    let (_visitor, mut phone) = exchange.call().await;
    phone.until_where("state", |state| state["link"] == "ok").await;
    let mut desk = exchange.join(&exchange.assisted.owner.clone(), phone.call_id(), "listen").await;
    desk.say("say", &json!({ "text": "Please hold the line." })).await;
    phone
        .until_where("transcript", |one| one["text"] == "Please hold the line." && one["final"] == true)
        .await;

    let asked =
        exchange.sim.read(|all| all[0].received("response.create").next().cloned()).expect("a request");
    let instructions = asked["response"]["instructions"].as_str().unwrap();
    assert!(instructions.contains("Please hold the line."), "{instructions}");
}

on_both_databases! {
    async fn an_agent_takes_words_back_before_they_are_heard(database: Database) {
        let (exchange, visitor, mut phone) = long_call(database).await;
        let (owner, other) = (exchange.assisted.owner.clone(), exchange.assisted.site.agent("other").await);
        let mut desk = exchange.join(&owner, phone.call_id(), "listen").await;
        phone.speak(600).await;
        phone.listen(2, 1, 5).await;
        desk.say("say", &json!({ "text": "Your refund is on its way." })).await;
        let waiting = desk.until("say").await;
        let mut colleague = exchange.join(&other, phone.call_id(), "listen").await;
        assert_eq!(colleague.until("say").await, waiting, "who joins is told of what waits");
        desk.say("take_back", &json!({ "say_id": waiting["say_id"] })).await;
        let taken_back = colleague.until("say").await;
        desk.say("take_back", &json!({ "say_id": waiting["say_id"] })).await;
        let late = desk.until("error").await;
        // What the assistant was saying goes on to its end.
        phone.listen(2, 1, 20).await;

        assert_eq!(waiting["stage"], "waiting");
        assert_eq!((&waiting["text"], &waiting["by"]["id"]), (&json!("Your refund is on its way."), &json!(owner.id)));
        assert_eq!((&taken_back["stage"], &taken_back["say_id"]), (&json!("taken_back"), &waiting["say_id"]));
        assert_eq!(late["code"], "conflict");
        phone.say("hangup", &json!({})).await;
        let log = exchange.log_until(&visitor, |entry| entry["event"] == "call_ended").await;
        assert!(!format!("{log:?}").contains("refund"), "nobody heard it: {log:?}");
        phone.until("ended").await;
        assert!(!phone.received.contains(r#""event":"say""#), "the visitor is told nothing of it");
        assert_eq!(exchange.sim.violations(), [""; 0]);
    }

    async fn the_call_of_a_visitor_who_is_blocked_ends_and_no_other(database: Database) {
        let (exchange, visitor, mut phone) = long_call(database).await;
        let (neighbour, mut theirs) = exchange.call().await;
        let owner = exchange.assisted.owner.clone();
        let block = format!("/api/v1/visitors/{}/block", visitor.id);
        let blocked = exchange.assisted.site.post(Some(&owner.token), &block, &json!({})).await;
        assert_eq!(blocked.status, 200, "{blocked:?}");

        assert_eq!(phone.until("ended").await["reason"], "agent");
        let log = exchange.log_until(&visitor, |entry| entry["event"] == "call_ended").await;
        let ended = log.iter().find(|entry| entry["event"] == "call_ended").unwrap();
        assert_eq!(ended["author"]["id"], owner.id);
        theirs.say("ping", &json!({ "id": 3, "time": 0.5 })).await;
        assert_eq!(theirs.until("pong").await["id"], 3, "the call of {} goes on", neighbour.id);
    }

    async fn the_calls_of_an_org_that_is_suspended_end(database: Database) {
        let (exchange, _visitor, mut phone) = long_call(database).await;
        let site = &exchange.assisted.site;
        // Platform admins are members of another org: nobody shuts themselves out.
        let home = site.another_org().await;
        let boss = site.platform_admin(&home, "boss").await;
        let suspend = format!("/api/v1/orgs/{}/suspend", site.org.id);
        let suspended = site.post(Some(&boss.token), &suspend, &json!({})).await;
        assert_eq!(suspended.status, 200, "{suspended:?}");

        assert_eq!(phone.until("ended").await["reason"], "agent");
    }

    async fn an_agent_who_is_lost_leaves_the_call_on_hold_and_may_come_back(database: Database) {
        let (exchange, _visitor, mut phone) = long_call(database).await;
        let mut desk = exchange.join(&exchange.assisted.owner.clone(), phone.call_id(), "take").await;
        phone.until_where("state", |state| state["floor"] == "taking").await;
        desk.send(2, &speech(100)).await;
        phone.until_where("state", |state| state["floor"] == "agent").await;
        let hello = json!({ "resume": { "token": desk.resume_token(), "last_n": desk.last_n } });
        desk.cut();
        phone.until_where("state", |state| state["floor"] == "hold").await;
        let mut again = Phone::connect(exchange.assisted.site.server.port, hello).await;
        phone.until_where("state", |state| state["floor"] == "taking").await;
        again.send(2, &speech(100)).await;
        phone.until_where("state", |state| state["floor"] == "agent").await;

        again.say("hold", &json!({})).await;
        phone.until_where("state", |state| state["floor"] == "hold").await;
        again.say("end", &json!({})).await;
        assert_eq!(phone.until("ended").await["reason"], "agent");
    }

    async fn an_agent_who_does_not_come_back_leaves_the_call_to_the_assistant(database: Database) {
        let (exchange, visitor, mut phone) = long_call(database).await;
        let desk = exchange.join(&exchange.assisted.owner.clone(), phone.call_id(), "take").await;
        phone.until_where("state", |state| state["floor"] == "taking").await;
        desk.cut();
        phone.until_where("state", |state| state["floor"] == "assistant").await;

        let log = exchange.log_until(&visitor, |entry| entry["event"] == "release").await;
        let release = log.iter().find(|entry| entry["event"] == "release").unwrap();
        assert_eq!(release["metadata"]["reason"], "agent_lost");
    }

    async fn words_that_ask_for_a_person_open_a_ticket_and_nobody_cuts_the_assistant(database: Database) {
        let scenario = Scenario::default().hears(["I want to speak with a human please"]);
        let scenario = scenario.script([Turn::say_for("I will ask a colleague, one moment please.", 1_500)]);
        let exchange = Exchange::start(database, scenario).await;
        let (visitor, mut phone) = exchange.call().await;
        phone.until_where("state", |state| state["link"] == "ok").await;
        phone.speak(600).await;
        phone.until_where("transcript", |one| one["role"] == "assistant" && one["final"] == true).await;

        let is_said = |entry: &Value| entry["role"] == "assistant" && entry["kind"] == "message";
        let log = exchange.log_until(&visitor, is_said).await;
        assert!(
            log.iter().any(|entry| entry["event"] == "handoff" && entry["metadata"]["ticket_id"].is_string())
        );
        let said = log.iter().find(|entry| is_said(entry)).unwrap();
        assert_eq!(said["content"], "I will ask a colleague, one moment please.");
        assert!(said["metadata"].get("interrupted").is_none(), "{said}");
    }

    async fn what_is_typed_during_a_call_is_answered_by_the_voice_alone(database: Database) {
        let scenario = Scenario::default().script([Turn::say_for("It is on its way.", 500)]);
        let exchange = Exchange::start(database, scenario).await;
        let (visitor, mut phone) = exchange.call().await;
        phone.until_where("state", |state| state["link"] == "ok").await;
        let mut text = exchange.assisted.site.connect(&visitor.token).await;
        let data = json!({ "session_id": visitor.session_id(), "content": "A-17, where is it?" });
        text.call("message:send", data).await.expect("sent");
        phone.until_where("transcript", |one| one["text"] == "It is on its way." && one["final"] == true).await;
        phone.say("hangup", &json!({})).await;
        phone.until("ended").await;

        let log = exchange.log_of_ended_call(&visitor).await;
        let words: Vec<&str> =
            log.iter().filter_map(|one| one["content"].as_str()).filter(|text| !text.is_empty()).collect();
        assert_eq!(words, ["A-17, where is it?", "It is on its way."]);
        assert_eq!(exchange.assisted.sim.requests().len(), 0, "the assistant in text stays silent");
    }
}
