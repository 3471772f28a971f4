//! What a reader may believe: every entry once, in order, none missing.

use std::collections::BTreeMap;

use serde_json::Value;

/// The log of one conversation as one reader has seen it, over any number of connections.
#[derive(Debug, Default, Clone)]
pub struct Log {
    entries: BTreeMap<u64, Value>,
    position: u64,
}

impl Log {
    /// Where the next entry must follow.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Takes an entry in as PROTOCOL.md section 3 says: a repeat is ignored, a gap fails the test.
    pub fn take(&mut self, entry: &Value) {
        let seq = entry["seq"].as_u64().expect("a seq");
        let prev = entry["prev"].as_u64().expect("a prev");
        if seq <= self.position {
            let known = self.entries.get(&seq).unwrap_or_else(|| panic!("{seq} was never seen: {entry}"));
            assert_eq!(known["id"], entry["id"], "two entries with seq {seq}");
            return;
        }
        assert_eq!(prev, self.position, "a gap before {entry}");
        self.position = seq;
        self.entries.insert(seq, entry.clone());
    }

    /// Takes a history frame in; one that is not a resume begins anew.
    pub fn take_history(&mut self, history: &Value) {
        let entries = history["entries"].as_array().expect("entries");
        if history["recovered"] == false && history["part"] == 0 {
            self.entries.clear();
            self.position = entries.first().map_or(0, |first| first["prev"].as_u64().expect("a prev"));
        }
        for entry in entries {
            self.take(entry);
        }
    }

    pub fn contents(&self) -> Vec<String> {
        self.entries.values().map(|entry| entry["content"].as_str().unwrap_or("").to_owned()).collect()
    }

    pub fn ids(&self) -> Vec<String> {
        self.entries.values().map(|entry| entry["id"].as_str().unwrap_or("").to_owned()).collect()
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }
}
