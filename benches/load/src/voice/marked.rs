//! What a listener believes of marked sound: every frame of an answer once, in order, and nobody else's.

use anyhow::{Context, ensure};

use super::marks::{Mark, between};
use crate::stats::Latencies;

/// Frames at the beginning of an answer that the hub lets out as they come: 300 of its 400 ms.
const PROMPT_FRAMES: u32 = 15;

/// The ear of one call.
pub(super) struct Ear {
    call: u32,
    last: Option<Mark>,
    latencies: Latencies,
}

impl Ear {
    pub(super) fn new(call: u32) -> Self {
        Self { call, last: None, latencies: Latencies::default() }
    }

    /// Takes the next frame in. The first frame of each delta says when it was written, and counts where no pacing
    /// holds it back.
    pub(super) fn hear(&mut self, frame: &[u8], now_ns: u64) -> anyhow::Result<Mark> {
        let mark = Mark::read(frame)?.context("a frame that the provider never sent")?;
        ensure!(mark.call == self.call, "call {} hears call {}", self.call, mark.call);
        match self.last {
            Some(last) if last.word == mark.word => {
                ensure!(mark.number == last.number + 1, "{mark:?} follows {last:?}");
            }
            last => {
                ensure!(last.is_none_or(|last| last.word < mark.word), "{mark:?} follows {last:?}");
                ensure!(mark.number == 0, "an answer begins with {mark:?}");
            }
        }
        if mark.at_ns > 0 && mark.number < PROMPT_FRAMES {
            self.latencies.add(between(mark.at_ns, now_ns));
        }
        self.last = Some(mark);
        Ok(mark)
    }

    /// How long the first frames were on their way.
    pub(super) fn take_latencies(&mut self) -> Latencies {
        std::mem::take(&mut self.latencies)
    }
}
