//! Compares the provider's truncation point with what was played.

use std::time::Duration;

use anyhow::{Context, ensure};
use serde_json::Value;

use super::simulator::said_items;
use crate::stats::Latencies;

/// An item as its visitor heard it.
pub(super) struct HeardItem {
    pub(super) tone: u32,
    /// How much was heard when it was cut; `None` where nothing cut it.
    pub(super) cut_us: Option<u64>,
}

/// Compares the items of one call with those of its connection; adds the errors. What nobody cut must be whole.
pub(super) fn compare(heard: &[HeardItem], connection: &Value, errors: &mut Latencies) -> anyhow::Result<()> {
    let said = said_items(connection);
    let mut rest = said.iter();
    for item in heard {
        let said =
            rest.by_ref().find(|said| said.tone == item.tone).context("an item that was never said")?;
        match item.cut_us {
            Some(heard_us) => {
                let error_us = (said.kept_ms() * 1_000).abs_diff(heard_us);
                errors.add(Duration::from_micros(error_us));
            }
            None => {
                let is_whole = said.truncated_ms.is_none() && !said.is_deleted;
                ensure!(is_whole, "tone {} was heard to its end and truncated", said.tone);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn connection() -> Value {
        json!({ "items": [
            { "tone": null, "role": "user" },
            { "tone": 4, "sent_ms": 900, "truncated_ms": 700, "is_deleted": false },
            { "tone": 5, "sent_ms": 900, "truncated_ms": null, "is_deleted": true },
            { "tone": 6, "sent_ms": 900, "truncated_ms": null, "is_deleted": false },
        ] })
    }

    #[test]
    fn the_error_is_what_lies_between_the_two() {
        let heard = [(4, Some(712_000)), (5, Some(3_000)), (6, None)];
        let heard = heard.map(|(tone, cut_us)| HeardItem { tone, cut_us });
        let mut errors = Latencies::default();

        compare(&heard, &connection(), &mut errors).unwrap();

        assert_eq!((errors.count(), errors.at(1.0)), (2, Duration::from_millis(12)));
    }

    #[test]
    fn an_item_that_was_heard_and_is_missing_or_truncated_is_an_error() {
        for tone in [4, 9] {
            let heard = [HeardItem { tone, cut_us: None }];

            assert!(compare(&heard, &connection(), &mut Latencies::default()).is_err());
        }
    }
}
