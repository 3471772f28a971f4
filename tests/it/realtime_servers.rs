//! Providers of voices that take less than they are asked for, refuse what they are asked, or are paid for nobody.

use serde_json::{Value, json};
use switchboard_sim::realtime::{ConnectionLog, RefusalShape, Scenario, Turn};

use crate::on_both_databases;
use crate::support::phone::{Exchange, Phone};
use crate::support::receiver::Receiver;
use crate::support::{Database, Options, within};

async fn exchange(scenario: Scenario) -> Exchange {
    Exchange::start(Database::sqlite(), scenario).await
}

/// Calls, asks and is answered.
async fn answered(exchange: &Exchange) -> Phone {
    let (_visitor, mut phone) = exchange.call().await;
    phone.until_where("state", |state| state["link"] == "ok").await;
    phone.speak(600).await;
    phone.until_where("transcript", |one| one["role"] == "assistant" && one["final"] == true).await;
    phone
}

fn requests(connection: &ConnectionLog) -> usize {
    connection.received("response.create").count()
}

/// What the provider was asked for at last: the field, and whether a call can be held with the rest.
fn asked_for(connection: &ConnectionLog, field: &str) -> Option<Value> {
    let last = connection.received("session.update").filter(|one| one["event_id"].is_string()).last()?;
    assert!(last["session"]["audio"]["output"]["format"].is_object(), "{last}");
    last["session"].pointer(&format!("/{}", field.replace('.', "/"))).cloned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_field_costs_that_field_and_not_the_call() {
    let folder = tempfile::tempdir().unwrap();
    let cases: [(&[&str], RefusalShape); 6] = [
        (&["audio.output.speed"], RefusalShape::Param),
        (&["max_output_tokens", "tool_choice"], RefusalShape::Message),
        (&["audio.input.turn_detection.interrupt_response"], RefusalShape::BareParam),
        (&["audio.output.voice"], RefusalShape::Nameless),
        (&["audio.output.speed", "tool_choice"], RefusalShape::ParamAndClose),
        (&["audio.output.speed"], RefusalShape::CloseNaming(1_007)),
    ];
    for (at, (fields, shape)) in cases.into_iter().enumerate() {
        let log = folder.path().join(format!("log-{at}"));
        let options = Options::unlimited().log_to(&log, "warn");
        let scenario = Scenario::default().refuses_fields(fields.iter().copied(), shape);
        let exchange = Exchange::with(Database::sqlite(), scenario, options).await;

        answered(&exchange).await;

        let connections = exchange.sim.connections();
        let last = connections.last().unwrap();
        for field in fields {
            assert_eq!(asked_for(last, field), None, "{field} {shape:?}");
        }
        assert!(connections.len() <= 3, "{} connections for {shape:?}", connections.len());
        let asked: usize = connections.iter().map(|one| one.received("session.update").count()).sum();
        assert!(asked <= 6, "{asked} set-ups for {shape:?}");
        assert_eq!(exchange.sim.violations(), [""; 0], "{shape:?}");
        let logged = std::fs::read_to_string(&log).unwrap();
        for field in fields {
            let told =
                logged.lines().filter(|line| line.contains("continuing without it") && line.contains(field));
            assert_eq!(told.count(), 1, "{field} is told of once, for {shape:?}: {logged}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_only_closes_is_asked_for_what_a_call_needs() {
    let exchange = exchange(Scenario::default().refuses_fields(["tools"], RefusalShape::Close(1_007))).await;

    answered(&exchange).await;

    let connections = exchange.sim.connections();
    assert_eq!(connections.len(), 3, "two could be chance");
    assert_eq!(asked_for(&connections[2], "tools"), None);
    assert!(asked_for(&connections[2], "instructions").is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_its_sound_a_call_goes_to_the_next_provider_and_without_one_it_ends_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let scenario = Scenario::default().refuses_fields(["audio.output.format"], RefusalShape::Param);
    let options = Options::unlimited().log_to(&log, "warn");
    let exchange = Exchange::with(Database::sqlite(), scenario, options).await;
    let (_visitor, mut phone) = exchange.call().await;
    phone.until_where("state", |state| state["link"] == "degraded").await;
    let ended = phone.until("ended").await;

    assert_eq!(ended["reason"], "error");
    assert_eq!(exchange.sim.connections().len(), 1, "what is refused for good is not asked again");
    let logged = std::fs::read_to_string(&log).unwrap();
    assert!(logged.contains("rejected the required field audio.output.format"), "{logged}");

    let able = switchboard_sim::realtime::RealtimeSim::start(Scenario::default()).await;
    exchange.add_voice(&able.v1_url()).await;
    answered(&exchange).await;
    assert_eq!(able.connections().len(), 1);
}

/// A call whose assistant has asked a tool and has its result.
async fn after_a_tool(exchange: &Exchange) -> Phone {
    let receiver = Receiver::start().await;
    let gate = receiver.hold();
    let mut phone = exchange.asking_for_an_order(&receiver).await;
    gate.open(json!({ "found": true, "status": "shipped" }));
    phone.until_where("tool", |tool| tool["stage"] == "done").await;
    phone
}

fn calls_a_tool() -> Scenario {
    let call = Turn::call("get_order_status", &json!({ "order_number": "A-17" }));
    Scenario::default().script([call, Turn::say_for("It is on its way.", 400)])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_response_held_back_after_a_tool_is_waited_for_and_the_request_made_once_more() {
    let exchange = exchange(calls_a_tool().busy_after_tool_ms(2_000)).await;
    let mut phone = after_a_tool(&exchange).await;
    phone.until_where("transcript", |one| one["text"] == "It is on its way." && one["final"] == true).await;
    within("the request is taken", exchange.sim.wait_until(|all| all[0].sent_count("response.created") >= 3))
        .await;

    let connection = &exchange.sim.connections()[0];
    assert_eq!((requests(connection), connection.sent_count("error")), (2, 1));
    assert_eq!(exchange.sim.connections().len(), 1);
    assert_eq!(exchange.sim.violations(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_response_that_is_never_announced_is_cancelled_and_then_answered_after() {
    let exchange = exchange(calls_a_tool().busy_after_tool_ms(u64::MAX)).await;
    let mut phone = after_a_tool(&exchange).await;
    phone.until_where("transcript", |one| one["text"] == "It is on its way." && one["final"] == true).await;

    let connection = &exchange.sim.connections()[0];
    let cancels =
        connection.received("response.cancel").filter(|one| one.get("response_id").is_none()).count();
    assert_eq!((requests(connection), cancels), (2, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_busy_whatever_comes_is_left_for_another_connection_and_never_flooded() {
    let exchange = exchange(calls_a_tool().busy_whatever_comes().only_first(1)).await;
    let mut phone = after_a_tool(&exchange).await;
    phone.until_where("state", |state| state["link"] == "reconnecting").await;
    phone.until_where("state", |state| state["link"] == "ok").await;
    phone.until_where("transcript", |one| one["role"] == "assistant" && one["final"] == true).await;

    let connections = exchange.sim.connections();
    assert_eq!(requests(&connections[0]), 4, "one, and three after it in 15 s");
    assert_eq!(connections.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_refusal_of_a_request_is_asked_again_in_pauses() {
    let exchange = exchange(calls_a_tool().refuses_requests("rate_limit_exceeded", 2)).await;
    let mut phone = after_a_tool(&exchange).await;
    phone.until_where("transcript", |one| one["text"] == "It is on its way." && one["final"] == true).await;

    let connection = &exchange.sim.connections()[0];
    assert_eq!((requests(connection), connection.sent_count("error")), (3, 2));
    let at: Vec<u64> = connection
        .events
        .iter()
        .filter(|(_, one)| one["type"] == "response.create")
        .map(|(ms, _)| *ms)
        .collect();
    assert!(at[1] - at[0] >= 450 && at[2] - at[1] >= 950, "{at:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_takes_no_metadata_still_answers_after_a_tool() {
    let exchange = exchange(calls_a_tool().refuses_request_field("metadata")).await;
    let mut phone = after_a_tool(&exchange).await;
    phone.until_where("transcript", |one| one["text"] == "It is on its way." && one["final"] == true).await;
    phone.speak(600).await;
    phone.until_where("transcript", |one| one["text"] == "turn 2").await;

    let connection = &exchange.sim.connections()[0];
    assert_eq!((requests(connection), connection.sent_count("error")), (2, 1));
    assert_eq!(exchange.sim.connections().len(), 1, "the request counts as taken");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_is_not_paid_for_a_caller_who_is_gone_and_knows_everything_when_they_are_back() {
    let options = Options::unlimited().env("SWITCHBOARD_VOICE_ABSENT_MS", "300");
    let scenario =
        Scenario::default().hears(["my order is A-17"]).script([Turn::say_for("Noted, A-17.", 400)]);
    let exchange = Exchange::with(Database::sqlite(), scenario, options).await;
    let phone = answered(&exchange).await;
    let hello = json!({ "resume": { "token": phone.resume_token(), "last_n": phone.last_n } });
    let call_id = phone.call_id().to_owned();
    phone.cut();
    within("the provider is let go of", exchange.sim.wait_until(|all| all[0].closed.is_some())).await;
    assert_eq!(exchange.view(&call_id).await["state"], "active", "the call waits for its caller");

    let mut again = Phone::connect(exchange.assisted.site.server.port, hello).await;
    again.until_where("state", |state| state["link"] == "ok").await;
    again.speak(600).await;
    again.until_where("transcript", |one| one["role"] == "assistant" && one["final"] == true).await;

    assert_eq!(again.call_id(), call_id);
    let connections = exchange.sim.connections();
    assert_eq!(connections.len(), 2, "and none was made while nobody was there");
    let told: Vec<&str> = connections[1].items.iter().map(|item| item.text.as_str()).collect();
    assert!(told.contains(&"my order is A-17") && told.contains(&"Noted, A-17."), "{told:?}");
    assert_eq!(exchange.sim.violations(), [""; 0]);
}

on_both_databases! {
    async fn one_address_never_has_every_call_of_an_org(database: Database) {
        let options = Options::default().env("SWITCHBOARD_CALL_STARTS_PER_MINUTE", "1000000");
        let exchange = Exchange::with(database, Scenario::default(), options).await;
        exchange.set(json!({ "voice_calls_at_once": 3 })).await;
        let (_first, mut one) = exchange.call().await;
        let (_second, _two) = exchange.call().await;
        let (third, fourth) = (exchange.assisted.site.visitor().await, exchange.assisted.site.visitor().await);
        let site = &exchange.assisted.site;
        let body = |visitor: &crate::support::Visitor| json!({ "session_id": visitor.session_id() });
        let path = "/api/v1/widget/calls";

        let refused = site.post(Some(&third.token), path, &body(&third)).await;

        assert_eq!((refused.status, refused.code()), (403, "usage_limit_exceeded"), "{refused:?}");
        let details = &refused.body["error"]["details"];
        assert_eq!((&details["limit"], &details["current"]["calls"]), (&json!("voice_calls_per_address"), &json!(2)));
        let elsewhere = reqwest::Client::builder().local_address("127.0.0.2".parse().ok()).build().unwrap();
        let begun = within("a call from elsewhere", async {
            elsewhere.post(site.server.url(path)).bearer_auth(&fourth.token).json(&body(&fourth)).send().await
        })
        .await
        .unwrap();
        assert_eq!(begun.status(), 201, "the others have their place");
        one.say("hangup", &json!({})).await;
        one.until("ended").await;
        let again = within("a place is free again", async {
            loop {
                let answer = site.post(Some(&third.token), path, &body(&third)).await;
                if answer.status == 201 || answer.code() != "usage_limit_exceeded" {
                    return answer;
                }
                tokio::task::yield_now().await;
            }
        })
        .await;
        assert_eq!(again.status, 201, "{again:?}");
    }
}
