//! Transcripts of what the visitor and an agent say to each other while the agent has the call: a transcription session
//! for each of them. Off unless a channel wants it.

mod listeners;
mod session;
mod utterances;

pub(super) use listeners::Overhearing;
pub(super) use session::SessionParts;
