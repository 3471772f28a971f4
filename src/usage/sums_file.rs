//! Usage as CSV: sums, or single events.

use rooms::Timestamp;

use crate::model::{UsageRow, UsageSum};
use crate::spreadsheet::to_csv;
use crate::wire::rfc3339;

const SUM_COLUMNS: [&str; 8] =
    ["key", "name", "requests", "failed", "input_tokens", "output_tokens", "seconds", "cost_usd"];
const EVENT_COLUMNS: [&str; 16] = [
    "at",
    "channel_id",
    "session_id",
    "address",
    "kind",
    "provider",
    "model",
    "endpoint",
    "request_id",
    "input_tokens",
    "cached_input_tokens",
    "output_tokens",
    "seconds",
    "cost_usd",
    "latency_ms",
    "outcome",
];

/// One line per group.
pub(super) fn csv_of_sums(sums: &[UsageSum]) -> String {
    let rows: Vec<[String; 8]> = sums.iter().map(sum_cells).collect();
    to_csv(SUM_COLUMNS, rows.iter().map(|cells| cells.each_ref().map(String::as_str)))
}

/// One line per event. An outcome is `ok` or `failed`; `estimated` says that the counts are no provider's.
pub(super) fn csv_of_events(events: &[UsageRow]) -> String {
    let rows: Vec<[String; 16]> = events.iter().map(event_cells).collect();
    to_csv(EVENT_COLUMNS, rows.iter().map(|cells| cells.each_ref().map(String::as_str)))
}

fn sum_cells(sum: &UsageSum) -> [String; 8] {
    [
        sum.key.clone(),
        sum.name.clone(),
        sum.request_count.to_string(),
        sum.failed_count.to_string(),
        sum.input_tokens.to_string(),
        sum.output_tokens.to_string(),
        seconds(sum.duration_ms),
        usd(sum.cost_nano_usd),
    ]
}

fn event_cells(row: &UsageRow) -> [String; 16] {
    let outcome = match (row.success, row.is_estimate) {
        (true, false) => "ok",
        (true, true) => "ok, estimated",
        (false, false) => "failed",
        (false, true) => "failed, estimated",
    };
    [
        rfc3339(Timestamp(row.created_at)),
        row.channel_id.map(|id| id.to_string()).unwrap_or_default(),
        row.conversation_id.map(|id| id.to_string()).unwrap_or_default(),
        row.address.clone().unwrap_or_default(),
        row.kind.clone(),
        row.provider.clone(),
        row.model.clone(),
        row.endpoint.clone(),
        row.request_id.clone().unwrap_or_default(),
        row.input_tokens.to_string(),
        row.cached_input_tokens.to_string(),
        row.output_tokens.to_string(),
        seconds(row.duration_ms),
        usd(row.cost_nano_usd),
        row.latency_ms.to_string(),
        outcome.to_owned(),
    ]
}

/// Exact, as billionths of a dollar have nine digits.
fn usd(nano_usd: i64) -> String {
    format!("{}.{:09}", nano_usd / 1_000_000_000, nano_usd % 1_000_000_000)
}

fn seconds(duration_ms: i64) -> String {
    format!("{}.{:03}", duration_ms / 1_000, duration_ms % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_a_line_with_its_cost_to_the_last_digit() {
        let sum = UsageSum {
            key: "=cmd".into(),
            name: "Ana".into(),
            request_count: 2,
            input_tokens: 10,
            duration_ms: 1_500,
            cost_nano_usd: 1_000_000_001,
            ..UsageSum::default()
        };

        let file = csv_of_sums(&[sum]);

        assert!(file.ends_with("\n'=cmd,Ana,2,0,10,0,1.500,1.000000001\n"), "{file}");
    }
}
