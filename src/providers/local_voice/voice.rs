//! The voice of this process: its stages, and how many calls it takes.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::hearing::Hearing;
use super::session::Session;
use super::speaking::Speaking;
use super::stages::Stages;
use super::writing::WritingSession;
use crate::providers::realtime::{LocalSession, LocalVoice, RealtimeEndpoint, Setup, Task, local_endpoint};

/// No more calls are taken now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoPlace {
    /// How many calls it takes at once.
    pub calls_max: usize,
}

/// Voices for calls, as many as the stages bear.
#[derive(Debug)]
pub struct LocalVoices {
    stages: Arc<Stages>,
    places: Arc<Semaphore>,
    calls_max: usize,
}

/// The voice of one call, which holds its place.
#[derive(Debug)]
struct CallVoice {
    stages: Arc<Stages>,
    _place: OwnedSemaphorePermit,
}

impl LocalVoices {
    /// Voices with these stages, for so many calls at once.
    #[must_use]
    pub fn new(hearing: Hearing, speaking: Speaking, calls_max: usize) -> Self {
        let stages = Arc::new(Stages { hearing, speaking });
        Self { stages, places: Arc::new(Semaphore::new(calls_max)), calls_max }
    }

    /// Whether this language is both heard and spoken.
    #[must_use]
    pub fn knows(&self, language: &str) -> bool {
        self.stages.hearing.knows(language) && self.stages.speaking.knows(language)
    }

    /// A voice for one call; its place is free again once the call is over.
    ///
    /// # Errors
    /// [`NoPlace`]: a call that is taken is never short of a voice.
    pub fn admit(&self) -> Result<RealtimeEndpoint, NoPlace> {
        let place = self.places.clone().try_acquire_owned();
        let place = place.map_err(|_| NoPlace { calls_max: self.calls_max })?;
        Ok(local_endpoint(Arc::new(CallVoice { stages: self.stages.clone(), _place: place })))
    }
}

impl LocalVoice for CallVoice {
    fn session(&self, setup: Setup) -> Box<dyn LocalSession> {
        let stages = self.stages.clone();
        match setup.task {
            Task::Talk => Box::new(Session::new(stages, setup)),
            Task::Write { .. } | Task::Listen => Box::new(WritingSession::new(stages, setup)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_held_as_long_as_the_call_lasts() {
        let voices = LocalVoices::new(Hearing::Scripted(Arc::default()), Speaking::Tone, 1);
        let first = voices.admit().unwrap();
        let copy = first.clone();
        drop(first);
        assert_eq!(voices.admit().unwrap_err(), NoPlace { calls_max: 1 });

        drop(copy);

        assert!(voices.admit().is_ok());
    }
}
