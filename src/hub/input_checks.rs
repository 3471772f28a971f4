//! What messages, notes, labels and reasons may be. What is refused here has reached no room.

use std::sync::Arc;

use rooms::{Content, Score, Thumb, UserId};
use serde_json::value::RawValue;

use super::command::NewMessage;
use crate::model::LABELS_MAX;
use crate::refusal::ServiceError;
use crate::wire::{Card, ErrorCode, SendKind};

/// Maximum length of a client message id.
const CLIENT_MESSAGE_ID_MAX: usize = 64;
/// Maximum size of a metadata object in bytes.
const METADATA_MAX_BYTES: usize = 4_096;
/// Maximum size of the cards in a metadata object in bytes, besides the rest of it.
const CARDS_MAX_BYTES: usize = 16_384;
/// Maximum length of a handoff reason in Unicode code points.
const REASON_MAX_CHARS: usize = 500;
/// Maximum length of the words of a rating in Unicode code points.
const COMMENT_MAX_CHARS: usize = 1_000;
/// Maximum agents whom one note mentions.
const MENTIONS_MAX: usize = 20;
/// Maximum files per message.
pub const ATTACHMENTS_MAX: usize = 10;
/// Maximum length of a label in Unicode code points.
const LABEL_MAX_CHARS: usize = 50;

/// A reason for asking for a person, as callers give it.
pub(super) fn check_reason(reason: &str) -> Result<(), ServiceError> {
    if reason.chars().count() > REASON_MAX_CHARS {
        return Err(ServiceError::new(ErrorCode::TooLarge, "the reason is longer than 500 characters"));
    }
    Ok(())
}

/// A score with its words; words that are only space are none.
pub(super) fn check_rating(
    score: i64,
    comment: Option<String>,
) -> Result<(Score, Option<Arc<str>>), ServiceError> {
    let score = Score::new(score)
        .ok_or_else(|| ServiceError::bad_request("score must be a whole number from 1 to 5"))?;
    let comment = comment.filter(|comment| !comment.trim().is_empty());
    if comment.as_ref().is_some_and(|comment| comment.chars().count() > COMMENT_MAX_CHARS) {
        return Err(ServiceError::bad_request("the comment is longer than 1000 characters"));
    }
    Ok((score, comment.map(Into::into)))
}

/// What a visitor thinks of an answer; `None` takes it back.
pub(super) fn check_thumb(value: Option<i64>) -> Result<Option<Thumb>, ServiceError> {
    let bad = || ServiceError::bad_request("value must be 1, -1 or null");
    value.map(|value| Thumb::new(value).ok_or_else(bad)).transpose()
}

/// What a message says besides its words and files.
pub(super) fn check_message(
    message: &NewMessage,
    max_chars: usize,
    is_of_agent: bool,
) -> Result<Content, ServiceError> {
    if message.attachments.len() > ATTACHMENTS_MAX {
        return Err(ServiceError::new(ErrorCode::TooLarge, "a message has at most 10 files"));
    }
    let char_count = message.content.chars().count();
    if char_count > max_chars {
        return Err(ServiceError::new(
            ErrorCode::TooLarge,
            format!("the message has {char_count} characters; at most {max_chars} are allowed"),
        ));
    }
    if message.content.trim().is_empty() && message.attachments.is_empty() {
        return Err(ServiceError::bad_request("the message is empty"));
    }
    if let Some(id) = &message.client_message_id {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if id.is_empty() || id.len() > CLIENT_MESSAGE_ID_MAX || !id.bytes().all(is_plain) {
            return Err(ServiceError::bad_request("client_message_id must be 1 to 64 of A-Z a-z 0-9 _ -"));
        }
    }
    let reply_to = match &message.reply_to {
        Some(id) => Some(id.parse().map_err(|_| ServiceError::bad_request("reply_to is not an entry's id"))?),
        None => None,
    };
    Ok(Content {
        client_message_id: message.client_message_id.as_deref().map(Into::into),
        reply_to,
        metadata: message
            .metadata
            .as_deref()
            .map(|json| check_metadata(json, (is_of_agent, message.kind)))
            .transpose()?,
        ..Content::default()
    })
}

/// A flat object: its values are texts, numbers, booleans or null; agents may add `cards`, and `mentions` to a note.
fn check_metadata(
    metadata: &RawValue,
    (is_of_agent, kind): (bool, SendKind),
) -> Result<Arc<str>, ServiceError> {
    let mut object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(metadata.get())
        .map_err(|_| ServiceError::bad_request("metadata must be an object"))?;
    let cards = if is_of_agent { object.remove("cards") } else { None };
    let most = METADATA_MAX_BYTES + if cards.is_some() { CARDS_MAX_BYTES } else { 0 };
    if metadata.get().len() > most {
        return Err(ServiceError::new(ErrorCode::TooLarge, format!("metadata is larger than {most} bytes")));
    }
    if let Some(cards) = &cards {
        Card::all(cards).map_err(ServiceError::bad_request)?;
    }
    if is_of_agent && kind == SendKind::Note {
        object.remove("mentions").as_ref().map(check_mentions).transpose()?;
    }
    if object.values().any(|value| value.is_object() || value.is_array()) {
        return Err(ServiceError::bad_request("metadata must be flat: no objects or lists inside"));
    }
    Ok(metadata.get().into())
}

/// Ids of agents; whether they are members of the org is looked at when they are told.
fn check_mentions(mentions: &serde_json::Value) -> Result<(), ServiceError> {
    let ids = mentions.as_array().filter(|ids| ids.len() <= MENTIONS_MAX);
    let is_id = |id: &serde_json::Value| id.as_str().is_some_and(|id| id.parse::<UserId>().is_ok());
    if ids.is_some_and(|ids| ids.iter().all(is_id)) {
        return Ok(());
    }
    Err(ServiceError::bad_request("mentions must be a list of at most 20 ids of agents"))
}

/// The refusal of more labels than a conversation has.
pub(super) fn too_many_labels() -> ServiceError {
    ServiceError::new(ErrorCode::TooLarge, "a conversation has at most 50 labels")
}

/// Labels as they are kept: trimmed, each once.
pub(super) fn check_labels(labels: Vec<String>) -> Result<Vec<Arc<str>>, ServiceError> {
    if labels.len() > LABELS_MAX {
        return Err(too_many_labels());
    }
    let mut kept: Vec<Arc<str>> = Vec::new();
    for label in labels {
        let label = label.trim();
        if label.is_empty() {
            return Err(ServiceError::bad_request("a label must not be empty"));
        }
        if label.chars().count() > LABEL_MAX_CHARS {
            return Err(ServiceError::new(ErrorCode::TooLarge, "a label has at most 50 characters"));
        }
        if !kept.iter().any(|known| **known == *label) {
            kept.push(label.into());
        }
    }
    Ok(kept)
}
