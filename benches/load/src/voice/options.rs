//! What the voice parts are run with.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::ensure;
use clap::Args;

/// Longer ones are not told apart: tones repeat after 163 s.
const ANSWER_MS_MAX: u32 = 120_000;

/// How long answers last, by chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AnswerMs {
    pub(crate) from: u32,
    pub(crate) to: u32,
}

impl FromStr for AnswerMs {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let (from, to) = text.split_once('-').unwrap_or((text, text));
        let (from, to) = (from.parse()?, to.parse()?);
        ensure!(0 < from && from <= to && to <= ANSWER_MS_MAX, "between 1 and {ANSWER_MS_MAX} ms");
        Ok(Self { from, to })
    }
}

impl fmt::Display for AnswerMs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from, self.to)
    }
}

#[derive(Args, Clone)]
pub(crate) struct Options {
    /// Calls at once.
    #[arg(long, default_value_t = 200)]
    pub(super) calls: u32,
    /// How long the calls with the simulator are measured, and those that break last.
    #[arg(long, default_value_t = 30)]
    pub(super) seconds: u64,
    /// Have the visitors interrupt the assistant.
    #[arg(long)]
    pub(super) barge_ins: bool,
    /// Break the provider's connections, instead of the calls with the simulator.
    #[arg(long, conflicts_with = "barge_ins")]
    pub(super) drops: bool,
    /// Have agents take so many calls over, instead of counting what calls cost.
    #[arg(long, default_value_t = 0, conflicts_with_all = ["barge_ins", "drops"])]
    pub(super) takes: u32,
    /// Rounds through the hub and without it; 0 measures no latency.
    #[arg(long, default_value_t = 2)]
    pub(super) direct_rounds: u32,
    /// How long the simulator's answers last, in milliseconds, by chance.
    #[arg(long, default_value = "3000-5000")]
    pub(super) answer_ms: AnswerMs,
    /// Threads of visitors.
    #[arg(long, default_value_t = 1)]
    pub(super) threads: u32,
    /// The simulator's binary.
    #[arg(long, default_value = "target/fast/switchboard-sim")]
    pub(super) simulator: PathBuf,
}
