//! Knowledge of the demo shop, in English and Spanish.

use serde::Deserialize;

use super::PairFields;

const PAIRS: &str = include_str!("demo.json");

#[derive(Deserialize)]
struct DemoPair {
    question: String,
    answer: String,
}

/// The questions and answers of the demo.
#[must_use]
pub fn demo_pairs() -> Vec<PairFields> {
    let pairs: Vec<DemoPair> = serde_json::from_str(PAIRS).expect("a test reads the file");
    let fields =
        |pair: DemoPair| PairFields { question: pair.question, phrasings: Vec::new(), answer: pair.answer };
    pairs.into_iter().map(fields).collect()
}
