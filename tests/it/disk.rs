//! Disks that are full, files that are damaged, gone or restored: said in words, and over when the cause is.

use std::io::{Seek as _, SeekFrom, Write as _};

use serde_json::json;

use crate::on_both_databases;
use crate::support::server::refused_start;
use crate::support::{Client, Database, Options, Site, within};

/// Runs a command with its data directory on a disk of 24 MB of its own, which holds what was there before.
const ON_A_SMALL_DISK: &str = r#"m=$(mktemp -d) && mount -t tmpfs -o size=24m tmpfs "$m" && cp -a "$0"/. "$m"/ && mount --bind "$m" "$0" && exec "$@""#;

async fn ready(site: &Site) -> (u16, String) {
    let answer = site.get(None, "/readyz").await;
    (answer.status, answer.body["reason"].as_str().unwrap_or_default().to_owned())
}

async fn until_ready(site: &Site, wanted: u16) {
    within("readiness", async {
        while ready(site).await.0 != wanted {
            // Readiness is asked for, as a load balancer does: there is no event.
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await;
}

async fn say_long(client: &mut Client, id: &str) -> Result<serde_json::Value, serde_json::Value> {
    client.call("message:send", json!({"session_id": id, "content": "x".repeat(9_000)})).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_and_goes_on_by_itself_when_there_is_room() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let options = Options::unlimited().flag("--free-space-floor-bytes", "0").log_to(log.path(), "warn");
    let mut site = Site::start(Database::sqlite(), options).await;
    let agent = site.agent("ann").await;
    let visitor = site.visitor().await;
    let id = visitor.session_id().to_owned();
    site.server.signal("TERM");
    site.server.exit_code().await;
    let dir = site.server.database.dir().display().to_string();
    site.server
        .restart_within(&["unshare", "--map-root-user", "--mount", "sh", "-c", ON_A_SMALL_DISK, &dir])
        .await;
    let filler = format!("/proc/{}/root{dir}/filler", site.server.pid());
    let mut client = site.connect(&agent.token).await;
    client.call("session:takeover", json!({"session_id": id})).await.unwrap();
    let mut file = std::fs::File::create(&filler).expect("the server's own view of its disk");
    while file.write_all(&[0; 4_096]).is_ok() {}
    drop(file);
    let refused = loop {
        if let Err(error) = say_long(&mut client, &id).await {
            break error;
        }
    };
    assert_eq!((&refused["code"], &refused["retry"]), (&json!("unavailable"), &json!(true)));
    until_ready(&site, 503).await;
    assert!(std::fs::read_to_string(log.path()).unwrap().contains("full"), "the log names the cause");

    std::fs::remove_file(&filler).unwrap();

    until_ready(&site, 200).await;
    for _ in 0..3 {
        say_long(&mut client, &id).await.expect("there is room");
    }
    let history = client.join(&id).await;
    let last = history["entries"].as_array().unwrap().last().unwrap();
    assert_eq!(last["seq"], history["last_seq"], "nothing of what was refused is half there");
}

on_both_databases! {
    async fn a_restored_backup_gets_new_epochs_and_no_client_goes_on_from_another_history(database: Database) {
        let mut site = Site::unlimited(database).await;
        let visitor = site.visitor().await;
        let id = visitor.session_id().to_owned();
        let mut client = site.connect(&visitor.token).await;
        let epoch = client.join(&id).await["epoch"].as_str().unwrap().to_owned();
        for text in ["one", "two", "three", "four"] {
            client.say(&id, text).await;
        }
        site.server.signal("TERM");
        site.server.exit_code().await;
        // What a backup holds that was made after the second message.
        let database = &site.server.database;
        let second = database.read(&format!("select created_at from entries where conversation_id = '{id}' and seq = 2"));
        database.execute(&format!(
            "delete from entries where conversation_id = '{id}' and seq > 2; \
             update conversations set last_seq = 2, visitor_last_seq = 2, entry_at = {at}, updated_at = {at} where id = '{id}';",
            at = second[0],
        ));

        site.server.restart().await;
        let mut client = site.connect(&visitor.token).await;
        for text in ["another three", "another four", "another five"] {
            client.say(&id, text).await;
        }
        client.call("join:session", json!({"session_id": id, "after": 4, "epoch": epoch})).await.unwrap();
        let history = client.event("session:history").await;

        assert_eq!(history["recovered"], false, "{history}");
        assert_ne!(history["epoch"], epoch.as_str());
        let fresh = history["epoch"].as_str().unwrap().to_owned();
        site.server.kill_and_restart().await;
        let mut client = site.connect(&visitor.token).await;
        assert_eq!(client.join(&id).await["epoch"], fresh.as_str(), "an ordinary start changes no epoch");
    }
}

#[tokio::test]
async fn an_empty_file_where_there_was_a_database_is_no_new_installation() {
    let mut site = Site::unlimited(Database::sqlite()).await;
    let visitor = site.visitor().await;
    site.connect(&visitor.token).await.say(visitor.session_id(), "hello").await;
    site.server.signal("TERM");
    site.server.exit_code().await;
    let database = &site.server.database;
    for name in ["switchboard.db-wal", "switchboard.db-shm"] {
        let _was_folded_in = std::fs::remove_file(database.dir().join(name));
    }
    let path = database.dir().join("switchboard.db");
    for is_there in [true, false] {
        if is_there { std::fs::File::create(&path).map(drop) } else { std::fs::remove_file(&path) }.unwrap();

        let said = refused_start(database).await;
        assert!(said.contains("restore the file from a backup"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_page_is_said_at_once_with_a_remedy() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut site = Site::start(Database::sqlite(), Options::unlimited().log_to(log.path(), "warn")).await;
    let visitor = site.visitor().await;
    let id = visitor.session_id().to_owned();
    let mut client = site.connect(&visitor.token).await;
    for _ in 0..400 {
        client.post("message:send", json!({"session_id": id, "content": "x".repeat(900)})).await;
    }
    client.say(&id, "last").await;
    site.server.signal("TERM");
    site.server.exit_code().await;
    let root = site.server.database.read("select rootpage from sqlite_master where name = 'entries'");
    let page_bytes = site.server.database.read("pragma page_size");
    site.server.restart().await;
    // A table's root is read by everybody who looks for one of its rows.
    let at = (root[0].parse::<u64>().unwrap() - 1) * page_bytes[0].parse::<u64>().unwrap();
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .open(site.server.database.dir().join("switchboard.db"))
        .unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(&[0xA5; 512]).unwrap();
    file.sync_all().unwrap();

    let mut again = site.connect(&visitor.token).await;
    let refused = again.call("join:session", json!({"session_id": id})).await.unwrap_err();

    assert_eq!(refused["code"], "unavailable");
    assert_eq!(ready(&site).await, (503, "database_damaged".to_owned()));
    assert!(std::fs::read_to_string(log.path()).unwrap().contains("restore the last backup"));
}
