//! A full-duplex session without a socket and a clock: for tests that play calls of hours in seconds.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use super::LiveSession;
use crate::realtime::events::Emission;
use crate::realtime::log::{ConnectionLog, Records};
use crate::realtime::scenario::Scenario;
use crate::realtime::session::Opening;

/// Something that a session without a socket does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfflineSaid {
    /// It sends this text.
    Text(String),
    /// It closes the connection with this code.
    Closed(u16),
    /// It breaks the connection.
    Dropped,
}

/// A full-duplex session without a socket.
#[derive(Debug)]
pub struct OfflineLive {
    session: LiveSession,
    records: Arc<Records>,
}

impl OfflineLive {
    /// Opens a session. Those of one call share `tones`, so that every speech sounds in its own.
    pub fn open(scenario: Scenario, tones: &Arc<AtomicU32>, unix_s: u64) -> Self {
        let records = Records::new();
        let opening = Opening {
            tones: Arc::clone(tones),
            unix_s,
            ..Opening::offline(scenario, records.open(ConnectionLog::default()))
        };
        Self { session: LiveSession::open(opening), records }
    }

    /// Takes in a message of the client; `now_ms` counts from the opening.
    pub fn receive(&mut self, text: &str, now_ms: u64) {
        self.session.receive(text, now_ms);
    }

    /// Lets time pass.
    pub fn tick(&mut self, now_ms: u64) {
        self.session.tick(now_ms);
    }

    /// What it has done since it was asked last.
    pub fn said(&mut self) -> Vec<OfflineSaid> {
        let emissions = self.session.take_emissions().into_iter();
        let said = emissions.map(|emission| match emission {
            Emission::Text(text) => OfflineSaid::Text(text),
            Emission::Close(code, _) => OfflineSaid::Closed(code),
            Emission::Drop => OfflineSaid::Dropped,
        });
        said.collect()
    }

    /// What is remembered of it.
    pub fn log(&self) -> ConnectionLog {
        self.records.all().swap_remove(0)
    }

    /// What `read` makes of what is remembered of it.
    pub fn read<T>(&self, read: impl FnOnce(&ConnectionLog) -> T) -> T {
        self.records.read(|logs| read(&logs[0]))
    }
}
