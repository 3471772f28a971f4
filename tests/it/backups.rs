//! Backups of a server under load, and what comes of them when they are put back.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::on_both_databases;
use crate::support::files::PNG;
use crate::support::server::{cli, refused_start};
use crate::support::site::text;
use crate::support::{Client, Database, Options, Received, Server, Site, Visitor, within};

const ROOMS: usize = 3;
/// Messages of a writer that are on their way at once.
const IN_FLIGHT: usize = 8;

/// For how long a backup is made every five seconds; without it a few are made in a row.
fn seconds() -> Option<u64> {
    std::env::var("BACKUP_SECONDS").ok().and_then(|text| text.parse().ok())
}

/// What writers have been told is stored, in the order in which they were told.
#[derive(Default)]
struct Acked {
    ids: Mutex<Vec<String>>,
    some: Notify,
    is_over: AtomicBool,
}

impl Acked {
    fn count(&self) -> usize {
        self.ids.lock().unwrap().len()
    }

    async fn more(&self, count: usize) {
        let target = self.count() + count;
        within("messages are acked", async {
            loop {
                let some = self.some.notified();
                if self.count() >= target {
                    return;
                }
                some.await;
            }
        })
        .await;
    }
}

async fn write(mut client: Client, session: String, pictures: Vec<Value>, acked: Arc<Acked>) {
    let (mut waiting, mut number) = (BTreeSet::new(), 0);
    let mut pictures = pictures.into_iter();
    while !acked.is_over.load(Ordering::SeqCst) || !waiting.is_empty() {
        while waiting.len() < IN_FLIGHT && !acked.is_over.load(Ordering::SeqCst) {
            let mut message = json!({"session_id": session, "content": format!("message {number}")});
            // One after the other, so that some are sent while a backup is made.
            if number % 20 == 0
                && let Some(picture) = pictures.next()
            {
                message["attachments"] = json!([picture["id"]]);
            }
            waiting.insert(client.post("message:send", message).await);
            number += 1;
        }
        match client.receive().await {
            Received::Ack { id, data } => {
                waiting.remove(&id);
                let id = text(&data.expect("no message is refused")["entry"], "id");
                acked.ids.lock().unwrap().push(id);
                acked.some.notify_waiters();
            }
            Received::Closed { code, reason } => panic!("closed {code:?} {reason}"),
            Received::Event { .. } => {}
        }
    }
}

async fn fresh(database: &Database) -> Database {
    if database.url().is_some() { Database::postgres().await } else { Database::sqlite() }
}

async fn backup(server: &Server, file: &Path) -> Value {
    server.cli(&["backup", &file.display().to_string()]).await
}

async fn restore(database: &Database, file: &Path, flags: &[&str]) -> Result<Value, Value> {
    let file = file.display().to_string();
    cli(database, &[&["restore", &file], flags].concat(), None).await
}

/// Every conversation is whole, nothing is without its conversation, and files that are named are there.
fn check_whole(database: &Database) {
    let torn = database.read(
        "select c.id from conversations c left join entries e on e.conversation_id = c.id group by c.id, c.last_seq \
         having count(e.seq) <> c.last_seq or coalesce(max(e.seq), 0) <> c.last_seq or coalesce(min(e.seq), 1) <> 1",
    );
    assert_eq!(torn, [""; 0], "a history has a gap");
    let orphans =
        database.read("select id from entries where conversation_id not in (select id from conversations)");
    assert_eq!(orphans, [""; 0], "an entry has no conversation");
    for line in database.read("select org_id || '/' || id || ' ' || bytes from attachments") {
        let (name, bytes) = line.split_once(' ').unwrap();
        let file = database.dir().join("attachments").join(name);
        let found = std::fs::metadata(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        assert_eq!(found.len().to_string(), bytes, "{name}");
    }
}

/// Starts a server on what was restored: clients that come with a position and an epoch begin anew.
async fn check_served(original: &Site, database: Database, visitor: &Visitor, epoch: &str) {
    std::fs::copy(original.server.database.dir().join("master.key"), database.dir().join("master.key"))
        .unwrap();
    let mut server = Server::start(database, Options::unlimited()).await;
    let mut client = Client::connect(server.port, &visitor.token).await;
    let join = json!({"session_id": visitor.session_id(), "after": 1, "epoch": epoch});
    client.call("join:session", join).await.unwrap();
    let history = client.event("session:history").await;
    assert_eq!(history["recovered"], false, "{}", history["last_seq"]);
    assert_ne!(history["epoch"], epoch);
    client.say(visitor.session_id(), "after the restore").await;
    let epoch = text(&history, "epoch");
    server.kill_and_restart().await;
    let mut client = Client::connect(server.port, &visitor.token).await;
    assert_eq!(client.join(visitor.session_id()).await["epoch"], epoch.as_str(), "one new epoch is enough");
}

on_both_databases! {
    async fn every_backup_made_under_load_restores_to_what_was_acked_before_it(database: Database) {
        let site = Site::unlimited(database).await;
        let acked = Arc::new(Acked::default());
        let (mut writers, mut visitors, mut epoch) = (Vec::new(), Vec::new(), String::new());
        for _ in 0..ROOMS {
            let visitor = site.visitor().await;
            let mut pictures = Vec::new();
            for _ in 0..10 {
                pictures.push(site.picture(&visitor.token, visitor.session_id(), PNG).await);
            }
            let mut client = site.connect(&visitor.token).await;
            epoch = text(&client.join(visitor.session_id()).await, "epoch");
            let session = visitor.session_id().to_owned();
            writers.push(tokio::spawn(write(client, session, pictures, acked.clone())));
            visitors.push(visitor);
        }
        let dir = tempfile::tempdir().unwrap();
        let mut made: Vec<(PathBuf, usize)> = Vec::new();
        for number in 0..seconds().map_or(4, |seconds| seconds / 5) {
            acked.more(60).await;
            let before = acked.count();
            let file = dir.path().join(format!("backup-{number}.tar"));
            let told = backup(&site.server, &file).await;
            assert_eq!((&told["missing_files"], &told["attachments"]), (&json!(0), &json!(ROOMS * 10)), "{told}");
            made.push((file, before));
            if seconds().is_some() {
                // The pace of the long run, which is asked for.
                tokio::time::sleep(Duration::from_secs(5)).await;
            }
        }
        acked.is_over.store(true, Ordering::SeqCst);
        for writer in writers {
            within("a writer ends", writer).await.expect("no writer fails");
        }
        let acked = acked.ids.lock().unwrap().clone();
        println!("{} messages acked while {} backups were made", acked.len(), made.len());

        let mut last = None;
        for (file, before) in &made {
            let target = fresh(&site.server.database).await;
            let told = restore(&target, file, &[]).await.unwrap_or_else(|error| panic!("{error}"));
            assert_eq!((&told["missing_files"], &told["master_keys_here"]), (&json!(0), &json!([])));
            assert_eq!(told["master_keys_absent"].as_array().unwrap().len(), 1, "{told}");
            check_whole(&target);
            let there: BTreeSet<String> = target.read("select id from entries").into_iter().collect();
            let lost: Vec<_> = acked[..*before].iter().filter(|id| !there.contains(*id)).collect();
            assert!(lost.is_empty(), "acked before the backup began, and not in it: {lost:?}");
            last = Some(target);
        }
        check_served(&site, last.unwrap(), &visitors[ROOMS - 1], &epoch).await;
    }

    async fn a_restore_replaces_nothing_that_it_is_not_told_to(database: Database) {
        let mut site = Site::unlimited(database).await;
        let visitor = site.visitor().await;
        let picture = site.picture(&visitor.token, visitor.session_id(), PNG).await;
        let mut client = site.connect(&visitor.token).await;
        client.say(visitor.session_id(), "before the backup").await;
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("backup.tar");
        backup(&site.server, &file).await;
        let again = site.server.cli_with_input(&["backup", &file.display().to_string()], "").await.unwrap_err();
        assert_eq!(again["error"]["code"], "conflict", "no file is overwritten: {again}");
        client.say(visitor.session_id(), "after the backup").await;
        let database = &site.server.database;

        let refused = restore(database, &file, &["--force"]).await.unwrap_err();
        assert_eq!(refused["error"]["code"], "conflict", "a server runs: {refused}");
        site.server.signal("TERM");
        site.server.exit_code().await;
        let database = &site.server.database;
        let refused = restore(database, &file, &[]).await.unwrap_err();
        assert_eq!(refused["error"]["code"], "conflict", "{refused}");
        assert!(text(&refused["error"], "message").contains("--force"), "{refused}");
        let count = "select count(*) from entries where content like '% the backup'";
        assert_eq!(database.read(count), ["2"], "nothing has changed");

        let told = restore(database, &file, &["--force"]).await.unwrap();

        assert_eq!(database.read(count), ["1"]);
        let aside = PathBuf::from(told["moved_to"][0].as_str().unwrap());
        assert!(aside.join("attachments").is_dir(), "{told}");
        match told["moved_to_schema"].as_str() {
            Some(schema) => {
                let old = format!("select count(*) from {schema}.entries where content like '% the backup'");
                assert_eq!(database.read(&old), ["2"]);
            }
            None => assert!(aside.join("switchboard.db").exists()),
        }
        site.server.restart().await;
        let history = site.connect(&visitor.token).await.join(visitor.session_id()).await;
        assert_eq!(history["last_seq"], 1, "{history}");
        assert_eq!(site.file(&visitor.token, &picture["id"]).await.0, 200);
        site.connect(&visitor.token).await.say(visitor.session_id(), "and it goes on").await;
        let left: Vec<_> = std::fs::read_dir(site.server.database.dir()).unwrap().flatten().collect();
        assert!(left.iter().all(|one| !one.file_name().to_string_lossy().starts_with("restor")), "{left:?}");
    }

    async fn an_archive_that_was_changed_leaves_everything_as_it_was(database: Database) {
        let mut site = Site::unlimited(database).await;
        let visitor = site.visitor().await;
        site.picture(&visitor.token, visitor.session_id(), PNG).await;
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("backup.tar");
        backup(&site.server, &file).await;
        let good = std::fs::read(&file).unwrap();
        site.server.kill().await;
        let target = fresh(&site.server.database).await;
        let entries = |database: &Database| std::fs::read_dir(database.dir()).unwrap().flatten().map(|one| one.file_name()).filter(|name| !name.to_string_lossy().ends_with(".lock")).count();

        for at in [0, 700, good.len() / 2, good.len() - 1_500, good.len() - 1_025] {
            let mut bad = good.clone();
            bad[at] ^= 1;
            std::fs::write(&file, &bad).unwrap();
            let refused = restore(&target, &file, &[]).await.unwrap_err();
            assert_eq!(refused["error"]["code"], "bad_request", "byte {at}: {refused}");
        }
        std::fs::write(&file, &good[..good.len() / 2]).unwrap();
        assert_eq!(restore(&target, &file, &[]).await.unwrap_err()["error"]["code"], "bad_request");
        assert_eq!(entries(&target), 0, "nothing is left of them");
        let other = if target.url().is_some() { Database::sqlite() } else { Database::postgres().await };
        std::fs::write(&file, &good).unwrap();
        let refused = restore(&other, &file, &[]).await.unwrap_err();
        assert!(text(&refused["error"], "message").contains("its own engine"), "{refused}");

        restore(&target, &file, &[]).await.expect("the good one is taken");
        check_whole(&target);
    }

    async fn an_interrupted_restore_keeps_the_server_from_starting_until_it_is_done(database: Database) {
        let mut site = Site::unlimited(database).await;
        let visitor = site.visitor().await;
        site.connect(&visitor.token).await.say(visitor.session_id(), "hello").await;
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("backup.tar");
        backup(&site.server, &file).await;
        site.server.signal("TERM");
        site.server.exit_code().await;
        let database = &site.server.database;
        // As a restore that was killed between two renames leaves it.
        std::fs::write(database.dir().join("switchboard.restoring"), "before-restore-x").unwrap();

        let said = refused_start(database).await;
        assert!(said.contains("a restore was interrupted"), "{said}");
        let other = dir.path().join("other.tar").display().to_string();
        let refused = cli(database, &["backup", &other], None).await.unwrap_err();
        assert_eq!(refused["error"]["code"], "conflict", "of two moments: {refused}");

        restore(database, &file, &["--force"]).await.unwrap();
        site.server.restart().await;
        assert_eq!(site.connect(&visitor.token).await.join(visitor.session_id()).await["last_seq"], 1);
    }

    async fn an_org_is_exported_and_deleted_from_the_shell_beside_a_running_server(database: Database) {
        let site = Site::unlimited(database).await;
        let boss = site.platform_admin(&site.org, "boss").await;
        let org = site.another_org().await;
        let owner = site.agent_with_role(&org, "owner", "owner").await;
        let visitor = site.visitor_of(&org).await;
        let mut client = site.connect(&visitor.token).await;
        client.say(visitor.session_id(), "take me along").await;
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().display().to_string();

        let told = site.server.cli(&["export", "--org", &org.id, &folder]).await;
        let lines = std::fs::read_to_string(text(&told, "file")).unwrap();
        assert!(lines.contains("take me along") && lines.ends_with("{\"kind\":\"end\"}\n"), "{lines}");
        assert_eq!(told["lines"], lines.lines().count());
        let again = site.server.cli_with_input(&["export", "--org", &org.id, &folder], "").await.unwrap_err();
        assert_eq!(again["error"]["code"], "conflict");

        let delete = |flags: &[&'static str]| [&["org", "delete"], flags].concat();
        let own = [delete(&["--yes"]), vec![&site.org.id]].concat();
        assert_eq!(site.server.cli_with_input(&own, "").await.unwrap_err()["error"]["code"], "conflict", "no platform admin is shut out");
        let wrong = [delete(&["--name", "Another"]), vec![&org.id]].concat();
        assert_eq!(site.server.cli_with_input(&wrong, "").await.unwrap_err()["error"]["code"], "bad_request");
        let unsure = [delete(&[]), vec![&org.id]].concat();
        assert_eq!(site.server.cli_with_input(&unsure, "").await.unwrap_err()["error"]["code"], "bad_request");
        client.say(visitor.session_id(), "nothing has changed").await;
        let right = [delete(&["--name", "Other"]), vec![&org.id]].concat();
        let told = site.server.cli_with_input(&right, "").await.unwrap();

        assert!(told["delete_at"].is_string(), "{told}");
        within("the running server suspends it", async {
            let message = json!({"session_id": visitor.session_id(), "content": "still here?"});
            while client.call("message:send", message.clone()).await.is_ok() {}
        })
        .await;
        let orgs = site.get(Some(&boss.token), "/api/v1/orgs?limit=200").await;
        let listed = orgs.body["items"].as_array().unwrap().iter().find(|one| one["id"] == org.id.as_str());
        assert_eq!(listed.unwrap()["status"], "leaving");
        let audit = site.get(Some(&owner.token), "/api/v1/audit?limit=50").await;
        for act in ["org.export", "org.delete"] {
            let rows = audit.body["items"].as_array().unwrap();
            let row = rows.iter().find(|row| row["act"] == act).unwrap_or_else(|| panic!("{act}: {audit:?}"));
            assert_eq!(row["actor"]["kind"], "shell", "{row}");
        }
    }
}
