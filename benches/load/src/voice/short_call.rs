//! A call of a few seconds, as one of many things that a visitor does.

use std::time::Duration;

use super::marks::{Clock, FRAME_BYTES};
use super::metronome::Member;
use super::playout::{Moment, Position};
use super::visitor::{Part, Sound, Visitor};

const FRAME: Duration = Duration::from_millis(20);
const FRAMES_PER_SECOND: u32 = 50;
/// How long the visitor talks before listening.
const TALKING_FRAMES: u32 = 50;
/// A square wave, loud enough to be taken for a voice.
const LEVEL: i16 = 8_000;
const HALF_WAVE_SAMPLES: usize = 60;

/// Talks for a second and listens to whatever is said.
#[derive(Default)]
struct Caller {
    frames: u32,
}

impl Part for Caller {
    fn speak(&mut self, frame: &mut Vec<u8>, _now_ns: u64) -> anyhow::Result<()> {
        self.frames += 1;
        let level = if self.frames <= TALKING_FRAMES { LEVEL } else { 0 };
        for sample in 0..FRAME_BYTES / 2 {
            let is_high = (sample / HALF_WAVE_SAMPLES).is_multiple_of(2);
            frame.extend_from_slice(&(if is_high { level } else { -level }).to_le_bytes());
        }
        Ok(())
    }

    fn hear(&mut self, _sound: &Sound<'_>, _now_ns: u64) -> anyhow::Result<()> {
        Ok(())
    }

    fn notice(&mut self, _moment: Moment) {}

    fn cleared(&mut self, _heard: Option<Position>, _now_ns: u64) {}
}

/// Joins the call of a ticket, stays so long, and hangs up; gives how many frames were heard. It needs a `LocalSet`.
pub(crate) async fn short_call(port: u16, ticket: &str, seconds: u32) -> anyhow::Result<u32> {
    let visitor = Visitor::join(port, ticket, Clock::new(), Caller::default()).await?;
    let mut beat = tokio::time::interval(FRAME);
    for _ in 0..seconds * FRAMES_PER_SECOND {
        beat.tick().await;
        visitor.tick()?;
    }
    let heard = visitor.heard_frames();
    visitor.hang_up().await?;
    Ok(heard)
}
