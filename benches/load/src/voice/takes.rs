//! Agents who take calls over while the assistant talks: how soon the visitor hears them, and no longer hears it.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::ensure;
use futures_util::future::try_join_all;
use tokio::sync::Barrier;

use super::crowd::{Entrance, hang_up, on_a_thread, shares};
use super::desk::Desk;
use super::marks::Clock;
use super::metronome::{Metronome, was_too_late};
use super::options::Options;
use super::simulator::{Simulator, TONE_ITEMS};
use super::talk::loud;
use super::talker::{Figures, Talker};
use super::tones::Library;
use crate::server::Server;
use crate::stats::Latencies;

/// One call in so many has an agent in it.
const CALLS_PER_DESK: usize = 5;
/// The shortest answer with which a take-over always cuts one.
const ANSWER_MS_MIN: u32 = 2_500;
/// The gates of VOICE.md.
const HEARD_GATE: Duration = Duration::from_millis(200);
const SILENT_GATE: Duration = Duration::from_millis(100);

/// What a thread of visitors and agents works with.
struct Crew {
    server: Arc<Server>,
    token: String,
    clock: Clock,
    entrance: Entrance,
    barrier: Arc<Barrier>,
    share: u32,
    answer_seconds: u32,
    left: Arc<AtomicU32>,
}

impl Crew {
    async fn work(self) -> anyhow::Result<(Figures, Latencies)> {
        let library = Library::default();
        library.fill(TONE_ITEMS, self.answer_seconds);
        let loud: Rc<[u8]> = loud().into();
        let talker = |call| Talker::new(call, library.clone(), loud.clone());
        let visitors = self.entrance.open(self.share, talker).await?;
        let mut desks = Vec::new();
        for visitor in visitors.iter().step_by(CALLS_PER_DESK) {
            let join = Desk::join(&self.server, &self.token, self.clock, visitor.clone(), self.left.clone());
            desks.push(join.await?);
        }
        self.barrier.wait().await;
        let mut metronome = Metronome::start();
        while !desks.iter().all(|desk| desk.is_done()) {
            let group = metronome.beat().await;
            group.tick(&visitors)?;
            group.tick(&desks)?;
        }
        hang_up(&visitors).await?;
        Ok((Figures::of(&visitors), metronome.into_lateness()))
    }
}

pub(super) async fn run(
    server: Server,
    simulator: &std::path::Path,
    options: &Options,
) -> anyhow::Result<()> {
    ensure!(
        options.answer_ms.from >= ANSWER_MS_MIN,
        "answers shorter than {ANSWER_MS_MIN} ms may be over before anybody takes the call"
    );
    let simulator = Simulator::start(simulator, options.answer_ms).await?;
    let owner = server.owner("owner").await?;
    server.let_visitors_call(&owner, &simulator.v1_url()).await?;
    let token = server.agent("ana").await?;
    let (server, clock) = (Arc::new(server), Clock::new());
    let entrance = Entrance::new(server.clone(), clock);
    let barrier = Arc::new(Barrier::new(options.threads as usize));
    let left = Arc::new(AtomicU32::new(options.takes));
    let threads = shares(options.calls, options.threads).into_iter().map(|share| {
        let crew = Crew {
            server: server.clone(),
            token: token.clone(),
            clock,
            entrance: entrance.clone(),
            barrier: barrier.clone(),
            share,
            answer_seconds: options.answer_ms.to / 1_000,
            left: left.clone(),
        };
        on_a_thread(move || crew.work())
    });
    let (mut figures, mut lateness) = (Figures::default(), Latencies::default());
    for (one, late) in try_join_all(threads).await? {
        figures.merge(one);
        lateness.merge(late);
    }
    simulator.log().await?;
    ensure!(left.load(Ordering::Relaxed) == 0, "take-overs are left");
    ensure!(figures.heard.count() == options.takes as usize, "{} take-overs", figures.heard.count());
    report(options, figures, lateness);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the report is what this program is for")]
fn report(options: &Options, mut figures: Figures, mut lateness: Latencies) {
    println!("voice, takes: {} take-overs in {} calls", options.takes, options.calls);
    println!("  from the take on          p50/p90/p99/p99.9/max");
    for (name, latencies, gate) in [
        ("agent heard", &mut figures.heard, HEARD_GATE),
        ("assistant silent", &mut figures.silent, SILENT_GATE),
    ] {
        let gate_ms = gate.as_millis();
        let verdict = if latencies.at(1.0) <= gate { "all within" } else { "not all within" };
        println!("    {name:<23} {} ({verdict} {gate_ms} ms)", latencies.summary());
    }
    println!("  generator late            {}", lateness.summary());
    if was_too_late(&mut lateness) {
        println!("    not to be believed: this machine had too little time for the visitors");
    }
    println!(
        "  checked                   {} frames of agents came before the take was committed; no frame of the assistant \
         after a clear; every answer sample for sample; no rule of the protocol broken",
        figures.unheard_frames
    );
}
