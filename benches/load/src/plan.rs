//! The comparisons that are made by one command: a short one, and the whole table.

use clap::Args;

use crate::run::Step;
use crate::scenario::{Common, Workload, broadcast, idle, rooms, storm, typing};

#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    /// The whole table: all peers, more scenarios, five runs. It takes hours.
    #[arg(long)]
    full: bool,
    #[command(flatten)]
    common: Common,
}

impl Options {
    /// What is common to all steps: three runs, or five of the whole table, where nothing else is said.
    pub(crate) fn common(&self) -> Common {
        let runs = self.common.runs.unwrap_or(if self.full { 5 } else { 3 });
        Common { runs: Some(runs), ..self.common.clone() }
    }

    pub(crate) fn steps(&self) -> Vec<Step> {
        if self.full { full() } else { short() }
    }
}

const MAIN: &[&str] = &["switchboard", "node", "axum", "floor", "storage-floor"];
const ALL: &[&str] = &[
    "switchboard",
    "switchboard-socketio",
    "switchboard-postgres",
    "node",
    "bun",
    "python",
    "axum",
    "socketioxide",
    "floor",
    "floor-batched",
    "storage-floor",
];

fn step(id: &'static str, workload: Workload, targets: &[&str]) -> Step {
    Step { id, workload, targets: targets.iter().map(|name| (*name).to_owned()).collect() }
}

fn at_rate(rate: f64, seconds: f64) -> Workload {
    Workload::Rooms(rooms::Options { rate, seconds, ..rooms::Options::default() })
}

fn saturated(seconds: f64) -> Workload {
    Workload::Rooms(rooms::Options { closed: true, seconds, ..rooms::Options::default() })
}

fn ladder(seconds: f64) -> Workload {
    Workload::Rooms(rooms::Options {
        ladder_p99_ms: Some(50.0),
        warm_up: 1.0,
        seconds,
        ..rooms::Options::default()
    })
}

/// Half of what each does when saturated: where latency says something.
fn half(seconds: f64) -> Workload {
    Workload::Rooms(rooms::Options { of_saturation: Some(0.5), seconds, ..rooms::Options::default() })
}

/// Under twenty minutes on two cores.
fn short() -> Vec<Step> {
    let network = &["switchboard", "node", "axum", "floor"];
    let typing = Workload::Typing(typing::Options { seconds: 5.0, ..typing::Options::default() });
    let broadcast = Workload::Broadcast(broadcast::Options { seconds: 5.0, ..broadcast::Options::default() });
    vec![
        step("rooms-saturated", saturated(6.0), MAIN),
        step("rooms-4000", at_rate(4_000.0, 6.0), MAIN),
        step("rooms-400", at_rate(400.0, 6.0), MAIN),
        step("rooms-half", half(4.0), &["switchboard", "node"]),
        step("typing-4000", typing, network),
        step("broadcast", broadcast, &["switchboard", "node", "axum", "floor-batched"]),
        step("storm", Workload::Storm(storm::Options::default()), &["switchboard", "node", "axum"]),
        step(
            "idle",
            Workload::Idle(idle::Options { seconds: 3.0, ..idle::Options::default() }),
            &["switchboard", "node", "axum"],
        ),
    ]
}

/// The whole table of what is asked, and every peer.
fn full() -> Vec<Step> {
    // Without agents, so that they fit under a limit of 20,000 open files, which many systems have.
    let many = |rooms: usize| {
        let shape = rooms::Options { rooms, agents: 0, ..rooms::Options::default() };
        Workload::Rooms(rooms::Options { rate: 1_000.0, seconds: 10.0, ..shape })
    };
    let clients = &["switchboard", "switchboard-socketio", "node", "bun", "python", "axum", "socketioxide"];
    let network: Vec<&str> = ALL.iter().copied().filter(|name| *name != "storage-floor").collect();
    vec![
        step("rooms-saturated", saturated(10.0), ALL),
        step("rooms-4000", at_rate(4_000.0, 10.0), ALL),
        step("rooms-400", at_rate(400.0, 10.0), ALL),
        step("rooms-half", half(8.0), &["switchboard", "switchboard-socketio", "node", "axum"]),
        step("rooms-ladder", ladder(5.0), &["switchboard", "switchboard-socketio", "node", "axum"]),
        step("typing-4000", Workload::Typing(typing::Options::default()), &network),
        step("broadcast", Workload::Broadcast(broadcast::Options::default()), &network),
        step("storm", Workload::Storm(storm::Options::default()), clients),
        step("idle", Workload::Idle(idle::Options::default()), clients),
        step("rooms-100", many(100), &["switchboard"]),
        step("rooms-15000", many(15_000), &["switchboard"]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_table_has_every_scenario_of_the_short_one() {
        let full = full();

        for one in short() {
            assert!(full.iter().any(|other| other.id == one.id), "{}", one.id);
        }
    }

    #[test]
    fn the_first_target_is_what_others_are_compared_with() {
        assert!(short().iter().chain(&full()).all(|step| step.targets[0] == "switchboard"));
    }
}
