//! Splits normalised text into the most likely pieces (a unigram model, by Viterbi's algorithm).

use super::EncoderError;
use super::normalizer::Normalizer;
use super::sentencepiece::Model;

const UNKNOWN: u32 = 0;
const BEGIN: u32 = 1;
const END: u32 = 2;
/// How much worse an unknown character is than the worst piece.
const UNKNOWN_PENALTY: f64 = 10.0;

/// Turns text into ids of pieces.
#[derive(Debug)]
pub(super) struct Tokenizer {
    normalizer: Normalizer,
    pieces: Vec<String>,
    scores: Vec<f32>,
    /// Ids by the bytes of their pieces, so that all pieces with one beginning stand together.
    sorted: Vec<u32>,
    unknown_score: f64,
}

/// The best way to a place in the text.
#[derive(Debug, Clone, Copy)]
struct Step {
    score: f64,
    from: usize,
    piece: u32,
}

impl Tokenizer {
    pub(super) fn new(model: Model) -> Result<Self, EncoderError> {
        let too_many = |_| EncoderError::Damaged("its tokenizer has too many pieces");
        let mut sorted: Vec<u32> = (0..u32::try_from(model.pieces.len()).map_err(too_many)?).collect();
        sorted.sort_by(|a, b| model.pieces[*a as usize].cmp(&model.pieces[*b as usize]));
        let worst = model.scores.iter().copied().fold(f32::INFINITY, f32::min);
        Ok(Self {
            normalizer: Normalizer::new(&model.charsmap)?,
            pieces: model.pieces,
            scores: model.scores,
            sorted,
            unknown_score: f64::from(worst) - UNKNOWN_PENALTY,
        })
    }

    pub(super) fn piece_count(&self) -> usize {
        self.pieces.len()
    }

    /// The ids of a text's pieces between the marks of its begin and end.
    pub(super) fn encode(&self, text: &str) -> Vec<u32> {
        let normal = self.normalizer.normalize(text);
        let mut ids = vec![BEGIN];
        if normal.is_empty() {
            ids.push(UNKNOWN);
        } else {
            ids.extend(self.best_pieces(&normal));
        }
        ids.push(END);
        ids
    }

    fn best_pieces(&self, text: &str) -> Vec<u32> {
        let start = Step { score: 0.0, from: 0, piece: UNKNOWN };
        let mut best = vec![Step { score: f64::NEG_INFINITY, ..start }; text.len() + 1];
        best[0] = start;
        for (at, one) in text.char_indices() {
            let before = best[at].score;
            let mut has_single = false;
            self.pieces_at(text, at, |end, piece| {
                has_single |= end == at + one.len_utf8();
                let score = before + f64::from(self.scores[piece as usize]);
                improve(&mut best[end], Step { score, from: at, piece });
            });
            if !has_single {
                let step = Step { score: before + self.unknown_score, from: at, piece: UNKNOWN };
                improve(&mut best[at + one.len_utf8()], step);
            }
        }
        let mut ids = Vec::new();
        let mut at = text.len();
        while at > 0 {
            ids.push(best[at].piece);
            at = best[at].from;
        }
        ids.reverse();
        ids
    }

    /// Every piece that begins at a place, the shortest first.
    fn pieces_at(&self, text: &str, at: usize, mut found: impl FnMut(usize, u32)) {
        let mut range = self.sorted.as_slice();
        for (inside, one) in text[at..].char_indices() {
            let end = at + inside + one.len_utf8();
            let wanted = &text.as_bytes()[at..end];
            let begin_of = |id: &u32| {
                let piece = self.pieces[*id as usize].as_bytes();
                &piece[..piece.len().min(wanted.len())]
            };
            let low = range.partition_point(|id| begin_of(id) < wanted);
            let high = low + range[low..].partition_point(|id| begin_of(id) == wanted);
            range = &range[low..high];
            let Some(first) = range.first() else { return };
            if self.pieces[*first as usize].len() == wanted.len() {
                found(end, *first);
            }
        }
    }
}

/// Takes the better way; of two equal ones the first stays.
fn improve(best: &mut Step, step: Step) {
    if step.score > best.score {
        *best = step;
    }
}
