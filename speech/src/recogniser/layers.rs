//! The layers that both halves of the network are made of.

use super::math::{Multiplier, gelu, normalise_rows};
use super::quantised::{ByteMatrix, ByteRows};
use super::weights::Weights;
use crate::LoadError;

/// Every feed-forward step is this many times as wide as the vectors.
const WIDENING: usize = 4;

/// A matrix of `outputs` rows by `inputs` columns and a bias.
#[derive(Debug)]
pub(super) struct Linear {
    weights: ByteMatrix,
    bias: Vec<f32>,
}

impl Linear {
    pub(super) fn load(
        weights: &mut Weights,
        name: &str,
        inputs: usize,
        outputs: usize,
    ) -> Result<Self, LoadError> {
        let values = weights.take(&format!("{name}/weight"), inputs * outputs)?;
        Ok(Self {
            weights: ByteMatrix::new(&ByteRows::new(&values, inputs)),
            bias: weights.take(&format!("{name}/bias"), outputs)?,
        })
    }

    /// The layer's outputs for each row of `input`.
    pub(super) fn apply(&self, multiplier: &Multiplier, input: &[f32]) -> Vec<f32> {
        let mut out = vec![0.0; input.len() / self.weights.inputs() * self.weights.outputs()];
        self.weights.multiply(&multiplier.bytes, input, Some(&self.bias), &mut out, false);
        out
    }

    /// Adds the layer's outputs for each row of `input` to `out`.
    pub(super) fn add_to(&self, multiplier: &Multiplier, input: &[f32], out: &mut [f32]) {
        self.weights.multiply(&multiplier.bytes, input, Some(&self.bias), out, true);
    }
}

/// Gain and shift of a normalisation.
#[derive(Debug)]
pub(super) struct Norm {
    gain: Vec<f32>,
    shift: Vec<f32>,
}

impl Norm {
    pub(super) fn load(weights: &mut Weights, name: &str, width: usize) -> Result<Self, LoadError> {
        Ok(Self {
            gain: weights.take(&format!("{name}/gamma"), width)?,
            shift: weights.take(&format!("{name}/beta"), width)?,
        })
    }

    /// A normalised copy of each row.
    pub(super) fn apply(&self, rows: &[f32]) -> Vec<f32> {
        let mut normalised = rows.to_vec();
        normalise_rows(&mut normalised, &self.gain, &self.shift);
        normalised
    }
}

/// The feed-forward step at the end of every layer.
#[derive(Debug)]
pub(super) struct FeedForward {
    norm: Norm,
    widen: Linear,
    narrow: Linear,
}

impl FeedForward {
    pub(super) fn load(weights: &mut Weights, name: &str, width: usize) -> Result<Self, LoadError> {
        Ok(Self {
            norm: Norm::load(weights, &format!("{name}/layer_norm"), width)?,
            widen: Linear::load(weights, &format!("{name}/linear_0"), width, width * WIDENING)?,
            narrow: Linear::load(weights, &format!("{name}/linear_1"), width * WIDENING, width)?,
        })
    }

    pub(super) fn add_to(&self, multiplier: &Multiplier, rows: &mut [f32]) {
        let mut hidden = self.widen.apply(multiplier, &self.norm.apply(rows));
        gelu(&mut hidden);
        self.narrow.add_to(multiplier, &hidden, rows);
    }
}

/// An attention of vectors to one another: queries, keys and values come from one matrix, side by side.
#[derive(Debug)]
pub(super) struct SelfAttention {
    pub(super) norm: Norm,
    pub(super) input: Linear,
    pub(super) output: Linear,
}

impl SelfAttention {
    pub(super) fn load(weights: &mut Weights, name: &str, width: usize) -> Result<Self, LoadError> {
        Ok(Self {
            norm: Norm::load(weights, &format!("{name}/layer_norm"), width)?,
            input: Linear::load(weights, &format!("{name}/linear_0"), width, 3 * width)?,
            output: Linear::load(weights, &format!("{name}/linear_1"), width, width)?,
        })
    }
}
