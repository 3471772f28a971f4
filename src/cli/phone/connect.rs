//! Opens a call as a widget does: a visitor, a conversation, a call, and the socket of its leg.

use serde_json::{Value, json};
use url::Url;

use crate::cli::output::Failure;
use crate::config::Settings;
use crate::outbound::{
    Gateway, HeaderMap, HeaderValue, Method, OutboundError, OutboundRequest, OutboundSocket, Trust, header,
};
use crate::wire::ErrorCode;

/// A call that has begun and waits for its visitor.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) call_id: String,
    pub(super) session_id: String,
    pub(super) ticket: String,
}

/// The way to a server.
#[derive(Debug)]
pub(super) struct Door {
    gateway: Gateway,
    base: Url,
}

impl Door {
    /// To the server at this address.
    ///
    /// # Errors
    /// It is no address.
    pub(super) fn new(address: &str) -> Result<Self, Failure> {
        let mut base: Url = address
            .parse()
            .ok()
            .filter(|url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or_else(|| {
                let message =
                    format!("{address} is no address of a server; give one such as https://chat.example.com");
                Failure::new(ErrorCode::BadRequest, message)
            })?;
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        Ok(Self { gateway: Gateway::new(&Settings::defaults()), base })
    }

    /// Begins a call of a new visitor on the channel with this key.
    ///
    /// # Errors
    /// The server's words, and what to do.
    pub(super) async fn begin(&self, channel_key: &str) -> Result<Begun, Failure> {
        let session = self.post("widget/sessions", None, &json!({ "channel_key": channel_key })).await?;
        let token = text(&session, "visitor_token")?;
        let conversation = self.post("widget/conversations", Some(&token), &json!({})).await?;
        let session_id = text(&conversation["session"], "id")?;
        let body = json!({ "session_id": session_id });
        let call = self.post("widget/calls", Some(&token), &body).await?;
        Ok(Begun { call_id: text(&call, "call_id")?, ticket: text(&call, "ticket")?, session_id })
    }

    /// Opens the socket of a leg.
    ///
    /// # Errors
    /// The server cannot be reached, or speaks no WebSocket.
    pub(super) async fn connect(&self) -> Result<OutboundSocket, Failure> {
        let mut url = self.join("ws/voice")?;
        let scheme = if self.base.scheme() == "https" { "wss" } else { "ws" };
        url.set_scheme(scheme).expect("http and https may become ws and wss");
        let mut headers = HeaderMap::new();
        let protocol = HeaderValue::from_static("switchboard.voice.v1");
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, protocol);
        let connected = self.gateway.connect_ws(&url, headers, Trust::Platform).await;
        connected.map_err(|error| self.unreached(&error))
    }

    fn join(&self, path: &str) -> Result<Url, Failure> {
        let fault = |_| Failure::new(ErrorCode::BadRequest, "the address of the server is too long");
        self.base.join(path).map_err(fault)
    }

    async fn post(&self, path: &str, token: Option<&str>, body: &Value) -> Result<Value, Failure> {
        let url = self.join(&format!("api/v1/{path}"))?;
        let mut request = OutboundRequest::new(Method::POST, url, Trust::Platform);
        request.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(token) = token {
            let strange = |_| no_server();
            let bearer = HeaderValue::from_str(&format!("Bearer {token}")).map_err(strange)?;
            request.headers.insert(header::AUTHORIZATION, bearer);
        }
        request.body = body.to_string().into();
        let answer = self.gateway.request(request).await.map_err(|error| self.unreached(&error))?;
        let value: Value = serde_json::from_slice(&answer.body).map_err(|_| no_server())?;
        if answer.status.is_success() { Ok(value) } else { Err(refusal(&value["error"])) }
    }

    fn unreached(&self, error: &OutboundError) -> Failure {
        let message = format!("{error}; does a server run at {}, and is --url right?", self.base);
        Failure::new(ErrorCode::Unavailable, message)
    }
}

fn text(value: &Value, field: &str) -> Result<String, Failure> {
    value[field].as_str().map(str::to_owned).ok_or_else(no_server)
}

/// Somebody else answers at that address.
fn no_server() -> Failure {
    Failure::new(ErrorCode::ProviderError, "what answers there is no Switchboard server; is --url right?")
}

/// What the server says, and what to do about it.
fn refusal(error: &Value) -> Failure {
    let (Some(name), Some(message)) = (error["code"].as_str(), error["message"].as_str()) else {
        return no_server();
    };
    let code = ErrorCode::ALL.iter().copied().find(|code| code.as_str() == name);
    let code = code.unwrap_or(ErrorCode::Internal);
    let remedy = match (code, error["reason"].as_str()) {
        (ErrorCode::NotFound, _) => {
            "no channel has this key; the console shows keys under Channels, and `switchboard channel create` prints one"
        }
        (ErrorCode::Forbidden, Some("voice_off")) => {
            "switch the setting voice_enabled on, and the channel's assistant"
        }
        (ErrorCode::Forbidden, Some("no_voice_provider")) => {
            "add a provider of voices (docs/understand/voice.md says which), or set OPENAI_API_KEY for the server"
        }
        (ErrorCode::UsageLimitExceeded, _) => {
            "wait until other calls have ended, or raise voice_calls_at_once, max_voice_minutes_per_day or the budget"
        }
        (ErrorCode::Conflict, _) => "end the call that goes on with `switchboard call end`",
        (code, _) if code.retry() => "try again in a moment",
        _ => return Failure::new(code, message),
    };
    Failure::new(code, format!("{message}: {remedy}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address_of(text: &str) -> Result<String, ErrorCode> {
        Door::new(text).and_then(|door| door.join("ws/voice")).map(String::from).map_err(|error| error.code)
    }

    #[test]
    fn a_server_may_stand_below_a_path() {
        assert_eq!(address_of("http://127.0.0.1:8080").as_deref(), Ok("http://127.0.0.1:8080/ws/voice"));
        assert_eq!(address_of("https://a.example/chat").as_deref(), Ok("https://a.example/chat/ws/voice"));
        assert_eq!(address_of("https://a.example/chat/").as_deref(), Ok("https://a.example/chat/ws/voice"));
        for wrong in ["a.example", "ftp://a.example", "http://", ""] {
            assert_eq!(address_of(wrong), Err(ErrorCode::BadRequest), "{wrong}");
        }
    }

    #[test]
    fn a_refusal_says_what_to_do() {
        for (error, remedy) in [
            (json!({"code": "forbidden", "message": "no", "reason": "voice_off"}), "voice_enabled"),
            (json!({"code": "forbidden", "message": "no", "reason": "no_voice_provider"}), "OPENAI_API_KEY"),
            (json!({"code": "not_found", "message": "no"}), "channel create"),
            (json!({"code": "conflict", "message": "no"}), "call end"),
            (json!({"code": "usage_limit_exceeded", "message": "no"}), "voice_calls_at_once"),
            (json!({"code": "draining", "message": "no"}), "try again"),
            (json!("<html>"), "--url"),
        ] {
            let failure = refusal(&error);
            assert!(failure.message.contains(remedy), "{failure:?}");
        }
        assert_eq!(refusal(&json!({"code": "forbidden", "message": "not you"})).message, "not you");
    }
}
