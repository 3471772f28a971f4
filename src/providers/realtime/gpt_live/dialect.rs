//! The dialect as the rest of the server knows it: how its servers are reached, and a session with one.

use audio::relay::Capabilities;
use secrecy::SecretString;
use url::Url;

use super::address::sessions_url;
use super::session::LiveSession;
use super::{decode, encode};
use crate::outbound::HeaderMap;
use crate::outbound::header::InvalidHeaderValue;
use crate::providers::realtime::key_header::KeyHeader;
use crate::providers::realtime::{Dialect, Heard, Request, Session, Setup, Task};

/// The dialect, as one kind of server speaks it.
#[derive(Debug, Clone, Copy)]
pub(in crate::providers::realtime) struct GptLive {
    default_url: Option<&'static str>,
    /// The root below a base URL without a path.
    bare_root: &'static str,
    key_header: KeyHeader,
    needs_key: bool,
}

/// OpenAI's own servers.
pub(in crate::providers::realtime) const OPENAI: GptLive = GptLive {
    default_url: Some("https://api.openai.com/v1"),
    bare_root: "",
    key_header: KeyHeader::Bearer,
    needs_key: true,
};

/// Servers that are compatible with them.
pub(in crate::providers::realtime) const COMPATIBLE: GptLive =
    GptLive { default_url: None, needs_key: false, ..OPENAI };

/// Azure's servers.
pub(in crate::providers::realtime) const AZURE: GptLive =
    GptLive { bare_root: "/openai/v1", key_header: KeyHeader::ApiKey, ..COMPATIBLE };

impl Dialect for GptLive {
    fn default_url(&self) -> Option<&'static str> {
        self.default_url
    }

    fn is_usable(&self, has_key: bool, has_model: bool) -> bool {
        if self.needs_key { has_key } else { has_model }
    }

    fn address(&self, base: &Url, task: Task, _model: &str) -> Option<Url> {
        // Its sessions speak; what people say to each other is written by other models.
        (task == Task::Talk).then(|| sessions_url(base, self.bare_root)).flatten()
    }

    fn headers(&self, key: Option<&SecretString>, caller: &str) -> Result<HeaderMap, InvalidHeaderValue> {
        self.key_header.headers(key, caller)
    }

    fn session(&self, model: &str, setup: Setup) -> Box<dyn Session> {
        Box::new(LiveSession::new(model, setup))
    }
}

impl Session for LiveSession {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            can_cancel: false,
            cancels_on_speech: false,
            can_truncate: false,
            answers_turns: true,
            detects_turns: false,
            needs_sound: true,
            counts_tokens: false,
            says_verbatim: false,
            // It says when it ends as it starts.
            max_session_ms: None,
        }
    }

    fn say(&mut self, request: Request, out: &mut Vec<String>) {
        encode::say(self, request, out);
    }

    fn decode(&mut self, text: &str, out: &mut Vec<Heard>) {
        decode::decode(self, text, out);
    }

    fn closed(&mut self, code: u16, _reason: &str, out: &mut Vec<Heard>) {
        self.closed(code, out);
    }

    fn ended(&mut self, out: &mut Vec<Heard>) {
        self.ended(out);
    }

    fn farewell(&mut self) -> Option<String> {
        self.farewell()
    }
}
