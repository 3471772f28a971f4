//! The dialect file. Frames are told by how they begin, so that reading one costs the generator next to nothing.

use std::path::Path;

use anyhow::Context;
use serde::Deserialize;

use super::template::Template;

/// How to connect, join, send, and what comes back.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dialect {
    /// The path of the WebSocket.
    pub(crate) path: String,
    /// What happens between the WebSocket and the join.
    #[serde(default)]
    pub(crate) connect: Vec<Step>,
    /// Joins `{room}`; acked under `{id}`.
    pub(crate) join: Template,
    /// Joins again with all that came after `{after}`; without it the server resumes nothing.
    pub(crate) resume: Option<Template>,
    /// Sends `{text}` to `{room}`; acked under `{id}`. `{message}` names the message, the same when sent again.
    pub(crate) send: Template,
    /// Types `{text}`, without an ack.
    pub(crate) typing: Option<Template>,
    /// A text that the server sends to hear whether the client is there.
    pub(crate) ping: Option<String>,
    /// What the client answers to it.
    pub(crate) pong: Option<String>,
    pub(crate) frames: Frames,
    /// Where a delivery has its place in the room's order, if it has one.
    pub(crate) position: Option<Position>,
    pub(crate) history: Option<History>,
}

/// Something to send, something to wait for, or both.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    pub(crate) send: Option<Template>,
    /// How the awaited frame begins.
    pub(crate) until: String,
}

/// How frames begin.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Frames {
    /// Before the id.
    pub(crate) ack: String,
    /// Behind the id of an ack that says no.
    pub(crate) refused: Option<String>,
    pub(crate) delivery: String,
    pub(crate) typing: Option<String>,
    pub(crate) error: Option<String>,
}

/// The names before the numbers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Position {
    pub(crate) seq: String,
    pub(crate) prev: String,
    /// What a frame has that visitors may not see.
    pub(crate) note: String,
}

/// What a frame with missed entries looks like.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct History {
    pub(crate) starts: String,
    /// The JSON pointer to its entries, each with `seq`, `prev` and `content`.
    pub(crate) entries: String,
}

impl Dialect {
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("no dialect {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("{} is no dialect", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dialect_of_the_folder_can_be_read() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("dialects");
        let read: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| Dialect::read(&file.unwrap().path()).unwrap())
            .collect();

        assert!(read.len() >= 4);
        assert!(read.iter().all(|dialect| !dialect.frames.delivery.is_empty()));
    }

    #[test]
    fn a_name_that_no_dialect_has_is_an_error() {
        let wrong = "path = '/ws'\njoin = ''\nsend = ''\nspeed = 1\n[frames]\nack = ''\ndelivery = ''";

        assert!(toml::from_str::<Dialect>(wrong).unwrap_err().to_string().contains("speed"));
    }
}
