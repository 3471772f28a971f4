//! A visitor and an agent: words, takeover, notes, reading, typing, the end.

use serde_json::json;

use crate::on_both_databases;
use crate::support::checker::Log;
use crate::support::{Database, Options, Site, within};

on_both_databases! {
    async fn a_conversation_from_first_word_to_close(database: Database) {
        let site = Site::start(database, Options::default()).await;
        let visitor = site.visitor().await;
        let agent = site.agent("ann").await;
        let id = visitor.session_id().to_owned();
        assert_eq!(visitor.session["state"]["status"], "waiting", "nobody answers by itself");
        let mut theirs = site.connect(&visitor.token).await;
        let mut ours = site.connect(&agent.token).await;
        let history = theirs.join(&id).await;
        assert_eq!((&history["recovered"], &history["final"], &history["last_seq"]), (&json!(false), &json!(true), &json!(0)));
        ours.join(&id).await;

        let refused = ours.call("message:send", json!({"session_id": id, "content": "hi"})).await.unwrap_err();
        assert_eq!((&refused["code"], &refused["holder"]), (&json!("not_holder"), &json!(null)));
        theirs.say(&id, "hello?").await;
        assert_eq!(ours.event("message:new").await["content"], "hello?");
        let taken = ours.call("session:takeover", json!({"session_id": id})).await.unwrap();
        assert_eq!(taken["state"]["responder"]["kind"], "agent");
        assert_eq!(taken["state"]["takeover"], 1);
        assert_eq!(taken["state"]["assignee"]["id"], agent.id.as_str());
        ours.call("message:send", json!({"session_id": id, "content": "a note", "kind": "note"})).await.unwrap();
        ours.say(&id, "how can I help?").await;
        let released = ours.call("session:release", json!({"session_id": id})).await.unwrap();
        assert_eq!(released["state"]["status"], "waiting");
        let ended = theirs.call("session:end", json!({"session_id": id})).await.unwrap();
        assert_eq!(ended["state"]["status"], "closed");
        assert!(ended["state"].get("assignee").is_none(), "visitors see no more than they should");
        assert_eq!(theirs.call("session:end", json!({"session_id": id})).await.unwrap(), ended, "repeating is fine");
        let closed = theirs.call("message:send", json!({"session_id": id, "content": "more"})).await.unwrap_err();
        assert_eq!(closed["code"], "conversation_closed");

        let mut log = Log::default();
        let mut again = site.connect(&visitor.token).await;
        log.take_history(&again.join(&id).await);
        assert_eq!(log.contents(), ["hello?", "", "how can I help?", "", ""]);
        let mut agents_log = Log::default();
        let mut once_more = site.connect(&agent.token).await;
        agents_log.take_history(&once_more.join(&id).await);
        assert_eq!(agents_log.contents(), ["hello?", "", "a note", "how can I help?", "", ""]);
        let mut next = visitor.clone();
        assert_eq!(site.begin(&mut next).await.status, 201, "the next conversation is a new one");
        assert_ne!(next.session_id(), id);
        assert_eq!(site.begin(&mut next).await.status, 200, "and then it is the active one");
    }

    async fn a_repeated_client_message_id_is_one_entry(database: Database) {
        let site = Site::unlimited(database).await;
        let visitor = site.visitor().await;
        let id = visitor.session_id().to_owned();
        let mut clients = Vec::new();
        for _ in 0..2 {
            clients.push(site.connect(&visitor.token).await);
        }
        let mut waiting = Vec::new();
        for number in 0..50 {
            let data = json!({"session_id": id, "content": format!("try {number}"), "client_message_id": "same-one"});
            let at = number % 2;
            let ack = clients[at].post("message:send", data).await;
            waiting.push((at, ack));
        }
        let mut firsts = 0;
        let mut entries = std::collections::BTreeSet::new();
        for (at, ack) in waiting {
            let answer = clients[at].ack(ack).await.unwrap();
            firsts += u32::from(answer["duplicate"] == false);
            entries.insert(answer["entry"].to_string());
        }

        assert_eq!((firsts, entries.len()), (1, 1));
        let agent = site.agent("ann").await;
        let history = site.connect(&agent.token).await.join(&id).await;
        assert_eq!(history["last_seq"], 1);
        clients[0].call("session:end", json!({"session_id": id})).await.unwrap();
        let late = json!({"session_id": id, "content": "late", "client_message_id": "same-one"});
        let answer = clients[0].call("message:send", late).await.unwrap();
        assert_eq!(answer["duplicate"], true, "a retry after the close is answered as the first was");
    }

    async fn of_fifty_agents_who_take_over_at_once_one_holds(database: Database) {
        let site = Site::unlimited(database).await;
        let visitor = site.visitor().await;
        let id = visitor.session_id().to_owned();
        let mut agents = Vec::new();
        for number in 0..50 {
            let agent = if number < 4 { site.agent(&format!("agent{number}")).await } else { continue };
            agents.push(agent);
        }
        let mut clients = Vec::new();
        for number in 0..50 {
            clients.push((number % 4, site.connect(&agents[number % 4].token).await));
        }
        let mut waiting = Vec::new();
        for (at, (_, client)) in clients.iter_mut().enumerate() {
            waiting.push((at, client.post("session:takeover", json!({"session_id": id})).await));
        }
        let mut holders = std::collections::BTreeSet::new();
        for (at, ack) in waiting {
            let (who, client) = &mut clients[at];
            match client.ack(ack).await {
                Ok(_) => { holders.insert(agents[*who].id.clone()); }
                Err(error) => {
                    assert_eq!(error["code"], "already_taken");
                    assert!(error["holder"]["id"].is_string());
                }
            }
        }

        assert_eq!(holders.len(), 1, "one agent won, over any of their connections");
        let history = clients[0].1.join(&id).await;
        assert_eq!(history["last_seq"], 1, "one takeover in the log");
        assert_eq!(history["state"]["responder"]["agent"]["id"], holders.first().unwrap().as_str());
    }

    async fn asking_for_a_person_opens_a_ticket(database: Database) {
        let site = Site::start(database, Options::default()).await;
        let visitor = site.visitor().await;
        let agent = site.agent("ann").await;
        let id = visitor.session_id().to_owned();
        let mut theirs = site.connect(&visitor.token).await;
        theirs.join(&id).await;

        theirs.say(&id, "Quiero hablar con alguien, por favor").await;

        let asked = loop {
            let entry = theirs.event("message:new").await;
            if entry["kind"] == "event" {
                break entry;
            }
        };
        assert_eq!((&asked["event"], &asked["metadata"]["words"]), (&json!("handoff"), &json!(["hablar con alguien"])));
        let tickets = site.get(Some(&agent.token), "/api/v1/tickets").await;
        assert_eq!(tickets.body["items"].as_array().unwrap().len(), 1, "{tickets:?}");
        assert_eq!(tickets.body["items"][0]["id"], asked["metadata"]["ticket_id"]);
        theirs.call("handoff:request", json!({"session_id": id})).await.unwrap();
        let tickets = site.get(Some(&agent.token), "/api/v1/tickets").await;
        assert_eq!(tickets.body["items"].as_array().unwrap().len(), 1, "asking again opens no second one");
        let ticket = tickets.body["items"][0]["id"].as_str().unwrap();
        let resolved = site.post(Some(&agent.token), &format!("/api/v1/tickets/{ticket}/resolve"), &json!({})).await;
        assert_eq!(resolved.body["ticket"]["status"], "resolved", "{resolved:?}");
    }
}

#[tokio::test]
async fn typing_is_seen_with_its_preview_by_agents_only() {
    let site = Site::start(Database::sqlite(), Options::default().flag("--typing-lapse-ms", "300")).await;
    let visitor = site.visitor().await;
    let (ann, ben) = (site.agent("ann").await, site.agent("ben").await);
    let id = visitor.session_id().to_owned();
    let mut theirs = site.connect(&visitor.token).await;
    let mut anns = site.connect(&ann.token).await;
    let mut bens = site.connect(&ben.token).await;
    theirs.join(&id).await;
    anns.join(&id).await;
    bens.join(&id).await;
    anns.call("session:takeover", json!({"session_id": id})).await.unwrap();

    theirs.call("typing:start", json!({"session_id": id, "preview": "my ord"})).await.unwrap();
    bens.call("typing:start", json!({"session_id": id})).await.unwrap();
    anns.call("typing:start", json!({"session_id": id, "preview": "not shown"})).await.unwrap();

    assert_eq!(anns.event("typing:start").await["preview"], "my ord");
    let seen = theirs.event("typing:start").await;
    assert_eq!(seen["user"]["id"], ann.id.as_str(), "visitors see the agent who answers, no other");
    assert!(seen.get("preview").is_none());
    assert_eq!(theirs.event("typing:stop").await["user"]["id"], ann.id.as_str(), "it lapses by itself");
}

#[tokio::test]
async fn reading_is_told_to_the_other_side_and_kept() {
    let site = Site::start(Database::sqlite(), Options::default()).await;
    let visitor = site.visitor().await;
    let agent = site.agent("ann").await;
    let id = visitor.session_id().to_owned();
    let mut theirs = site.connect(&visitor.token).await;
    let mut ours = site.connect(&agent.token).await;
    theirs.join(&id).await;
    ours.join(&id).await;
    ours.call("session:takeover", json!({"session_id": id})).await.unwrap();
    ours.say(&id, "one").await;

    theirs.call("message:read", json!({"session_id": id, "seq": 999})).await.unwrap();
    theirs.call("message:read", json!({"session_id": id, "seq": 1})).await.unwrap();

    let read = ours.event("message:read").await;
    assert_eq!((&read["user"]["id"], &read["seq"]), (&json!(visitor.id), &json!(2)));
    let history = site.connect(&agent.token).await.join(&id).await;
    assert_eq!(history["read"][&visitor.id], 2);
}

#[tokio::test]
async fn the_inbox_moves_with_its_conversations() {
    let site = Site::start(Database::sqlite(), Options::default()).await;
    let agent = site.agent("ann").await;
    let mut ours = site.connect(&agent.token).await;
    let inbox = ours.call("inbox:subscribe", json!({"filter": {"view": "waiting"}})).await.unwrap();
    assert_eq!(
        inbox["counts"],
        json!({"mine": 0, "unassigned": 0, "waiting": 0, "snoozed": 0, "my_turn": 0, "all": 0})
    );
    let visitor = site.visitor().await;
    let id = visitor.session_id().to_owned();
    let mut theirs = site.connect(&visitor.token).await;

    let created = ours.event("inbox:updated").await;
    assert_eq!((&created["reason"], &created["conversation"]["id"]), (&json!("created"), &json!(id)));
    theirs.say(&id, "hello").await;
    let moved = ours.event("inbox:updated").await;
    assert_eq!(moved["conversation"]["last_message"]["preview"], "hello");
    assert_eq!(moved["conversation"]["unread"], 1);
    assert_eq!(
        moved["counts"],
        json!({"mine": 0, "unassigned": 1, "waiting": 1, "snoozed": 0, "my_turn": 0, "all": 1})
    );
    ours.call("session:takeover", json!({"session_id": id})).await.unwrap();
    // What the message was about is noted beside, and updates of one conversation may be merged.
    let taken = loop {
        let updated = ours.event("inbox:updated").await;
        if updated["counts"]["mine"] == 1 {
            break updated;
        }
    };
    assert_eq!(
        taken["counts"],
        json!({"mine": 1, "unassigned": 0, "waiting": 0, "snoozed": 0, "my_turn": 1, "all": 1})
    );
    theirs.call("session:end", json!({"session_id": id})).await.unwrap();
    let closed = loop {
        let updated = ours.event("inbox:updated").await;
        if updated["conversation"]["state"]["status"] == "closed" {
            break updated;
        }
    };
    assert_eq!(closed["counts"]["all"], 0);
}

#[tokio::test]
async fn an_assignment_is_compared_before_it_is_set() {
    let site = Site::start(Database::sqlite(), Options::default()).await;
    let visitor = site.visitor().await;
    let (ann, ben) = (site.agent("ann").await, site.agent("ben").await);
    let id = visitor.session_id().to_owned();
    let mut ours = site.connect(&ann.token).await;

    let set = json!({"session_id": id, "agent_id": ben.id, "expected": null});
    assert_eq!(
        ours.call("session:assign", set.clone()).await.unwrap()["state"]["assignee"]["id"],
        ben.id.as_str()
    );
    assert_eq!(ours.call("session:assign", set).await.unwrap_err()["code"], "conflict");
    let cleared = ours.call("session:assign", json!({"session_id": id, "agent_id": null})).await.unwrap();
    assert_eq!(cleared["state"]["assignee"], json!(null));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_writes_sees_at_once_what_follows_their_words() {
    let site = Site::start(Database::sqlite(), Options::unlimited()).await;
    let (agent, visitor) = (site.agent("ann").await, site.visitor().await);
    let id = visitor.session_id();
    let mut writing = site.connect(&visitor.token).await;
    let mut acting = site.connect(&agent.token).await;
    writing.join(id).await;
    acting.join(id).await;
    for round in 0..30 {
        // The words are on their way to the disk when the agent acts: both are done in one turn of the room.
        writing.post("message:send", json!({"session_id": id, "content": format!("words {round}")})).await;
        let (act, event) =
            if round % 2 == 0 { ("session:takeover", "takeover") } else { ("session:release", "release") };
        let acted = acting.post(act, json!({"session_id": id})).await;
        // Nothing else happens until the writer has seen it.
        within("the agent's act at the visitor", async {
            while writing.event("message:new").await["event"] != event {}
        })
        .await;
        acting.ack(acted).await.unwrap();
    }
}
