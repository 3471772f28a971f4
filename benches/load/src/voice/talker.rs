//! A visitor who may be taken over, and what they notice of it.

use std::rc::Rc;

use anyhow::{Context, ensure};

use super::marks::{FRAME_BYTES, Mark, between};
use super::metronome::TICKS_PER_SECOND;
use super::playout::{Moment, Position};
use super::tones::{Library, ToneEar};
use super::visitor::{Part, Sound, Visitor};
use crate::dice::Dice;
use crate::stats::Latencies;

const TALK_TICKS: std::ops::RangeInclusive<u64> = 100..=150;

const PAUSE_TICKS: std::ops::RangeInclusive<u64> = 10..=25;

/// After how much of an answer an agent takes the call. Answers must be longer.
const RIPE_TICKS: std::ops::RangeInclusive<u64> = 25..=90;

const ANSWER_TICKS: u64 = 15 * TICKS_PER_SECOND;

const LONGEST_TICKS: u64 = 160 * TICKS_PER_SECOND;

/// Visitors begin within so long.
const SPREAD_TICKS: u64 = 5 * TICKS_PER_SECOND;

#[derive(Clone, Copy)]
enum Does {
    Waits(u64),
    Talks(u64),
    /// Waits for the answer, at most so long.
    Listens(u64),
    /// Hears the answer; ripe to be taken once nothing is left of the patience.
    Hears {
        left: u64,
        patience: u64,
    },
    /// Is with an agent.
    IsTaken(Take),
}

/// What a visitor has noticed of a take-over.
#[derive(Clone, Copy)]
struct Take {
    began_ns: u64,
    /// The number of the agent's first frame, which went out right behind the `take`.
    first_number: u32,
    last_heard: Option<u32>,
    /// When the assistant was last heard of: a frame, or the `clear`.
    silent_ns: u64,
    is_clear: bool,
}

/// A visitor who may be taken over.
pub(super) struct Talker {
    does: Does,
    dice: Dice,
    loud: Rc<[u8]>,
    ear: ToneEar,
    figures: Figures,
}

/// What was measured.
#[derive(Default)]
pub(super) struct Figures {
    pub(super) heard: Latencies,
    pub(super) silent: Latencies,
    pub(super) unheard_frames: u64,
}

impl Talker {
    pub(super) fn new(call: u32, library: Library, loud: Rc<[u8]>) -> Self {
        let mut dice = Dice::new(u64::from(call) + 1);
        Self {
            does: Does::Waits(dice.pick(1..=SPREAD_TICKS)),
            dice,
            loud,
            ear: ToneEar::new(library),
            figures: Figures::default(),
        }
    }

    /// Whether the visitor is in the middle of an answer.
    pub(super) fn is_ripe(&self) -> bool {
        matches!(self.does, Does::Hears { patience: 0, .. })
    }

    /// An agent is about to take the call.
    pub(super) fn begin_take(&mut self, now_ns: u64, first_number: u32) {
        let take =
            Take { began_ns: now_ns, first_number, last_heard: None, silent_ns: now_ns, is_clear: false };
        self.does = Does::IsTaken(take);
    }

    /// The agent has said everything; keeps what was measured.
    pub(super) fn end_take(&mut self) -> anyhow::Result<()> {
        let Does::IsTaken(take) = self.does else { anyhow::bail!("nobody has taken this call") };
        ensure!(take.is_clear, "the assistant was never told to be silent");
        ensure!(take.last_heard.is_some(), "the agent was never heard");
        self.figures.silent.add(between(take.began_ns, take.silent_ns));
        Ok(())
    }

    /// The assistant has the call again.
    pub(super) fn go_on(&mut self) {
        self.does = Does::Waits(self.dice.pick(PAUSE_TICKS));
    }
}

impl Part for Talker {
    fn speak(&mut self, frame: &mut Vec<u8>, _now_ns: u64) -> anyhow::Result<()> {
        self.does = match self.does {
            Does::Waits(0) => Does::Talks(self.dice.pick(TALK_TICKS)),
            Does::Waits(left) => Does::Waits(left - 1),
            Does::Talks(0) => Does::Listens(ANSWER_TICKS),
            Does::Talks(left) => Does::Talks(left - 1),
            Does::Listens(left) => {
                ensure!(left > 0, "the assistant does not answer");
                Does::Listens(left - 1)
            }
            Does::Hears { left, patience } => {
                ensure!(left > 0, "an answer does not end");
                Does::Hears { left: left - 1, patience: patience.saturating_sub(1) }
            }
            taken @ Does::IsTaken(_) => taken,
        };
        if matches!(self.does, Does::Talks(_)) {
            frame.extend_from_slice(&self.loud);
        } else {
            frame.resize(frame.len() + FRAME_BYTES, 0);
        }
        Ok(())
    }

    fn hear(&mut self, sound: &Sound<'_>, now_ns: u64) -> anyhow::Result<()> {
        if let Does::IsTaken(take) = &mut self.does {
            ensure!(!take.is_clear, "the assistant is heard after the clear of a take-over");
            take.silent_ns = now_ns;
        }
        self.ear.hear(sound)
    }

    fn hear_agent(&mut self, pcm: &[u8], now_ns: u64) -> anyhow::Result<()> {
        let Does::IsTaken(take) = &mut self.does else {
            anyhow::bail!("an agent who has not taken the call")
        };
        let mark = Mark::read(pcm)?.context("a frame that the agent never sent")?;
        match take.last_heard {
            None => {
                ensure!(mark.number >= take.first_number, "{mark:?} was sent before the take");
                self.figures.heard.add(between(take.began_ns, now_ns));
                self.figures.unheard_frames += u64::from(mark.number - take.first_number);
            }
            Some(last) => ensure!(mark.number == last + 1, "{mark:?} follows {last}"),
        }
        take.last_heard = Some(mark.number);
        Ok(())
    }

    fn notice(&mut self, moment: Moment) {
        match (moment, self.does) {
            (_, Does::IsTaken(_)) => {}
            (Moment::Begins { .. }, _) => {
                self.does = Does::Hears { left: LONGEST_TICKS, patience: self.dice.pick(RIPE_TICKS) };
            }
            (Moment::Ends { .. }, _) => self.does = Does::Waits(self.dice.pick(PAUSE_TICKS)),
        }
    }

    fn cleared(&mut self, _heard: Option<Position>, now_ns: u64) {
        if let Does::IsTaken(take) = &mut self.does {
            take.silent_ns = now_ns;
            take.is_clear = true;
        }
    }
}

impl Figures {
    pub(super) fn of(visitors: &[Rc<Visitor<Talker>>]) -> Self {
        let mut all = Self::default();
        for visitor in visitors {
            visitor.with_part(|part| all.merge(std::mem::take(&mut part.figures)));
        }
        all
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.heard.merge(other.heard);
        self.silent.merge(other.silent);
        self.unheard_frames += other.unheard_frames;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use switchboard_sim::realtime::tones::render;

    use super::*;

    const MS: u64 = 1_000_000;

    fn taken_talker() -> Talker {
        let mut talker = Talker::new(0, Library::default(), Rc::from([]));
        talker.begin_take(10 * MS, 7);
        talker
    }

    fn agent_says(talker: &mut Talker, number: u32, now_ns: u64) -> anyhow::Result<()> {
        let mut frame = Vec::new();
        Mark { call: 0, number, word: 1, at_ns: 0 }.write(&mut frame);
        talker.hear_agent(&frame, now_ns)
    }

    fn assistant_says(talker: &mut Talker, now_ns: u64) -> anyhow::Result<()> {
        let mut pcm = Vec::new();
        audio::write_samples(&render(0, 0, 480), &mut pcm);
        talker.hear(&Sound { item: 1, is_last: false, pcm: &pcm }, now_ns)
    }

    #[test]
    fn both_latencies_count_from_the_take() {
        let mut talker = taken_talker();
        assistant_says(&mut talker, 12 * MS).unwrap();
        talker.cleared(None, 15 * MS);
        agent_says(&mut talker, 8, 40 * MS).unwrap();
        agent_says(&mut talker, 9, 60 * MS).unwrap();
        talker.end_take().unwrap();

        let Figures { heard, silent, unheard_frames } = talker.figures;
        assert_eq!((heard.at(1.0), silent.at(1.0)), (Duration::from_millis(30), Duration::from_millis(5)));
        assert_eq!((heard.count(), silent.count(), unheard_frames), (1, 1, 1));
    }

    #[test]
    fn an_assistant_after_the_clear_and_a_lost_frame_of_the_agent_end_the_run() {
        let mut talker = taken_talker();
        talker.cleared(None, 15 * MS);
        agent_says(&mut talker, 7, 20 * MS).unwrap();

        assert!(assistant_says(&mut talker, 21 * MS).is_err());
        assert!(agent_says(&mut talker, 9, 40 * MS).is_err());
    }

    #[test]
    fn a_take_after_which_nobody_was_silenced_or_heard_ends_the_run() {
        assert!(taken_talker().end_take().is_err());

        let mut unheard = taken_talker();
        unheard.cleared(None, 15 * MS);
        assert!(unheard.end_take().is_err());
    }
}
