//! Derives the WebSocket URL of a session from the configured base URL.

use url::Url;

use crate::providers::realtime::openai::websocket;

/// The WebSocket address of sessions below a base URL: `bare_root` follows one without a path. Nothing stands in the
/// query. Whole addresses are taken as they are; one of the other dialect's stands for the same server.
pub(super) fn sessions_url(base: &Url, bare_root: &str) -> Option<Url> {
    let mut url = websocket(base)?;
    url.set_query(None);
    let path = base.path().trim_end_matches('/').to_owned();
    let root = match path.strip_suffix("/realtime").unwrap_or(&path) {
        "" | "/openai" => Some(bare_root),
        root @ ("/v1" | "/openai/v1") => Some(root),
        root if root.len() < path.len() => Some(root),
        _ => None,
    };
    if let Some(root) = root {
        url.set_path(&format!("{root}/live/sessions"));
    }
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_may_enter_the_root_or_the_whole_address() {
        let cases = [
            ("https://api.openai.com/v1", "", "wss://api.openai.com/v1/live/sessions"),
            ("http://h:8080/v1/", "", "ws://h:8080/v1/live/sessions"),
            ("http://h:8080", "", "ws://h:8080/live/sessions"),
            ("https://x.openai.azure.com/", "/openai/v1", "wss://x.openai.azure.com/openai/v1/live/sessions"),
            (
                "https://x.openai.azure.com/openai",
                "/openai/v1",
                "wss://x.openai.azure.com/openai/v1/live/sessions",
            ),
            ("wss://h/own/live/sessions?model=m", "", "wss://h/own/live/sessions"),
            ("https://h/proxy/v1/realtime?model=m", "", "wss://h/proxy/v1/live/sessions"),
        ];
        for (base, bare_root, expected) in cases {
            assert_eq!(sessions_url(&base.parse().unwrap(), bare_root).unwrap().as_str(), expected, "{base}");
        }
        assert_eq!(sessions_url(&"ftp://h/".parse().unwrap(), ""), None);
    }
}
