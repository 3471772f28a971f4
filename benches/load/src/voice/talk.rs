//! Conversations with the simulator: CPU and memory per call, and truncation accuracy.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::ensure;
use futures_util::future::{try_join, try_join_all};
use tokio::sync::Barrier;
use tokio::time::sleep;

use super::crowd::{Entrance, hang_up, on_a_thread, shares};
use super::marks::{Clock, FRAME_BYTES};
use super::metronome::{Metronome, TICKS_PER_SECOND, was_too_late};
use super::options::{AnswerMs, Options};
use super::playout::{Moment, Position};
use super::simulator::{Simulator, TONE_ITEMS};
use super::tones::{Library, ToneEar};
use super::truncation::{HeardItem, compare};
use super::visitor::{Part, Sound, Visitor};
use crate::dice::Dice;
use crate::process;
use crate::server::Server;
use crate::stats::Latencies;

/// A turn of the visitor, in 20 ms: 2 to 3 s.
const TALK_TICKS: std::ops::RangeInclusive<u64> = 100..=150;
/// How long they wait after an answer.
const PAUSE_TICKS: std::ops::RangeInclusive<u64> = 10..=25;
/// After how much of an answer they interrupt it.
const PATIENCE_TICKS: std::ops::RangeInclusive<u64> = 25..=125;
/// An answer that has not begun by then never will.
const ANSWER_TICKS: u64 = 15 * TICKS_PER_SECOND;
/// One that has begun ends by then: tones repeat after 163 s.
const LONGEST_TICKS: u64 = 160 * TICKS_PER_SECOND;
/// Visitors begin within so long.
const SPREAD_TICKS: u64 = 5 * TICKS_PER_SECOND;
/// What the first turns cost once is not counted.
const WARM_UP: Duration = Duration::from_secs(6);
/// Calls that say nothing are given so long to settle.
const SETTLE: Duration = Duration::from_secs(2);
/// With so much of a core in the simulator or here, it is no longer the server that is measured.
const OVERLOAD_PERCENT: f64 = 80.0;
/// A loud microphone: −9 dBFS.
const LOUD: i16 = 12_000;

#[derive(Clone, Copy)]
enum Does {
    /// Says nothing for so long, and then talks.
    Waits(u64),
    /// Talks for so long.
    Talks(u64),
    /// Listens, at most so long.
    Listens(u64),
    /// Hears the answer, and interrupts it after so long.
    Interrupts(u64),
}

/// A visitor who talks with the simulator.
struct Talker {
    does: Does,
    interrupts: bool,
    dice: Dice,
    loud: Rc<[u8]>,
    ear: ToneEar,
    ended: Option<u16>,
    items: Vec<HeardItem>,
    unlocated: u64,
    heard: Arc<AtomicU64>,
}

impl Talker {
    fn new(call: u32, crew: &Crew, library: Library, loud: Rc<[u8]>) -> Self {
        let mut dice = Dice::new(u64::from(call) + 1);
        Self {
            does: Does::Waits(dice.pick(1..=SPREAD_TICKS)),
            interrupts: crew.interrupts,
            dice,
            loud,
            ear: ToneEar::new(library),
            ended: None,
            items: Vec::new(),
            unlocated: 0,
            heard: crew.heard.clone(),
        }
    }

    /// Keeps what was heard of the item that came last, which is over.
    fn keep(&mut self, cut_us: Option<u64>) {
        match self.ear.current() {
            Some((_, Some(tone))) => self.items.push(HeardItem { tone, cut_us }),
            // Cut within its first 40 ms: nobody can tell which it was.
            Some((_, None)) => self.unlocated += 1,
            None => {}
        }
    }
}

impl Part for Talker {
    fn speak(&mut self, frame: &mut Vec<u8>, _now_ns: u64) -> anyhow::Result<()> {
        self.does = match self.does {
            Does::Waits(0) | Does::Interrupts(0) => Does::Talks(self.dice.pick(TALK_TICKS)),
            Does::Waits(left) => Does::Waits(left - 1),
            Does::Interrupts(left) => Does::Interrupts(left - 1),
            Does::Talks(0) => Does::Listens(ANSWER_TICKS),
            Does::Talks(left) => Does::Talks(left - 1),
            Does::Listens(left) => {
                ensure!(left > 0, "the assistant does not answer");
                Does::Listens(left - 1)
            }
        };
        if matches!(self.does, Does::Talks(_)) {
            frame.extend_from_slice(&self.loud);
        } else {
            frame.resize(frame.len() + FRAME_BYTES, 0);
        }
        Ok(())
    }

    fn hear(&mut self, sound: &Sound<'_>, _now_ns: u64) -> anyhow::Result<()> {
        self.heard.fetch_add(1, Ordering::Relaxed);
        self.ear.hear(sound)
    }

    fn notice(&mut self, moment: Moment) {
        match moment {
            Moment::Begins { .. } if self.interrupts => {
                self.does = Does::Interrupts(self.dice.pick(PATIENCE_TICKS));
            }
            Moment::Begins { .. } => self.does = Does::Listens(LONGEST_TICKS),
            Moment::Ends { item } => {
                self.ended = Some(item);
                self.keep(None);
                self.does = Does::Waits(self.dice.pick(PAUSE_TICKS));
            }
        }
    }

    fn cleared(&mut self, heard: Option<Position>, _now_ns: u64) {
        let Some((tag, _)) = self.ear.current() else { return };
        if self.ended == Some(tag) {
            return;
        }
        let samples = heard.filter(|heard| heard.item == tag).map_or(0, |heard| heard.samples);
        self.ended = Some(tag);
        self.keep(Some(u64::from(samples) * 1_000 / 24));
    }
}

/// What a thread of visitors works with.
struct Crew {
    entrance: Entrance,
    barrier: Arc<Barrier>,
    share: u32,
    interrupts: bool,
    seconds: u64,
    answer_ms: AnswerMs,
    heard: Arc<AtomicU64>,
}

/// What one thread has heard, by the order of its calls.
struct Heard {
    calls: Vec<(u32, Vec<HeardItem>)>,
    unlocated: u64,
    underruns: u64,
    frames: u64,
    lateness: Latencies,
}

impl Crew {
    async fn work(self) -> anyhow::Result<Heard> {
        let library = Library::default();
        library.fill(TONE_ITEMS, self.answer_ms.to / 1_000);
        let loud: Rc<[u8]> = loud().into();
        let numbers = std::cell::RefCell::new(Vec::new());
        let talker = |call| {
            numbers.borrow_mut().push(call);
            Talker::new(call, &self, library.clone(), loud.clone())
        };
        let visitors = self.entrance.open(self.share, talker).await?;
        // Everybody is here; what they cost is read meanwhile.
        self.barrier.wait().await;
        self.barrier.wait().await;
        let mut metronome = Metronome::start();
        while metronome.ticks() < (self.seconds + WARM_UP.as_secs() + 1) * TICKS_PER_SECOND {
            metronome.beat().await.tick(&visitors)?;
        }
        hang_up(&visitors).await?;
        Heard::of(&numbers.into_inner(), &visitors, metronome.into_lateness())
    }
}

impl Heard {
    fn of(numbers: &[u32], visitors: &[Rc<Visitor<Talker>>], lateness: Latencies) -> anyhow::Result<Self> {
        let mut heard = Self { calls: Vec::new(), unlocated: 0, underruns: 0, frames: 0, lateness };
        for (number, visitor) in numbers.iter().zip(visitors) {
            heard.underruns += u64::from(visitor.underruns());
            ensure!(visitor.heard_frames() > 0, "call {number} heard nothing");
            heard.frames += u64::from(visitor.heard_frames());
            visitor.with_part(|part| {
                heard.unlocated += part.unlocated;
                heard.calls.push((*number, std::mem::take(&mut part.items)));
            });
        }
        Ok(heard)
    }
}

/// What was read from outside.
struct Costs {
    idle_kib: u64,
    before_kib: u64,
    talking_kib: Vec<u64>,
    server_cpu: f64,
    simulator_cpu: f64,
    own_cpu: f64,
    heard: u64,
    seconds: f64,
}

pub(super) async fn run(
    server: Server,
    simulator: &std::path::Path,
    options: &Options,
) -> anyhow::Result<()> {
    let simulator = Simulator::start(simulator, options.answer_ms).await?;
    let owner = server.owner("owner").await?;
    server.let_visitors_call(&owner, &simulator.v1_url()).await?;
    let server = Arc::new(server);
    let entrance = Entrance::new(server.clone(), Clock::new());
    let first = entrance.clone();
    on_a_thread(move || async move { first.warm_up().await }).await?;
    let before_kib = server.resident_kib()?;
    let barrier = Arc::new(Barrier::new(options.threads as usize + 1));
    let heard = Arc::new(AtomicU64::new(0));
    let threads = shares(options.calls, options.threads).into_iter().map(|share| {
        let crew = Crew {
            entrance: entrance.clone(),
            barrier: barrier.clone(),
            share,
            interrupts: options.barge_ins,
            seconds: options.seconds,
            answer_ms: options.answer_ms,
            heard: heard.clone(),
        };
        on_a_thread(move || crew.work())
    });
    let measuring = measure(&server, &simulator, options, &barrier, &heard, before_kib);
    let (crews, costs) = try_join(try_join_all(threads), measuring).await?;
    let connections = simulator.log().await?;
    // The first was there to warm the server up.
    let connections = &connections[1..];
    ensure!(connections.len() == options.calls as usize, "{} connections", connections.len());
    let mut errors = Latencies::default();
    for (number, items) in crews.iter().flat_map(|crew| &crew.calls) {
        compare(items, &connections[*number as usize], &mut errors)?;
    }
    report(options, &costs, crews, errors);
    Ok(())
}

async fn measure(
    server: &Server,
    simulator: &Simulator,
    options: &Options,
    barrier: &Barrier,
    heard: &AtomicU64,
    before_kib: u64,
) -> anyhow::Result<Costs> {
    barrier.wait().await;
    sleep(SETTLE).await;
    let idle_kib = server.resident_kib()?;
    barrier.wait().await;
    sleep(WARM_UP).await;
    let own = || process::cpu_seconds(std::process::id());
    let (server_before, simulator_before) = (server.cpu_seconds()?, simulator.cpu_seconds()?);
    let (own_before, heard_before, began) = (own()?, heard.load(Ordering::Relaxed), Instant::now());
    let mut talking_kib = Vec::new();
    for _ in 0..options.seconds {
        sleep(Duration::from_secs(1)).await;
        talking_kib.push(server.resident_kib()?);
    }
    Ok(Costs {
        idle_kib,
        before_kib,
        talking_kib,
        server_cpu: server.cpu_seconds()? - server_before,
        simulator_cpu: simulator.cpu_seconds()? - simulator_before,
        own_cpu: own()? - own_before,
        heard: heard.load(Ordering::Relaxed) - heard_before,
        seconds: began.elapsed().as_secs_f64(),
    })
}

/// 20 ms of a visitor who talks.
pub(super) fn loud() -> Vec<u8> {
    let samples: Vec<i16> =
        (0..FRAME_BYTES / 2).map(|at| if at / 30 % 2 == 0 { LOUD } else { -LOUD }).collect();
    let mut bytes = Vec::new();
    audio::write_samples(&samples, &mut bytes);
    bytes
}

#[expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "the report is what this program is for"
)]
fn report(options: &Options, costs: &Costs, crews: Vec<Heard>, errors: Latencies) {
    let calls = f64::from(options.calls);
    let share = |cpu: f64| cpu * 100.0 / costs.seconds;
    let per_call = share(costs.server_cpu) / calls;
    let down = costs.heard as f64 / costs.seconds / calls;
    let up = TICKS_PER_SECOND as f64;
    let full = per_call * 2.0 * up / (up + down);
    let each = |kib: u64| kib.saturating_sub(costs.before_kib) as f64 / calls;
    let mut talking = costs.talking_kib.clone();
    talking.sort_unstable();
    let (median, most) = (talking[talking.len() / 2], talking[talking.len() - 1]);
    let (mut frames, mut underruns, mut unlocated, mut answers) = (0, 0, 0, 0);
    let mut lateness = Latencies::default();
    for crew in crews {
        answers += crew.calls.iter().map(|(_, items)| items.len()).sum::<usize>();
        (frames, underruns, unlocated) =
            (frames + crew.frames, underruns + crew.underruns, unlocated + crew.unlocated);
        lateness.merge(crew.lateness);
    }
    println!("voice, talk: {} calls with the simulator, {:.1} s measured", options.calls, costs.seconds);
    println!("  server CPU per call       {per_call:.3} % of a core, {up:.0} frames/s up and {down:.1} down");
    println!("    at {up:.0} both ways        {full:.3} % of a core, so {:.0} calls per core", 100.0 / full);
    println!(
        "  one core is 100 %         server {:.0} %, simulator {:.0} %, load tester {:.0} %",
        share(costs.server_cpu),
        share(costs.simulator_cpu),
        share(costs.own_cpu)
    );
    let is_overloaded = share(costs.simulator_cpu).max(share(costs.own_cpu)) > OVERLOAD_PERCENT;
    if is_overloaded || was_too_late(&mut lateness) {
        println!(
            "    not to be believed: this machine had too little time for the simulator and the visitors"
        );
    }
    println!(
        "  resident memory per call  {:.0} KiB idle, {:.0} KiB talking (median), {:.0} KiB at most",
        each(costs.idle_kib),
        each(median),
        each(most)
    );
    if options.barge_ins {
        println!(
            "  truncation error          p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms ({} interruptions, {unlocated} too early to tell)",
            errors.at(0.5).as_secs_f64() * 1e3,
            errors.at(0.99).as_secs_f64() * 1e3,
            errors.at(1.0).as_secs_f64() * 1e3,
            errors.count()
        );
    }
    println!("  generator late            {}", lateness.summary());
    println!(
        "  checked                   {frames} frames down, {answers} answers sample for sample, {underruns} underruns; \
         no rule of the protocol broken, nothing \"already shorter\""
    );
}
