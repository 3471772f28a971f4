//! Puts a turn in words before it is known to be over: most pauses that last a little are its end.

use std::fmt;
use std::time::Duration;

use audio::{Activity, Onset, VoiceActivity};
use tokio::time::Instant;
use tokio_util::task::AbortOnDropHandle;

use super::error::StageError;
use super::hearing::Hearing;
use super::job::Job;
use super::turn_sound::TurnSound;
use crate::clock;

/// A pause after which a turn is put in words, in milliseconds. The turn is over after a longer one.
const PAUSE_MS: u64 = 200;

/// What counts as speech after a pause: within a turn, less than to begin one.
const ONSET: Onset = Onset { score: 0.5, frame_count: 1, dbfs: -55.0 };

/// Follows a turn for its pauses.
#[derive(Default)]
pub(super) struct EarlyHearing {
    activity: VoiceActivity,
    /// When the pause began that the turn is in.
    silent_since: Option<Instant>,
    job: Option<AbortOnDropHandle<Result<String, StageError>>>,
}

impl fmt::Debug for EarlyHearing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EarlyHearing(is_running: {})", self.job.is_some())
    }
}

impl EarlyHearing {
    /// Follows sound of a turn. After a pause the turn is put in words as it stands; what is said then makes that void.
    pub(super) fn follow(
        &mut self,
        pcm: &[u8],
        sound: &TurnSound,
        hearing: &Hearing,
        language: &'static str,
    ) {
        match self.activity.hear(pcm, ONSET, PAUSE_MS) {
            Some(Activity::Ended) => {
                self.silent_since = clock::instant().checked_sub(Duration::from_millis(PAUSE_MS));
                if !hearing.hears_early() {
                    return;
                }
                let job = hearing.hear(sound.so_far(), language);
                self.job = Some(AbortOnDropHandle::new(tokio::spawn(job)));
            }
            Some(Activity::Began) => (self.silent_since, self.job) = (None, None),
            None => {}
        }
    }

    /// When the visitor was heard last, where the turn is in a pause.
    pub(super) fn silent_since(&self) -> Option<Instant> {
        self.silent_since
    }

    /// The turn is over as it stood: its words, where they are on their way.
    pub(super) fn take(&mut self) -> Option<Job<String>> {
        self.activity.reset();
        self.silent_since = None;
        let job = self.job.take()?;
        Some(Box::pin(async move { job.await.unwrap_or(Err(StageError::Stopping)) }))
    }

    /// What was put in words is not the whole turn.
    pub(super) fn forget(&mut self) {
        self.job = None;
    }
}
