//! Puts a turn in words before it is known to be over: most pauses that last a little are its end.

use std::fmt;

use audio::{Activity, Onset, VoiceActivity};
use tokio_util::task::AbortOnDropHandle;

use super::error::StageError;
use super::hearing::Hearing;
use super::job::Job;
use super::turn_sound::TurnSound;

/// A pause after which a turn is put in words, in milliseconds. The turn is over after a longer one.
const PAUSE_MS: u64 = 200;

/// What counts as speech after a pause: within a turn, less than to begin one.
const ONSET: Onset = Onset { score: 0.5, frame_count: 1, dbfs: -55.0 };

/// Follows a turn for its pauses.
#[derive(Default)]
pub(super) struct EarlyHearing {
    activity: VoiceActivity,
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
        if !hearing.hears_early() {
            return;
        }
        match self.activity.hear(pcm, ONSET, PAUSE_MS) {
            Some(Activity::Ended) => {
                let job = hearing.hear(sound.so_far(), language);
                self.job = Some(AbortOnDropHandle::new(tokio::spawn(job)));
            }
            Some(Activity::Began) => self.job = None,
            None => {}
        }
    }

    /// The turn is over as it stood: its words, where they are on their way.
    pub(super) fn take(&mut self) -> Option<Job<String>> {
        self.activity.reset();
        let job = self.job.take()?;
        Some(Box::pin(async move { job.await.unwrap_or(Err(StageError::Stopping)) }))
    }

    /// What was put in words is not the whole turn.
    pub(super) fn forget(&mut self) {
        self.job = None;
    }
}
