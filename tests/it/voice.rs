//! A call from the first word to the last, and what it leaves behind.

use serde_json::json;
use switchboard_sim::realtime::{RealtimeSim, Scenario, Turn};

use crate::on_both_databases;
use crate::support::phone::{Exchange, Phone, VOICE_KEY, speech};
use crate::support::rest::http;
use crate::support::{Database, Options, within};

on_both_databases! {
    async fn a_visitor_speaks_with_the_assistant_and_the_conversation_keeps_it(database: Database) {
        let scenario = Scenario::default().hears(["when do you open"]).script([Turn::say_for("We open at nine.", 1_000)]);
        let exchange = Exchange::start(database, scenario).await;
        exchange.set(json!({ "max_voice_minutes_per_day": 60 })).await;
        let (visitor, mut phone) = exchange.call().await;

        phone.until_where("state", |state| state["link"] == "ok").await;
        let path = "/api/v1/calls?state=active";
        let running = exchange.assisted.site.get(Some(&exchange.assisted.owner.token), path).await;
        assert_eq!(running.body["items"][0]["id"], phone.call_id(), "{running:?}");
        phone.speak(1_000).await;
        let words = phone.until_where("transcript", |one| one["role"] == "visitor").await;
        assert_eq!((&words["text"], &words["final"]), (&json!("when "), &json!(false)), "as they come");
        let asked = phone.until_where("transcript", |one| one["role"] == "visitor" && one["final"] == true).await;
        let said = phone.until_where("transcript", |one| one["role"] == "assistant" && one["final"] == true).await;
        phone.say("hangup", &json!({})).await;
        let ended = phone.until("ended").await;

        assert_eq!((&asked["text"], &said["text"]), (&json!("when do you open"), &json!("We open at nine.")));
        assert_eq!(ended["reason"], "visitor");
        let call_id = phone.call_id().to_owned();
        let log = exchange.log_of_ended_call(&visitor).await;
        let shown: Vec<_> = log.iter().map(|entry| (entry["role"].clone(), entry["event"].clone(), entry["content"].clone())).collect();
        assert_eq!(shown, [
            (json!("visitor"), json!("call_started"), json!("")),
            (json!("visitor"), json!(null), json!("when do you open")),
            (json!("assistant"), json!(null), json!("We open at nine.")),
            (json!("visitor"), json!("call_ended"), json!("")),
        ]);
        assert_eq!(log[1]["id"], asked["entry_id"]);
        assert_eq!(log[2]["id"], said["entry_id"]);
        assert_eq!(log[2]["metadata"], json!({"call_id": call_id, "voice": true}));
        assert_eq!(exchange.sim.violations(), [""; 0]);
        let heard = exchange.sim.connections()[0].audio.clone();
        assert_eq!(&heard[..24_000], &speech(1_000)[..], "sample for sample");
        let view = exchange.view(&call_id).await;
        assert_eq!(view["state"], "ended");
        let cost = view["cost_usd"].as_f64().unwrap();
        assert!(cost > 0.0, "{view}");
        exchange.assisted.costs_usd(cost).await;
    }

    async fn an_agent_who_hears_of_a_call_finds_it_in_the_list(database: Database) {
        let exchange = Exchange::start(database, Scenario::default()).await;
        let owner = exchange.assisted.owner.token.clone();
        let visitor = exchange.assisted.site.visitor().await;
        let mut desk = exchange.assisted.site.connect(&owner).await;
        desk.call("inbox:subscribe", json!({ "filter": { "view": "all" } })).await.unwrap();
        let body = json!({ "session_id": visitor.session_id() });
        let start = exchange.assisted.site.post(Some(&visitor.token), "/api/v1/widget/calls", &body);
        let look = async {
            while desk.event("inbox:updated").await["reason"] != "call" {}
            exchange.assisted.site.get(Some(&owner), "/api/v1/calls?state=active").await
        };

        let (begun, listed) = within("the call and the news of it", async { tokio::join!(start, look) }).await;

        assert_eq!(begun.status, 201, "{begun:?}");
        assert_eq!(listed.body["items"][0]["id"], begun.body["call_id"], "{listed:?}");
    }

    async fn a_call_that_a_kill_ended_is_as_long_and_as_dear_as_it_was_by_then(database: Database) {
        let mut exchange = Exchange::start(database, Scenario::default()).await;
        let (visitor, mut phone) = exchange.call().await;
        phone.until_where("state", |state| state["link"] == "ok").await;
        phone.speak(600).await;
        phone.until_where("transcript", |one| one["role"] == "assistant" && one["final"] == true).await;
        let call_id = phone.call_id().to_owned();
        within("its costs", async {
            while exchange.view(&call_id).await["cost_usd"] == 0.0 {
                tokio::task::yield_now().await;
            }
        })
        .await;
        let site = &mut exchange.assisted.site;
        site.server.kill().await;
        for (table, column) in [("calls", "started_at"), ("entries", "created_at"), ("usage_events", "created_at")] {
            site.server.database.execute(&format!("update {table} set {column} = {column} - 7200000"));
        }
        site.server.database.execute(
            "update conversations set call = substr(call, 1, 37) || (cast(substr(call, 38) as bigint) - 7200000)",
        );

        site.server.restart().await;

        let ended = exchange.view(&call_id).await;
        assert!(ended["seconds"].as_u64().unwrap() < 60, "the two hours without a server are none of it: {ended}");
        let log = exchange.log(&visitor).await;
        let event = log.iter().find(|entry| entry["event"] == "call_ended").expect("it is written");
        let seconds = event["metadata"]["seconds"].as_u64().unwrap();
        // The call is stored a moment before its conversation knows of it.
        assert!(seconds.abs_diff(ended["seconds"].as_u64().unwrap()) <= 1, "also for those who read the log: {event}");
        let cost = ended["cost_usd"].as_f64().unwrap();
        assert!(cost > 0.0, "{ended}");
        exchange.assisted.costs_usd(cost).await;
    }

    async fn keys_instructions_and_addresses_stand_in_no_byte_that_leaves_and_in_no_log_line(database: Database) {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let options = Options::unlimited().log_to(&log, "trace");
        let exchange = Exchange::with(database, Scenario::harmless_noise(), options).await;
        let instructions = "Only-we-know-this-7731: never name the supplier Quarz & Sohn.";
        exchange.set(json!({ "instructions": instructions, "voice_greets": true })).await;
        let (visitor, mut phone) = exchange.call().await;
        let mut desk = exchange.join(&exchange.assisted.owner.clone(), phone.call_id(), "listen").await;
        phone.until_where("state", |state| state["link"] == "ok").await;
        phone.speak(600).await;
        phone.until_where("transcript", |one| one["role"] == "visitor" && one["final"] == true).await;
        exchange.sim.send_all(&json!({"type": "error", "event_id": "e", "error": {"type": "invalid_request_error",
            "code": "invalid_api_key", "message": format!("Incorrect API key provided: {VOICE_KEY} at {}", exchange.sim.v1_url())}}));
        phone.until_where("state", |state| state["link"] == "degraded").await;
        let told = exchange.sim.connections()[0].config.clone().unwrap()["instructions"].to_string();
        assert!(told.contains("Only-we-know-this-7731"), "the provider is told");
        desk.say("end", &json!({})).await;
        phone.until("ended").await;
        desk.until("ended").await;

        let path = format!("/api/v1/conversations/{}/entries", visitor.session_id());
        let seen = exchange.assisted.site.get(Some(&visitor.token), &path).await.body.to_string();
        let calls = exchange.assisted.site.get(Some(&exchange.assisted.owner.token), "/api/v1/calls").await;
        let logged = std::fs::read_to_string(&log).unwrap();
        assert!(logged.len() > 10_000 && phone.received.len() > 1_000, "something was looked at");
        let host = format!("{}/v1/realtime", exchange.sim.address());
        for secret in [VOICE_KEY, "Only-we-know-this-7731", "Quarz", host.as_str()] {
            for (place, text) in [("a browser", &phone.received), ("an agent", &desk.received), ("REST", &seen)] {
                assert!(!text.contains(secret), "{secret} reached {place}");
            }
            assert!(!calls.body.to_string().contains(secret), "{secret} in the list of calls");
            let line = logged.lines().find(|line| line.contains(secret) && !line.contains("sqlx"));
            assert_eq!(line, None, "{secret} in the log");
        }
    }

    async fn a_call_is_refused_with_a_reason(database: Database) {
        let mut exchange = Exchange::start(database, Scenario::default()).await;
        let visitor = exchange.assisted.site.visitor().await;
        let stranger = exchange.assisted.site.visitor().await;
        let (site, owner) = (&exchange.assisted.site, exchange.assisted.owner.token.clone());
        let body = json!({ "session_id": visitor.session_id() });
        let start = async |token: &str, body: &serde_json::Value| {
            site.post(Some(token), "/api/v1/widget/calls", body).await
        };

        assert_eq!(start(&stranger.token, &body).await.code(), "not_found");
        assert_eq!(start(&owner, &body).await.code(), "forbidden");
        exchange.set(json!({ "voice_enabled": false })).await;
        let off = start(&visitor.token, &body).await;
        assert_eq!((off.status, &off.body["error"]["reason"]), (403, &json!("voice_off")));
        exchange.set(json!({ "voice_enabled": true, "voice_calls_at_once": 1 })).await;
        let phone = exchange.call_of(&visitor).await;
        let again = start(&visitor.token, &body).await;
        let running = (409, &json!(phone.call_id()));
        assert_eq!((again.status, &again.body["error"]["details"]["call_id"]), running, "also where no more may begin");
        let listed = site.get(Some(&owner), "/api/v1/calls").await;
        let count = listed.body["items"].as_array().map(Vec::len);
        assert_eq!(count, Some(1), "refused calls leave nothing: {listed:?}");
        let full = start(&stranger.token, &json!({ "session_id": stranger.session_id() })).await;
        assert_eq!((full.status, full.code()), (403, "usage_limit_exceeded"), "{full:?}");

        let path = format!("/api/v1/widget/calls/{}/legs", phone.call_id());
        assert_eq!(site.post(Some(&stranger.token), &path, &json!({})).await.code(), "not_found");
        let ticket = site.post(Some(&visitor.token), &path, &json!({})).await;
        assert_eq!(ticket.status, 201);
        let hello = json!({ "ticket": ticket.body["ticket"] });
        let second = Phone::connect(site.server.port, hello.clone()).await;
        assert_eq!(second.call_id(), phone.call_id(), "a page that was loaded again");
        assert!(Phone::attempt(site.server.port, hello).await.is_err(), "a ticket is used once");

        let other = site.another_org().await;
        let foreign = site.agent_of(&other, "foreign").await;
        for path in ["", "/legs", "/end"] {
            let path = format!("/api/v1/calls/{}{path}", phone.call_id());
            let answer = if path.ends_with("legs") || path.ends_with("end") {
                site.post(Some(&foreign.token), &path, &json!({ "mode": "listen" })).await
            } else {
                site.get(Some(&foreign.token), &path).await
            };
            assert_eq!(answer.code(), "not_found", "{path}");
        }
        let listed = site.get(Some(&foreign.token), "/api/v1/calls").await;
        assert_eq!(listed.body["items"], json!([]));

        let call_id = phone.call_id().to_owned();
        exchange.assisted.site.server.kill_and_restart().await;
        let ended = exchange.view(&call_id).await;
        assert_eq!(
            (&ended["state"], &ended["reason"]),
            (&json!("ended"), &json!("error")),
            "a kill ends its calls"
        );
        exchange.call_of(&visitor).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_frames_are_complained_of_and_ten_in_a_row_close_the_leg_but_not_the_call() {
    let exchange = Exchange::start(Database::sqlite(), Scenario::default()).await;
    let (_visitor, mut phone) = exchange.call().await;
    phone.until_where("state", |state| state["link"] == "ok").await;
    for _ in 0..9 {
        phone.send_raw(vec![1, 0, 0, 0, 1]).await;
    }
    phone.send(0, &speech(20)).await;
    for _ in 0..9 {
        let error = phone.until("error").await;
        assert_eq!((&error["code"], &error["fatal"]), (&json!("bad_request"), &json!(false)));
    }
    let resume = json!({ "resume": { "token": phone.resume_token(), "last_n": phone.last_n } });
    for _ in 0..10 {
        phone.send_raw(vec![1, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2]).await;
    }
    let code = phone.until_closed().await;

    assert_eq!(code, Some(4500));
    let mut again = Phone::connect(exchange.assisted.site.server.port, resume).await;
    again.speak(600).await;
    again.until_where("transcript", |one| one["role"] == "visitor" && one["final"] == true).await;
}

on_both_databases! {
    async fn a_server_that_stops_ends_its_calls_and_says_so(database: Database) {
        let mut exchange = Exchange::start(database, Scenario::default()).await;
        let (visitor, mut phone) = exchange.call().await;
        phone.until_where("state", |state| state["link"] == "ok").await;
        exchange.assisted.site.server.signal("TERM");
        let ended = phone.until("ended").await;
        let call_id = phone.call_id().to_owned();
        drop(phone);
        assert_eq!(exchange.assisted.site.server.exit_code().await, Some(0));
        exchange.assisted.site.server.restart().await;

        assert_eq!(exchange.view(&call_id).await["state"], "ended");
        let log = exchange.log(&visitor).await;
        let entry = log.iter().find(|entry| entry["event"] == "call_ended").expect("it is written");
        assert_eq!(entry["metadata"]["reason"], ended["reason"], "by the server that stopped, not by the next");
    }

    async fn a_recording_is_whole_when_the_server_has_stopped(database: Database) {
        let mut exchange = Exchange::start(database, Scenario::default()).await;
        exchange.set(json!({ "voice_recording": true })).await;
        let (_visitor, mut phone) = exchange.call().await;
        phone.until_where("state", |state| state["link"] == "ok").await;
        phone.speak(500).await;
        phone.until_where("transcript", |one| one["role"] == "visitor" && one["final"] == true).await;
        let call = phone.call_id().to_owned();
        let path = format!("/api/v1/calls/{call}/recording");
        exchange.assisted.site.server.signal("TERM");
        phone.until("ended").await;
        drop(phone);
        assert_eq!(exchange.assisted.site.server.exit_code().await, Some(0));
        exchange.assisted.site.server.restart().await;

        let (site, owner) = (&exchange.assisted.site, &exchange.assisted.owner.token);
        let answer = http().get(site.server.url(&path)).bearer_auth(owner).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert!(answer.bytes().await.unwrap().len() > 44 + 500 * 24 * 4);
        assert_eq!(exchange.view(&call).await["recording_fault"], json!(null), "nothing is missing");
    }

    async fn a_killed_server_leaves_what_it_has_recorded_and_says_that_it_is_cut(database: Database) {
        let mut exchange = Exchange::start(database, Scenario::default()).await;
        exchange.set(json!({ "voice_recording": true })).await;
        let (_visitor, mut phone) = exchange.call().await;
        phone.until_where("state", |state| state["link"] == "ok").await;
        let (org, call) = (exchange.assisted.site.org.id.clone(), phone.call_id().to_owned());
        let part = exchange.assisted.site.server.database.dir().join(format!("recordings/{org}/{call}.part"));
        let is_written = || std::fs::metadata(&part).is_ok_and(|file| file.len() > 44 + 24_000 * 4);
        while !is_written() {
            phone.speak(500).await;
        }
        exchange.assisted.site.server.kill_and_restart().await;

        let view = exchange.view(&call).await;
        assert_eq!((&view["state"], &view["reason"]), (&json!("ended"), &json!("error")));
        assert_eq!((&view["recorded"], &view["recording_fault"]), (&json!(true), &json!("cut")));
        let (site, owner) = (&exchange.assisted.site, &exchange.assisted.owner.token);
        let path = format!("/api/v1/calls/{call}/recording");
        let bytes = http().get(site.server.url(&path)).bearer_auth(owner).send().await.unwrap().bytes().await.unwrap();
        let length = u32::from_le_bytes(bytes[40..44].try_into().unwrap());
        assert_eq!(bytes.len(), 44 + length as usize);
    }

    async fn calls_that_begin_at_once_are_no_more_than_the_org_may_have(database: Database) {
        let exchange = Exchange::start(database, Scenario::default()).await;
        exchange.set(json!({ "voice_calls_at_once": 2 })).await;
        let site = &exchange.assisted.site;
        let mut visitors = Vec::new();
        for _ in 0..8 {
            visitors.push(site.visitor().await);
        }

        let begun = futures_util::future::join_all(visitors.iter().map(async |visitor| {
            let body = json!({ "session_id": visitor.session_id() });
            site.post(Some(&visitor.token), "/api/v1/widget/calls", &body).await.status
        }))
        .await;

        assert_eq!(begun.iter().filter(|status| **status == 201).count(), 2, "{begun:?}");
        let path = "/api/v1/calls?state=active";
        let running = site.get(Some(&exchange.assisted.owner.token), path).await;
        assert_eq!(running.body["items"].as_array().unwrap().len(), 2, "what was refused has not begun");
    }

    async fn the_shell_lists_calls_and_ends_them_and_revoked_people_leave_them(database: Database) {
        let exchange = Exchange::start(database, Scenario::default()).await;
        let site = &exchange.assisted.site;
        let (_visitor, mut phone) = exchange.call().await;
        let guest = site.agent_with_role(&site.org, "guest", "agent").await;
        let mut desk = exchange.join(&guest, phone.call_id(), "listen").await;
        let path = format!("/api/v1/members/{}", guest.id);
        assert_eq!(site.delete(Some(&exchange.assisted.owner.token), &path).await.status, 204);
        let code = desk.until_closed().await;
        assert_eq!(code, Some(4503));

        let org = site.org.id.clone();
        let listed = site.server.cli(&["call", "list", "--org", &org, "--active"]).await;
        assert_eq!(listed["calls"][0]["id"], phone.call_id());
        let ended = site.server.cli(&["call", "end", phone.call_id(), "--org", &org]).await;
        assert_eq!(ended["call_id"], phone.call_id());
        phone.until("ended").await;
    }

    async fn a_doctor_says_whose_calls_would_have_no_voice(database: Database) {
        let exchange = Exchange::start(database, Scenario::default()).await;
        exchange.set(json!({ "voice_recording": true })).await;
        let server = &exchange.assisted.site.server;
        let check = async |name: &str| {
            let seen = server.cli(&["doctor"]).await;
            let checks = seen["checks"].as_array().unwrap().clone();
            checks.into_iter().find(|check| check["name"] == name).unwrap()
        };
        assert_eq!(check("voice").await["status"], "ok");

        exchange.assisted.remove_providers().await;

        let mute = check("voice").await;
        assert!(mute["status"] == "warn" && mute["message"].as_str().unwrap().contains("provider of voices"), "{mute}");
        let recordings = check("recordings").await;
        assert!(recordings["status"] == "ok" && recordings["message"].as_str().unwrap().contains("first call"), "{recordings}");
    }

    async fn a_recorded_call_is_announced_and_holds_what_was_said_and_heard(database: Database) {
        let exchange =
            Exchange::start(database, Scenario::default().script([Turn::say_for("Yes.", 600)])).await;
        exchange.set(json!({ "voice_recording": true })).await;
        let (visitor, mut phone) = exchange.call().await;
        assert_eq!(phone.ready["notice"]["recording"], true);
        phone.until_where("state", |state| state["link"] == "ok").await;
        phone.speak(500).await;
        phone.until_where("transcript", |one| one["role"] == "assistant" && one["final"] == true).await;
        phone.say("hangup", &json!({})).await;
        phone.until("ended").await;
        let site = &exchange.assisted.site;
        let owner = &exchange.assisted.owner.token;
        let path = format!("/api/v1/calls/{}/recording", phone.call_id());
        let bytes = within("the recording", async {
            loop {
                let answer = http().get(site.server.url(&path)).bearer_auth(owner).send().await.unwrap();
                if answer.status() == 200 {
                    return answer.bytes().await.unwrap();
                }
                tokio::task::yield_now().await;
            }
        })
        .await;

        let part = http().get(site.server.url(&path)).bearer_auth(owner).header("range", "bytes=40-139");
        let part = part.send().await.unwrap();
        let kind = part.headers()["content-type"].to_str().unwrap();
        assert_eq!((part.status().as_u16(), kind), (206, "audio/wav"));
        assert!(part.bytes().await.unwrap() == bytes[40..140], "players ask for parts of it");
        let samples: Vec<i16> =
            bytes[44..].chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]])).collect();
        let left: Vec<i16> = samples.iter().step_by(2).copied().collect();
        let right: Vec<i16> = samples.iter().skip(1).step_by(2).copied().collect();
        let said = speech(500);
        assert!(left.windows(said.len()).any(|window| window == &said[..]), "the visitor, sample for sample");
        let heard = switchboard_sim::realtime::tones::render(0, 0, 600 * 24);
        assert!(
            right.windows(heard.len()).any(|window| window == &heard[..]),
            "the assistant, sample for sample"
        );
        assert_eq!(site.get(Some(&visitor.token), &path).await.code(), "forbidden");
        assert_eq!(site.delete(Some(owner), &path).await.status, 204);
        assert_eq!(site.get(Some(owner), &path).await.code(), "not_found");
    }

    async fn a_provider_that_refuses_gives_way_to_the_next_and_the_last_to_a_person(database: Database) {
        let exchange = Exchange::start(database, Scenario::default()).await;
        exchange.sim.require_key("a key that nobody has");
        let second = RealtimeSim::start(Scenario::default()).await;
        let id = exchange.add_voice(&second.v1_url()).await;
        let (_visitor, mut phone) = exchange.call().await;
        phone.until_where("state", |state| state["link"] == "ok").await;
        phone.speak(600).await;
        phone.until_where("transcript", |one| one["role"] == "visitor" && one["final"] == true).await;
        assert_eq!(second.violations(), [""; 0]);

        let (site, owner) = (&exchange.assisted.site, &exchange.assisted.owner.token);
        assert_eq!(site.delete(Some(owner), &format!("/api/v1/providers/{id}")).await.status, 204);
        let (visitor, mut phone) = exchange.call().await;
        phone.until_where("state", |state| state["link"] == "degraded").await;
        let log = exchange.log_until(&visitor, |entry| entry["event"] == "handoff").await;
        let handoff = log.iter().find(|entry| entry["event"] == "handoff").unwrap();
        assert_eq!(handoff["metadata"]["reason"], "voice_failed");
    }
}
