//! What the hash of a row covers.
//!
//! The bytes are the line `switchboard-audit-1` with its line feed, and then these values in this order: the org's id
//! (empty for the platform), the hash of the row before (empty for the first row), seq, created_at in milliseconds, act,
//! actor_kind, actor_id, actor_name, address, user_agent, request_id, subject_id, before_json, after_json. Each value is
//! a netstring, its length in bytes as a decimal number, `:`, the bytes and `,`; a value that is null is `~,`. So no two
//! rows have the same bytes. The hash is SHA-256 in lower-case hexadecimal digits.

use sha2::{Digest as _, Sha256};

use crate::ids;
use crate::model::AuditRow;

const DOMAIN: &[u8] = b"switchboard-audit-1\n";

/// The hash of a row of an org's chain behind the row with the hash `previous`.
pub(super) fn hash_of(org_id: &str, previous: &str, row: &AuditRow) -> String {
    let mut hasher = Sha256::new_with_prefix(DOMAIN);
    let (seq, created_at) = (row.seq.to_string(), row.created_at.to_string());
    for value in [
        Some(org_id),
        Some(previous),
        Some(&seq),
        Some(&created_at),
        Some(&row.act),
        Some(&row.actor_kind),
        row.actor_id.as_deref(),
        Some(&row.actor_name),
        row.address.as_deref(),
        row.user_agent.as_deref(),
        row.request_id.as_deref(),
        row.subject_id.as_deref(),
        row.before_json.as_deref(),
        row.after_json.as_deref(),
    ] {
        match value {
            None => hasher.update(b"~,"),
            Some(text) => {
                hasher.update(text.len().to_string());
                hasher.update(b":");
                hasher.update(text);
                hasher.update(b",");
            }
        }
    }
    ids::hex(&hasher.finalize())
}

/// A walk along a chain that expects every row where it is.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    org_id: &'a str,
    seq: i64,
    hash: String,
}

impl<'a> Walk<'a> {
    /// Begins behind the newest row that retention has removed.
    pub(super) fn behind(org_id: &'a str, removed_seq: i64, removed_hash: &str) -> Self {
        Self { org_id, seq: removed_seq, hash: removed_hash.to_owned() }
    }

    /// The number of the row it stands on.
    pub(super) fn seq(&self) -> i64 {
        self.seq
    }

    /// Takes the next row.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn step(&mut self, row: &AuditRow) -> Result<(), String> {
        let expected = self.seq + 1;
        if row.seq != expected {
            return Err(format!("row {expected} is missing"));
        }
        if hash_of(self.org_id, &self.hash, row) != row.hash {
            return Err(format!(
                "row {expected}, or the one before it, was changed or does not belong there"
            ));
        }
        self.seq = row.seq;
        self.hash.clone_from(&row.hash);
        Ok(())
    }

    /// Ends at the row that the chain says is its newest.
    ///
    /// # Errors
    /// What is wrong with its end.
    pub(super) fn end(&self, last_seq: i64, last_hash: &str) -> Result<(), String> {
        if self.seq != last_seq {
            return Err(format!("row {} is missing", self.seq + 1));
        }
        if self.hash != last_hash {
            return Err(format!("row {last_seq} is not the one that was written last"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ORG: &str = "018f2a6c-1d2e-7b3f-8a4b-0123456789ab";

    fn row(seq: i64, text: &str) -> AuditRow {
        AuditRow {
            seq,
            created_at: 1_767_225_600_000 + seq,
            act: "member.change".to_owned(),
            actor_kind: "member".to_owned(),
            actor_id: Some("7".to_owned()),
            actor_name: text.to_owned(),
            address: None,
            user_agent: Some(text.to_owned()),
            request_id: None,
            subject_id: Some(seq.to_string()),
            before_json: None,
            after_json: Some(format!("{{\"name\":\"{seq}\"}}")),
            hash: String::new(),
        }
    }

    fn chain_of(texts: &[String]) -> Vec<AuditRow> {
        let mut previous = String::new();
        let mut rows = Vec::new();
        for (seq, text) in (1..).zip(texts) {
            let mut row = row(seq, text);
            row.hash = hash_of(ORG, &previous, &row);
            previous.clone_from(&row.hash);
            rows.push(row);
        }
        rows
    }

    fn walk(rows: &[AuditRow], removed: (i64, &str), last: (i64, &str)) -> Result<(), String> {
        let mut walk = Walk::behind(ORG, removed.0, removed.1);
        rows.iter().try_for_each(|row| walk.step(row))?;
        walk.end(last.0, last.1)
    }

    #[test]
    fn the_canonical_bytes_are_what_the_documentation_says() {
        let expected = format!(
            "switchboard-audit-1\n36:{ORG},0:,1:1,13:1767225600001,13:member.change,6:member,1:7,2:Zo,~,2:Zo,~,1:1,~,12:{{\"name\":\"1\"}},"
        );

        assert_eq!(hash_of(ORG, "", &row(1, "Zo")), ids::hex(&Sha256::digest(expected)));
    }

    #[test]
    fn null_and_an_empty_value_differ() {
        let empty = AuditRow { address: Some(String::new()), ..row(1, "x") };

        assert_ne!(hash_of(ORG, "", &empty), hash_of(ORG, "", &row(1, "x")));
    }

    /// One thing done to a chain by somebody who can write the table.
    fn tamper(rows: &mut Vec<AuditRow>, how: u8, at: usize, text: &str) {
        match how {
            0 => rows[at].actor_name.push_str(text),
            1 => rows[at].after_json = None,
            2 => rows[at].created_at -= 1,
            3 => drop(rows.remove(at)),
            4 => {
                let mut extra = row(rows[at].seq + 1, text);
                extra.hash = hash_of(ORG, &rows[at].hash, &extra);
                rows.insert(at + 1, extra);
            }
            5 => {
                // Renumbered and hashed as if it belonged there, the rows behind it left as they are.
                rows[at].address = Some(text.to_owned());
                let previous = if at == 0 { String::new() } else { rows[at - 1].hash.clone() };
                rows[at].hash = hash_of(ORG, &previous, &rows[at]);
            }
            _ => {
                let other = (at + 1) % rows.len();
                rows.swap(at, other);
            }
        }
    }

    #[test]
    fn whatever_is_done_to_a_row_is_noticed_and_what_retention_removed_is_not() {
        let seed: [u8; 32] = crate::ids::random_bytes();
        println!("seed {}", ids::hex(&seed));
        let random =
            proptest::test_runner::TestRng::from_seed(proptest::test_runner::RngAlgorithm::ChaCha, &seed);
        let config = ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() };
        let mut runner = proptest::test_runner::TestRunner::new_with_rng(config, random);
        let cases =
            (proptest::collection::vec(".{0,12}", 2..30), 0_u8..7, any::<usize>(), ".{1,8}", any::<usize>());
        let outcome = runner.run(&cases, |(texts, how, at, text, removed)| {
            let whole = chain_of(&texts);
            let (last_seq, last_hash) = (whole.len() as i64, whole[whole.len() - 1].hash.clone());
            let removed = removed % whole.len();
            let anchor = if removed == 0 {
                (0, String::new())
            } else {
                (removed as i64, whole[removed - 1].hash.clone())
            };
            let kept = &whole[removed..];
            prop_assert_eq!(walk(kept, (anchor.0, &anchor.1), (last_seq, &last_hash)), Ok(()));

            let mut changed = kept.to_vec();
            tamper(&mut changed, how, at % kept.len(), &text);
            if changed != kept {
                prop_assert!(walk(&changed, (anchor.0, &anchor.1), (last_seq, &last_hash)).is_err());
            }
            Ok(())
        });
        outcome.expect("no change goes unnoticed");
    }
}
