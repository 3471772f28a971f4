//! Whisper's decoder: given what was heard and the tokens so far, how likely every token is to come next.

use super::audio::{POSITIONS, attention_scale};
use super::layers::{FeedForward, Linear, Norm, SelfAttention};
use super::math::{Multiplier, Product, matrix, softmax_rows};
use super::quantised::{ByteMatrix, ByteRows};
use super::settings::{HEAD_WIDTH, Settings};
use super::weights::Weights;
use crate::LoadError;

/// Tokens that a text can have, prompt included.
pub(super) const TOKENS_MAX: usize = 448;

/// An attention of tokens to what was heard.
#[derive(Debug)]
struct CrossAttention {
    norm: Norm,
    query: Linear,
    heard: Linear,
    output: Linear,
}

#[derive(Debug)]
struct Layer {
    attention: SelfAttention,
    cross: CrossAttention,
    feed_forward: FeedForward,
}

/// The decoder's weights.
#[derive(Debug)]
pub(super) struct TextDecoder {
    /// The vector of each token, and the same as the matrix that turns a vector into logits.
    embeddings: ByteRows,
    logits: ByteMatrix,
    positions: Vec<f32>,
    layers: Vec<Layer>,
    norm: Norm,
    width: usize,
    token_count: usize,
}

/// What a text that is being written remembers.
pub(super) struct Session {
    /// Per layer, keys and values of what was heard, side by side.
    heard: Vec<Vec<f32>>,
    /// Per layer, queries, keys and values of the tokens so far, side by side.
    written: Vec<Vec<f32>>,
    token_count: usize,
}

impl TextDecoder {
    pub(super) fn load(
        weights: &mut Weights,
        settings: &Settings,
        token_count: usize,
    ) -> Result<Self, LoadError> {
        let width = settings.width;
        let mut layers = Vec::new();
        for index in 0..settings.text_layers {
            let name = format!("decoder/layer_{index}");
            let cross = format!("{name}/attention");
            layers.push(Layer {
                attention: SelfAttention::load(weights, &format!("{name}/self_attention"), width)?,
                cross: CrossAttention {
                    norm: Norm::load(weights, &format!("{cross}/layer_norm"), width)?,
                    query: Linear::load(weights, &format!("{cross}/linear_0"), width, width)?,
                    heard: Linear::load(weights, &format!("{cross}/linear_1"), width, 2 * width)?,
                    output: Linear::load(weights, &format!("{cross}/linear_2"), width, width)?,
                },
                feed_forward: FeedForward::load(weights, &format!("{name}/ffn"), width)?,
            });
        }
        let embeddings =
            ByteRows::new(&weights.take("decoder/embeddings/weight", token_count * width)?, width);
        Ok(Self {
            logits: ByteMatrix::new(&embeddings),
            embeddings,
            positions: weights.take("decoder/position_encodings/encodings", TOKENS_MAX * width)?,
            layers,
            norm: Norm::load(weights, "decoder/layer_norm", width)?,
            width,
            token_count,
        })
    }

    /// Begins a text about what was heard, the vectors of the encoder.
    pub(super) fn begin(&self, multiplier: &Multiplier, heard: &[f32]) -> Session {
        Session {
            heard: self.layers.iter().map(|layer| layer.cross.heard.apply(multiplier, heard)).collect(),
            written: vec![Vec::new(); self.layers.len()],
            token_count: 0,
        }
    }

    /// Appends tokens; gives back, for each of them, a row of how likely every token is to follow, as logits.
    ///
    /// # Panics
    /// When a token is not one of the vocabulary or the text is longer than [`TOKENS_MAX`].
    pub(super) fn append(&self, multiplier: &Multiplier, session: &mut Session, tokens: &[u32]) -> Vec<f32> {
        let width = self.width;
        let mut rows = Vec::with_capacity(tokens.len() * width);
        for (offset, token) in tokens.iter().enumerate() {
            let (token, position) = (*token as usize, session.token_count + offset);
            let place = &self.positions[position * width..(position + 1) * width];
            rows.extend(self.embeddings.row(token).zip(place).map(|(embedding, place)| embedding + place));
        }
        for ((layer, heard), written) in self.layers.iter().zip(&session.heard).zip(&mut session.written) {
            let mixed = layer.attention.input.apply(multiplier, &layer.attention.norm.apply(&rows));
            written.extend_from_slice(&mixed);
            let attended = self.attend_to_written(multiplier, written, tokens.len());
            layer.attention.output.add_to(multiplier, &attended, &mut rows);
            let queries = layer.cross.query.apply(multiplier, &layer.cross.norm.apply(&rows));
            let attended = self.attend_to_heard(multiplier, &queries, heard);
            layer.cross.output.add_to(multiplier, &attended, &mut rows);
            layer.feed_forward.add_to(multiplier, &mut rows);
        }
        session.token_count += tokens.len();
        let rows = self.norm.apply(&rows);
        let mut logits = vec![0.0; tokens.len() * self.token_count];
        self.logits.multiply(&multiplier.bytes, &rows, None, &mut logits, false);
        logits
    }

    /// Each of the last `count` tokens looks at itself and at those before it.
    fn attend_to_written(&self, multiplier: &Multiplier, written: &[f32], count: usize) -> Vec<f32> {
        let (width, stride) = (self.width, 3 * self.width);
        let total = written.len() / stride;
        let mut attended = vec![0.0; count * width];
        for (row, out) in attended.chunks_exact_mut(width).enumerate() {
            let seen = total - count + row + 1;
            let mut scores = vec![0.0; seen];
            for (head, out) in out.chunks_exact_mut(HEAD_WIDTH).enumerate() {
                let begin = head * HEAD_WIDTH;
                let query = matrix(&written[(seen - 1) * stride + begin..], 1, HEAD_WIDTH, stride);
                let keys = matrix(&written[width + begin..], seen, HEAD_WIDTH, stride);
                let values = matrix(&written[2 * width + begin..], seen, HEAD_WIDTH, stride);
                multiplier.multiply(&mut scores, query, keys.transposed(), attention_scale());
                softmax_rows(&mut scores, seen);
                multiplier.multiply(out, matrix(&scores, 1, seen, seen), values, Product::default());
            }
        }
        attended
    }

    fn attend_to_heard(&self, multiplier: &Multiplier, queries: &[f32], heard: &[f32]) -> Vec<f32> {
        let (width, stride) = (self.width, 2 * self.width);
        let mut attended = vec![0.0; queries.len()];
        let mut scores = vec![0.0; POSITIONS];
        for (query, out) in queries.chunks_exact(width).zip(attended.chunks_exact_mut(width)) {
            for (head, out) in out.chunks_exact_mut(HEAD_WIDTH).enumerate() {
                let begin = head * HEAD_WIDTH;
                let query = matrix(&query[begin..], 1, HEAD_WIDTH, width);
                let keys = matrix(&heard[begin..], POSITIONS, HEAD_WIDTH, stride);
                let values = matrix(&heard[width + begin..], POSITIONS, HEAD_WIDTH, stride);
                multiplier.multiply(&mut scores, query, keys.transposed(), attention_scale());
                softmax_rows(&mut scores, POSITIONS);
                multiplier.multiply(
                    out,
                    matrix(&scores, 1, POSITIONS, POSITIONS),
                    values,
                    Product::default(),
                );
            }
        }
        attended
    }
}
