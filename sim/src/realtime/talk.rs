//! The session of a connection, whichever of the two protocols it speaks.

use std::collections::VecDeque;

use super::events::Emission;
use super::live::LiveSession;
use super::request::SpeechRequest;
use super::session::Session;

/// A session of either protocol.
#[derive(Debug)]
pub(super) enum Talk {
    /// Turn by turn, at `/v1/realtime`.
    Turns(Box<Session>),
    /// Full duplex, at `/v1/live/sessions`.
    Live(Box<LiveSession>),
}

impl Talk {
    pub(super) fn take_emissions(&mut self) -> VecDeque<Emission> {
        match self {
            Self::Turns(session) => session.take_emissions(),
            Self::Live(session) => session.take_emissions(),
        }
    }

    pub(super) fn take_speech_requests(&mut self) -> Vec<SpeechRequest> {
        match self {
            Self::Turns(session) => session.take_speech_requests(),
            Self::Live(_) => Vec::new(),
        }
    }

    pub(super) fn take_speech(&mut self, request: &SpeechRequest, samples: Option<Vec<i16>>, now_ms: u64) {
        if let Self::Turns(session) = self {
            session.take_speech(&request.response_id, request.output_index, samples, now_ms);
        }
    }

    pub(super) fn next_ms(&self) -> Option<u64> {
        match self {
            Self::Turns(session) => session.next_ms(),
            Self::Live(session) => session.next_ms(),
        }
    }

    pub(super) fn tick(&mut self, now_ms: u64) {
        match self {
            Self::Turns(session) => session.tick(now_ms),
            Self::Live(session) => session.tick(now_ms),
        }
    }

    pub(super) fn receive(&mut self, text: &str, now_ms: u64) {
        match self {
            Self::Turns(session) => session.receive(text, now_ms),
            Self::Live(session) => session.receive(text, now_ms),
        }
    }

    pub(super) fn receive_binary(&mut self, now_ms: u64) {
        match self {
            Self::Turns(session) => session.receive_binary(now_ms),
            Self::Live(session) => session.receive_binary(now_ms),
        }
    }

    pub(super) fn emit_raw(&mut self, kind: &str, text: String, now_ms: u64) {
        match self {
            Self::Turns(session) => session.outbox.emit_raw(kind, text, now_ms),
            Self::Live(session) => session.outbox.emit_raw(kind, text, now_ms),
        }
    }

    pub(super) fn say(&mut self, words: &str, now_ms: u64) {
        match self {
            Self::Turns(session) => session.say(words, now_ms),
            Self::Live(session) => session.say(words, now_ms),
        }
    }

    pub(super) fn reading_stops_until_ms(&self) -> u64 {
        match self {
            Self::Turns(session) => session.reading_stops_until_ms,
            Self::Live(session) => session.reading_stops_until_ms,
        }
    }
}
