//! A second dialect, as small as one can be: what the rest of the server must not notice.

use audio::relay::Capabilities;
use secrecy::SecretString;
use url::Url;

use super::{Dialect, Heard, Request, Session, Setup, Task};
use crate::outbound::HeaderMap;
use crate::outbound::header::InvalidHeaderValue;

/// Knows one word.
#[derive(Debug)]
pub(super) struct Morse;

/// The dialect.
pub(super) const MORSE: Morse = Morse;

impl Dialect for Morse {
    fn default_url(&self) -> Option<&'static str> {
        Some("https://morse.example/key")
    }

    fn is_usable(&self, _has_key: bool, _has_model: bool) -> bool {
        true
    }

    fn address(&self, base: &Url, _task: Task, _model: &str) -> Option<Url> {
        let mut url = base.clone();
        let scheme = match base.scheme() {
            "http" => "ws",
            "https" => "wss",
            _ => return None,
        };
        url.set_scheme(scheme).ok()?;
        Some(url)
    }

    fn headers(&self, _key: Option<&SecretString>, _caller: &str) -> Result<HeaderMap, InvalidHeaderValue> {
        Ok(HeaderMap::new())
    }

    fn session(&self, _model: &str, _setup: Setup) -> Box<dyn Session> {
        Box::new(Self)
    }
}

impl Session for Morse {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            can_cancel: false,
            cancels_on_speech: false,
            can_truncate: false,
            answers_turns: false,
            detects_turns: true,
            needs_sound: false,
            counts_tokens: true,
            says_verbatim: true,
            max_session_ms: None,
        }
    }

    fn say(&mut self, request: Request, out: &mut Vec<String>) {
        if request == Request::CancelActive {
            out.push("stop".to_owned());
        }
    }

    fn decode(&mut self, text: &str, out: &mut Vec<Heard>) {
        out.push(Heard::Complaint(text.to_owned()));
    }

    fn closed(&mut self, _code: u16, _reason: &str, _out: &mut Vec<Heard>) {}
}
