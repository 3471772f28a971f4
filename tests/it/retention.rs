//! What is kept for a time goes when it is over, and nothing else does.

use serde_json::{Value, json};
use switchboard_sim::realtime::Scenario;

use crate::on_both_databases;
use crate::support::phone::{Exchange, speech};
use crate::support::receiver::Receiver;
use crate::support::{Assisted, Database, Options, Site, outbox, within};

const DAY_MS: i64 = 24 * 3_600 * 1_000;

/// Makes the older of two rows so many days older and the younger one day less.
fn age(database: &Database, table: &str, days: i64) {
    let (older, younger) = (days * DAY_MS + DAY_MS / 2, days * DAY_MS - DAY_MS / 2);
    let ids = database.read(&format!("select id from {table} order by id"));
    let [first, second] = ids.as_slice() else { panic!("two of {table}: {ids:?}") };
    database.execute(&format!(
        "update {table} set created_at = created_at - {older} where id = '{first}'; \
         update {table} set created_at = created_at - {younger} where id = '{second}';"
    ));
}

/// The items of a list, once there are so many.
async fn items(site: &Site, token: &str, path: &str, count: usize) -> Vec<Value> {
    within(path, async {
        loop {
            let listed = site.get(Some(token), path).await;
            let items = listed.body["items"].as_array().unwrap().clone();
            if items.len() == count {
                return items;
            }
            // Another process works: there is no event to wait for.
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await
}

on_both_databases! {
    async fn runs_of_tools_are_kept_for_ninety_days(database: Database) {
        let mut site = Site::start(database, Options::unlimited()).await;
        let owner = site.agent("owner").await;
        for number in ["1", "2"] {
            let body = json!({"arguments": {"order_number": number}});
            let tried = site.post(Some(&owner.token), "/api/v1/tools/get_order_status/test", &body).await;
            assert_eq!(tried.status, 200, "{tried:?}");
        }
        let before = items(&site, &owner.token, "/api/v1/tools/runs", 2).await;
        site.server.kill().await;
        age(&site.server.database, "tool_runs", 90);

        site.server.restart().await;
        let after = items(&site, &owner.token, "/api/v1/tools/runs", 1).await;

        assert_eq!((&after[0]["id"], &after[0]["arguments"]), (&before[0]["id"], &before[0]["arguments"]));
    }

    async fn turns_of_the_assistant_are_kept_for_ninety_days(database: Database) {
        let mut assisted = Assisted::start(database).await;
        assisted.sim.set_default(switchboard_sim::chat::Reply::text("Yes."));
        let path = format!("/api/v1/channels/{}/assistant/test", assisted.site.org.channel_id);
        let question = json!({"messages": [{"role": "visitor", "text": "hello?"}]});
        for _ in 0..2 {
            assert_eq!(assisted.site.post(Some(&assisted.owner.token), &path, &question).await.status, 200);
        }
        let token = assisted.owner.token.clone();
        items(&assisted.site, &token, "/api/v1/assistant/turns", 2).await;
        assisted.site.server.kill().await;
        age(&assisted.site.server.database, "assistant_turns", 90);

        assisted.site.server.restart().await;

        items(&assisted.site, &token, "/api/v1/assistant/turns", 1).await;
    }

    async fn deliveries_and_mails_are_kept_for_thirty_days(database: Database) {
        let options = Options::unlimited().flag("--allow-private-ranges", "127.0.0.0/8");
        let mut site = Site::start(database, options).await;
        let owner = site.agent("owner").await;
        let receiver = Receiver::start().await;
        let made = site.post(Some(&owner.token), "/api/v1/webhooks", &json!({"url": receiver.url(), "kinds": ["conversation.closed"]})).await;
        let webhook = made.body["webhook"]["id"].as_str().unwrap().to_owned();
        for count in 1..=2 {
            let sent = site.post(Some(&owner.token), &format!("/api/v1/webhooks/{webhook}/test"), &json!({})).await;
            assert_eq!(sent.status, 202, "{sent:?}");
            receiver.received(count).await;
            let visitor = site.visitor().await;
            let mut theirs = site.connect(&visitor.token).await;
            theirs.call("handoff:request", json!({"session_id": visitor.session_id()})).await.unwrap();
            outbox(&site, count).await;
        }
        let before = items(&site, &owner.token, "/api/v1/webhooks/deliveries", 2).await;
        let mails = site.server.database.read("select id from mails order by id");
        site.server.kill().await;
        age(&site.server.database, "webhook_deliveries", 30);
        age(&site.server.database, "mails", 30);

        site.server.restart().await;
        let after = items(&site, &owner.token, "/api/v1/webhooks/deliveries", 1).await;

        assert_eq!(after[0]["id"], before[0]["id"]);
        assert_eq!(site.server.database.read("select id from mails"), [mails[1].clone()]);
    }

    async fn recordings_are_kept_as_long_as_their_channel_says(database: Database) {
        let mut exchange = Exchange::start(database, Scenario::default()).await;
        exchange.set(json!({ "voice_recording": true, "voice_recording_days": 7 })).await;
        let (older, younger) = (recorded(&exchange).await, recorded(&exchange).await);
        exchange.assisted.site.server.kill().await;
        for (call, age) in [(&older, 7 * DAY_MS + DAY_MS / 2), (&younger, 7 * DAY_MS - DAY_MS / 2)] {
            let statement = format!("update calls set ended_at = ended_at - {age} where id = '{call}'");
            exchange.assisted.site.server.database.execute(&statement);
        }

        exchange.assisted.site.server.restart().await;
        within("the older one goes", async {
            while exchange.view(&older).await["recorded"] == true {
                // Another process works: there is no event to wait for.
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        })
        .await;

        assert_eq!(exchange.view(&younger).await["recorded"], true);
        assert_eq!(recordings(&exchange), [format!("{younger}.wav")]);
    }
}

/// The files of recordings that are whole.
fn recordings(exchange: &Exchange) -> Vec<String> {
    let folder = exchange.assisted.site.server.database.dir().join("recordings");
    let orgs = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let files = orgs.flat_map(|org| std::fs::read_dir(org.path()).into_iter().flatten().flatten());
    let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.ends_with(".wav")).collect()
}

/// A call that was recorded and is over.
async fn recorded(exchange: &Exchange) -> String {
    let (_visitor, mut phone) = exchange.call().await;
    phone.until_where("state", |state| state["link"] == "ok").await;
    phone.send(0, &speech(100)).await;
    phone.say("hangup", &json!({})).await;
    phone.until("ended").await;
    let call = phone.call_id().to_owned();
    within("the recording", async {
        while recordings(exchange).iter().all(|name| *name != format!("{call}.wav"))
            || exchange.view(&call).await["recorded"] != true
        {
            // Another process works: there is no event to wait for.
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await;
    call
}
