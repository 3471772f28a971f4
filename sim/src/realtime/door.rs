//! Who comes in: the log is shown, upgrades are taken or refused.

use serde_json::{Value, json};
use std::io;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::connection::{self, ORDERS_MAX};
use super::faults::Faults;
use super::head::Head;
use super::live::LiveSession;
use super::log::ConnectionLog;
use super::scenario::Scenario;
use super::session::{Opening, Session};
use super::stage::Stage;
use super::talk::Talk;

/// Small, as hundreds of calls are simulated at once; frames of sound fit in.
const BUFFER_BYTES: usize = 8 << 10;
/// The protocol's 15 MiB of sound as base64, and the event around it.
const MESSAGE_BYTES_MAX: usize = 24 << 20;

const PATHS: [&str; 3] = ["/v1/realtime", "/realtime", "/openai/v1/realtime"];
const LIVE_PATHS: [&str; 3] = ["/v1/live/sessions", "/live/sessions", "/openai/v1/live/sessions"];
const DEFAULT_MODEL: &str = "gpt-realtime-2.1";

/// Serves one connection to its end.
pub(super) async fn serve(mut stream: TcpStream, stage: Arc<Stage>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let head = Head::read(&mut stream).await?;
    if head.path == "/_log" {
        let logs: Vec<Value> = stage.records.read(|logs| logs.iter().map(ConnectionLog::to_json).collect());
        let violations = stage.violations();
        let body = json!({ "connections": logs, "violations": violations, "usage": stage.usage().to_json() });
        return answer(&mut stream, 200, &body).await;
    }
    if let Some((status, message)) = refusal(&head, &stage) {
        let kind = if status >= 500 || status == 429 { "server_error" } else { "invalid_request_error" };
        let error = json!({ "error": { "type": kind, "code": null, "message": message, "param": null } });
        return answer(&mut stream, status, &error).await;
    }
    let Some(key) = head.header("sec-websocket-key").map(str::to_owned) else {
        let error =
            json!({ "error": { "type": "invalid_request_error", "message": "Expected a WebSocket." } });
        return answer(&mut stream, 426, &error).await;
    };
    let accept = derive_accept_key(key.as_bytes());
    let upgrade = format!(
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\
         sec-websocket-accept: {accept}\r\n\r\n"
    );
    stream.write_all(upgrade.as_bytes()).await?;
    converse(stream, head, &stage).await;
    Ok(())
}

/// Why this upgrade is not taken.
fn refusal(head: &Head, stage: &Stage) -> Option<(u16, &'static str)> {
    if !PATHS.contains(&head.path.as_str()) && !is_live(head) {
        return Some((
            404,
            "Not found. Realtime is at /v1/realtime, and live sessions at /v1/live/sessions.",
        ));
    }
    if let Some(status) = stage.take_upgrade_refusal() {
        return Some((status, "This refusal was asked for."));
    }
    let required = stage.required_key.lock().expect("nothing panics while it holds the key").clone();
    if required.is_some_and(|required| head.key() != Some(&required)) {
        return Some((401, "Incorrect API key provided."));
    }
    if is_live(head) {
        return (!head.query.is_empty()).then_some((400, "Live sessions take no query parameters."));
    }
    let names_model = head.parameter("model").is_some() || head.parameter("call_id").is_some();
    let scenario = stage.scenario();
    match (is_transcription(head, &scenario) && !scenario.transcribes_by_model, names_model) {
        (true, true) => Some((400, "You must not provide a model parameter for transcription sessions.")),
        (false, false) => Some((400, "You must provide a model parameter.")),
        (true, false) | (false, true) => None,
    }
}

fn is_live(head: &Head) -> bool {
    LIVE_PATHS.contains(&head.path.as_str())
}

/// What a session is for is said in its address, and stays.
fn is_transcription(head: &Head, scenario: &Scenario) -> bool {
    head.parameter("intent") == Some("transcription") && !scenario.has_no_transcription_sessions
}

async fn converse(stream: TcpStream, head: Head, stage: &Arc<Stage>) {
    let is_old_client = head.header("openai-beta").is_some();
    let model = head.parameter("model").unwrap_or(DEFAULT_MODEL).to_owned();
    let (scenario, is_faulty) = stage.cast();
    let opened = Instant::now();
    let offset_ms = stage.elapsed_ms(opened);
    let is_transcription = is_transcription(&head, &scenario);
    let is_live = is_live(&head);
    let log = ConnectionLog {
        opened_ms: offset_ms,
        headers: head.headers,
        query: head.query,
        ..ConnectionLog::default()
    };
    let log = stage.records.open(log);
    if is_old_client {
        log.change(|log| log.violations.push("the header OpenAI-Beta asks for the old dialect".to_owned()));
    }
    let (orders, inbox) = mpsc::channel(ORDERS_MAX);
    stage.enlist(log.index(), orders);
    let faults = if is_faulty { scenario.faults.clone() } else { Faults::default() };
    let is_beta = is_old_client || scenario.beta_names;
    let unix_s = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let tones = Arc::clone(&stage.tones);
    let no_pong = faults.no_pong;
    let opening = Opening {
        scenario,
        faults,
        model,
        is_transcription,
        is_beta,
        log: log.clone(),
        tones,
        offset_ms,
        unix_s,
    };
    let session = if is_live {
        Talk::Live(Box::new(LiveSession::open(opening)))
    } else {
        Talk::Turns(Box::new(Session::open(opening)))
    };
    let config = WebSocketConfig::default()
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES)
        .max_message_size(Some(MESSAGE_BYTES_MAX))
        .max_frame_size(Some(MESSAGE_BYTES_MAX));
    let socket = WebSocketStream::from_partially_read(stream, head.rest, Role::Server, Some(config)).await;
    let closed = connection::run(socket, session, inbox, opened, no_pong).await;
    log.change(|log| log.closed = Some(closed));
}

async fn answer(stream: &mut TcpStream, status: u16, body: &Value) -> io::Result<()> {
    let body = body.to_string();
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} Scripted\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    stream.shutdown().await
}
