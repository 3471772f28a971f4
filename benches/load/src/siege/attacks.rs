//! The attacks of a siege. None of it needs more than a channel's public key, or an org of one's own.

use std::net::Ipv4Addr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

use super::documents::hostile_documents;
use crate::client::Client;
use crate::http;
use crate::server::{Server, Visitor};

/// Where the strangers come from.
const THEIRS: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 66);
/// More than the server lets one address have.
const CONNECTIONS: usize = 1_500;
/// Entries of the history that is asked for again and again, of about 1 kB each.
const HISTORY: usize = 200;
/// Receivers that take a webhook's delivery and never answer.
const SLOW_RECEIVERS: usize = 10;
/// How long a stranger waits for an answer.
const PATIENCE: Duration = Duration::from_secs(20);

type Attack = fn(Arc<Target>) -> Pin<Box<dyn Future<Output = ()> + Send>>;

/// Every attack: one round of it, begun again when it ends.
pub(super) const ATTACKS: &[(&str, Attack)] = &[
    ("idle connections", |target| Box::pin(async move { say_nothing(&target, b"").await })),
    ("half heads", |target| {
        Box::pin(async move { say_nothing(&target, b"GET / HTTP/1.1\r\nX-Slow: ").await })
    }),
    ("slow bodies", |target| Box::pin(async move { send_slowly(&target).await })),
    ("joins without reading", |target| Box::pin(async move { join_again_and_again(&target).await })),
    ("waits for nobody's reply", |target| Box::pin(async move { wait_for_replies(&target).await })),
    ("uploads without a right", |target| Box::pin(async move { upload_pictures(&target).await })),
    ("guessed passwords", |target| Box::pin(async move { guess(&target).await })),
    ("new visitors", |target| Box::pin(async move { come_as_new(&target).await })),
    ("hostile documents", |target| Box::pin(async move { feed_documents(&target).await })),
    ("webhooks to nowhere", |target| Box::pin(async move { write_for_webhooks(&target).await })),
];

/// What the strangers know.
pub(super) struct Target {
    port: u16,
    channel_key: String,
    /// The owner of the strangers' org.
    owner: String,
    /// A conversation with a history.
    visitor: Visitor,
    document: AtomicUsize,
}

impl Target {
    pub(super) async fn prepare(server: &Server) -> anyhow::Result<Self> {
        let owner = server.owner("stranger").await?;
        let visitor = server.visitor_at(THEIRS).await?;
        let mut client = Client::connect(server.port, &owner).await?;
        client.call("session:takeover", &json!({"session_id": visitor.session_id})).await?;
        for number in 0..HISTORY {
            let data = json!({"session_id": visitor.session_id, "content": format!("{number} {}", "x".repeat(1_000))});
            client.call("message:send", &data).await?;
            // Under the server's limit of events of one connection.
            sleep(Duration::from_millis(110)).await;
        }
        for _ in 0..SLOW_RECEIVERS {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            let url = format!("http://127.0.0.1:{}/", listener.local_addr()?.port());
            tokio::spawn(async move {
                let mut held = Vec::new();
                while let Ok((stream, _)) = listener.accept().await {
                    held.push(stream);
                }
            });
            let body = json!({"url": url}).to_string();
            http::request(server.port, "POST", "/api/v1/webhooks", Some(&owner), &body).await?;
        }
        let channel_key = server.channel_key().to_owned();
        Ok(Self { port: server.port, channel_key, owner, visitor, document: AtomicUsize::new(0) })
    }

    async fn connect(&self) -> Option<TcpStream> {
        http::connect_from(THEIRS, self.port).await.ok()
    }

    async fn ask(&self, path: &str, token: Option<&str>, body: &Value) {
        let body = body.to_string();
        let asking = http::request_from(THEIRS, self.port, "POST", path, token, &body);
        // A refusal is what is expected.
        let _refused = timeout(PATIENCE, asking).await;
    }
}

async fn say_nothing(target: &Target, start: &[u8]) {
    let mut held = Vec::with_capacity(CONNECTIONS);
    for _ in 0..CONNECTIONS / 2 {
        let Some(mut stream) = target.connect().await else { break };
        // Whoever is refused at once is refused.
        let _refused = stream.write_all(start).await;
        held.push(stream);
    }
    sleep(Duration::from_secs(10)).await;
}

async fn send_slowly(target: &Target) {
    let mut held = Vec::new();
    for path in ["/api/v1/auth/login", "/api/v1/widget/sessions", "/socket.io/chat/?EIO=4&transport=polling"]
    {
        for _ in 0..20 {
            let Some(mut stream) = target.connect().await else { continue };
            let head = format!(
                "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
            );
            let _refused = stream.write_all(head.as_bytes()).await;
            held.push(stream);
        }
    }
    for _ in 0..20 {
        sleep(Duration::from_secs(1)).await;
        for stream in &mut held {
            let _ended = stream.write_all(b"{").await;
        }
    }
}

async fn join_again_and_again(target: &Target) {
    let Ok(mut client) = Client::connect_from(THEIRS, target.port, &target.visitor.token).await else {
        return sleep(Duration::from_secs(1)).await;
    };
    let id = json!(target.visitor.session_id);
    // It never reads; after a while the server cannot write, and ends it.
    for number in 0..20_000_u32 {
        let sent = match number % 4 {
            0 => client.post("join:session", &id).await,
            1 => client.post("leave:session", &id).await,
            2 => client.post("message:read", &json!({"session_id": id, "seq": number})).await,
            _ => client.post("typing:start", &json!({"session_id": id, "preview": "x".repeat(200)})).await,
        };
        if sent.is_err() {
            return;
        }
        if number % 20 == 0 {
            sleep(Duration::from_millis(100)).await;
        }
    }
}

async fn wait_for_replies(target: &Target) {
    let asks = (0..50_u32).map(|number| {
        let path =
            format!("/api/v1/widget/conversations/01a2243f-f9e1-714f-8197-{number:012}/messages?wait=reply");
        let body = json!({"content": "hello"});
        async move { target.ask(&path, Some(&target.visitor.token), &body).await }
    });
    futures_util::future::join_all(asks).await;
    sleep(Duration::from_millis(200)).await;
}

async fn upload_pictures(target: &Target) {
    for (path, token) in [
        ("/api/v1/widget/attachments", target.visitor.token.as_str()),
        ("/api/v1/knowledge/files", target.visitor.token.as_str()),
        ("/api/v1/attachments", "nobody"),
    ] {
        let file = vec![0xff_u8; 1_000_000];
        upload(target, path, token, "a.png", &file, &target.visitor.session_id).await;
    }
    sleep(Duration::from_millis(100)).await;
}

async fn guess(target: &Target) {
    let guesses = (0..10_u32).map(|number| {
        let body = json!({"email": "agent@example.com", "password": format!("guess {number}")});
        async move {
            target.ask("/api/v1/auth/login", None, &body).await;
            target.ask("/api/v1/auth/socket-ticket", Some(&format!("sba_guess{number}")), &json!({})).await;
        }
    });
    futures_util::future::join_all(guesses).await;
    sleep(Duration::from_millis(100)).await;
}

async fn come_as_new(target: &Target) {
    for _ in 0..20 {
        target.ask("/api/v1/widget/sessions", None, &json!({"channel_key": target.channel_key})).await;
    }
    sleep(Duration::from_millis(200)).await;
}

async fn feed_documents(target: &Target) {
    let documents = hostile_documents();
    let at = target.document.fetch_add(1, Ordering::Relaxed);
    let (name, bytes) = &documents[at % documents.len()];
    upload(target, "/api/v1/knowledge/files", &target.owner, name, bytes, "").await;
    // Each is read before the next comes: what is still queued would be work, not memory that is left.
    let path = "/api/v1/knowledge/sources?limit=200";
    loop {
        // Under the server's limit of requests of one token; a refusal says nothing.
        sleep(Duration::from_secs(3)).await;
        let asked = http::request_from(THEIRS, target.port, "GET", path, Some(&target.owner), "").await;
        let Ok(sources) = asked else { continue };
        let is_read = |source: &Value| matches!(source["state"].as_str(), Some("ready" | "failed"));
        if sources["items"].as_array().is_none_or(|sources| sources.iter().all(is_read)) {
            return;
        }
    }
}

async fn write_for_webhooks(target: &Target) {
    let body = json!({"content": "to all who are told of it"});
    let path = format!("/api/v1/conversations/{}/messages", target.visitor.session_id);
    target.ask(&path, Some(&target.owner), &body).await;
    sleep(Duration::from_secs(1)).await;
}

/// Sends a file and does not wait for more than the begin of an answer.
async fn upload(target: &Target, path: &str, token: &str, name: &str, bytes: &[u8], session_id: &str) {
    let Some(mut stream) = target.connect().await else { return };
    let before = format!(
        "--b\r\nContent-Disposition: form-data; name=\"session_id\"\r\n\r\n{session_id}\r\n--b\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
    );
    let after = "\r\n--b--\r\n";
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {}\r\n\r\n",
        before.len() + bytes.len() + after.len()
    );
    let sending = async {
        for part in [head.as_bytes(), before.as_bytes(), bytes, after.as_bytes()] {
            // A refusal comes before the file has been sent.
            if stream.write_all(part).await.is_err() {
                return;
            }
        }
        let mut start = [0_u8; 12];
        let _refused = stream.read_exact(&mut start).await;
    };
    let _too_slow = timeout(PATIENCE, sending).await;
}
