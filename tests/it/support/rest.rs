//! REST as a script would use it.

use std::sync::OnceLock;

use serde_json::Value;

/// One client for the process; its connections are reused.
pub fn http() -> &'static reqwest::Client {
    static CLIENT: OnceLock<reqwest::Client> = OnceLock::new();
    CLIENT.get_or_init(|| {
        switchboard::outbound::install_crypto_provider();
        // Connections are not kept: every test has a runtime of its own.
        reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build().expect("a client")
    })
}

/// An answer, read whole.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
    pub headers: reqwest::header::HeaderMap,
}

impl Answer {
    /// The code of an error.
    pub fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or("")
    }
}

pub async fn send(request: reqwest::RequestBuilder) -> Answer {
    let response = super::within("an answer", request.send()).await.expect("the server answers");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.expect("a body");
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Answer { status, body, headers }
}
