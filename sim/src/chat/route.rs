//! Handles one request: records it, validates it, and picks the scripted reply.

use super::anthropic;
use super::body::{Body, Connection, Pace, play};
use super::check_anthropic;
use super::check_openai;
use super::embeddings;
use super::fault::Fault;
use super::frames::{ErrorFrame, Frame, Step, steps};
use super::openai;
use super::record::{Answering, Recorded};
use super::reply::Reply;
use super::script::Endpoint;
use super::stage::Stage;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::{Request, Response};
use serde_json::{Value, json};
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Larger than any prompt with pictures; a client in a loop must not fill the machine.
const REQUEST_MAX_BYTES: usize = 64 * 1024 * 1024;

/// Whose formats an answer is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    OpenAi,
    Anthropic,
}

/// What a path stands for.
enum Target {
    Chat(Dialect, Option<String>),
    Embeddings(Option<String>),
    StoreSearch(String),
    Models,
}

/// An answer that is played in one piece.
struct Whole {
    status: u16,
    retry_after: Option<Duration>,
    body: Value,
}

impl Whole {
    fn ok(body: Value) -> Self {
        Self { status: 200, retry_after: None, body }
    }
}

pub(super) async fn answer(
    request: Request<Incoming>,
    stage: Arc<Stage>,
    connection: Connection,
) -> io::Result<Response<Body>> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, REQUEST_MAX_BYTES).collect().await.map_err(io::Error::other)?.to_bytes();
    let headers = head
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    let mut recorded = Recorded {
        number: 0,
        method: head.method.to_string(),
        path: head.uri.to_string(),
        headers: headers.collect(),
        body: serde_json::from_slice(&body).unwrap_or(Value::Null),
        arrived: Instant::now(),
        pieces_sent: Vec::new(),
        status: None,
        cancelled: None,
        answered: None,
    };
    let answering = stage.records.receive(&mut recorded);
    let playing = Playing { request: &recorded, connection, answering };
    playing.run(head.uri.path(), &stage).await
}

struct Playing<'a> {
    request: &'a Recorded,
    connection: Connection,
    answering: Answering,
}

impl Playing<'_> {
    async fn run(self, path: &str, stage: &Stage) -> io::Result<Response<Body>> {
        let Some(target) = target(&self.request.method, path) else {
            let message = format!("Unknown request URL: {} {path}", self.request.method);
            return self.refuse(Dialect::OpenAi, 404, &message);
        };
        let dialect = if let Target::Chat(dialect, _) = target { dialect } else { Dialect::OpenAi };
        if stage.required_key.get().is_some_and(|key| self.request.key() != Some(key)) {
            return self.refuse(dialect, 401, "Incorrect API key provided.");
        }
        match target {
            Target::Chat(dialect, model) => self.chat(dialect, model.as_deref(), stage).await,
            Target::Embeddings(model) => {
                let reply = stage.script.scripted(Endpoint::Embeddings, self.request);
                let natural = embeddings::answer(&self.request.body, model.as_deref());
                self.scripted_or(reply, natural).await
            }
            Target::StoreSearch(store_id) => {
                let reply = stage.script.scripted(Endpoint::StoreSearch, self.request);
                let natural = stage.stores.search(&store_id, &self.request.body);
                self.scripted_or(reply, natural).await
            }
            Target::Models => {
                let model = json!({ "id": "sim", "object": "model", "created": 0, "owned_by": "sim" });
                self.whole(Whole::ok(json!({ "object": "list", "data": [model] })), false)
            }
        }
    }

    async fn chat(
        self,
        dialect: Dialect,
        deployment: Option<&str>,
        stage: &Stage,
    ) -> io::Result<Response<Body>> {
        let checked = match dialect {
            Dialect::OpenAi => check_openai::check(&self.request.body, deployment.is_some()),
            Dialect::Anthropic => check_anthropic::check(self.request),
        };
        if let Err(message) = checked {
            return self.refuse(dialect, 400, &message);
        }
        let reply = stage.script.chat(self.request);
        self.wait_first(&reply).await;
        if let Some(failure) = self.failure(dialect, &reply) {
            return self.whole(failure, false);
        }
        let body = &self.request.body;
        let model = deployment.or(body["model"].as_str()).unwrap_or_default();
        let number = self.request.number;
        let is_streamed = body["stream"] == true;
        if let Some(raw) = reply.raw {
            return self.whole(Whole::ok(raw), false);
        }
        let frames = match (dialect, is_streamed, &reply.raw_stream) {
            (_, true, Some(raw)) => vec![Frame::Piece(raw.clone())],
            (Dialect::OpenAi, true, None) => {
                openai::frames(&reply, number, model, body["stream_options"]["include_usage"] == true)
            }
            (Dialect::Anthropic, true, None) => anthropic::frames(&reply, number, model),
            (Dialect::OpenAi, false, _) => {
                vec![Frame::Piece(openai::whole(&reply, number, model).to_string())]
            }
            (Dialect::Anthropic, false, _) => {
                vec![Frame::Piece(anthropic::whole(&reply, number, model).to_string())]
            }
        };
        let error_frame: ErrorFrame = match dialect {
            Dialect::OpenAi => openai::error_event,
            Dialect::Anthropic => anthropic::error_event,
        };
        let head = self.head(200, if is_streamed { "text/event-stream" } else { "application/json" });
        self.answering.begin(200, false);
        let pace = Pace { delay: reply.piece_delay, gate: reply.gate.clone() };
        let body = play(steps(&reply, frames, error_frame), pace, self.connection, self.answering);
        head.body(body).map_err(io::Error::other)
    }

    /// Embeddings and searches are computed, unless the script says otherwise.
    async fn scripted_or(
        self,
        reply: Option<Reply>,
        natural: Result<Value, (u16, String)>,
    ) -> io::Result<Response<Body>> {
        if let Some(reply) = reply {
            self.wait_first(&reply).await;
            if let Some(failure) = self.failure(Dialect::OpenAi, &reply) {
                return self.whole(failure, false);
            }
            if let Some(raw) = reply.raw {
                return self.whole(Whole::ok(raw), false);
            }
        }
        match natural {
            Ok(body) => self.whole(Whole::ok(body), false),
            Err((status, message)) => self.refuse(Dialect::OpenAi, status, &message),
        }
    }

    async fn wait_first(&self, reply: &Reply) {
        tokio::time::sleep(reply.first_delay).await;
        if reply.fault == Some(Fault::Silent) {
            std::future::pending::<()>().await;
        }
    }

    fn failure(&self, dialect: Dialect, reply: &Reply) -> Option<Whole> {
        match reply.fault.as_ref()? {
            Fault::Status { status, code, message, retry_after } => {
                let body = error_body(dialect, *status, code, message);
                Some(Whole { status: *status, retry_after: *retry_after, body })
            }
            Fault::EchoKey(status) => {
                let key = self.request.key().unwrap_or_default();
                let message = format!("Incorrect API key provided: {key}. Header was Bearer {key}");
                let body = error_body(dialect, *status, "invalid_api_key", &message);
                Some(Whole { status: *status, retry_after: None, body })
            }
            _ => None,
        }
    }

    fn refuse(self, dialect: Dialect, status: u16, message: &str) -> io::Result<Response<Body>> {
        let body = error_body(dialect, status, "invalid_request", message);
        self.whole(Whole { status, retry_after: None, body }, true)
    }

    fn whole(self, whole: Whole, is_refused: bool) -> io::Result<Response<Body>> {
        let mut head = self.head(whole.status, "application/json");
        if let Some(wait) = whole.retry_after {
            head = head.header("retry-after", wait.as_secs().to_string());
        }
        self.answering.begin(whole.status, is_refused);
        let steps = [Step::Send(Bytes::from(whole.body.to_string()))];
        let pace = Pace { delay: Duration::ZERO, gate: None };
        head.body(play(steps, pace, self.connection, self.answering)).map_err(io::Error::other)
    }

    fn head(&self, status: u16, content_type: &str) -> hyper::http::response::Builder {
        let request_id = format!("req_sim{}", self.request.number);
        Response::builder()
            .status(status)
            .header("content-type", content_type)
            .header("x-request-id", &request_id)
            .header("request-id", request_id)
    }
}

fn error_body(dialect: Dialect, status: u16, code: &str, message: &str) -> Value {
    match dialect {
        Dialect::OpenAi => openai::error(status, code, message),
        Dialect::Anthropic => anthropic::error(status, message),
    }
}

fn target(method: &str, path: &str) -> Option<Target> {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match (method, parts.as_slice()) {
        ("POST", ["v1", "chat", "completions"] | ["chat", "completions"]) => {
            Some(Target::Chat(Dialect::OpenAi, None))
        }
        ("POST", ["openai", "deployments", model, "chat", "completions"]) => {
            Some(Target::Chat(Dialect::OpenAi, Some((*model).to_owned())))
        }
        ("POST", ["v1", "messages"]) => Some(Target::Chat(Dialect::Anthropic, None)),
        ("POST", ["v1", "embeddings"]) => Some(Target::Embeddings(None)),
        ("POST", ["openai", "deployments", model, "embeddings"]) => {
            Some(Target::Embeddings(Some((*model).to_owned())))
        }
        ("POST", ["v1", "vector_stores", id, "search"]) => Some(Target::StoreSearch((*id).to_owned())),
        ("GET", ["v1", "models"]) => Some(Target::Models),
        _ => None,
    }
}
