//! Ranks passages for a question by words, and by meaning where vectors exist.

use std::collections::HashSet;

use super::index::Likeness;
use crate::model::ChunkRecord;

/// Meaning counts three times as much as words; ranks are never mixed (both measured, see docs/understand/knowledge.md).
const MEANING_WEIGHT: f32 = 0.75;
/// By words alone: how much of the question the passage holds, and how much of the passage's question was asked.
const COVERAGE_WEIGHT: f32 = 0.6;
/// What a channel knows itself comes before what the org knows, where both fit about as well.
const OWN_CHANNEL_BONUS: f32 = 0.05;

/// A passage and how well it fits.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) chunk: ChunkRecord,
    /// What it is ranked by, between 0 and 1.
    pub(super) score: f32,
    /// How well its words fit.
    pub(super) words: f32,
    /// Whether its meaning counted.
    pub(super) by_meaning: bool,
    /// Whether the question was asked in just these words.
    pub(super) is_exact: bool,
}

impl Candidate {
    /// Whether the channel knows it by itself.
    pub(super) fn is_own(&self) -> bool {
        self.chunk.channel.is_some()
    }
}

/// A question's words and how telling each is.
#[derive(Debug)]
pub(super) struct WeighedWords {
    words: Vec<(String, f32)>,
}

impl WeighedWords {
    pub(super) fn new(words: Vec<String>, weights: Vec<f32>) -> Self {
        Self { words: words.into_iter().zip(weights).collect() }
    }

    pub(super) fn count(&self) -> usize {
        self.words.len()
    }

    /// How much of the question a passage's words cover, by weight.
    fn covered_by(&self, words: &HashSet<&str>) -> f32 {
        let all: f32 = self.words.iter().map(|(_, weight)| weight).sum();
        let found: f32 = self
            .words
            .iter()
            .filter(|(word, _)| words.contains(word.as_str()))
            .map(|(_, weight)| weight)
            .sum();
        if all > 0.0 { found / all } else { 0.0 }
    }

    /// How much of a passage's own question was asked, by weight; words not asked weigh like the rarest one.
    fn asks_for(&self, question: &str) -> f32 {
        let words: HashSet<&str> = question.split_whitespace().collect();
        let asked: Vec<f32> = self
            .words
            .iter()
            .filter(|(word, _)| words.contains(word.as_str()))
            .map(|(_, weight)| *weight)
            .collect();
        let rarest = self.words.iter().map(|(_, weight)| *weight).fold(0.0, f32::max);
        #[expect(clippy::cast_precision_loss, reason = "a question has few words")]
        let missing = (words.len() - asked.len()) as f32 * rarest;
        let found: f32 = asked.iter().sum();
        if found > 0.0 { found / (found + missing) } else { 0.0 }
    }

    /// Rates a passage.
    pub(super) fn rate(&self, chunk: ChunkRecord, likeness: Option<Likeness>) -> Candidate {
        let words: HashSet<&str> = chunk.terms.split_whitespace().collect();
        let coverage = self.covered_by(&words);
        let asked = chunk.question_terms.iter().map(|question| self.asks_for(question)).fold(0.0, f32::max);
        let by_words = COVERAGE_WEIGHT * coverage + (1.0 - COVERAGE_WEIGHT) * asked;
        let score = match likeness {
            Some(likeness) => MEANING_WEIGHT * likeness.score().max(0.0) + (1.0 - MEANING_WEIGHT) * coverage,
            None => by_words,
        };
        // Sums of weights may miss 1 by a rounding.
        let is_exact = coverage > 0.999 && asked > 0.999;
        Candidate { chunk, score, words: by_words, by_meaning: likeness.is_some(), is_exact }
    }
}

/// Puts the best first. Equal scores keep one order on every database.
pub(super) fn sort(candidates: &mut [Candidate]) {
    let rank = |one: &Candidate| one.score + if one.is_own() { OWN_CHANNEL_BONUS } else { 0.0 };
    candidates.sort_by(|a, b| rank(b).total_cmp(&rank(a)).then_with(|| a.chunk.num.cmp(&b.chunk.num)));
}

#[cfg(test)]
pub(super) mod tests {
    use rooms::ChannelId;

    use super::*;
    use crate::model::{PassageId, SourceId};

    pub(in crate::knowledge) fn chunk(num: i64, question: &str, text: &str) -> ChunkRecord {
        let words = |text: &str| super::super::words::of_question(text).join(" ");
        ChunkRecord {
            num,
            id: PassageId(num.unsigned_abs().into()),
            source: SourceId(1),
            pair: None,
            channel: None,
            language: "en".to_owned(),
            title: String::new(),
            question: Some(question.to_owned()),
            text: text.to_owned(),
            url: None,
            question_terms: vec![words(question)],
            terms: words(&format!("{question} {text}")),
        }
    }

    fn asked(words: &[&str]) -> WeighedWords {
        WeighedWords::new(words.iter().map(ToString::to_string).collect(), vec![1.0; words.len()])
    }

    #[test]
    fn the_same_question_is_exact_and_scores_one() {
        let rated =
            asked(&["track", "order"]).rate(chunk(1, "How can I track my order?", "By the link."), None);

        assert!(rated.is_exact && (rated.score - 1.0).abs() < 1e-6, "{rated:?}");
    }

    #[test]
    fn words_that_are_nowhere_cost() {
        let here = asked(&["track", "order"]).rate(chunk(1, "Track an order", "x"), None);
        let elsewhere = asked(&["track", "order", "submarine"]).rate(chunk(1, "Track an order", "x"), None);

        assert!(elsewhere.score < here.score && !elsewhere.is_exact);
    }

    #[test]
    fn a_channels_own_passage_wins_a_tie_and_no_more() {
        let words = asked(&["track", "order"]);
        let own = |question| ChunkRecord { channel: Some(ChannelId(1)), ..chunk(2, question, "own") };
        let mut tie =
            [words.rate(chunk(1, "Track order", "org"), None), words.rate(own("Track order"), None)];
        let mut clear =
            [words.rate(chunk(1, "Track order", "org"), None), words.rate(own("Track a parcel"), None)];
        sort(&mut tie);
        sort(&mut clear);

        assert_eq!((tie[0].chunk.num, clear[0].chunk.num), (2, 1));
    }

    #[test]
    fn meaning_counts_three_times_as_much_as_words() {
        let likeness = Likeness { chunk: 1, whole: 0.4, question: Some(0.8) };
        let rated = asked(&["parcel"]).rate(chunk(1, "Track my order", "x"), Some(likeness));

        assert!((rated.score - 0.75 * 0.6).abs() < 1e-6 && rated.by_meaning);
    }
}
