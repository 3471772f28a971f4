//! Starting, stopping, and what one database allows.

use serde_json::json;
use tokio::io::AsyncBufReadExt as _;

use crate::on_both_databases;
use crate::support::server::{binary, cli};
use crate::support::{Database, Options, Received, Server, Site, within};

on_both_databases! {
    async fn a_second_server_on_one_database_is_refused(database: Database) {
        let server = Server::start(database, Options::default()).await;

        let output = within("the second server ends", tokio::process::Command::new(binary())
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(server.database.flags())
            .output())
        .await
        .unwrap();

        assert!(!output.status.success());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("already runs on this database"), "{said}");
    }

    async fn a_data_directory_that_is_not_there_is_made(database: Database) {
        let missing = database.dir().join("not/there/yet");
        let mut command = tokio::process::Command::new(binary());
        command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(&missing);
        if let Some(url) = database.url() {
            command.args(["--database-url", url]);
        }
        let mut server = command.stdout(std::process::Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let mut said = tokio::io::BufReader::new(server.stdout.take().unwrap()).lines();

        let ready = within("the address", async {
            while let Ok(Some(line)) = said.next_line().await {
                if line.contains("http://127.0.0.1:") {
                    return true;
                }
            }
            false
        });

        assert!(ready.await, "it starts on an empty machine");
        assert!(missing.join("switchboard.mark").exists() || database.url().is_none());
    }

    async fn commands_that_start_at_once_migrate_once(database: Database) {
        let mut commands = Vec::new();
        for number in 0..6 {
            let name = format!("Org {number}");
            let database = &database;
            commands.push(async move { cli(database, &["org", "create", &name], None).await });
        }
        let made = futures_util::future::join_all(commands).await;

        assert!(made.iter().all(|one| one.as_ref().is_ok_and(|org| org["org_id"].is_string())), "{made:?}");
    }

    async fn history_is_there_after_a_graceful_stop(database: Database) {
        let mut site = Site::start(database, Options::default()).await;
        let visitor = site.visitor().await;
        let id = visitor.session_id().to_owned();
        let mut client = site.connect(&visitor.token).await;
        client.join(&id).await;
        client.say(&id, "before").await;

        site.server.signal("TERM");

        let draining = client.event("server:draining").await;
        assert_eq!(draining["reconnect_after_ms"], 1_000);
        assert_eq!(client.closed().await.0, Some(4000));
        assert_eq!(site.server.exit_code().await, Some(0));
        site.server.restart().await;
        let history = site.connect(&visitor.token).await.join(&id).await;
        assert_eq!(history["entries"][0]["content"], "before");
    }
}

#[tokio::test]
async fn a_second_signal_stops_at_once() {
    let mut site = Site::start(Database::sqlite(), Options::default()).await;
    let visitor = site.visitor().await;
    let mut client = site.connect(&visitor.token).await;
    site.server.signal("TERM");
    client.event("server:draining").await;
    site.server.signal("TERM");

    let code = site.server.exit_code().await;

    assert!(matches!(code, Some(0 | 130)), "{code:?}");
}

#[tokio::test]
async fn a_newer_schema_is_refused_with_a_remedy() {
    let database = Database::sqlite();
    cli(&database, &["org", "create", "Acme"], None).await.unwrap();
    database.execute(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (99990101, 'later', 1, x'00', 0)",
    );

    let refused = cli(&database, &["org", "create", "Again"], None).await.unwrap_err();

    assert!(refused["error"]["message"].as_str().unwrap().contains("start the newer release"), "{refused}");
}

#[tokio::test]
async fn idle_conversations_are_closed_by_the_sweep() {
    let site = Site::start(Database::sqlite(), Options::default().flag("--idle-sweep-s", "1")).await;
    let visitor = site.visitor().await;
    let id = visitor.session_id().to_owned();
    let mut client = site.connect(&visitor.token).await;
    client.join(&id).await;
    let db = switchboard::db::Db::open(None, site.server.database.dir(), 1).await.unwrap();
    db.conversations().age(id.parse().unwrap(), rooms::Timestamp(0)).await.unwrap();

    let closed = client.event("message:new").await;

    assert_eq!(
        (&closed["event"], &closed["metadata"]["by"], &closed["role"]),
        (&json!("closed"), &json!("idle"), &json!("system"))
    );
}

#[tokio::test]
async fn the_same_events_cross_between_transports_and_pages_answer() {
    let site = Site::start(Database::sqlite(), Options::default()).await;
    let live = site.get(None, "/livez").await;
    let ready = site.get(None, "/readyz").await;
    let document = site.get(None, "/api/v1/openapi.json").await;
    let page = site.get(None, "/").await;

    assert_eq!((live.status, ready.status), (200, 200));
    assert!(document.body["paths"].as_object().unwrap().len() > 20, "{document:?}");
    assert!(matches!(page.status, 200 | 503));
    if page.status == 503 {
        assert!(page.body.as_str().unwrap().contains("make build"));
    }
    assert_eq!(site.get(None, "/api/v1/nowhere").await.code(), "not_found");
}

#[tokio::test]
async fn presence_of_agents_is_told_and_survives_a_reload() {
    let site = Site::start(Database::sqlite(), Options::default().flag("--presence-grace-ms", "400")).await;
    let (ann, ben) = (site.agent("ann").await, site.agent("ben").await);
    let mut watching = site.connect(&ann.token).await;
    let mut other = site.connect(&ben.token).await;
    let came = loop {
        let update = watching.event("presence:updated").await;
        if update["user"]["id"] == ben.id.as_str() {
            break update;
        }
    };
    assert_eq!(came["status"], "online");
    other.call("presence:set", json!({"status": "away"})).await.unwrap();
    assert_eq!(watching.event("presence:updated").await["status"], "away");
    drop(other);
    let mut other = site.connect(&ben.token).await;
    other.call("presence:set", json!({"status": "busy"})).await.unwrap();
    assert_eq!(watching.event("presence:updated").await["status"], "busy", "a reload is not a departure");
    drop(other);

    assert_eq!(watching.event("presence:updated").await["status"], "offline");
    assert!(!watching.seen.iter().any(|one| matches!(one, Received::Closed { .. })));
}
