//! What messages, notes, labels and reasons may be. What is refused here has reached no room.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use rooms::{Attachment, AttachmentId, Command as RoomCommand, Content, EntryId, User, UserKind};
use serde_json::value::RawValue;

use super::command::{NewMessage, handoff_ids};
use super::registry::Hub;
use super::room_handle::RoomHandle;
use crate::refusal::ServiceError;
use crate::wire::{ErrorCode, SendKind};

/// Maximum length of a client message id.
const CLIENT_MESSAGE_ID_MAX: usize = 64;
/// Maximum size of a metadata object in bytes.
const METADATA_MAX_BYTES: usize = 4_096;
/// Maximum length of a handoff reason in Unicode code points.
const REASON_MAX_CHARS: usize = 500;
/// Maximum files per message.
const ATTACHMENTS_MAX: usize = 10;
/// Maximum labels per conversation, and maximum length of each in Unicode code points.
const LABELS_MAX: usize = 50;
const LABEL_MAX_CHARS: usize = 50;

impl Hub {
    /// The command that writes a message or a note, once it is checked.
    pub(super) async fn check_send(
        &self,
        room: &RoomHandle,
        author: User,
        id: EntryId,
        message: NewMessage,
    ) -> Result<RoomCommand, ServiceError> {
        let max_chars = match author.kind {
            UserKind::Visitor => room.visitor_message_max_chars.load(Ordering::Relaxed),
            _ => self.settings().agent_message_max_chars,
        };
        let content = check_message(&message, max_chars)?;
        let attachments = self.attachments_of(room, &author, &message.attachments).await?;
        let content = Content { text: message.content.into(), attachments, ..content };
        Ok(match message.kind {
            SendKind::Message => RoomCommand::Send { author, id, content, handoff_ids: handoff_ids() },
            SendKind::Note => RoomCommand::Note { author, id, content },
        })
    }

    /// The files that a message names: brought by its author, to this conversation, and each named once.
    async fn attachments_of(
        &self,
        room: &RoomHandle,
        author: &User,
        names: &[String],
    ) -> Result<Vec<Attachment>, ServiceError> {
        let unknown =
            || ServiceError::bad_request("attachments must be ids of files you uploaded here, each once");
        let mut files: Vec<Attachment> = Vec::with_capacity(names.len());
        for name in names {
            let id: AttachmentId = name.parse().map_err(|_| unknown())?;
            if files.iter().any(|file| file.id == id) {
                return Err(unknown());
            }
            let (org, conversation) = (room.facts.org, room.facts.id);
            let found = self.db().attachments().sendable(org, conversation, author.id, id, self.now()).await;
            files.push(found?.ok_or_else(unknown)?);
        }
        Ok(files)
    }
}

/// A reason for asking for a person, as callers give it.
pub(super) fn check_reason(reason: &str) -> Result<(), ServiceError> {
    if reason.chars().count() > REASON_MAX_CHARS {
        return Err(ServiceError::new(ErrorCode::TooLarge, "the reason is longer than 500 characters"));
    }
    Ok(())
}

/// What a message says besides its words and files.
fn check_message(message: &NewMessage, max_chars: usize) -> Result<Content, ServiceError> {
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
        metadata: message.metadata.as_deref().map(check_metadata).transpose()?,
        ..Content::default()
    })
}

/// A flat object: its values are texts, numbers, booleans or null.
fn check_metadata(metadata: &RawValue) -> Result<Arc<str>, ServiceError> {
    if metadata.get().len() > METADATA_MAX_BYTES {
        return Err(ServiceError::new(ErrorCode::TooLarge, "metadata is larger than 4096 bytes"));
    }
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(metadata.get())
        .map_err(|_| ServiceError::bad_request("metadata must be an object"))?;
    if object.values().any(|value| value.is_object() || value.is_array()) {
        return Err(ServiceError::bad_request("metadata must be flat: no objects or lists inside"));
    }
    Ok(metadata.get().into())
}

/// Labels as they are kept: trimmed, each once.
pub(super) fn check_labels(labels: Vec<String>) -> Result<Vec<Arc<str>>, ServiceError> {
    if labels.len() > LABELS_MAX {
        return Err(ServiceError::new(ErrorCode::TooLarge, "a conversation has at most 50 labels"));
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
