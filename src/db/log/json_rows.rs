//! Rows handed to a statement as one JSON array of arrays, so that a statement does not grow with them.

use serde::Serialize;

/// Rows as one JSON array.
pub(in crate::db) fn json_rows<T: Serialize>(rows: &[T]) -> String {
    serde_json::to_string(rows).expect("rows are plain data")
}

/// A statement that reads the rows of its first parameter as `r`, whose `value` is one row.
macro_rules! on_json {
    ($tx:expr, $before:expr, $after:expr) => {
        if $tx.is_postgres() {
            concat!($before, "json_array_elements(cast($1 as json)) as r (value)", $after)
        } else {
            concat!($before, "json_each($1) as r", $after)
        }
    };
}
pub(in crate::db) use on_json;
