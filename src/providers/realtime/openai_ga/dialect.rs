//! The dialect as the rest of the server knows it: how its servers (OpenAI's, Azure's, and those that are compatible with
//! them) are reached, and a session with one.

use audio::relay::Capabilities;
use secrecy::SecretString;
use url::Url;

use super::address::session_url;
use super::session::GaSession;
use super::{decode, encode};
use crate::outbound::HeaderMap;
use crate::outbound::header::InvalidHeaderValue;
use crate::providers::realtime::key_header::KeyHeader;
use crate::providers::realtime::{Dialect, Heard, Request, Session, Setup, Task};

/// What is enough to speak with a server.
#[derive(Debug, Clone, Copy)]
enum Needs {
    Key,
    Model,
}

/// The dialect, as one kind of server speaks it.
#[derive(Debug, Clone, Copy)]
pub(in crate::providers::realtime) struct OpenAiGa {
    default_url: Option<&'static str>,
    /// Where sessions are below a base URL without a path.
    bare_path: &'static str,
    key_header: KeyHeader,
    needs: Needs,
}

/// OpenAI's own servers.
pub(in crate::providers::realtime) const OPENAI: OpenAiGa = OpenAiGa {
    default_url: Some("https://api.openai.com/v1"),
    bare_path: "/realtime",
    key_header: KeyHeader::Bearer,
    needs: Needs::Key,
};

/// Servers that are compatible with them: LocalAI and others.
pub(in crate::providers::realtime) const COMPATIBLE: OpenAiGa =
    OpenAiGa { default_url: None, needs: Needs::Model, ..OPENAI };

/// Azure's servers.
pub(in crate::providers::realtime) const AZURE: OpenAiGa = OpenAiGa {
    default_url: None,
    bare_path: "/openai/v1/realtime",
    key_header: KeyHeader::ApiKey,
    needs: Needs::Model,
};

impl Dialect for OpenAiGa {
    fn default_url(&self) -> Option<&'static str> {
        self.default_url
    }

    fn is_usable(&self, has_key: bool, has_model: bool) -> bool {
        match self.needs {
            Needs::Key => has_key,
            Needs::Model => has_model,
        }
    }

    fn address(&self, base: &Url, task: Task, model: &str) -> Option<Url> {
        session_url(base, task, model, self.bare_path)
    }

    fn headers(&self, key: Option<&SecretString>, caller: &str) -> Result<HeaderMap, InvalidHeaderValue> {
        self.key_header.headers(key, caller)
    }

    fn session(&self, _model: &str, setup: Setup) -> Box<dyn Session> {
        Box::new(GaSession::new(setup))
    }
}

impl Session for GaSession {
    fn capabilities(&self) -> Capabilities {
        self.capabilities()
    }

    fn say(&mut self, request: Request, out: &mut Vec<String>) {
        encode::say(self, request, out);
    }

    fn decode(&mut self, text: &str, out: &mut Vec<Heard>) {
        decode::decode(self, text, out);
    }

    fn closed(&mut self, code: u16, reason: &str, out: &mut Vec<Heard>) {
        self.closed(code, reason, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_server_gets_its_key_as_it_wants_it_and_never_shown() {
        let key = SecretString::from("k-Canary");
        for (dialect, name, expected) in [
            (OPENAI, "authorization", "Bearer k-Canary"),
            (COMPATIBLE, "authorization", "Bearer k-Canary"),
            (AZURE, "api-key", "k-Canary"),
        ] {
            let headers = dialect.headers(Some(&key), "caller").unwrap();

            assert_eq!(headers.len(), 2);
            assert_eq!(headers[name], expected);
            assert_eq!(headers["openai-safety-identifier"], "caller");
            assert!(!format!("{headers:?}").contains("Canary"));
        }
    }

    #[test]
    fn a_key_that_cannot_stand_in_a_header_is_an_error_and_none_is_fine() {
        assert!(OPENAI.headers(Some(&SecretString::from("a\nb")), "caller").is_err());
        assert_eq!(OPENAI.headers(None, "caller").unwrap().len(), 1);
    }
}
