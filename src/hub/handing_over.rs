//! The note with which a conversation is handed to a colleague.

use std::sync::Arc;

use rooms::{Content, UserId};
use serde_json::json;

use super::command::NewMessage;
use super::input_checks::check_message;
use crate::refusal::ServiceError;
use crate::wire::SendKind;

/// What a note says that one agent writes as they hand a conversation to another: it mentions the other one, who is
/// told of it, and bears the mark of a handing over.
pub(super) fn handover_note(
    text: String,
    (by, to): (UserId, Option<UserId>),
    max_chars: usize,
) -> Result<Content, ServiceError> {
    let Some(to) = to else {
        return Err(ServiceError::bad_request("a note goes with an agent to assign"));
    };
    let message = NewMessage {
        client_message_id: None,
        content: text,
        attachments: Vec::new(),
        kind: SendKind::Note,
        reply_to: None,
        metadata: None,
    };
    let content = check_message(&message, max_chars, true)?;
    let mentions: Vec<String> = (to != by).then(|| to.to_string()).into_iter().collect();
    let metadata = json!({ "assigned": to.to_string(), "mentions": mentions });
    Ok(Content { text: message.content.into(), metadata: Some(Arc::from(metadata.to_string())), ..content })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: UserId = UserId(1);
    const BOB: UserId = UserId(2);

    #[test]
    fn the_note_mentions_the_colleague_and_nobody_mentions_themselves() {
        let note = |to| handover_note("please".to_owned(), (ANN, Some(to)), 100).unwrap().metadata.unwrap();

        assert!(note(BOB).contains(&format!("\"mentions\":[\"{BOB}\"]")));
        assert!(note(ANN).contains("\"mentions\":[]"));
    }

    #[test]
    fn a_note_is_refused_where_it_is_empty_too_long_or_for_nobody() {
        for (text, to) in [(" ", Some(BOB)), ("x", None), ("xxxxxx", Some(BOB))] {
            assert!(handover_note(text.to_owned(), (ANN, to), 5).is_err(), "{text}");
        }
    }
}
