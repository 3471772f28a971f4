//! Which figures there are, how they are written, and which way is better.

/// A figure of a reading.
pub(super) struct Metric {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) unit: &'static str,
    pub(super) better: Better,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Better {
    Less,
    More,
    /// It says something of the run and not of the server.
    Neither,
}

const fn metric(name: &'static str, label: &'static str, unit: &'static str, better: Better) -> Metric {
    Metric { name, label, unit, better }
}

/// In the order of a report. What stands here is shown; a reading may have more.
pub(super) const METRICS: &[Metric] = &[
    metric("delivery_cpu_us", "CPU per delivery", "µs", Better::Less),
    metric("message_cpu_us", "CPU per message", "µs", Better::Less),
    metric("deliveries_per_s", "deliveries", "/s", Better::More),
    metric("highest_deliveries_per_s", "highest rate, deliveries", "/s", Better::More),
    metric("p50_ms", "send to receive, p50", "ms", Better::Less),
    metric("p99_ms", "send to receive, p99", "ms", Better::Less),
    metric("p99.9_ms", "send to receive, p99.9", "ms", Better::Less),
    metric("max_ms", "send to receive, max", "ms", Better::Less),
    metric("ack_p50_ms", "send to ack, p50", "ms", Better::Less),
    metric("ack_p99_ms", "send to ack, p99", "ms", Better::Less),
    metric("commit_p99_ms", "commit, p99", "ms", Better::Less),
    metric("messages_per_commit", "messages per commit", "", Better::Neither),
    metric("visits", "visitors", "", Better::Neither),
    metric("messages", "messages of visitors", "", Better::Neither),
    metric("deliveries", "entries checked", "", Better::Neither),
    metric("handoffs", "asked for a person", "", Better::Neither),
    metric("calls", "calls", "", Better::Neither),
    metric("visit_cpu_ms", "CPU per visitor", "ms", Better::Less),
    metric("come_p99_ms", "from coming to joined, p99", "ms", Better::Less),
    metric("answer_p50_ms", "the assistant's whole answer, p50", "ms", Better::Less),
    metric("answer_p99_ms", "the assistant's whole answer, p99", "ms", Better::Less),
    metric("person_p99_ms", "asked for a person until there, p99", "ms", Better::Less),
    metric("agent_answer_p99_ms", "an agent's answer, p99", "ms", Better::Less),
    metric("back_ms", "all back after", "ms", Better::Less),
    metric("back_p50_ms", "half back after", "ms", Better::Less),
    metric("resume_cpu_us", "CPU per return", "µs", Better::Less),
    metric("resumed_entries", "entries resumed", "", Better::Neither),
    metric("connect_cpu_us", "CPU per connect and join", "µs", Better::Less),
    metric("connection_kib", "memory per connection", "KiB", Better::Less),
    metric("rest_mib", "memory at rest", "MiB", Better::Less),
    metric("idle_cpu_us_per_s", "CPU per idle connection and second", "µs", Better::Less),
    metric("merged_share", "typing merged, share", "", Better::Neither),
    metric("server_cpu_share", "server, of its core", "", Better::Neither),
    metric("generator_cpu_share", "generator, of its core", "", Better::Neither),
    metric("generator_late_p99_ms", "generator late, p99", "ms", Better::Neither),
    metric("others_cpu_share", "other programs, of a core", "", Better::Neither),
];

/// A number as people read it: three digits that matter.
pub(super) fn written(value: f64) -> String {
    match value.abs() {
        size if size >= 10_000.0 => {
            let digits = format!("{value:.0}");
            let (head, tail) = digits.split_at(digits.len() - 3);
            format!("{head},{tail}")
        }
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_with_the_digits_that_matter() {
        let all = [23_700.4, 372.6, 37.26, 3.726, 0.001].map(written);

        assert_eq!(all, ["23,700", "373", "37.3", "3.73", "0.00"]);
    }
}
