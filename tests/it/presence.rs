//! Who is there: pings tell, whatever else is sent, and whoever is not heard is gone.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::support::{Client, Database, Options, Received, Site, Visitor, within};

/// A server whose seconds are tenths or less.
async fn hasty() -> Site {
    let options = Options::unlimited()
        .flag("--ping-ms", "300")
        .flag("--presence-silence-ms", "2500")
        .flag("--heartbeat-ms", "1000");
    Site::start(Database::sqlite(), options).await
}

async fn agent_in(site: &Site, visitor: &Visitor) -> Client {
    let ann = site.agent("ann").await;
    let mut desk = site.connect(&ann.token).await;
    desk.call("session:takeover", json!({ "session_id": visitor.session_id() })).await.unwrap();
    desk.join(visitor.session_id()).await;
    desk
}

/// Waits until `user:joined` or `user:left` is told of somebody. Heartbeats that come meanwhile do not count.
async fn told(desk: &mut Client, event: &str, id: &str) {
    within(event, async { while desk.event(event).await["user"]["id"] != id {} }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visitor_who_is_not_heard_has_left_while_their_connection_stands_and_is_back_when_heard() {
    let site = hasty().await;
    let visitor = site.visitor().await;
    let mut desk = agent_in(&site, &visitor).await;
    let mut page = site.connect(&visitor.token).await;
    page.join(visitor.session_id()).await;
    let id = page.hello["user"]["id"].as_str().unwrap().to_owned();
    told(&mut desk, "user:joined", &id).await;

    // The page reads nothing from here on, so that no ping is answered.
    told(&mut desk, "user:left", &id).await;
    page.tell("typing:start", json!({ "session_id": visitor.session_id() })).await;
    told(&mut desk, "user:joined", &id).await;
    told(&mut desk, "user:left", &id).await;

    // Their connection stands: what comes is read now, and the pings in it are answered.
    desk.say(visitor.session_id(), "there you are").await;
    assert_eq!(page.event("message:new").await["content"], "there you are");
    told(&mut desk, "user:joined", &id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visitor_who_only_listens_while_much_is_sent_stays() {
    let site = hasty().await;
    let visitor = site.visitor().await;
    let mut desk = agent_in(&site, &visitor).await;
    let mut page = site.connect(&visitor.token).await;
    page.join(visitor.session_id()).await;
    let began = std::time::Instant::now();
    let mut count = 0;
    // Longer than three heartbeats, with never a moment in which nothing is sent.
    while began.elapsed().as_millis() < 4_000 {
        desk.say(visitor.session_id(), "still here?").await;
        match page.receive().await {
            Received::Event { name, .. } if name == "message:new" => count += 1,
            Received::Event { name, .. } if name == "heartbeat" => {}
            other => panic!("{other:?}"),
        }
    }

    assert!(count > 3, "{count}");
    page.say(visitor.session_id(), "yes").await;
    let left = desk.seen.iter().any(|one| matches!(one, Received::Event { name, .. } if name == "user:left"));
    assert!(!left, "nobody has left");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_io_client_that_answers_no_ping_has_left_in_the_same_time() {
    let options = Options::unlimited()
        .flag("--ping-ms", "150")
        .flag("--presence-silence-ms", "450")
        .flag("--presence-grace-ms", "100");
    let site = Site::start(Database::sqlite(), options).await;
    let visitor = site.visitor().await;
    let mut desk = agent_in(&site, &visitor).await;
    let url = format!("ws://127.0.0.1:{}/socket.io/chat/?EIO=4&transport=websocket", site.server.port);
    let (mut socket, _) = within("the upgrade", tokio_tungstenite::connect_async(url)).await.unwrap();
    let open = within("the handshake", socket.next()).await.unwrap().unwrap();
    let open: Value = serde_json::from_str(&open.to_text().unwrap()[1..]).unwrap();
    assert_eq!((&open["pingInterval"], &open["pingTimeout"]), (&json!(150), &json!(450)));
    let connect = format!("40{}", json!({ "token": visitor.token }));
    socket.send(Message::text(connect)).await.unwrap();
    let join = json!(["join:session", { "session_id": visitor.session_id() }]);
    let hello = within("the hello", async {
        loop {
            let message = socket.next().await.unwrap().unwrap();
            if let Some(hello) = message.to_text().unwrap_or_default().strip_prefix("42[\"hello\",") {
                return hello.trim_end_matches(']').to_owned();
            }
        }
    })
    .await;
    let id = serde_json::from_str::<Value>(&hello).unwrap()["user"]["id"].as_str().unwrap().to_owned();
    socket.send(Message::text(format!("42{join}"))).await.unwrap();
    told(&mut desk, "user:joined", &id).await;

    told(&mut desk, "user:left", &id).await;

    drop(socket);
}
