//! An HTTP server that keeps what it is sent and answers as it is told: an org's own side of tools and webhooks.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use switchboard::crypto::verify_hmac_hex;
use tokio::sync::watch;

/// Something that came.
#[derive(Debug, Clone)]
pub struct Got {
    pub path: String,
    pub headers: HeaderMap,
    pub bytes: Bytes,
    pub raw: String,
    pub body: Value,
}

impl Got {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    /// Whether it is signed with `secret`, as docs/integrate/webhooks.md says.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        self.has_signature("x-switchboard-signature", secret)
    }

    /// Whether it is signed with `secret` beside, as while that takes another's place.
    pub fn is_signed_beside_with(&self, secret: &str) -> bool {
        self.has_signature("x-switchboard-signature-new", secret)
    }

    fn has_signature(&self, header: &str, secret: &str) -> bool {
        let message = format!("{}.{}", self.header("x-switchboard-timestamp"), self.raw);
        let signature = self.header(header).strip_prefix("sha256=").unwrap_or("");
        verify_hmac_hex(secret.as_bytes(), message.as_bytes(), signature)
    }
}

/// How one request is answered.
#[derive(Debug, Clone)]
pub enum Say {
    Json(Value),
    Status(u16),
    Headed(u16, &'static str, String),
    /// Not before so many requests have come, all told.
    Together(usize, Value),
    /// When the gate opens, with what it then has.
    Gated(Gate),
    /// Never.
    Silence,
}

/// Holds an answer back until a test has it.
#[derive(Debug, Clone)]
pub struct Gate(watch::Sender<Option<Value>>);

impl Gate {
    pub fn open(&self, value: Value) {
        self.0.send_replace(Some(value));
    }
}

struct Shared {
    script: Mutex<VecDeque<Say>>,
    default: Mutex<Say>,
    got: Mutex<Vec<Got>>,
    count: watch::Sender<usize>,
}

/// A running receiver.
pub struct Receiver {
    pub port: u16,
    shared: Arc<Shared>,
}

impl Receiver {
    /// Answers 200 with an empty object unless told otherwise.
    pub async fn start() -> Self {
        let shared = Arc::new(Shared {
            script: Mutex::default(),
            default: Mutex::new(Say::Json(serde_json::json!({}))),
            got: Mutex::default(),
            count: watch::channel(0).0,
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let app = axum::Router::new().fallback(take).with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { port, shared }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }

    pub fn say(&self, say: Say) {
        self.shared.script.lock().unwrap().push_back(say);
    }

    /// Holds every answer back until the gate is opened.
    pub fn hold(&self) -> Gate {
        let gate = Gate(watch::channel(None).0);
        self.always(Say::Gated(gate.clone()));
        gate
    }

    pub fn always(&self, say: Say) {
        *self.shared.default.lock().unwrap() = say;
    }

    pub fn got(&self) -> Vec<Got> {
        self.shared.got.lock().unwrap().clone()
    }

    /// Waits until so many have come, and gives them all.
    pub async fn received(&self, count: usize) -> Vec<Got> {
        let mut counter = self.shared.count.subscribe();
        super::within("requests to the receiver", counter.wait_for(|now| *now >= count)).await.unwrap();
        self.got()
    }
}

async fn take(State(shared): State<Arc<Shared>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let path = uri.path().to_owned();
    let (bytes, raw) = (body.clone(), String::from_utf8_lossy(&body).into_owned());
    let body = serde_json::from_str(&raw).unwrap_or_default();
    shared.got.lock().unwrap().push(Got { path, headers, bytes, raw, body });
    let say = shared.script.lock().unwrap().pop_front();
    let say = say.unwrap_or_else(|| shared.default.lock().unwrap().clone());
    shared.count.send_modify(|count| *count += 1);
    match say {
        Say::Json(value) => axum::Json(value).into_response(),
        Say::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Say::Headed(status, name, value) => {
            let mut response = StatusCode::from_u16(status).unwrap().into_response();
            let name = HeaderName::from_static(name);
            response.headers_mut().insert(name, HeaderValue::from_str(&value).unwrap());
            response
        }
        Say::Together(count, value) => {
            shared.count.subscribe().wait_for(|now| *now >= count).await.unwrap();
            axum::Json(value).into_response()
        }
        Say::Gated(gate) => {
            let mut value = gate.0.subscribe();
            let value = value.wait_for(Option::is_some).await.unwrap().clone().unwrap();
            axum::Json(value).into_response()
        }
        Say::Silence => std::future::pending().await,
    }
}
