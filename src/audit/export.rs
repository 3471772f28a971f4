//! The audit log as CSV.

use rooms::Timestamp;

use crate::model::AuditRow;
use crate::spreadsheet::to_csv;
use crate::wire::rfc3339;

const COLUMNS: [&str; 13] = [
    "seq",
    "at",
    "act",
    "actor_kind",
    "actor_id",
    "actor_name",
    "address",
    "user_agent",
    "request_id",
    "subject_id",
    "before",
    "after",
    "hash",
];

/// One line per row; the hash is the one by which the log is checked.
pub(super) fn csv_of(rows: &[AuditRow]) -> String {
    let numbers: Vec<(String, String)> =
        rows.iter().map(|row| (row.seq.to_string(), rfc3339(Timestamp(row.created_at)))).collect();
    let cells = rows.iter().zip(&numbers).map(|(row, (seq, at))| {
        [
            seq.as_str(),
            at,
            &row.act,
            &row.actor_kind,
            or_empty(&row.actor_id),
            &row.actor_name,
            or_empty(&row.address),
            or_empty(&row.user_agent),
            or_empty(&row.request_id),
            or_empty(&row.subject_id),
            or_empty(&row.before_json),
            or_empty(&row.after_json),
            &row.hash,
        ]
    });
    to_csv(COLUMNS, cells)
}

fn or_empty(text: &Option<String>) -> &str {
    text.as_deref().unwrap_or_default()
}
