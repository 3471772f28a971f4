//! Pronounces words that no dictionary has, with a small network over their letters.

use std::collections::HashMap;

use rten::{Model, NodeId};
use rten_tensor::{AsView as _, NdTensor};
use serde::Deserialize;

use crate::LoadError;
use crate::threads::run_options;

/// The network's letters and phonemes, as they stand in the file. Ids are places in these lists from one on.
#[derive(Deserialize)]
struct Letters {
    #[serde(rename = "in")]
    letters: Vec<char>,
    #[serde(rename = "out")]
    phonemes: Vec<char>,
    #[serde(rename = "maxlen")]
    word_max: usize,
}

/// The network and its alphabets.
pub(super) struct Unknown {
    model: Model,
    input: NodeId,
    output: NodeId,
    letters: HashMap<char, i32>,
    phonemes: Vec<char>,
    word_max: usize,
}

impl std::fmt::Debug for Unknown {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Unknown").finish_non_exhaustive()
    }
}

impl Unknown {
    pub(super) fn load(network: Vec<u8>, letters: &[u8]) -> Result<Self, LoadError> {
        let model = Model::load(network).map_err(|error| LoadError::Network(Box::new(error)))?;
        let node = |name| model.node_id(name).map_err(|error| LoadError::Network(Box::new(error)));
        let letters: Letters = serde_json::from_slice(letters)
            .map_err(|_| LoadError::Damaged("its letters are not as known"))?;
        Ok(Self {
            input: node("chars")?,
            output: node("ids")?,
            letters: letters.letters.into_iter().zip(1..).collect(),
            phonemes: letters.phonemes,
            word_max: letters.word_max,
            model,
        })
    }

    /// The phonemes of a word; nothing when it has no letter that the network knows.
    pub(super) fn pronounce(&self, word: &str) -> Option<String> {
        let ids: Vec<i32> = word
            .chars()
            .filter_map(|letter| self.letters.get(&letter).copied())
            .take(self.word_max)
            .collect();
        if ids.is_empty() {
            return None;
        }
        let input = NdTensor::from_data([1, ids.len()], ids);
        let [output] =
            self.model.run_n(vec![(self.input, input.into())], [self.output], Some(run_options())).ok()?;
        let output: NdTensor<i32, 2> = output.try_into().ok()?;
        let mut phonemes = String::new();
        let mut before = 0;
        // Repetitions are one phoneme, zero is none (connectionist temporal classification).
        for id in output.iter().copied() {
            let phoneme = usize::try_from(id - 1).ok().and_then(|at| self.phonemes.get(at));
            phonemes.extend(phoneme.filter(|_| id != before));
            before = id;
        }
        Some(phonemes)
    }
}
