//! Derives the WebSocket URL of the dialect from the configured base URL.

use url::Url;

use crate::providers::realtime::Task;
use crate::providers::realtime::openai::websocket;

/// The WebSocket address of a session below a base URL; `bare_path` follows one without a path. A model in the query stays. OpenAI takes no model in the
/// address of a session that writes: the set-up names it.
#[must_use]
pub(super) fn session_url(base: &Url, task: Task, model: &str, bare_path: &str) -> Option<Url> {
    let mut url = realtime_url(base, bare_path)?;
    let names_model = match task {
        Task::Talk | Task::Listen => true,
        Task::Write { names_model } => {
            url.query_pairs_mut().append_pair("intent", "transcription");
            names_model
        }
    };
    if names_model && !url.query_pairs().any(|(name, _)| name == "model") {
        url.query_pairs_mut().append_pair("model", model);
    }
    Some(url)
}

/// `http` becomes `ws`, and the usual roots get `/realtime` behind them. Any other path is taken as it is.
fn realtime_url(base: &Url, bare_path: &str) -> Option<Url> {
    let mut url = websocket(base)?;
    let path = base.path().trim_end_matches('/').to_owned();
    match path.as_str() {
        "" => url.set_path(bare_path),
        "/v1" | "/openai" | "/openai/v1" => url.set_path(&format!("{path}/realtime")),
        _ => {}
    }
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_may_enter_the_root_or_the_whole_address() {
        let (openai, azure) = ("/realtime", "/openai/v1/realtime");
        let cases = [
            ("https://api.openai.com/v1", openai, "wss://api.openai.com/v1/realtime?model=m%261"),
            ("http://h:8080/v1/", openai, "ws://h:8080/v1/realtime?model=m%261"),
            ("http://h:8080", openai, "ws://h:8080/realtime?model=m%261"),
            ("https://x.openai.azure.com/", azure, "wss://x.openai.azure.com/openai/v1/realtime?model=m%261"),
            ("wss://h/live/now?model=own", openai, "wss://h/live/now?model=own"),
        ];
        for (base, bare_path, expected) in cases {
            let url = session_url(&base.parse().unwrap(), Task::Talk, "m&1", bare_path).unwrap();
            assert_eq!(url.as_str(), expected);
        }
        assert_eq!(session_url(&"ftp://h/".parse().unwrap(), Task::Talk, "m", openai), None);
    }

    #[test]
    fn a_session_that_writes_says_so_and_names_its_model_where_it_must() {
        let url = |names_model| {
            let base = "https://api.openai.com/v1".parse().unwrap();
            session_url(&base, Task::Write { names_model }, "w", "/realtime").unwrap().to_string()
        };

        assert_eq!(url(false), "wss://api.openai.com/v1/realtime?intent=transcription");
        assert_eq!(url(true), "wss://api.openai.com/v1/realtime?intent=transcription&model=w");
    }
}
