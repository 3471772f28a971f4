//! What is asked of Switchboard, as ratios of medians within one report.

use super::metrics::written;
use super::results::Report;

/// One line of what is asked.
#[derive(Debug)]
pub(crate) struct Gate {
    pub(crate) title: &'static str,
    /// The figure in question, and what it is divided by: the sum of these.
    of: Figure,
    by: &'static [Figure],
    is_at_least: bool,
    pub(crate) must: f64,
    pub(crate) goal: f64,
}

/// A scenario, a target of it, and a figure.
#[derive(Debug, Clone, Copy)]
struct Figure(&'static str, &'static str, &'static str);

/// How a gate stands.
#[derive(Debug)]
pub(crate) struct Verdict {
    pub(crate) gate: &'static Gate,
    /// Nothing where something of it was not measured.
    pub(crate) value: Option<f64>,
}

const fn at_most(title: &'static str, of: Figure, by: &'static [Figure], must: f64, goal: f64) -> Gate {
    Gate { title, of, by, is_at_least: false, must, goal }
}

const HUB: &str = "switchboard";
const HUB_SIO: &str = "switchboard-socketio";
const CPU: &str = "delivery_cpu_us";
const CPU_MESSAGE: &str = "message_cpu_us";

const GATES: &[Gate] = &[
    at_most(
        "saturated, CPU per delivery against Socket.IO on Node",
        Figure("rooms-saturated", HUB, CPU),
        &[Figure("rooms-saturated", "node", CPU)],
        1.0,
        0.6,
    ),
    at_most(
        "4,000 messages/s, the same",
        Figure("rooms-4000", HUB, CPU),
        &[Figure("rooms-4000", "node", CPU)],
        1.2,
        0.8,
    ),
    at_most(
        "400 messages/s, the same",
        Figure("rooms-400", HUB, CPU),
        &[Figure("rooms-400", "node", CPU)],
        2.5,
        1.6,
    ),
    at_most(
        "over Socket.IO, saturated, against Socket.IO on Node",
        Figure("rooms-saturated", HUB_SIO, CPU),
        &[Figure("rooms-saturated", "node", CPU)],
        1.2,
        0.8,
    ),
    at_most(
        "saturated, CPU per message against floor and storage floor",
        Figure("rooms-saturated", HUB, CPU_MESSAGE),
        &[
            Figure("rooms-saturated", "floor", CPU_MESSAGE),
            Figure("rooms-saturated", "storage-floor", CPU_MESSAGE),
        ],
        2.0,
        1.4,
    ),
    at_most(
        "PostgreSQL, saturated, CPU of the server per delivery against SQLite",
        Figure("rooms-saturated", "switchboard-postgres", CPU),
        &[Figure("rooms-saturated", HUB, CPU)],
        1.3,
        1.0,
    ),
    at_most(
        "4,000/s, CPU per message against floor and storage floor",
        Figure("rooms-4000", HUB, CPU_MESSAGE),
        &[Figure("rooms-4000", "floor", CPU_MESSAGE), Figure("rooms-4000", "storage-floor", CPU_MESSAGE)],
        2.0,
        1.4,
    ),
    Gate {
        title: "highest rate with p99 <= 50 ms against Socket.IO on Node",
        of: Figure("rooms-ladder", HUB, "highest_deliveries_per_s"),
        by: &[Figure("rooms-ladder", "node", "highest_deliveries_per_s")],
        is_at_least: true,
        must: 1.0,
        goal: 2.0,
    },
    at_most(
        "half of saturation, p99 send to receive against a bare commit's p99",
        Figure("rooms-half", HUB, "p99_ms"),
        // At this rate hardly two messages meet in one commit.
        &[Figure("rooms-400", "storage-floor", "commit_p99_ms")],
        3.0,
        1.5,
    ),
    at_most(
        "typing, CPU per delivery against the floor",
        Figure("typing-4000", HUB, CPU),
        &[Figure("typing-4000", "floor", CPU)],
        1.6,
        1.25,
    ),
    at_most(
        "one room of 1,000 readers against the batched floor",
        Figure("broadcast", HUB, CPU),
        &[Figure("broadcast", "floor-batched", CPU)],
        1.5,
        1.0,
    ),
    at_most(
        "CPU per connect and join against bare axum",
        Figure("rooms-400", HUB, "connect_cpu_us"),
        &[Figure("rooms-400", "axum", "connect_cpu_us")],
        4.0,
        2.0,
    ),
    at_most(
        "10,000 drop and are back against bare axum without resume",
        Figure("storm", HUB, "back_ms"),
        &[Figure("storm", "axum", "back_ms")],
        3.0,
        1.5,
    ),
    at_most("KiB per idle joined connection, native", Figure("idle", HUB, "connection_kib"), &[], 10.0, 5.0),
    at_most(
        "KiB per idle joined connection, Socket.IO",
        Figure("idle", HUB_SIO, "connection_kib"),
        &[],
        40.0,
        28.0,
    ),
    at_most(
        "CPU per delivery in 15,000 rooms against 100 rooms",
        Figure("rooms-15000", HUB, CPU),
        &[Figure("rooms-100", HUB, CPU)],
        1.25,
        1.05,
    ),
    at_most("MiB at rest", Figure("idle", HUB, "rest_mib"), &[], 60.0, 25.0),
];

impl Gate {
    /// A bound with its direction.
    pub(crate) fn bound(&self, bound: f64) -> String {
        format!("{} {}", if self.is_at_least { ">=" } else { "<=" }, written(bound))
    }

    fn holds(&self, value: f64, bound: f64) -> bool {
        if self.is_at_least { value >= bound } else { value <= bound }
    }
}

impl Verdict {
    pub(crate) fn word(&self) -> &'static str {
        match self.value {
            None => "not measured",
            Some(value) if self.gate.holds(value, self.gate.goal) => "goal",
            Some(value) if self.gate.holds(value, self.gate.must) => "must",
            Some(_) => "MISSED",
        }
    }
}

/// How every gate stands in a report.
pub(crate) fn verdicts(report: &Report) -> Vec<Verdict> {
    let median = |Figure(id, target, metric): &Figure| report.item(id)?.median(target, metric);
    let value = |gate: &Gate| {
        let by: Vec<Option<f64>> = gate.by.iter().map(median).collect();
        let divisor = if by.is_empty() { 1.0 } else { by.into_iter().sum::<Option<f64>>()? };
        median(&gate.of).map(|of| of / divisor)
    };
    GATES.iter().map(|gate| Verdict { gate, value: value(gate) }).collect()
}

#[cfg(test)]
mod tests {
    use super::super::results::for_tests::report;
    use super::*;

    fn word(hub: f64, node: f64) -> &'static str {
        let report = report("rooms-saturated", CPU, &[(HUB, &[hub]), ("node", &[node])]);
        verdicts(&report)[0].word()
    }

    #[test]
    fn a_gate_is_a_ratio_of_medians() {
        assert_eq!(word(10.0, 20.0), "goal");
        assert_eq!(word(18.0, 20.0), "must");
        assert_eq!(word(37.0, 23.4), "MISSED");
    }

    #[test]
    fn what_was_not_measured_is_said() {
        let report = report("rooms-saturated", CPU, &[(HUB, &[10.0])]);

        assert!(verdicts(&report).iter().all(|verdict| verdict.word() == "not measured"));
    }
}
