//! Providers whose connections break: how long the visitor hears nothing, and what is lost of what they say.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use anyhow::ensure;
use futures_util::future::try_join_all;

use super::crowd::{Entrance, hang_up, on_a_thread, shares};
use super::far_end::{FarEnd, Findings, Manner};
use super::marked::Ear;
use super::marks::{Clock, Mark, between};
use super::metronome::{Metronome, TICKS_PER_SECOND};
use super::options::Options;
use super::playout::{Moment, Position};
use super::visitor::{Part, Sound, Visitor};
use crate::dice::Dice;
use crate::server::Server;
use crate::stats::Latencies;

/// Connections break so long after they were set up, by chance. A hub that is good for more than a few breaks in a
/// row counts those that come within 10 s of each other as one trouble, after which it asks for a person.
const CUT_TICKS: std::ops::RangeInclusive<u64> = 11 * TICKS_PER_SECOND..=16 * TICKS_PER_SECOND;
/// The shortest run in which every connection breaks.
const SECONDS_MIN: u64 = 20;
/// An answer that was cut is said again within so long, or never.
const ANSWER_WAIT: Duration = Duration::from_secs(5);
/// An answer of 3 s, as fast as it is heard: what is buffered does not cover a break.
const MANNER: Manner = Manner { think_ticks: 10, delta_ticks: 5, deltas: 30, cut_ticks: Some(CUT_TICKS) };
const TALK_TICKS: std::ops::RangeInclusive<u64> = 50..=100;
const PAUSE_TICKS: std::ops::RangeInclusive<u64> = 10..=25;
const ANSWER_TICKS: u64 = 20 * TICKS_PER_SECOND;

#[derive(Clone, Copy)]
enum Does {
    Waits(u64),
    Talks(u64),
    Listens(u64),
}

/// A visitor whose provider breaks.
struct Talker {
    call: u32,
    sent: u32,
    does: Does,
    dice: Dice,
    ear: Ear,
    last: Option<(u16, Mark)>,
    began: HashMap<u32, u64>,
    words: HashMap<u16, u32>,
    whole_answers: u64,
}

impl Talker {
    fn new(call: u32) -> Self {
        let mut dice = Dice::new(u64::from(call) + 1);
        Self {
            call,
            sent: 0,
            does: Does::Waits(dice.pick(1..=5 * TICKS_PER_SECOND)),
            dice,
            ear: Ear::new(call),
            last: None,
            began: HashMap::new(),
            words: HashMap::new(),
            whole_answers: 0,
        }
    }
}

impl Part for Talker {
    fn speak(&mut self, frame: &mut Vec<u8>, now_ns: u64) -> anyhow::Result<()> {
        self.does = match self.does {
            Does::Waits(0) => Does::Talks(self.dice.pick(TALK_TICKS)),
            Does::Waits(left) => Does::Waits(left - 1),
            Does::Talks(0) => Does::Listens(ANSWER_TICKS),
            Does::Talks(left) => Does::Talks(left - 1),
            Does::Listens(left) => {
                ensure!(left > 0, "call {} is not answered to the end", self.call);
                Does::Listens(left - 1)
            }
        };
        let word = u32::from(matches!(self.does, Does::Talks(_)));
        Mark { call: self.call, number: self.sent, word, at_ns: now_ns }.write(frame);
        self.sent += 1;
        Ok(())
    }

    fn hear(&mut self, sound: &Sound<'_>, now_ns: u64) -> anyhow::Result<()> {
        let mark = self.ear.hear(sound.pcm, now_ns)?;
        self.words.insert(sound.item, mark.word);
        self.last = Some((sound.item, mark));
        Ok(())
    }

    fn notice(&mut self, moment: Moment) {
        match moment {
            Moment::Begins { item, at_ns } => {
                if let Some(word) = self.words.get(&item) {
                    self.began.insert(*word, at_ns);
                }
            }
            Moment::Ends { item } => {
                // One that broke off is said again by the next connection.
                let is_whole =
                    self.last.is_some_and(|(last, mark)| last == item && mark.number + 1 == MANNER.frames());
                if is_whole {
                    self.whole_answers += 1;
                    self.does = Does::Waits(self.dice.pick(PAUSE_TICKS));
                }
            }
        }
    }

    fn cleared(&mut self, _heard: Option<Position>, _now_ns: u64) {}
}

/// What one thread has heard.
struct Heard {
    began: Vec<(u32, HashMap<u32, u64>)>,
    answers: u64,
}

async fn work(entrance: Entrance, share: u32, seconds: u64) -> anyhow::Result<Heard> {
    let visitors: Vec<Rc<Visitor<Talker>>> = entrance.open(share, Talker::new).await?;
    let mut metronome = Metronome::start();
    while metronome.ticks() < seconds * TICKS_PER_SECOND {
        metronome.beat().await.tick(&visitors)?;
    }
    hang_up(&visitors).await?;
    let mut heard = Heard { began: Vec::new(), answers: 0 };
    for visitor in &visitors {
        visitor.with_part(|part| {
            heard.answers += part.whole_answers;
            heard.began.push((part.call, std::mem::take(&mut part.began)));
        });
    }
    Ok(heard)
}

pub(super) async fn run(server: Server, options: &Options) -> anyhow::Result<()> {
    let clock = Clock::new();
    let seconds = options.seconds.max(SECONDS_MIN);
    let far_end = FarEnd::start(MANNER, clock, options.calls, options.calls)?;
    let owner = server.owner("owner").await?;
    server.let_visitors_call(&owner, &far_end.v1_url()).await?;
    let entrance = Entrance::new(Arc::new(server), clock);
    let threads = shares(options.calls, options.threads).into_iter().map(|share| {
        let entrance = entrance.clone();
        on_a_thread(move || work(entrance, share, seconds))
    });
    let crews = try_join_all(threads).await?;
    let findings = far_end.end().await?;
    ensure!(findings.violations.is_empty(), "at the provider: {:?}", findings.violations);
    ensure!(findings.cuts >= u64::from(options.calls), "only {} connections broke", findings.cuts);
    let now_ns = clock.now_ns();
    let is_late = |cut_ns: &&u64| between(**cut_ns, now_ns) > ANSWER_WAIT;
    let forgotten = findings.unanswered_ns.iter().filter(is_late).count();
    ensure!(forgotten == 0, "{forgotten} answers were cut and never said again");
    report(options, seconds, &crews, &findings);
    ensure!(findings.lost_frames == 0, "{} frames never arrived", findings.lost_frames);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the report is what this program is for")]
fn report(options: &Options, seconds: u64, crews: &[Heard], findings: &Findings) {
    let began: HashMap<u32, &HashMap<u32, u64>> =
        crews.iter().flat_map(|crew| &crew.began).map(|(call, began)| (*call, began)).collect();
    let (mut silences, mut own) = (Latencies::default(), Latencies::default());
    for outage in &findings.outages {
        let Some(audible_ns) = began.get(&outage.call).and_then(|began| began.get(&outage.word)) else {
            continue;
        };
        let thought = between(outage.asked_ns, outage.first_ns);
        silences.add(between(outage.cut_ns, *audible_ns).saturating_sub(thought));
        own.add(thought);
    }
    let answers: u64 = crews.iter().map(|crew| crew.answers).sum();
    println!("voice, drops: {} calls, {seconds} s, {} connections cut", options.calls, findings.cuts);
    println!("                            p50/p90/p99/p99.9/max");
    println!(
        "  cut to audible again      {} beyond the provider's own ({} cut within an answer)",
        silences.summary(),
        silences.count()
    );
    println!("    p95                     {:.2} ms", silences.at(0.95).as_secs_f64() * 1_000.0);
    println!("    the provider's own      {}", own.summary());
    println!(
        "  visitors' sound           {} frames, {} lost; {} heard again by a new connection, {} filled",
        findings.frames, findings.lost_frames, findings.repeated_frames, findings.filled_frames
    );
    println!("  answers heard to the end  {answers}");
}
