//! The network that turns phonemes into what a voice sounds like, 80 times a second.

use std::collections::HashMap;

use rten::{Model, NodeId, Value};
use rten_tensor::{AsView as _, Layout as _, NdTensor};

use super::signal::{BINS, Spectrum};
use crate::LoadError;
use crate::threads::run_options;

/// The network was trained for sentences of at most this many phonemes.
pub(super) const PHONEMES_MAX: usize = 400;
/// Stands before and after a sentence.
const SILENCE: i32 = 0;
const OUTPUTS: [&str; 6] = ["lh", "theta", "ln", "lr", "phi", "f0"];

/// The network and its alphabet.
pub(super) struct Acoustic {
    model: Model,
    inputs: [NodeId; 2],
    outputs: [NodeId; 6],
    phonemes: HashMap<char, i32>,
}

impl std::fmt::Debug for Acoustic {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Acoustic").finish_non_exhaustive()
    }
}

impl Acoustic {
    pub(super) fn load(network: Vec<u8>, phonemes: &[u8]) -> Result<Self, LoadError> {
        let model = Model::load(network).map_err(|error| LoadError::Network(Box::new(error)))?;
        let node = |name| model.node_id(name).map_err(|error| LoadError::Network(Box::new(error)));
        let mut outputs = [NodeId::from_u32(0); 6];
        for (output, name) in outputs.iter_mut().zip(OUTPUTS) {
            *output = node(name)?;
        }
        let phonemes: HashMap<char, i32> = serde_json::from_slice(phonemes)
            .map_err(|_| LoadError::Damaged("its phonemes are not as known"))?;
        Ok(Self { inputs: [node("ids")?, node("speed")?], outputs, phonemes, model })
    }

    /// What phonemes sound like; at most [`PHONEMES_MAX`] of them are spoken. Nothing when there are none.
    pub(super) fn run(&self, phonemes: &str, speed: f32) -> Option<Spectrum> {
        let known = phonemes.chars().filter_map(|phoneme| self.phonemes.get(&phoneme).copied());
        let mut ids: Vec<i32> = [SILENCE].into_iter().chain(known.take(PHONEMES_MAX)).collect();
        if ids.len() == 1 {
            return None;
        }
        ids.push(SILENCE);
        let [ids_input, speed_input] = self.inputs;
        let ids = NdTensor::from_data([1, ids.len()], ids);
        let speed = NdTensor::from_data([1], vec![speed]);
        let inputs = vec![(ids_input, ids.into()), (speed_input, speed.into())];
        let outputs = self.model.run_n(inputs, self.outputs, Some(run_options())).ok()?;
        let [harmonic, turn, noise, free, phase, pitch] = outputs;
        let pitch: NdTensor<f32, 2> = pitch.try_into().ok()?;
        let frames = pitch.size(1);
        Some(Spectrum {
            harmonic: bins(harmonic, frames)?,
            turn: bins(turn, frames)?,
            noise: bins(noise, frames)?,
            free: bins(free, frames)?,
            phase: bins(phase, frames)?,
            pitch_hz: pitch.to_vec(),
        })
    }
}

/// An output's numbers, by bin and frame.
fn bins(value: Value, frames: usize) -> Option<Vec<f32>> {
    let tensor: NdTensor<f32, 3> = value.try_into().ok()?;
    (tensor.shape() == [1, BINS, frames]).then(|| tensor.to_vec())
}
