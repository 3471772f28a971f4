//! Vector stores that are searched by shared words.

use super::embeddings::words;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

/// What a search can find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The file it stands in.
    pub file_name: String,
    /// Its words.
    pub text: String,
}

impl Passage {
    /// Makes a passage of a file.
    pub fn new(file_name: &str, text: &str) -> Self {
        Self { file_name: file_name.to_owned(), text: text.to_owned() }
    }
}

#[derive(Debug, Default)]
pub(super) struct Stores(Mutex<BTreeMap<String, Vec<Passage>>>);

impl Stores {
    pub(super) fn add(&self, store_id: &str, passages: Vec<Passage>) {
        let mut stores = self.0.lock().expect("nothing panics while it holds the stores");
        stores.insert(store_id.to_owned(), passages);
    }

    pub(super) fn search(&self, store_id: &str, body: &Value) -> Result<Value, (u16, String)> {
        let stores = self.0.lock().expect("nothing panics while it holds the stores");
        let Some(passages) = stores.get(store_id) else {
            return Err((404, format!("Vector store with id '{store_id}' not found.")));
        };
        let Some(query) = body["query"].as_str().filter(|query| !query.is_empty()) else {
            return Err((400, "Missing required parameter: 'query'.".to_owned()));
        };
        let max = body["max_num_results"].as_u64().unwrap_or(10);
        if !(1..=50).contains(&max) {
            return Err((400, "Invalid 'max_num_results': must be between 1 and 50.".to_owned()));
        }
        let mut found: Vec<(f64, &Passage)> =
            passages.iter().map(|passage| (score(query, &passage.text), passage)).collect();
        found.retain(|(score, _)| *score > 0.0);
        found.sort_by(|(left, _), (right, _)| right.total_cmp(left));
        found.truncate(usize::try_from(max).expect("50 at most"));
        let data: Vec<Value> = found.iter().map(|(score, passage)| result(*score, passage)).collect();
        Ok(json!({
            "object": "vector_store.search_results.page",
            "search_query": [query],
            "data": data,
            "has_more": false,
            "next_page": null,
        }))
    }
}

fn result(score: f64, passage: &Passage) -> Value {
    json!({
        "file_id": format!("file-{}", passage.file_name),
        "filename": passage.file_name,
        "score": score,
        "attributes": {},
        "content": [{ "type": "text", "text": passage.text }],
    })
}

/// The share of the query's words that the text has.
fn score(query: &str, text: &str) -> f64 {
    let (asked, there): (BTreeSet<String>, BTreeSet<String>) =
        (words(query).collect(), words(text).collect());
    let shared = asked.intersection(&there).count();
    f64::from(u32::try_from(shared).unwrap_or(u32::MAX))
        / f64::from(u32::try_from(asked.len()).unwrap_or(1).max(1))
}
