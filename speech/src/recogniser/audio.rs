//! Whisper's encoder: the spectrum of 30 s becomes 1,500 vectors, one per 20 ms.

use super::layers::{FeedForward, Norm, SelfAttention};
use super::math::{Multiplier, Product, gelu, matrix, softmax_rows};
use super::mel::{BANDS, FRAMES};
use super::settings::{HEAD_WIDTH, Settings};
use super::weights::Weights;
use crate::LoadError;

/// Vectors that come out; the second convolution takes every second frame.
pub(super) const POSITIONS: usize = FRAMES / 2;
/// Frames that a convolution looks at: one before, the frame, one after.
const KERNEL: usize = 3;
/// Queries that are attended to at once; their scores stay in the cache of a core.
const QUERY_BLOCK: usize = 250;

/// A convolution over time, as a matrix over neighbouring frames.
#[derive(Debug)]
struct Convolution {
    weights: Vec<f32>,
    bias: Vec<f32>,
    inputs: usize,
    step: usize,
}

impl Convolution {
    fn load(
        weights: &mut Weights,
        name: &str,
        (inputs, outputs): (usize, usize),
        step: usize,
    ) -> Result<Self, LoadError> {
        let stored = weights.take(&format!("{name}/weight"), outputs * inputs * KERNEL)?;
        let mut ordered = vec![0.0; stored.len()];
        // Stored by output, input, place; a window of frames is ordered by place, input.
        for (from, to) in stored.chunks_exact(inputs * KERNEL).zip(ordered.chunks_exact_mut(inputs * KERNEL))
        {
            for (input, places) in from.chunks_exact(KERNEL).enumerate() {
                for (place, value) in places.iter().enumerate() {
                    to[place * inputs + input] = *value;
                }
            }
        }
        Ok(Self { weights: ordered, bias: weights.take(&format!("{name}/bias"), outputs)?, inputs, step })
    }

    /// `frames` has a frame of zeros before the first one and after the last one; so has what is given back.
    fn apply(&self, multiplier: &Multiplier, frames: &[f32]) -> Vec<f32> {
        let rows = (frames.len() / self.inputs - 2) / self.step;
        let outputs = self.bias.len();
        let mut out = vec![0.0; (rows + 2) * outputs];
        let inside = &mut out[outputs..(rows + 1) * outputs];
        let windows = matrix(frames, rows, self.inputs * KERNEL, self.inputs * self.step);
        let right = matrix(&self.weights, outputs, self.inputs * KERNEL, self.inputs * KERNEL).transposed();
        multiplier.multiply(inside, windows, right, Product { bias: Some(&self.bias), ..Product::default() });
        gelu(inside);
        out
    }
}

#[derive(Debug)]
struct Layer {
    attention: SelfAttention,
    feed_forward: FeedForward,
}

/// The encoder's weights.
#[derive(Debug)]
pub(super) struct AudioEncoder {
    convolutions: [Convolution; 2],
    positions: Vec<f32>,
    layers: Vec<Layer>,
    norm: Norm,
    width: usize,
}

impl AudioEncoder {
    pub(super) fn load(weights: &mut Weights, settings: &Settings) -> Result<Self, LoadError> {
        let width = settings.width;
        let mut layers = Vec::new();
        for index in 0..settings.audio_layers {
            let name = format!("encoder/layer_{index}");
            layers.push(Layer {
                attention: SelfAttention::load(weights, &format!("{name}/self_attention"), width)?,
                feed_forward: FeedForward::load(weights, &format!("{name}/ffn"), width)?,
            });
        }
        Ok(Self {
            convolutions: [
                Convolution::load(weights, "encoder/conv1", (BANDS, width), 1)?,
                Convolution::load(weights, "encoder/conv2", (width, width), 2)?,
            ],
            positions: weights.take("encoder/position_encodings/encodings", POSITIONS * width)?,
            layers,
            norm: Norm::load(weights, "encoder/layer_norm", width)?,
            width,
        })
    }

    /// The vectors of a spectrum as [`super::mel`] makes it: 1,500 rows. `None` when cancelled.
    pub(super) fn run(
        &self,
        multiplier: &Multiplier,
        spectrum: &[f32],
        is_cancelled: &dyn Fn() -> bool,
    ) -> Option<Vec<f32>> {
        let [first, second] = &self.convolutions;
        let convolved = second.apply(multiplier, &first.apply(multiplier, spectrum));
        let mut rows = convolved[self.width..(POSITIONS + 1) * self.width].to_vec();
        for (value, position) in rows.iter_mut().zip(&self.positions) {
            *value += position;
        }
        for layer in &self.layers {
            if is_cancelled() {
                return None;
            }
            let attended = self.attend(multiplier, &layer.attention, &rows);
            layer.attention.output.add_to(multiplier, &attended, &mut rows);
            layer.feed_forward.add_to(multiplier, &mut rows);
        }
        Some(self.norm.apply(&rows))
    }

    /// Every row as the mean of all, weighted by how much it looks at each; per head.
    fn attend(&self, multiplier: &Multiplier, attention: &SelfAttention, rows: &[f32]) -> Vec<f32> {
        let (width, stride) = (self.width, 3 * self.width);
        let mixed = attention.input.apply(multiplier, &attention.norm.apply(rows));
        let mut attended = vec![0.0; rows.len()];
        let mut scores = vec![0.0; QUERY_BLOCK * POSITIONS];
        let mut block_out = vec![0.0; QUERY_BLOCK * HEAD_WIDTH];
        for begin in (0..width).step_by(HEAD_WIDTH) {
            let keys = matrix(&mixed[width + begin..], POSITIONS, HEAD_WIDTH, stride);
            let values = matrix(&mixed[2 * width + begin..], POSITIONS, HEAD_WIDTH, stride);
            for (block, out) in attended.chunks_exact_mut(QUERY_BLOCK * width).enumerate() {
                let at = block * QUERY_BLOCK * stride + begin;
                let queries = matrix(&mixed[at..], QUERY_BLOCK, HEAD_WIDTH, stride);
                multiplier.multiply(&mut scores, queries, keys.transposed(), attention_scale());
                softmax_rows(&mut scores, POSITIONS);
                let shares = matrix(&scores, QUERY_BLOCK, POSITIONS, POSITIONS);
                multiplier.multiply(&mut block_out, shares, values, Product::default());
                for (row, part) in out.chunks_exact_mut(width).zip(block_out.chunks_exact(HEAD_WIDTH)) {
                    row[begin..begin + HEAD_WIDTH].copy_from_slice(part);
                }
            }
        }
        attended
    }
}

/// Scores are divided by the square root of a head's width.
pub(super) fn attention_scale() -> Product<'static> {
    Product { scale: Some(1.0 / 8.0), ..Product::default() }
}
