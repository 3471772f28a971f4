//! Callers who say nothing, send too slowly, stop reading or come in crowds do not hold what others need.

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{Database, Options, Site, within};

async fn open(site: &Site) -> TcpStream {
    TcpStream::connect(("127.0.0.1", site.server.port)).await.expect("the server listens")
}

/// Everything the server says until it ends the connection.
async fn rest(stream: &mut TcpStream) -> String {
    let mut said = Vec::new();
    // A reset ends it too.
    let _reset = within("the end of the connection", stream.read_to_end(&mut said)).await;
    String::from_utf8_lossy(&said).into_owned()
}

#[tokio::test]
async fn a_connection_that_says_nothing_or_half_a_head_is_ended() {
    let site =
        Site::start(Database::sqlite(), Options::default().flag("--request-head-timeout-s", "1")).await;
    for said in ["", "GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: ", "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"] {
        let mut stream = open(&site).await;
        stream.write_all(said.as_bytes()).await.unwrap();

        let heard = rest(&mut stream).await;

        let is_answered = said.ends_with("\r\n\r\n");
        assert_eq!(heard.starts_with("HTTP/1.1 200"), is_answered, "{said:?}: {heard}");
    }
}

#[tokio::test]
async fn a_body_that_comes_too_slowly_is_refused_on_every_path() {
    let site =
        Site::start(Database::sqlite(), Options::default().flag("--request-body-silence-s", "1")).await;
    for path in ["/api/v1/auth/login", "/api/v1/widget/sessions", "/socket.io/chat/?EIO=4&transport=polling"]
    {
        let mut stream = open(&site).await;
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"
        );
        stream.write_all(head.as_bytes()).await.unwrap();

        let heard = rest(&mut stream).await;

        assert!(heard.is_empty() || heard.starts_with("HTTP/1.1 4"), "{path}: {heard}");
    }
}

#[tokio::test]
async fn one_address_has_so_many_connections_and_those_it_has_go_on() {
    let options = Options::default().flag("--connections-per-address-max", "8");
    let site = Site::start(Database::sqlite(), options).await;
    let mut held = Vec::new();
    let refused = loop {
        let mut stream = open(&site).await;
        stream.write_all(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        let mut start = [0_u8; 12];
        within("an answer", stream.read_exact(&mut start)).await.unwrap();
        if &start == b"HTTP/1.1 503" {
            break rest(&mut stream).await;
        }
        assert_eq!(&start, b"HTTP/1.1 200");
        held.push(stream);
        assert!(held.len() <= 8);
    };

    assert!(refused.contains(r#""code":"unavailable""#) && refused.contains("retry-after"), "{refused}");
    for stream in &mut held {
        stream.write_all(b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
        assert!(rest(stream).await.contains("HTTP/1.1 200"));
    }
    let mut again = open(&site).await;
    again.write_all(b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    assert!(rest(&mut again).await.starts_with("HTTP/1.1 200"), "places come back");
}

#[tokio::test]
async fn http_2_without_tls_is_spoken_only_when_asked_for() {
    const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    let site = Site::start(Database::sqlite(), Options::default()).await;
    let mut stream = open(&site).await;
    stream.write_all(PREFACE).await.unwrap();
    let heard = rest(&mut stream).await;
    assert!(heard.is_empty() || heard.starts_with("HTTP/1.1 4"), "{heard}");

    let site = Site::start(Database::sqlite(), Options::default().flag("--http2-cleartext", "true")).await;
    let mut stream = open(&site).await;
    stream.write_all(PREFACE).await.unwrap();
    let mut frame = [0_u8; 9];
    within("settings", stream.read_exact(&mut frame)).await.unwrap();
    assert_eq!(frame[3], 4, "the server's SETTINGS: {frame:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_stops_in_the_middle_of_its_history_is_ended() {
    let options = Options::unlimited().flag("--heartbeat-ms", "300").flag("--presence-grace-ms", "100");
    let site = Site::start(Database::sqlite(), options).await;
    let (ann, bob) = (site.agent("ann").await, site.agent("bob").await);
    let visitor = site.visitor().await;
    let id = visitor.session_id();
    let mut ours = site.connect(&ann.token).await;
    ours.call("session:takeover", json!({"session_id": id})).await.unwrap();
    let long = "x".repeat(10_000);
    for _ in 0..900 {
        ours.post("message:send", json!({"session_id": id, "content": long})).await;
    }
    let last = ours.post("message:send", json!({"session_id": id, "content": "last"})).await;
    ours.ack(last).await.unwrap();
    ours.join(id).await;
    let mut stalled = site.connect(&bob.token).await;
    // Nothing of what comes is read from here on.
    stalled.post("join:session", json!({"session_id": id, "after": 0})).await;
    while ours.event("user:joined").await["user"]["id"] != bob.id.as_str() {}

    let left = ours.event("user:left").await;

    assert_eq!(left["user"]["id"], bob.id.as_str());
    ours.say(id, "nobody else noticed").await;
}

#[tokio::test]
async fn joins_beyond_all_allowed_rooms_are_rate_limited_and_the_connection_stays() {
    let site = Site::start(Database::sqlite(), Options::default().flag("--joins-per-minute", "10")).await;
    let visitor = site.visitor().await;
    let id = visitor.session_id();
    let mut theirs = site.connect(&visitor.token).await;
    for number in 0..30 {
        theirs
            .call("join:session", json!({"session_id": id}))
            .await
            .unwrap_or_else(|error| panic!("{number}: {error}"));
    }

    let refused = theirs.call("join:session", json!({"session_id": id})).await.unwrap_err();

    assert_eq!((&refused["code"], &refused["retry"]), (&json!("rate_limited"), &json!(true)));
    assert!(refused["retry_after_ms"].as_u64().unwrap() > 0);
    theirs.say(id, "still here").await;
    for _ in 0..200 {
        theirs
            .call("typing:start", json!({"session_id": id}))
            .await
            .expect("typing is merged, never an error");
    }
}

#[tokio::test]
async fn reads_have_a_budget_of_their_own() {
    let site = Site::start(Database::sqlite(), Options::default().flag("--reads-per-minute", "40")).await;
    let visitor = site.visitor().await;
    let mut theirs = site.connect(&visitor.token).await;
    let read = json!({"session_id": visitor.session_id(), "seq": 1});
    for _ in 0..40 {
        theirs.call("message:read", read.clone()).await.unwrap();
    }

    assert_eq!(theirs.call("message:read", read).await.unwrap_err()["code"], "rate_limited");
}

#[tokio::test]
async fn more_history_than_a_burst_comes_more_slowly_and_whole() {
    let options = Options::default()
        .flag("--history-burst-bytes", "65536")
        .flag("--history-bytes-per-s", "400000")
        .flag("--visitor-messages-per-minute", "1000")
        .flag("--events-per-3s", "1000");
    let site = Site::start(Database::sqlite(), options).await;
    let visitor = site.visitor().await;
    let id = visitor.session_id();
    let mut theirs = site.connect(&visitor.token).await;
    for _ in 0..200 {
        theirs.post("message:send", json!({"session_id": id, "content": "x".repeat(1_000)})).await;
    }
    let last = theirs.post("message:send", json!({"session_id": id, "content": "last"})).await;
    theirs.ack(last).await.unwrap();

    for _ in 0..3 {
        let history = theirs.join(id).await;
        assert_eq!(history["last_seq"], 201);
    }
}

#[tokio::test]
async fn who_may_not_bring_a_file_hears_so_before_it_is_sent() {
    let site = Site::start(Database::sqlite(), Options::default()).await;
    let agent = site.agent_with_role(&site.org, "ann", "agent").await;
    let stranger = site.stranger(&site.org).await;
    for (path, token) in [
        ("/api/v1/widget/attachments", stranger.token.as_str()),
        ("/api/v1/attachments", stranger.token.as_str()),
        ("/api/v1/knowledge/files", agent.token.as_str()),
        ("/api/v1/knowledge/files", stranger.token.as_str()),
        ("/api/v1/knowledge/files", "no-token"),
    ] {
        let mut stream = open(&site).await;
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: multipart/form-data; \
             boundary=b\r\nContent-Length: 5000000\r\nConnection: close\r\n\r\n--b\r\nContent-Disposition: form-data; \
             name=\"file\"; filename=\"a.png\"\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();

        // Nothing more is sent: an answer shows that the server did not wait for the rest.
        let mut start = [0_u8; 12];
        within("an answer", stream.read_exact(&mut start)).await.unwrap();

        let status = String::from_utf8_lossy(&start[9..]).into_owned();
        assert!(["401", "403", "404", "409"].contains(&status.as_str()), "{path}: {status}");
    }
}
