//! The voice of this process: its stages, and how many calls it takes.

use std::sync::{Arc, Mutex, PoisonError};

use rooms::OrgId;

use super::hearing::Hearing;
use super::session::Session;
use super::speaking::Speaking;
use super::stages::Stages;
use super::writing::WritingSession;
use crate::providers::realtime::{LocalSession, LocalVoice, RealtimeEndpoint, Setup, Task, local_endpoint};

/// No more calls are taken now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoPlace {
    /// Which limit is reached: `local_voice_calls_max`, or `local_voice_calls_per_org_max`.
    pub limit: &'static str,
    /// How many calls there are.
    pub call_count: usize,
}

/// How many calls the stages bear at once.
#[derive(Debug, Clone, Copy)]
pub struct CallsMax {
    /// In all.
    pub total: usize,
    /// Of one org.
    pub per_org: usize,
}

/// Voices for calls, as many as the stages bear.
#[derive(Debug)]
pub struct LocalVoices {
    stages: Arc<Stages>,
    calls: Arc<Mutex<Vec<OrgId>>>,
    calls_max: CallsMax,
}

/// The voice of one call, which holds its place.
#[derive(Debug)]
struct CallVoice {
    stages: Arc<Stages>,
    org: OrgId,
    calls: Arc<Mutex<Vec<OrgId>>>,
}

impl LocalVoices {
    /// Voices with these stages, for so many calls at once.
    #[must_use]
    pub fn new(hearing: Hearing, speaking: Speaking, calls_max: CallsMax) -> Self {
        Self { stages: Arc::new(Stages { hearing, speaking }), calls: Arc::default(), calls_max }
    }

    /// Whether this language is both heard and spoken.
    #[must_use]
    pub fn knows(&self, language: &str) -> bool {
        self.stages.hearing.knows(language) && self.stages.speaking.knows(language)
    }

    /// A voice for one call of an org; its place is free again once the call is over.
    ///
    /// # Errors
    /// [`NoPlace`]: a call that is taken is never short of a voice, and no org has all places.
    pub fn admit(&self, org: OrgId) -> Result<RealtimeEndpoint, NoPlace> {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let of_org = calls.iter().filter(|one| **one == org).count();
        if of_org >= self.calls_max.per_org {
            return Err(NoPlace { limit: "local_voice_calls_per_org_max", call_count: of_org });
        }
        if calls.len() >= self.calls_max.total {
            return Err(NoPlace { limit: "local_voice_calls_max", call_count: calls.len() });
        }
        calls.push(org);
        let (stages, calls) = (self.stages.clone(), self.calls.clone());
        Ok(local_endpoint(Arc::new(CallVoice { stages, org, calls })))
    }
}

impl Drop for CallVoice {
    fn drop(&mut self) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = calls.iter().position(|one| *one == self.org) {
            calls.swap_remove(at);
        }
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
    fn a_place_is_held_as_long_as_the_call_lasts_and_no_org_has_all_of_them() {
        let calls_max = CallsMax { total: 3, per_org: 2 };
        let voices = LocalVoices::new(Hearing::Scripted(Arc::default()), Speaking::Tone, calls_max);
        let [one, other] = [OrgId(1), OrgId(2)];
        let first = voices.admit(one).unwrap();
        let _second = voices.admit(one).unwrap();
        let copy = first.clone();
        drop(first);
        let refused = voices.admit(one).unwrap_err();
        assert_eq!(refused, NoPlace { limit: "local_voice_calls_per_org_max", call_count: 2 });
        let _theirs = voices.admit(other).unwrap();
        let refused = voices.admit(other).unwrap_err();
        assert_eq!(refused, NoPlace { limit: "local_voice_calls_max", call_count: 3 });

        drop(copy);

        assert!(voices.admit(other).is_ok());
    }
}
