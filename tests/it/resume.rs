//! Coming back: every missed entry in order, once, or an honest `recovered: false`.

use serde_json::{Value, json};

use crate::on_both_databases;
use crate::support::checker::Log;
use crate::support::site::Visitor;
use crate::support::{Client, Database, Options, Received, Site};

/// Writes `count` messages and waits until all are acked.
async fn write(client: &mut Client, id: &str, from: usize, count: usize) {
    let mut acks = Vec::new();
    for number in from..from + count {
        acks.push(
            client.post("message:send", json!({"session_id": id, "content": format!("m{number}")})).await,
        );
    }
    for ack in acks {
        client.ack(ack).await.unwrap();
    }
}

/// Joins after a position and reads history and live entries until the log has `expected` entries.
async fn resume(client: &mut Client, id: &str, log: &mut Log, epoch: &Value, expected: usize) -> bool {
    let data = json!({"session_id": id, "after": log.position(), "epoch": epoch});
    let ack = client.post("join:session", data).await;
    let mut recovered = true;
    let mut is_joined = false;
    while log.len() < expected || !is_joined {
        match client.receive().await {
            Received::Event { name, data } if name == "session:history" => {
                assert!(!is_joined, "the history comes before the ack");
                recovered = data["recovered"] == true;
                log.take_history(&data);
            }
            Received::Event { name, data } if name == "message:new" => log.take(&data),
            Received::Ack { id, data } if id == ack => {
                data.expect("a join");
                is_joined = true;
            }
            Received::Closed { code, .. } => panic!("closed with {code:?}"),
            _ => {}
        }
    }
    recovered
}

async fn first_join(client: &mut Client, visitor: &Visitor, log: &mut Log) -> Value {
    let history = client.join(visitor.session_id()).await;
    log.take_history(&history);
    history["epoch"].clone()
}

on_both_databases! {
    async fn missed_entries_come_complete_in_order_and_once(database: Database) {
        let site = Site::unlimited(database).await;
        let visitor = site.visitor().await;
        let id = visitor.session_id().to_owned();
        let mut writer = site.connect(&visitor.token).await;
        write(&mut writer, &id, 0, 3).await;
        let mut written = 3;
        for missed in [1, 100, 900] {
            let mut log = Log::default();
            let mut reader = site.connect(&visitor.token).await;
            let epoch = first_join(&mut reader, &visitor, &mut log).await;
            drop(reader);
            // The first join shows the newest 50 only; what the reader knows begins there.
            let known = log.len();
            write(&mut writer, &id, written, missed).await;
            written += missed;
            let mut reader = site.connect(&visitor.token).await;
            // Others keep writing while the history is on its way.
            let more = 20;
            let acks = async {
                write(&mut writer, &id, written, more).await;
            };
            let resumed = resume(&mut reader, &id, &mut log, &epoch, known + missed + more);

            let (recovered, ()) = tokio::join!(resumed, acks);

            written += more;
            assert!(recovered, "{missed} missed");
            assert_eq!(log.position(), written as u64, "{missed} missed");
        }
    }

    async fn too_far_behind_is_said(database: Database) {
        let site = Site::start(database, Options::unlimited().flag("--resume-max-entries", "100")).await;
        let visitor = site.visitor().await;
        let id = visitor.session_id().to_owned();
        let mut writer = site.connect(&visitor.token).await;
        write(&mut writer, &id, 0, 101).await;
        let mut reader = site.connect(&visitor.token).await;
        let join = |after: u64, epoch: Option<&str>| json!({"session_id": id, "after": after, "epoch": epoch});

        for (data, recovered, entries) in [
            (join(0, None), false, 50),
            (join(1, None), true, 100),
            (join(101, None), true, 0),
            (join(102, None), false, 50),
            (join(50, Some("another")), false, 50),
        ] {
            reader.call("join:session", data.clone()).await.unwrap();
            let history = reader.event("session:history").await;
            assert_eq!(history["recovered"], recovered, "{data}");
            assert_eq!(history["entries"].as_array().unwrap().len(), entries, "{data}");
            assert_eq!((&history["first_seq"], &history["last_seq"]), (&json!(1), &json!(101)));
        }
    }
}

#[tokio::test]
async fn a_long_history_comes_in_parts() {
    let site = Site::unlimited(Database::sqlite()).await;
    let visitor = site.visitor().await;
    let agent = site.agent("ann").await;
    let id = visitor.session_id().to_owned();
    let mut ours = site.connect(&agent.token).await;
    ours.call("session:takeover", json!({"session_id": id})).await.unwrap();
    let long = "🙂".repeat(10_000);
    for _ in 0..20 {
        ours.say(&id, &long).await;
    }
    let mut reader = site.connect(&visitor.token).await;
    reader.call("join:session", json!({"session_id": id, "after": 0})).await.unwrap();

    let mut log = Log::default();
    let mut part = 0;
    loop {
        let history = reader.event("session:history").await;
        assert_eq!((&history["part"], &history["recovered"]), (&json!(part), &json!(true)));
        assert!(history.to_string().len() < 300_000);
        log.take_history(&history);
        part += 1;
        if history["final"] == true {
            break;
        }
    }

    assert!(part > 2, "{part} parts");
    assert_eq!(log.len(), 21);
}

#[tokio::test]
async fn a_slow_reader_is_closed_with_4001_and_nobody_else_notices() {
    let options = Options::unlimited().flag("--outbound-queue-max-frames", "64");
    let site = Site::start(Database::sqlite(), options).await;
    let visitor = site.visitor().await;
    let agent = site.agent("ann").await;
    let id = visitor.session_id().to_owned();
    let mut writer = site.connect(&agent.token).await;
    writer.call("session:takeover", json!({"session_id": id})).await.unwrap();
    let mut slow = site.connect(&visitor.token).await;
    let mut log = Log::default();
    first_join(&mut slow, &visitor, &mut log).await;
    let mut quick = site.connect(&visitor.token).await;
    let mut quick_log = Log::default();
    first_join(&mut quick, &visitor, &mut quick_log).await;

    // Nobody reads `slow`; the system's own buffers take several megabytes first.
    let long = "x".repeat(10_000);
    let mut written = 1;
    for _ in 0..2_000 {
        writer.say(&id, &long).await;
        written += 1;
        quick_log.take(&quick.event("message:new").await);
    }

    let mut seen = 0;
    let code = loop {
        match slow.receive().await {
            Received::Event { name, data } if name == "message:new" => {
                log.take(&data);
                seen += 1;
            }
            Received::Closed { code, .. } => break code,
            _ => {}
        }
    };
    assert!(seen < 2_000, "it was closed before it had everything");
    assert!(
        matches!(code, Some(4001) | None),
        "closed with {code:?}; a close that cannot be written is left unsaid"
    );
    assert_eq!(quick_log.len(), written);
}
