//! A database that stands still or is locked: everybody is told, nothing hangs, and it goes on when it is back.

use std::sync::Arc;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::support::{Client, Database, Options, Received, Site, postgres, within};

/// Passes bytes to PostgreSQL and back, unless it is frozen.
struct Freezer {
    port: u16,
    is_frozen: Arc<watch::Sender<bool>>,
}

async fn pass(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    mut frozen: watch::Receiver<bool>,
) {
    let mut bytes = vec![0_u8; 16_384];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        if frozen.wait_for(|is_frozen| !is_frozen).await.is_err()
            || to.write_all(&bytes[..count]).await.is_err()
        {
            return;
        }
    }
}

impl Freezer {
    async fn before(port_behind: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let is_frozen = Arc::new(watch::channel(false).0);
        let frozen = is_frozen.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(("127.0.0.1", port_behind)).await.unwrap();
                let ((from_client, to_client), (from_server, to_server)) =
                    (client.into_split(), server.into_split());
                tokio::spawn(pass(from_client, to_server, frozen.subscribe()));
                tokio::spawn(pass(from_server, to_client, frozen.subscribe()));
            }
        });
        Self { port, is_frozen }
    }
}

async fn readiness(site: &Site, wanted: u16) {
    within("readiness", async {
        while site.get(None, "/readyz").await.status != wanted {
            // Readiness is asked for, as a load balancer does: there is no event.
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_stands_still_is_said_and_does_not_keep_the_server_from_stopping() {
    let mut database = Database::postgres().await;
    let behind = database.url().unwrap().to_owned();
    let address = behind.split('@').nth(1).unwrap().split('/').next().unwrap().to_owned();
    let freezer = Freezer::before(address.split(':').nth(1).unwrap().parse().unwrap()).await;
    database.set_url(behind.replace(&address, &format!("127.0.0.1:{}", freezer.port)));
    let log = tempfile::NamedTempFile::new().unwrap();
    let options = Options::unlimited().flag("--drain-timeout-s", "2").log_to(log.path(), "error");
    let mut site = Site::start(database, options).await;
    let agent = site.agent("ann").await;
    let visitor = site.visitor().await;
    let id = visitor.session_id();
    let mut client = site.connect(&visitor.token).await;
    client.join(id).await;
    client.say(id, "before").await;

    freezer.is_frozen.send_replace(true);
    let refused = client
        .call("message:send", json!({"session_id": id, "content": "meanwhile", "client_message_id": "m"}))
        .await;
    assert_eq!(refused.unwrap_err()["code"], "unavailable");
    readiness(&site, 503).await;
    let mut again = Client::open(site.server.port, None).await;
    again.call("hello", json!({"token": visitor.token})).await.expect("a visitor is known from memory");
    let mut stranger = Client::open(site.server.port, None).await;
    let hello = stranger.call("hello", json!({"token": agent.token})).await.unwrap_err();
    assert_eq!((&hello["code"], &hello["retry"]), (&json!("unavailable"), &json!(true)));
    assert_eq!(stranger.closed().await.0, Some(4004));
    let asked = site.get(Some(&agent.token), "/api/v1/auth/me").await;
    assert_eq!((asked.status, asked.code()), (503, "unavailable"), "{asked:?}");
    let request_id = asked.body["request_id"].as_str().unwrap();
    let logged = std::fs::read_to_string(log.path()).unwrap();
    assert_eq!(
        logged.lines().filter(|line| line.contains(request_id)).count(),
        1,
        "its cause, once: {logged}"
    );
    let other = "01890a5d-ac96-774b-bcce-b302099a8057";
    let left = client.call("leave:session", json!({"session_id": other})).await;
    assert_eq!(left.unwrap_err()["code"], "unavailable");
    let logged = std::fs::read_to_string(log.path()).unwrap();
    let about_the_other = |line: &&str| line.contains("leave:session") && line.contains(other);
    assert_eq!(logged.lines().filter(about_the_other).count(), 1, "with its conversation: {logged}");

    freezer.is_frozen.send_replace(false);
    readiness(&site, 200).await;
    let said = within("a message is taken again", async {
        loop {
            let data = json!({"session_id": id, "content": "meanwhile", "client_message_id": "m"});
            if let Ok(said) = client.call("message:send", data).await {
                return said;
            }
        }
    })
    .await;
    assert_eq!(said["entry"]["content"], "meanwhile");
    let history = client.join(id).await;
    let texts: Vec<&str> =
        history["entries"].as_array().unwrap().iter().filter_map(|entry| entry["content"].as_str()).collect();
    assert_eq!(texts, ["before", "meanwhile"], "once");

    freezer.is_frozen.send_replace(true);
    site.server.signal("TERM");
    assert_eq!(site.server.exit_code().await, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_whose_database_another_took_writes_no_more_and_stops() {
    let database = Database::postgres().await;
    let url = database.url().unwrap().to_owned();
    let mut site = Site::start(database, Options::unlimited().flag("--drain-timeout-s", "2")).await;
    let visitor = site.visitor().await;
    let id = visitor.session_id().to_owned();
    let mut client = site.connect(&visitor.token).await;
    client.join(&id).await;
    client.say(&id, "before").await;

    let of_lock = |field: &str| {
        let here = "(select oid from pg_database where datname = current_database())";
        let found = psql(
            &url,
            &format!("select {field} from pg_locks where locktype = 'advisory' and database = {here}"),
        );
        found.trim().parse::<i64>().expect("one lock")
    };
    let (key, pid) = (of_lock("(classid::bigint << 32) | objid::bigint"), of_lock("pid"));
    // As another server would take it, once the session that holds it has ended.
    let statements =
        format!("select pg_terminate_backend({pid}); select pg_advisory_lock({key}); select pg_sleep(60)");
    let mut other = tokio::process::Command::from(psql_command(&url, &statements))
        .stdout(std::process::Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("psql");
    // What is told, and what is refused; one message may be on its way when the connection ends.
    let (mut acked, mut refused) = (0, 0);
    'until_refused: loop {
        let asked = client
            .post("message:send", json!({"session_id": id, "content": format!("number {acked}")}))
            .await;
        loop {
            match client.receive().await {
                Received::Ack { id, data: Ok(_) } if id == asked => break acked += 1,
                Received::Ack { data: Err(_), .. } => {
                    refused = 1;
                    break 'until_refused;
                }
                Received::Closed { .. } => break 'until_refused,
                _ => {}
            }
        }
    }

    assert_ne!(site.server.exit_code().await, Some(0), "it stops by itself and says why");
    other.kill().await.unwrap();
    let stored = psql(&url, "select count(*) from entries where content like 'number %'");
    let (stored, may_be_stored): (i32, i32) = (stored.trim().parse().unwrap(), acked + 1 - refused);
    assert!((acked..=may_be_stored).contains(&stored), "{stored} stored, {acked} told, {refused} refused");
}

fn psql_command(url: &str, statements: &str) -> std::process::Command {
    let mut psql = std::process::Command::new(postgres::client());
    psql.args([
        "--quiet",
        "--tuples-only",
        "--no-align",
        "--no-psqlrc",
        "--dbname",
        url,
        "--command",
        statements,
    ]);
    psql
}

fn psql(url: &str, statements: &str) -> String {
    let output = psql_command(url, statements).output().expect("psql runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Another process that holds the write lock of a SQLite file until it is ended.
const LOCKER: &str = "import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)
connection.execute('begin immediate')
print('held', flush=True)
sys.stdin.read()";

#[tokio::test]
async fn a_lock_of_another_process_is_logged_and_waited_out() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let site = Site::start(Database::sqlite(), Options::unlimited().log_to(log.path(), "warn")).await;
    let visitor = site.visitor().await;
    let id = visitor.session_id().to_owned();
    let mut client = site.connect(&visitor.token).await;
    client.join(&id).await;
    let mut locker = tokio::process::Command::new("python3")
        .args(["-c", LOCKER])
        .arg(site.server.database.dir().join("switchboard.db"))
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("python3");
    let mut said = [0; 5];
    let reading = locker.stdout.as_mut().unwrap().read_exact(&mut said);
    within("the lock is taken", reading).await.expect("the locker holds the lock");

    let asked = client.post("message:send", json!({"session_id": id, "content": "while it is locked"})).await;
    let notice = "waited 2 s for a write lock on the database";
    within("the notice", async {
        while !std::fs::read_to_string(log.path()).unwrap().contains(notice) {
            // A log file has no event.
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await;
    drop(locker.stdin.take());

    let acked = client.ack(asked).await.expect("the message is stored once the lock is free");
    assert_eq!(client.join(&id).await["last_seq"], acked["entry"]["seq"], "{acked}");
}
