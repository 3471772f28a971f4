//! Visitors' data is exported, erased so that nothing is left, and removed when its time is over.

use std::io::Read as _;

use serde_json::{Value, json};
use switchboard_sim::realtime::Scenario;

use crate::on_both_databases;
use crate::support::files::PNG;
use crate::support::phone::{Exchange, speech};
use crate::support::rest::http;
use crate::support::{Database, Options, Site, Visitor, within};

const NEEDLE: &str = "xyzzyneedle";
const DAY_MS: i64 = 24 * 3_600 * 1_000;

/// Every row of every table that holds the words, as `table: row`.
fn rows_with(database: &Database, words: &str) -> Vec<String> {
    let is_postgres = database.url().is_some();
    let line_end = if is_postgres { "chr(10)" } else { "char(10)" };
    let tables = if is_postgres {
        "select table_name || '=t::text' from information_schema.tables \
         where table_schema = current_schema() and table_type = 'BASE TABLE'"
    } else {
        // The tables of the search index are shadows of `search_docs`, and hold words in pieces.
        "select m.name || '=' || group_concat('coalesce(cast(\"' || c.name || '\" as text), '''')', ' || '' '' || ') \
         from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' \
         and m.name not like 'search_words%' and m.name not like 'sqlite_%' group by m.name"
    };
    let tables = database.read(tables);
    let rows = tables.iter().map(|table| {
        let (table, row) = table.split_once('=').unwrap();
        format!("select '{table}: ' || replace({row}, {line_end}, ' ') from {table} t where lower({row}) like '%{words}%'")
    });
    database.read(&rows.collect::<Vec<_>>().join(" union all "))
}

/// Files below a folder of the data directory.
fn files_below(database: &Database, folder: &str) -> usize {
    let folders = std::fs::read_dir(database.dir().join(folder)).into_iter().flatten().flatten();
    folders.flat_map(|org| std::fs::read_dir(org.path()).into_iter().flatten().flatten()).count()
}

/// Waits until nothing of a visitor is stored.
async fn until_erased(database: &Database, id: &str) {
    within("the erasure", async {
        let left = format!(
            "select count(*) from erasures union all select count(*) from visitors where id = '{id}'"
        );
        while database.read(&left) != ["0", "0"] {
            // Another process works: there is no event to wait for.
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await;
}

/// A visitor who leaves their words wherever a visitor can.
async fn talkative(site: &Site, agent_token: &str) -> Visitor {
    let visitor = site.visitor().await;
    let id = visitor.session_id().to_owned();
    let mut theirs = site.connect(&visitor.token).await;
    let told = json!({"name": format!("Ana {NEEDLE}"), "email": format!("{NEEDLE}@example.com"), "attributes": {"note": NEEDLE}});
    theirs.call("visitor:update", told).await.unwrap();
    theirs
        .call("page:view", json!({"url": format!("https://shop.example/{NEEDLE}"), "title": NEEDLE}))
        .await
        .unwrap();
    let file = site.picture(&visitor.token, &id, PNG).await;
    let message = json!({"session_id": id, "content": format!("my {NEEDLE}"), "attachments": [file["id"]]});
    theirs.call("message:send", message).await.unwrap();
    theirs.call("handoff:request", json!({"session_id": id, "reason": NEEDLE})).await.unwrap();
    let form = json!({"email": format!("{NEEDLE}@example.com"), "message": NEEDLE});
    let sent = site.post(Some(&visitor.token), "/api/v1/widget/submissions", &form).await;
    assert_eq!(sent.status, 201, "{sent:?}");
    let draft = json!({"text": NEEDLE, "kind": "note"});
    assert!(
        site.put(Some(agent_token), &format!("/api/v1/conversations/{id}/draft"), &draft).await.status < 300
    );
    let note = json!({"content": NEEDLE, "kind": "note"});
    assert_eq!(
        site.post(Some(agent_token), &format!("/api/v1/conversations/{id}/messages"), &note).await.status,
        201
    );
    visitor
}

on_both_databases! {
    async fn nothing_is_left_of_a_visitor_who_is_erased(database: Database) {
        let mut site = Site::unlimited(database).await;
        let (owner, agent) = (site.agent("owner").await, site.agent_with_role(&site.org, "bob", "agent").await);
        let foreign = site.agent_of(&site.another_org().await, "eve").await;
        let visitor = talkative(&site, &owner.token).await;
        let neighbour = site.visitor().await;
        let mut neighbours = site.connect(&neighbour.token).await;
        neighbours.say(neighbour.session_id(), "I stay").await;
        let path = format!("/api/v1/visitors/{}", visitor.id);
        for (token, status) in [(&agent.token, 403), (&foreign.token, 404), (&visitor.token, 403)] {
            assert_eq!(site.delete(Some(token), &path).await.status, status);
        }
        assert!(!rows_with(&site.server.database, NEEDLE).is_empty());
        let mut theirs = site.connect(&visitor.token).await;
        theirs.join(visitor.session_id()).await;
        let mut bobs = site.connect(&agent.token).await;
        bobs.call("inbox:subscribe", json!({})).await.unwrap();

        let asked = site.delete(Some(&owner.token), &path).await;

        assert_eq!((asked.status, &asked.body), (202, &json!({"visitor_count": 1})), "{asked:?}");
        assert_eq!(theirs.closed().await.0, Some(4503), "their connections are closed");
        let back = site.post(Some(&visitor.token), "/api/v1/widget/conversations", &json!({})).await;
        assert_eq!(back.status, 401, "and their token is worth nothing");
        site.server.kill_and_restart().await;
        until_erased(&site.server.database, &visitor.id).await;
        let left = rows_with(&site.server.database, NEEDLE);
        // Mails that are on their way, or were sent, are kept for thirty days; see docs/operate/security.md.
        let left: Vec<_> = left.iter().filter(|row| !row.starts_with("mails:")).collect();
        assert!(left.is_empty(), "{left:#?}");
        let ids = rows_with(&site.server.database, &visitor.id);
        // The audit log names who was erased by their id alone: that it was done must be shown.
        let may_name = ["revocations:", "audit_rows:"];
        assert!(ids.iter().all(|row| may_name.iter().any(|table| row.starts_with(table))), "{ids:#?}");
        assert_eq!(files_below(&site.server.database, "attachments"), 0);
        assert_eq!(site.get(Some(&owner.token), &path).await.status, 404);
        assert_eq!(site.delete(Some(&owner.token), &path).await.status, 404);
        let mut neighbours = site.connect(&neighbour.token).await;
        assert_eq!(neighbours.join(neighbour.session_id()).await["last_seq"], 1, "others are untouched");
    }

    async fn agents_hear_that_a_conversation_is_gone(database: Database) {
        let site = Site::unlimited(database).await;
        let owner = site.agent("owner").await;
        let visitor = site.visitor().await;
        let mut theirs = site.connect(&visitor.token).await;
        theirs.say(visitor.session_id(), "hello").await;
        let mut anns = site.connect(&owner.token).await;
        anns.call("inbox:subscribe", json!({})).await.unwrap();
        anns.join(visitor.session_id()).await;

        site.delete(Some(&owner.token), &format!("/api/v1/visitors/{}", visitor.id)).await;

        let gone = anns.event("session:removed").await;
        assert_eq!(gone, json!({"session_id": visitor.session_id()}));
        let refused = anns.call("message:send", json!({"session_id": visitor.session_id(), "content": "x"})).await;
        assert_eq!(refused.unwrap_err()["code"], "not_found");
    }

    async fn a_person_is_erased_with_all_their_visitors_and_a_call_ends(database: Database) {
        let exchange = Exchange::start(database, Scenario::default()).await;
        exchange.set(json!({ "voice_recording": true })).await;
        let (visitor, mut phone) = exchange.call().await;
        phone.until_where("state", |state| state["link"] == "ok").await;
        phone.send(0, &speech(100)).await;
        let site = &exchange.assisted.site;
        let owner = site.agent("owner2").await;
        let other = site.visitor().await;
        let merged = site.post(Some(&owner.token), &format!("/api/v1/visitors/{}/merge", visitor.id), &json!({"into": other.id})).await;
        assert_eq!(merged.status, 200);

        let asked = site.delete(Some(&owner.token), &format!("/api/v1/visitors/{}", other.id)).await;

        assert_eq!(asked.body["visitor_count"], 2);
        until_erased(&site.server.database, &visitor.id).await;
        until_erased(&site.server.database, &other.id).await;
        let database = &site.server.database;
        assert_eq!(database.read("select count(*) from calls"), ["0"]);
        assert_ne!(database.read("select count(*) from usage_events"), ["0"], "what it cost is still counted");
        assert_eq!(database.read("select count(*) from usage_events where conversation_id is not null"), ["0"]);
        assert_eq!(files_below(database, "recordings"), 0);
    }

    async fn an_export_has_everything_of_a_visitor_and_nothing_of_others(database: Database) {
        let site = Site::unlimited(database).await;
        let (owner, agent) = (site.agent("owner").await, site.agent_with_role(&site.org, "bob", "agent").await);
        let foreign = site.agent_of(&site.another_org().await, "eve").await;
        let visitor = talkative(&site, &owner.token).await;
        let neighbour = site.visitor().await;
        site.connect(&neighbour.token).await.say(neighbour.session_id(), "not yours").await;
        let path = format!("/api/v1/visitors/{}/export", visitor.id);
        for (token, status) in [(&agent.token, 403), (&foreign.token, 404), (&visitor.token, 403)] {
            assert_eq!(site.get(Some(token), &path).await.status, status);
        }

        let answer = http().get(site.server.url(&path)).bearer_auth(&owner.token).send().await.unwrap();

        assert_eq!((answer.status().as_u16(), answer.headers()["content-type"].to_str().unwrap()), (200, "application/zip"));
        let bytes = answer.bytes().await.unwrap();
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut read = |name: &str| {
            let mut text = String::new();
            zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
            serde_json::from_str::<Value>(&text).unwrap()
        };
        let conversation = read(&format!("conversations/{}.json", visitor.session_id()));
        let words: Vec<_> = conversation["entries"].as_array().unwrap().iter().filter_map(|entry| entry["content"].as_str()).collect();
        assert!(words.contains(&"my xyzzyneedle") && words.contains(&NEEDLE), "messages and notes: {words:?}");
        assert_eq!(read(&format!("visitors/{}.json", visitor.id))["visitor"]["email"], format!("{NEEDLE}@example.com"));
        assert_eq!(read("submissions.json")[0]["body"].as_str().map(|body| body.contains(NEEDLE)), Some(true));
        assert_eq!(read("tickets.json").as_array().unwrap().len(), 1);
        let names: Vec<_> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
        assert_eq!(names.iter().filter(|name| name.starts_with("files/")).count(), 1);
        assert_eq!(names.iter().filter(|name| name.starts_with("conversations/")).count(), 1);
        assert_eq!(std::fs::read_dir(site.server.database.dir().join("exports")).unwrap().count(), 0);
    }

    async fn conversations_are_kept_as_long_as_their_org_says(database: Database) {
        let mut site = Site::start(database, Options::unlimited()).await;
        let owner = site.agent("owner").await;
        let settings = site.get(Some(&owner.token), "/api/v1/settings").await.body;
        let shown = settings["settings"].as_array().unwrap().iter().find(|one| one["name"] == "conversation_days").unwrap().clone();
        assert_eq!((&shown["value"], &shown["source"]), (&json!(30), &json!("org")), "a new org keeps them for 30 days");
        let (older, younger, open) = (site.visitor().await, site.visitor().await, site.visitor().await);
        for visitor in [&older, &younger, &open] {
            let mut theirs = site.connect(&visitor.token).await;
            theirs.say(visitor.session_id(), "hello").await;
            if visitor.id != open.id {
                theirs.call("session:end", json!({"session_id": visitor.session_id()})).await.unwrap();
            }
        }
        site.server.kill().await;
        for (visitor, age) in [(&older, 30 * DAY_MS + DAY_MS / 2), (&younger, 30 * DAY_MS - DAY_MS / 2)] {
            let id = visitor.session_id();
            site.server.database.execute(&format!("update conversations set closed_at = closed_at - {age} where id = '{id}'"));
        }
        let all_of_older = format!("update visitors set seen_at = seen_at - {0}, created_at = created_at - {0} where id = '{1}'", 31 * DAY_MS, older.id);
        site.server.database.execute(&all_of_older);

        site.server.restart().await;
        until_erased(&site.server.database, &older.id).await;

        for (visitor, status) in [(&older, 404), (&younger, 200), (&open, 200)] {
            let path = format!("/api/v1/conversations/{}", visitor.session_id());
            assert_eq!(site.get(Some(&owner.token), &path).await.status, status);
        }
        assert_eq!(site.get(Some(&owner.token), &format!("/api/v1/visitors/{}", younger.id)).await.status, 200);
    }
}
