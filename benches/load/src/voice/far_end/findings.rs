//! What the provider's end has seen of its calls.

use std::sync::atomic::AtomicU64;

use crate::stats::Latencies;

/// Violations that are told; after so many the rest is more of the same.
const VIOLATIONS_MAX: usize = 20;

/// Times that both ends must know, by call.
pub(in crate::voice) struct Stamps(Vec<AtomicU64>);

impl Stamps {
    pub(super) fn new(call_count: u32) -> Self {
        Self((0..call_count).map(|_| AtomicU64::new(0)).collect())
    }

    /// When the provider last said that speech had started.
    pub(in crate::voice) fn speech_ns(&self, call: u32) -> &AtomicU64 {
        &self.0[call as usize]
    }
}

/// A cut in the middle of an answer, and how it went on.
#[derive(Debug, Clone, Copy)]
pub(in crate::voice) struct Outage {
    pub(in crate::voice) call: u32,
    /// The answer that came instead.
    pub(in crate::voice) word: u32,
    pub(in crate::voice) cut_ns: u64,
    /// When it was asked for.
    pub(in crate::voice) asked_ns: u64,
    /// When its first sound was written.
    pub(in crate::voice) first_ns: u64,
}

/// What is known of one call, over all its connections.
#[derive(Default)]
pub(super) struct CallTally {
    /// The microphone's frame that is due.
    pub(super) due: u32,
    pub(super) answers: u32,
    /// When a connection was cut in the middle of an answer.
    pub(super) cut_ns: Option<u64>,
}

/// Everything that was seen.
#[derive(Default)]
pub(in crate::voice) struct Findings {
    /// How long frames were on their way, through the hub.
    pub(in crate::voice) through_hub: Latencies,
    /// And without it.
    pub(in crate::voice) directly: Latencies,
    pub(in crate::voice) connections: u64,
    pub(in crate::voice) frames: u64,
    /// Frames that no connection heard.
    pub(in crate::voice) lost_frames: u64,
    /// Frames that a new connection heard again.
    pub(in crate::voice) repeated_frames: u64,
    /// Frames of silence with which the hub filled gaps.
    pub(in crate::voice) filled_frames: u64,
    pub(in crate::voice) truncations: u64,
    pub(in crate::voice) cuts: u64,
    pub(in crate::voice) outages: Vec<Outage>,
    /// Cuts within an answer after which nothing was said, when they happened.
    pub(in crate::voice) unanswered_ns: Vec<u64>,
    pub(in crate::voice) violations: Vec<String>,
}

impl Findings {
    /// Notes that a rule was broken.
    pub(super) fn accuse(&mut self, violation: String) {
        if self.violations.len() < VIOLATIONS_MAX {
            self.violations.push(violation);
        }
    }
}
