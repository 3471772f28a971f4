//! What the hub adds to a frame on its way, in both directions: the same calls through it and without it, in rounds
//! that alternate.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::ensure;
use futures_util::future::try_join_all;
use tokio::sync::Barrier;

use super::crowd::{Entrance, hang_up, on_a_thread, shares};
use super::direct::Direct;
use super::far_end::{FarEnd, Findings, Manner, Stamps};
use super::marked::Ear;
use super::marks::{Clock, Mark, between};
use super::metronome::{Member, Metronome, was_too_late};
use super::options::Options;
use super::playout::{Moment, Position};
use super::rounds::Rounds;
use super::visitor::{Part, Sound, Visitor};
use crate::server::Server;
use crate::stats::Latencies;

const MANNER: Manner = Manner { think_ticks: 5, delta_ticks: 1, deltas: 30, cut_ticks: None };

/// A visitor who talks through the hub.
struct Talker {
    call: u32,
    sent: u32,
    rounds: Rounds,
    ear: Ear,
    item: Option<(u16, u32)>,
    stamps: Arc<Stamps>,
    clear: Latencies,
}

impl Part for Talker {
    fn speak(&mut self, frame: &mut Vec<u8>, now_ns: u64) -> anyhow::Result<()> {
        let word = u32::from(self.rounds.speaks());
        Mark { call: self.call, number: self.sent, word, at_ns: now_ns }.write(frame);
        self.sent += 1;
        Ok(())
    }

    fn hear(&mut self, sound: &Sound<'_>, now_ns: u64) -> anyhow::Result<()> {
        let mark = self.ear.hear(sound.pcm, now_ns)?;
        let here = (sound.item, mark.word);
        let is_one = self.item.is_none_or(|(item, word)| (item == here.0) == (word == here.1));
        ensure!(is_one, "item {} sounds like answer {}", sound.item, mark.word);
        self.item = Some(here);
        Ok(())
    }

    fn notice(&mut self, _moment: Moment) {}

    fn cleared(&mut self, _heard: Option<Position>, now_ns: u64) {
        let said_ns = self.stamps.speech_ns(self.call).load(Ordering::Acquire);
        self.clear.add(between(said_ns, now_ns));
    }
}

/// What one path took.
#[derive(Default)]
struct Path {
    down: Latencies,
    speech: Latencies,
}

#[derive(Default)]
struct Measured {
    through_hub: Path,
    directly: Path,
    lateness: Latencies,
    underruns: u64,
}

pub(super) async fn run(server: Server, options: &Options) -> anyhow::Result<()> {
    let clock = Clock::new();
    let calls = options.calls;
    let far_end = FarEnd::start(MANNER, clock, calls, 2 * calls)?;
    let owner = server.owner("owner").await?;
    server.let_visitors_call(&owner, &far_end.v1_url()).await?;
    let server = Arc::new(server);
    let entrance = Entrance::new(server.clone(), clock);
    let barrier = Arc::new(Barrier::new(options.threads as usize));
    let mut first_direct = calls;
    let mut threads = Vec::new();
    for share in shares(calls, options.threads) {
        let crew = Crew {
            entrance: entrance.clone(),
            barrier: barrier.clone(),
            stamps: far_end.stamps.clone(),
            clock,
            port: far_end.port,
            share,
            first_direct,
            calls,
            rounds: options.direct_rounds,
        };
        first_direct += share;
        threads.push(on_a_thread(move || crew.work()));
    }
    let mut all = Measured::default();
    for one in try_join_all(threads).await? {
        all.merge(one);
    }
    let findings = far_end.end().await?;
    ensure!(findings.violations.is_empty(), "at the provider: {:?}", findings.violations);
    ensure!(findings.connections == u64::from(2 * calls), "{} connections", findings.connections);
    ensure!(findings.lost_frames == 0, "{} frames never arrived", findings.lost_frames);
    report(options, all, findings);
    Ok(())
}

/// What a thread of visitors works with.
struct Crew {
    entrance: Entrance,
    barrier: Arc<Barrier>,
    stamps: Arc<Stamps>,
    clock: Clock,
    port: u16,
    share: u32,
    first_direct: u32,
    calls: u32,
    rounds: u32,
}

impl Crew {
    async fn work(self) -> anyhow::Result<Measured> {
        let talker = |call| Talker {
            call,
            sent: 0,
            rounds: Rounds::new(call, self.calls),
            ear: Ear::new(call),
            item: None,
            stamps: self.stamps.clone(),
            clear: Latencies::default(),
        };
        let visitors = self.entrance.open(self.share, talker).await?;
        let mut directs = Vec::new();
        for call in self.first_direct..self.first_direct + self.share {
            let rounds = Rounds::new(call, self.calls);
            directs.push(Direct::connect(self.port, call, self.clock, self.stamps.clone(), rounds).await?);
        }
        let mut measured = Measured::default();
        for _ in 0..self.rounds {
            self.barrier.wait().await;
            directs.iter().for_each(|direct| direct.begin_round());
            measured.lateness.merge(round(&directs).await?);
            self.barrier.wait().await;
            visitors.iter().for_each(|visitor| visitor.with_part(|part| part.rounds.begin()));
            measured.lateness.merge(round(&visitors).await?);
        }
        for direct in &directs {
            let (down, speech) = direct.take_latencies();
            measured.directly.down.merge(down);
            measured.directly.speech.merge(speech);
        }
        measured.take(&visitors);
        hang_up(&visitors).await?;
        Ok(measured)
    }
}

async fn round<M: Member>(members: &[Rc<M>]) -> anyhow::Result<Latencies> {
    let mut metronome = Metronome::start();
    while metronome.ticks() < Rounds::ticks() {
        metronome.beat().await.tick(members)?;
    }
    Ok(metronome.into_lateness())
}

impl Measured {
    fn take(&mut self, visitors: &[Rc<Visitor<Talker>>]) {
        for visitor in visitors {
            self.underruns += u64::from(visitor.underruns());
            visitor.with_part(|part| {
                self.through_hub.down.merge(part.ear.take_latencies());
                self.through_hub.speech.merge(std::mem::take(&mut part.clear));
            });
        }
    }

    fn merge(&mut self, other: Self) {
        for (mine, theirs) in
            [(&mut self.through_hub, other.through_hub), (&mut self.directly, other.directly)]
        {
            mine.down.merge(theirs.down);
            mine.speech.merge(theirs.speech);
        }
        self.lateness.merge(other.lateness);
        self.underruns += other.underruns;
    }
}

#[expect(clippy::print_stdout, reason = "the report is what this program is for")]
fn report(options: &Options, mut all: Measured, mut findings: Findings) {
    println!(
        "voice, latency: {} calls, {} rounds each through the hub and without it",
        options.calls, options.direct_rounds
    );
    println!("  frame by frame            p50/p90/p99/p99.9/max");
    let lines = [
        ("visitor to provider", &mut findings.through_hub, &mut findings.directly),
        ("provider to visitor", &mut all.through_hub.down, &mut all.directly.down),
        ("speech noticed to clear", &mut all.through_hub.speech, &mut all.directly.speech),
    ];
    for (name, through_hub, directly) in lines {
        println!("    {name:<23} {} through the hub ({})", through_hub.summary(), through_hub.count());
        println!("    {:<23} {} without it ({})", "", directly.summary(), directly.count());
        println!("    {:<23} {}", "", added(through_hub, directly));
    }
    println!("  generator late            {}", all.lateness.summary());
    if was_too_late(&mut all.lateness) {
        println!("    not to be believed: this machine had too little time for the visitors");
    }
    println!(
        "  checked                   {} frames up, none lost or changed; {} truncations; {} underruns",
        findings.frames, findings.truncations, all.underruns
    );
}

fn added(through_hub: &mut Latencies, directly: &mut Latencies) -> String {
    let mut more = |share| {
        let [with, without] = [&mut *through_hub, &mut *directly].map(|one| one.at(share));
        millis(with) - millis(without)
    };
    format!("added: p50 {:+.2} ms, p99 {:+.2} ms", more(0.5), more(0.99))
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}
