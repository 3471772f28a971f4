//! Who asks for a person hears at once what is true: who is there, how long it usually takes, or that nobody is.

use serde_json::{Value, json};

use crate::on_both_databases;
use crate::support::{Assisted, Client, Options, Visitor, outbox, within};

async fn notice(client: &mut Client) -> Value {
    loop {
        let entry = client.event("message:new").await;
        if entry["metadata"]["notice"].is_string() {
            return entry;
        }
    }
}

async fn ask(assisted: &Assisted) -> (Visitor, Client) {
    let (visitor, mut theirs) = assisted.chatting().await;
    theirs.call("handoff:request", json!({"session_id": visitor.session_id()})).await.unwrap();
    (visitor, theirs)
}

on_both_databases! {
    async fn who_asks_for_a_person_hears_who_is_there(database: Database) {
        let assisted = Assisted::start(database).await;
        let (_nobody, mut theirs) = ask(&assisted).await;
        let alone = notice(&mut theirs).await;
        let words = alone["content"].as_str().unwrap();
        assert!(words.starts_with("Nobody of the team is here right now. Leave your email address"), "{words}");
        assert_eq!(alone["metadata"]["notice"], "asked");
        assert_eq!(alone["metadata"]["waiting"]["online"], 0);
        assert_eq!(alone["author"]["name"], "Site", "the channel signs, not the software");
        assert!(!alone["metadata"]["choices"].as_array().unwrap().is_empty());

        let mut ours = assisted.site.connect(&assisted.owner.token).await;
        ours.call("inbox:subscribe", json!({})).await.unwrap();
        let (_second, mut theirs) = ask(&assisted).await;
        let there = notice(&mut theirs).await;

        let words = there["content"].as_str().unwrap();
        assert_eq!(words, "I have asked the team. One person is here. You are number 2 in line.");
        let facts = &there["metadata"]["waiting"];
        assert_eq!((&facts["online"], &facts["position"], &facts["usual_wait_seconds"]), (&json!(1), &json!(2), &json!(null)));
        ours.call("presence:set", json!({"status": "away"})).await.unwrap();
        let (_third, mut theirs) = ask(&assisted).await;
        assert_eq!(notice(&mut theirs).await["metadata"]["waiting"]["online"], 0, "away is not there");
    }

    async fn the_usual_wait_is_measured(database: Database) {
        let assisted = Assisted::start(database).await;
        let mut ours = assisted.site.connect(&assisted.owner.token).await;
        for _ in 0..3 {
            let (visitor, _theirs) = ask(&assisted).await;
            ours.call("session:takeover", json!({"session_id": visitor.session_id()})).await.unwrap();
        }
        assisted.site.server.database.execute("update tickets set created_at = created_at - 150000");

        let (_visitor, mut theirs) = ask(&assisted).await;

        let told = notice(&mut theirs).await;
        let wait = told["metadata"]["waiting"]["usual_wait_seconds"].as_i64().unwrap();
        assert!((150..170).contains(&wait), "{wait}");
        assert!(told["content"].as_str().unwrap().contains("Somebody usually comes within 3 minutes."), "{told}");
    }

    async fn mails_of_handoffs_come_once_at_once_and_then_once_per_interval(database: Database) {
        let assisted = Assisted::with(database, Options::default().flag("--handoff-mail-interval-minutes", "10")).await;
        for _ in 0..4 {
            let (_visitor, mut theirs) = ask(&assisted).await;
            notice(&mut theirs).await;
        }
        let settled = async {
            while !assisted.site.server.database.read("select id from tickets where brief_owed_since is not null").is_empty() {
                tokio::task::yield_now().await;
            }
        };
        within("every brief", settled).await;

        let mails = assisted.site.server.database.read(
            "select case when not_before = created_at then 'at once' else 'later' end from mails where kind = 'handoff' order by 1",
        );
        assert_eq!(mails, ["at once", "later"]);
        assert_eq!(outbox(&assisted.site, 1).await.len(), 1);
    }

    async fn nobody_is_mailed_while_somebody_is_online(database: Database) {
        let assisted = Assisted::start(database).await;
        let _ours = assisted.site.connect(&assisted.owner.token).await;
        let (visitor, _theirs) = ask(&assisted).await;
        let brief = async {
            let query = format!("select id from tickets where conversation_id = '{}' and brief_owed_since is null", visitor.session_id());
            while assisted.site.server.database.read(&query).is_empty() {
                tokio::task::yield_now().await;
            }
        };
        within("the brief", brief).await;

        assert!(assisted.site.server.database.read("select id from mails").is_empty());
    }
}
