//! What agents are told of: the kinds, who is told, what makes them read, and how each agent wants to be told.

use serde_json::{Value, json};
use switchboard_sim::realtime::{Scenario, Turn};

use crate::on_both_databases;
use crate::support::phone::Exchange;
use crate::support::{Agent, Client, Options, Site, outbox, within};

const LIST: &str = "/api/v1/notifications";
const CHOICES: &str = "/api/v1/notifications/choices";

async fn list(site: &Site, agent: &Agent) -> Value {
    site.get(Some(&agent.token), LIST).await.body
}

/// Kind and count of each, the newest first.
async fn kinds(site: &Site, agent: &Agent) -> Vec<(String, u64)> {
    let items = list(site, agent).await["items"].clone();
    let kind = |item: &Value| (item["kind"].as_str().unwrap().to_owned(), item["count"].as_u64().unwrap());
    items.as_array().unwrap().iter().map(kind).collect()
}

/// What the shell calls an agent who was given no name.
fn name(agent: &Agent) -> &str {
    agent.email.split('@').next().unwrap()
}

fn told(kind: &str, count: u64) -> Vec<(String, u64)> {
    vec![(kind.to_owned(), count)]
}

/// Waits until an agent has so many unread ones: they are written right behind the commit.
async fn unread(site: &Site, agent: &Agent, wanted: u64) {
    within("notifications as they should be", async {
        while list(site, agent).await["unread_count"] != json!(wanted) {}
    })
    .await;
}

async fn notified(client: &mut Client) -> Value {
    client.event("notification:new").await
}

async fn choose(site: &Site, agent: &Agent, choices: &Value) -> (u16, Value) {
    let answer = site.put(Some(&agent.token), CHOICES, choices).await;
    (answer.status, answer.body)
}

on_both_databases! {
    async fn who_is_online_is_told_of_a_waiting_visitor_until_somebody_comes(database: Database) {
        let site = Site::unlimited(database).await;
        let other = site.another_org().await;
        let (ann, bob, cid) = (site.agent("ann").await, site.agent("bob").await, site.agent("cid").await);
        let eve = site.agent_of(&other, "eve").await;
        let (mut anns, mut bobs) = (site.connect(&ann.token).await, site.connect(&bob.token).await);
        let mut cids = site.connect(&cid.token).await;
        cids.call("presence:set", json!({"status": "away"})).await.unwrap();
        let mut eves = site.connect(&eve.token).await;
        let visitor = site.visitor().await;
        let id = visitor.session_id();
        let mut theirs = site.connect(&visitor.token).await;

        theirs.say(id, "hello?").await;
        let hers = notified(&mut anns).await;
        assert_eq!((&hers["notification"]["kind"], &hers["notification"]["conversation_id"]), (&json!("handoff"), &json!(id)));
        assert_eq!(hers["notification"]["visitor"]["id"], visitor.id);
        assert_eq!((&hers["ways"], &hers["unread_count"]), (&json!(["bell", "sound", "desktop"]), &json!(1)));
        assert_eq!(notified(&mut bobs).await["notification"]["kind"], "handoff");
        theirs.say(id, "anybody?").await;
        bobs.call("session:takeover", json!({"session_id": id})).await.unwrap();
        assert_eq!(anns.event("notification:read").await["unread_count"], 0, "somebody came");
        assert_eq!(kinds(&site, &ann).await, told("handoff", 1), "once for a wait");
        for nobody in [&cid, &eve] {
            assert_eq!(kinds(&site, nobody).await, [], "not who is away, and not another org");
        }

        bobs.call("session:release", json!({"session_id": id, "to": "waiting"})).await.unwrap();
        assert_eq!(notified(&mut anns).await["notification"]["kind"], "handoff", "it waits again");
        unread(&site, &bob, 0).await;
        let unknown = eves.call("session:viewing", json!({"session_id": id})).await.unwrap_err();
        assert_eq!(unknown["code"], "not_found");
        assert_eq!(list(&site, &ann).await["unread_count"], 1, "whatever others look at");
    }

    async fn words_to_an_agent_are_one_notification_unless_they_look_at_them(database: Database) {
        let site = Site::unlimited(database).await;
        let ann = site.agent("ann").await;
        let mut anns = site.connect(&ann.token).await;
        let visitor = site.visitor().await;
        let id = visitor.session_id();
        anns.call("session:takeover", json!({"session_id": id})).await.unwrap();
        let mut theirs = site.connect(&visitor.token).await;

        theirs.say(id, "one").await;
        let first = notified(&mut anns).await["notification"].clone();
        assert_eq!((&first["kind"], &first["count"], &first["preview"]), (&json!("visitor_wrote"), &json!(1), &json!("one")));
        theirs.say(id, "two").await;
        let second = notified(&mut anns).await["notification"].clone();
        assert_eq!((&second["id"], &second["count"], &second["preview"]), (&first["id"], &json!(2), &json!("two")));
        assert_eq!(list(&site, &ann).await["unread_count"], 1);

        anns.call("session:viewing", json!({"session_id": id})).await.unwrap();
        assert_eq!(anns.event("notification:read").await["unread_count"], 0, "they look at it");
        theirs.say(id, "three").await;
        // What is told to nobody shows when the next thing is told: things are told in order.
        let another = site.visitor().await;
        anns.call("session:takeover", json!({"session_id": another.session_id()})).await.unwrap();
        let mut others = site.connect(&another.token).await;
        others.say(another.session_id(), "four").await;
        assert_eq!(notified(&mut anns).await["notification"]["preview"], "four");
        anns.call("session:viewing", json!({"session_id": null})).await.unwrap();
        theirs.say(id, "five").await;
        let again = notified(&mut anns).await["notification"].clone();
        assert_eq!((&again["count"], &again["preview"]), (&json!(1), &json!("five")));

        // An answer is a reading, too, and so is what is asked for by conversation.
        anns.say(id, "yes").await;
        unread(&site, &ann, 1).await;
        let read = site.post(Some(&ann.token), "/api/v1/notifications/read", &json!({"conversation_id": another.session_id()})).await;
        assert_eq!((read.status, &read.body["unread_count"]), (200, &json!(0)));
        for wrong in [json!({"session_id": 1}), json!({}), json!({"session_id": "x"})] {
            let code = anns.call("session:viewing", wrong.clone()).await.unwrap_err()["code"].clone();
            assert!(code == "bad_request" || code == "not_found", "{wrong} {code}");
        }
        assert_eq!(theirs.call("session:viewing", json!({"session_id": id})).await.unwrap_err()["code"], "forbidden");
    }

    async fn who_follows_is_told_and_what_one_looks_at_is_read(database: Database) {
        let site = Site::unlimited(database).await;
        let (ann, bob) = (site.agent("ann").await, site.agent("bob").await);
        let eve = site.agent_of(&site.another_org().await, "eve").await;
        let visitor = site.visitor().await;
        let id = visitor.session_id();
        let follow = format!("/api/v1/conversations/{id}/follow");
        assert_eq!(site.post(Some(&eve.token), &follow, &json!({})).await.status, 404);
        assert_eq!(site.post(Some(&bob.token), &follow, &json!({})).await.status, 200);
        let (mut anns, mut bobs) = (site.connect(&ann.token).await, site.connect(&bob.token).await);
        anns.call("session:takeover", json!({"session_id": id})).await.unwrap();
        let mut theirs = site.connect(&visitor.token).await;

        theirs.say(id, "one").await;
        let told = notified(&mut bobs).await["notification"].clone();
        assert_eq!((&told["kind"], &told["conversation_id"]), (&json!("followed"), &json!(id)));
        assert_eq!(notified(&mut anns).await["notification"]["kind"], "visitor_wrote", "who answers is told so");
        bobs.call("session:viewing", json!({"session_id": id})).await.unwrap();
        unread(&site, &bob, 0).await;
        let mention = json!({"session_id": id, "content": "look", "kind": "note", "metadata": {"mentions": [bob.id]}});
        anns.call("message:send", mention).await.unwrap();
        assert_eq!(notified(&mut bobs).await["notification"]["kind"], "mention");
        unread(&site, &bob, 0).await;

        assert_eq!(site.delete(Some(&bob.token), &follow).await.status, 200);
        bobs.call("session:viewing", json!({"session_id": null})).await.unwrap();
        theirs.say(id, "two").await;
        let another = site.visitor().await;
        let second = format!("/api/v1/conversations/{}/follow", another.session_id());
        assert_eq!(site.post(Some(&bob.token), &second, &json!({})).await.status, 200);
        anns.call("session:takeover", json!({"session_id": another.session_id()})).await.unwrap();
        anns.call("session:end", json!({"session_id": another.session_id()})).await.unwrap();
        let closed = notified(&mut bobs).await["notification"].clone();
        assert_eq!((&closed["kind"], &closed["conversation_id"]), (&json!("followed"), &json!(another.session_id())));
    }

    async fn an_agent_is_told_of_what_others_give_them_and_of_who_was_missed(database: Database) {
        let site = Site::unlimited(database).await;
        let (ann, bob) = (site.agent("ann").await, site.agent("bob").await);
        let (mut anns, mut bobs) = (site.connect(&ann.token).await, site.connect(&bob.token).await);
        let visitor = site.visitor().await;
        let id = visitor.session_id();

        bobs.call("session:assign", json!({"session_id": id, "agent_id": bob.id})).await.unwrap();
        bobs.call("session:assign", json!({"session_id": id, "agent_id": ann.id})).await.unwrap();
        let given = notified(&mut anns).await["notification"].clone();
        assert_eq!((&given["kind"], &given["author_name"]), (&json!("assigned"), &json!(name(&bob))));
        assert_eq!(kinds(&site, &bob).await, [], "nobody is told of what they did themselves");

        let mut theirs = site.connect(&visitor.token).await;
        theirs.say(id, "hello?").await;
        assert_eq!(notified(&mut bobs).await["notification"]["kind"], "handoff");
        theirs.call("session:end", json!({"session_id": id})).await.unwrap();
        assert_eq!(notified(&mut bobs).await["notification"]["kind"], "missed");
        unread(&site, &bob, 1).await;
        assert_eq!(kinds(&site, &bob).await, [told("missed", 1), told("handoff", 1)].concat());
    }

    async fn an_agent_is_told_of_a_visitor_who_calls(database: Database) {
        let exchange = Exchange::start(database, Scenario::default()).await;
        let (site, owner) = (&exchange.assisted.site, exchange.assisted.owner.clone());
        let bob = site.agent("bob").await;
        let (mut owners, mut bobs) = (site.connect(&owner.token).await, site.connect(&bob.token).await);
        let visitor = site.visitor().await;
        let id = visitor.session_id();
        bobs.call("session:takeover", json!({"session_id": id})).await.unwrap();
        let mut phone = exchange.call_of(&visitor).await;

        let called = notified(&mut bobs).await["notification"].clone();
        assert_eq!((&called["kind"], &called["conversation_id"]), (&json!("call"), &json!(id)));
        assert_eq!(kinds(site, &owner).await, [], "who answers the visitor is called, and nobody else");
        phone.say("hangup", &json!({})).await;
        phone.until("ended").await;
        let log = exchange.log_of_ended_call(&visitor).await;
        assert!(log.iter().any(|entry| entry["event"] == "call_ended"));
        bobs.call("session:release", json!({"session_id": id, "to": "waiting"})).await.unwrap();
        let waits = notified(&mut owners).await["notification"].clone();
        assert_eq!(waits["kind"], "handoff", "a call that has ended is none any more");
    }

    async fn who_asks_for_a_person_in_a_call_and_hangs_up_is_missed(database: Database) {
        let scenario = Scenario::default().hears(["I want to speak with a human please"]);
        let scenario = scenario.script([Turn::say_for("I will ask a colleague, one moment please.", 1_500)]);
        let exchange = Exchange::start(database, scenario).await;
        let owner = exchange.assisted.owner.clone();
        let mut owners = exchange.assisted.site.connect(&owner.token).await;
        let (visitor, mut phone) = exchange.call().await;
        phone.until_where("state", |state| state["link"] == "ok").await;
        phone.speak(600).await;

        let called = notified(&mut owners).await["notification"].clone();
        assert_eq!((&called["kind"], &called["conversation_id"]), (&json!("call"), &json!(visitor.session_id())));
        phone.say("hangup", &json!({})).await;
        phone.until("ended").await;
        assert_eq!(notified(&mut owners).await["notification"]["kind"], "missed");
    }

    async fn each_thing_is_told_once_and_what_comes_after_a_look_stays_unread(database: Database) {
        let site = Site::unlimited(database).await;
        let (ann, bob) = (site.agent("ann").await, site.agent("bob").await);
        let (visitor, other) = (site.visitor().await, site.visitor().await);
        let follow = format!("/api/v1/conversations/{}/follow", visitor.session_id());
        assert_eq!(site.post(Some(&bob.token), &follow, &json!({})).await.status, 200);
        let (mut anns, mut bobs) = (site.connect(&ann.token).await, site.connect(&bob.token).await);
        let mut theirs = site.connect(&visitor.token).await;
        theirs.say(visitor.session_id(), "hello?").await;
        assert_eq!(notified(&mut bobs).await["notification"]["kind"], "handoff");
        assert_eq!(kinds(&site, &bob).await, told("handoff", 1), "who follows is told so already");
        unread(&site, &ann, 1).await;
        anns.call("session:assign", json!({"session_id": visitor.session_id(), "agent_id": bob.id})).await.unwrap();
        unread(&site, &ann, 0).await;
        unread(&site, &bob, 2).await;

        let id = other.session_id();
        anns.call("session:takeover", json!({"session_id": id})).await.unwrap();
        let mut others = site.connect(&other.token).await;
        anns.call("session:viewing", json!({"session_id": id})).await.unwrap();
        anns.call("session:viewing", json!({"session_id": null})).await.unwrap();
        others.say(id, "are you there?").await;
        while notified(&mut anns).await["notification"]["preview"] != "are you there?" {}
        others.say(id, "hm").await;
        while notified(&mut anns).await["notification"]["preview"] != "hm" {}
        let list = list(&site, &ann).await;
        assert_eq!((&list["unread_count"], &list["items"][0]["count"]), (&json!(1), &json!(2)), "she had left");
    }

    async fn an_agent_is_told_as_they_chose(database: Database) {
        let site = Site::unlimited(database).await;
        let (ann, bob) = (site.agent("ann").await, site.agent("bob").await);
        let mut anns = site.connect(&ann.token).await;
        let (visitor, other) = (site.visitor().await, site.visitor().await);
        for one in [&visitor, &other] {
            anns.call("session:takeover", json!({"session_id": one.session_id()})).await.unwrap();
        }

        let defaults = site.get(Some(&ann.token), CHOICES).await.body;
        assert_eq!((&defaults["ways"]["mention"], &defaults["quiet"]), (&json!(["bell", "desktop", "push"]), &json!(null)));
        let (status, chosen) = choose(&site, &ann, &json!({"ways": {"visitor_wrote": ["sound"]}, "quiet": null, "quiet_weekends": false, "time_zone": "Europe/Madrid"})).await;
        assert_eq!((status, &chosen["ways"]["visitor_wrote"], &chosen["ways"]["call"]), (200, &json!(["sound"]), &defaults["ways"]["call"]));
        assert_eq!(site.get(Some(&ann.token), CHOICES).await.body, chosen);
        assert_eq!(site.get(Some(&bob.token), CHOICES).await.body, defaults, "each their own");
        for bad in [
            json!({"ways": {"visitor_wrote": ["pigeon"]}, "quiet": null, "quiet_weekends": false, "time_zone": "UTC"}),
            json!({"ways": {"weather": []}, "quiet": null, "quiet_weekends": false, "time_zone": "UTC"}),
            json!({"ways": {}, "quiet": {"from": "8:00", "to": "09:00"}, "quiet_weekends": false, "time_zone": "UTC"}),
            json!({"ways": {}, "quiet": null, "quiet_weekends": false, "time_zone": "Mars"}),
            json!({"ways": {}, "quiet": null, "quiet_weekends": false, "time_zone": "UTC", "more": 1}),
        ] {
            assert_eq!(choose(&site, &ann, &bad).await.0, 400, "{bad}");
        }
        assert_eq!(site.get(Some(&ann.token), CHOICES).await.body, chosen, "nothing was changed");
        assert_eq!(site.put(Some(&visitor.token), CHOICES, &defaults).await.status, 403);

        let mut theirs = site.connect(&visitor.token).await;
        theirs.say(visitor.session_id(), "one").await;
        let heard = notified(&mut anns).await;
        assert_eq!((&heard["ways"], &heard["unread_count"]), (&json!(["sound"]), &json!(0)));
        assert_eq!(kinds(&site, &ann).await, [], "not behind the bell");
        // All of the week is quiet but for a minute that is not now: half of it belongs to each of two spans.
        let always = |from: &str, to: &str| json!({"ways": {}, "quiet": {"from": from, "to": to}, "quiet_weekends": true, "time_zone": "UTC"});
        let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
        let quiet = if (6..18).contains(&now.hour()) { always("05:00", "19:00") } else { always("17:00", "07:00") };
        assert_eq!(choose(&site, &ann, &quiet).await.0, 200);
        let mut others = site.connect(&other.token).await;
        others.say(other.session_id(), "two").await;
        assert_eq!(notified(&mut anns).await["ways"], json!(["bell"]));
        assert_eq!(kinds(&site, &ann).await, told("visitor_wrote", 1));
    }

    async fn an_agent_keeps_so_many_and_no_more(database: Database) {
        let options = Options::unlimited().env("SWITCHBOARD_MEMBER_NOTIFICATIONS_MAX", "10");
        let mut site = Site::start(database, options).await;
        let (ann, bob) = (site.agent("ann").await, site.agent("bob").await);
        let visitor = site.visitor().await;
        let id = visitor.session_id();
        let mut anns = site.connect(&ann.token).await;
        let mut bobs = site.connect(&bob.token).await;
        for number in 0..15 {
            let note = json!({"session_id": id, "content": format!("@bob {number}"), "kind": "note", "metadata": {"mentions": [bob.id]}});
            anns.call("message:send", note).await.unwrap();
            notified(&mut bobs).await;
        }
        site.server.database.execute("update notifications set created_at = 0 where seq = 15");

        site.server.kill_and_restart().await;
        unread(&site, &bob, 10).await;

        let items = list(&site, &bob).await["items"].clone();
        let seqs: Vec<u64> = items.as_array().unwrap().iter().map(|item| item["seq"].as_u64().unwrap()).collect();
        assert_eq!(seqs, [14, 13, 12, 11, 10, 9, 8, 7, 6, 5], "the newest, but for the one that was too old");
    }
}

/// The text of the only choices that are stored.
fn stored_choices(site: &Site) -> Value {
    let rows = site.server.database.read("select choices from notification_choices");
    serde_json::from_str(&rows[0]).unwrap()
}

on_both_databases! {
    async fn a_summary_is_mailed_once_a_day(database: Database) {
        let mut site = Site::unlimited(database).await;
        let (ann, bob) = (site.agent("ann").await, site.agent("bob").await);
        let wanted = |hour: Value| json!({"ways": {}, "quiet": null, "quiet_weekends": false, "time_zone": "Asia/Tokyo", "digest_hour": hour, "locale": "es"});
        assert_eq!(choose(&site, &ann, &wanted(json!(24))).await.0, 400);
        assert_eq!(choose(&site, &ann, &wanted(json!(7))).await.0, 200);
        let visitor = site.visitor().await;
        let mut theirs = site.connect(&visitor.token).await;
        theirs.say(visitor.session_id(), "hello?").await;
        unread(&site, &ann, 1).await;
        let mut bobs = site.connect(&bob.token).await;
        let note = json!({"session_id": visitor.session_id(), "content": "@ann", "kind": "note", "metadata": {"mentions": [ann.id]}});
        bobs.call("message:send", note).await.unwrap();
        unread(&site, &ann, 2).await;

        // A start looks at once; what was never due becomes due at the next such hour.
        site.server.kill_and_restart().await;
        within("the first day", async { while stored_choices(&site)["digest_at"].is_null() {} }).await;
        assert_eq!(outbox(&site, 0).await.len(), 0, "not before the hour");
        let due_at = stored_choices(&site)["digest_at"].as_i64().unwrap();
        assert_eq!((due_at / 3_600_000) % 24, 22, "seven in Tokyo");
        let is_due = format!("update notification_choices set choices = replace(choices, '\"digest_at\":{due_at}', '\"digest_at\":1')");
        site.server.database.execute(&is_due);
        // Choosing something else at the same hour forgets nothing.
        assert_eq!(choose(&site, &ann, &wanted(json!(7))).await.0, 200);
        assert_eq!(stored_choices(&site)["digest_at"], 1);
        site.server.kill_and_restart().await;
        let mails = outbox(&site, 1).await;
        assert!(mails[0].contains(&format!("To: {}", ann.email)), "{}", mails[0]);
        let text = mails[0].replace("=\r\n", "").replace("=C3=AD", "í");
        assert!(text.contains("Una visita espera a una persona."), "{text}");
        assert!(text.contains(&format!("{} le mencion", name(&bob))), "{text}");

        site.server.kill_and_restart().await;
        assert_eq!(stored_choices(&site)["digest_at"], due_at, "the next day");
        assert_eq!(choose(&site, &ann, &wanted(json!(null))).await.0, 200);
        site.server.kill_and_restart().await;
        assert_eq!(outbox(&site, 1).await.len(), 1, "one a day, and none when it is off");
    }
}
