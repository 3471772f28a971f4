//! What a session says, until it is asked for it.

use std::collections::VecDeque;
use std::task::{Context, Poll, Waker};

use audio::relay::{Event, Loss};

use super::error::StageError;
use crate::providers::realtime::{Heard, TurnTimes};

/// What a session has said, and who waits for more.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    ready: VecDeque<Heard>,
    waker: Option<Waker>,
    is_lost: bool,
}

impl Outbox {
    pub(super) fn say(&mut self, event: Event) {
        self.ready.push_back(Heard::Event(event));
    }

    /// A turn was answered.
    pub(super) fn record(&mut self, times: TurnTimes) {
        self.ready.push_back(Heard::Answered(times));
    }

    /// A stage has failed: the session is lost, and another is tried.
    pub(super) fn fail(&mut self, error: &StageError) {
        tracing::warn!(
            code = error.code(),
            error = error as &dyn std::error::Error,
            "the local voice failed"
        );
        self.ready.push_back(Heard::Complaint(error.code().to_owned()));
        let loss = if matches!(error, StageError::Language(_)) { Loss::Final } else { Loss::Passing };
        self.say(Event::Lost(loss));
        self.is_lost = true;
    }

    /// Something was asked of the session: whoever waits looks again.
    pub(super) fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    /// Adds what there is to say; false where the session has ended, and `None` where its stages must work first.
    pub(super) fn take(&mut self, out: &mut Vec<Heard>) -> Option<bool> {
        let is_any = !self.ready.is_empty();
        out.extend(self.ready.drain(..));
        (is_any || self.is_lost).then_some(!self.is_lost)
    }

    /// Its stages have nothing yet.
    pub(super) fn wait(&mut self, cx: &Context<'_>) -> Poll<bool> {
        self.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}
