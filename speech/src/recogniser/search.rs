//! Writes the text: always the likeliest token, until the end of the text, a limit, or a circle.

use super::math::Multiplier;
use super::repetition::circle;
use super::settings::Settings;
use super::text::{TOKENS_MAX, TextDecoder};
use super::vocabulary::Vocabulary;

/// Half of what the decoder can hold, as in Whisper itself.
const TEXT_MAX: usize = TOKENS_MAX / 2;
/// Nobody says more tokens in a second; noise of a second must not become a page.
const TOKENS_PER_SECOND: usize = 10;
const TOKENS_AT_LEAST: usize = 16;

/// What was written.
pub(super) struct Written {
    pub(super) tokens: Vec<u32>,
    /// How likely it was that nobody spoke.
    pub(super) no_speech: f32,
    /// The mean of the logarithms of the tokens' probabilities.
    pub(super) mean_log_probability: f32,
}

/// Which tokens must not be written.
#[derive(Debug)]
pub(super) struct Suppressed {
    always: Vec<bool>,
    first: Vec<u32>,
}

impl Suppressed {
    pub(super) fn new(settings: &Settings, vocabulary: &Vocabulary) -> Self {
        let mut always = vec![false; vocabulary.token_count()];
        // All marks but the end of the text.
        always[vocabulary.marks.end_of_text as usize + 1..].fill(true);
        for token in &settings.suppressed {
            if let Some(is_suppressed) = always.get_mut(*token as usize) {
                *is_suppressed = true;
            }
        }
        Self { always, first: settings.suppressed_first.clone() }
    }

    fn apply(&self, logits: &mut [f32], is_first: bool) {
        for (logit, is_suppressed) in logits.iter_mut().zip(&self.always) {
            if *is_suppressed {
                *logit = f32::NEG_INFINITY;
            }
        }
        for token in self.first.iter().filter(|_| is_first) {
            if let Some(logit) = logits.get_mut(*token as usize) {
                *logit = f32::NEG_INFINITY;
            }
        }
    }
}

/// What a text is written with.
pub(super) struct Search<'a> {
    pub(super) multiplier: &'a Multiplier,
    pub(super) decoder: &'a TextDecoder,
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) suppressed: &'a Suppressed,
}

impl Search<'_> {
    /// Writes down what was heard in so many seconds. `None` when cancelled.
    pub(super) fn write(
        &self,
        heard: &[f32],
        seconds: usize,
        language: Option<&str>,
        is_cancelled: &dyn Fn() -> bool,
    ) -> Option<Written> {
        let marks = self.vocabulary.marks;
        let mut session = self.decoder.begin(self.multiplier, heard);
        let mut append = |tokens: &[u32]| self.decoder.append(self.multiplier, &mut session, tokens);
        let first = append(&[marks.start_of_transcript]);
        let no_speech = log_probability(&first, marks.no_speech).exp();
        let prompt = self.prompt(&first, language);
        let mut logits = append(&prompt);
        logits.drain(..(prompt.len() - 1) * self.vocabulary.token_count());
        let limit = (TOKENS_AT_LEAST + seconds * TOKENS_PER_SECOND).min(TEXT_MAX);
        let (mut tokens, mut sum, mut count) = (Vec::new(), 0.0, 0.0_f32);
        while tokens.len() < limit {
            if is_cancelled() {
                return None;
            }
            self.suppressed.apply(&mut logits, tokens.is_empty());
            let token = likeliest(&logits);
            sum += log_probability(&logits, token);
            count += 1.0;
            if token == marks.end_of_text {
                break;
            }
            tokens.push(token);
            if let Some(end) = circle(&tokens) {
                tokens.truncate(end);
                break;
            }
            logits = append(&[token]);
        }
        Some(Written { tokens, no_speech, mean_log_probability: sum / count.max(1.0) })
    }

    /// The marks after the first one: language and task of a multilingual model, and that times are not wanted.
    fn prompt(&self, logits: &[f32], language: Option<&str>) -> Vec<u32> {
        let marks = self.vocabulary.marks;
        let known = language.and_then(|code| self.vocabulary.language(code));
        let likelier = |one: &u32, other: &u32| logits[*one as usize].total_cmp(&logits[*other as usize]);
        let language = known.or_else(|| self.vocabulary.languages().max_by(likelier));
        let task = language.and(marks.transcribe);
        language.into_iter().chain(task).chain([marks.no_timestamps]).collect()
    }
}

fn likeliest(logits: &[f32]) -> u32 {
    let best = (0..).zip(logits).max_by(|(_, one), (_, other)| one.total_cmp(other));
    best.map_or(0, |(token, _)| token)
}

/// The logarithm of a token's share of all.
fn log_probability(logits: &[f32], token: u32) -> f32 {
    let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = logits.iter().map(|logit| (logit - top).exp()).sum();
    logits[token as usize] - top - sum.ln()
}
