//! Pieces of turns that are being put in words, in their order.

use std::collections::VecDeque;
use std::fmt;
use std::task::{Context, Poll};

use audio::relay::ItemId;

use super::error::StageError;
use super::hearing::Hearing;
use super::job::Job;
use super::turn_sound::Piece;

struct Waiting {
    item: ItemId,
    is_last: bool,
    job: Job<String>,
}

/// Words of a turn.
#[derive(Debug)]
pub(super) struct Words {
    /// The turn.
    pub(super) item: ItemId,
    /// All of its words; none where it has none.
    pub(super) text: String,
}

/// Puts turns in words, one after the other.
#[derive(Default)]
pub(super) struct HearingQueue {
    waiting: VecDeque<Waiting>,
    /// Words of the pieces of a turn that is not over.
    so_far: String,
}

impl fmt::Debug for HearingQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HearingQueue({} wait)", self.waiting.len())
    }
}

impl HearingQueue {
    /// Whether nothing is being put in words.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Puts a piece in words.
    pub(super) fn push(&mut self, hearing: &Hearing, language: &'static str, piece: Piece) {
        let Piece { item, samples, is_last } = piece;
        let job = hearing.hear(samples, language);
        self.waiting.push_back(Waiting { item, is_last, job });
    }

    /// Takes over what puts the rest of a turn in words.
    pub(super) fn push_job(&mut self, item: ItemId, job: Job<String>) {
        self.waiting.push_back(Waiting { item, is_last: true, job });
    }

    /// The next turn that is in words, or why it is not.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Words, StageError>> {
        loop {
            let Some(first) = self.waiting.front_mut() else { return Poll::Pending };
            let heard = std::task::ready!(first.job.as_mut().poll(cx));
            let Some(Waiting { item, is_last, .. }) = self.waiting.pop_front() else { return Poll::Pending };
            let words = match heard {
                Ok(words) => words,
                Err(error) => return Poll::Ready(Err(error)),
            };
            if !self.so_far.is_empty() && !words.is_empty() {
                self.so_far.push(' ');
            }
            self.so_far.push_str(words.trim());
            if is_last {
                return Poll::Ready(Ok(Words { item, text: std::mem::take(&mut self.so_far) }));
            }
        }
    }
}
