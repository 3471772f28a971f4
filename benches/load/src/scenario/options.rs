//! What every scenario takes: against whom, how often, with which dice, and where the results go.

use std::path::PathBuf;

use clap::Args;

#[derive(Args, Clone, Debug)]
pub(crate) struct Common {
    /// Whom to load, one after another in every run: `switchboard`, `switchboard-socketio`, `switchboard-postgres`
    /// (in --database-url), `storage-floor`, a folder of benches/load/peers, or `DIALECT@PORT/PID` for a server that
    /// runs already.
    #[arg(long, value_delimiter = ',', default_value = "switchboard")]
    pub(crate) targets: Vec<String>,
    /// Runs, each of which has all targets in turn: one, or as many as a report has.
    #[arg(long)]
    pub(crate) runs: Option<usize>,
    /// The dice: who writes when.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Write the results as JSON.
    #[arg(long)]
    pub(crate) json: Option<PathBuf>,
    /// Write them as one HTML page with plots.
    #[arg(long)]
    pub(crate) html: Option<PathBuf>,
    /// What is measured, for the head of the report.
    #[arg(long, default_value = "")]
    pub(crate) label: String,
    /// Orgs of Switchboard that rooms and agents are spread over; 1 measures the presence of many agents, too.
    #[arg(long, default_value_t = 20)]
    pub(crate) orgs: usize,
    /// The core of the server.
    #[arg(long, default_value_t = 0)]
    pub(crate) server_core: usize,
    /// The core of the generator.
    #[arg(long, default_value_t = 1)]
    pub(crate) generator_core: usize,
}
