//! Decides whether the best passage can be given as the answer without a model.

use super::ranking::Candidate;
use crate::model::{PassageId, SourceId};

/// Choices offered where the answer is not sure: more are not read.
pub(super) const CHOICES_MAX: usize = 3;
/// Two passages this alike in two languages say the same (measured: translations from 0.70, others up to 0.60).
const TRANSLATION_LIKENESS: f32 = 0.65;
/// One word does not say what is asked, unless it is the whole question.
const SURE_WORDS_MIN: usize = 2;

/// From which score a passage is the answer, how far ahead of the next it must be, and from which it is a choice.
/// Calibrated on one half of the questions in `tests/knowledge/faq.json`; docs/understand/knowledge.md has the other half.
#[derive(Debug, Clone, Copy)]
struct Thresholds {
    sure: f32,
    ahead: f32,
    choice: f32,
}

const BY_WORDS: Thresholds = Thresholds { sure: 0.55, ahead: 0.1, choice: 0.2 };
const BY_MEANING: Thresholds = Thresholds { sure: 0.6, ahead: 0.03, choice: 0.24 };

/// A piece of knowledge as it is shown, with where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    /// Its id; in passages from elsewhere, one that is known nowhere.
    pub id: PassageId,
    /// Its source.
    pub source: SourceId,
    /// The names of its source and headings.
    pub title: String,
    /// The question it answers.
    pub question: Option<String>,
    /// What it says.
    pub text: String,
    /// Where it can be read.
    pub url: Option<String>,
    /// Its language, such as `en`.
    pub language: String,
    /// How well it fits, between 0 and 1.
    pub score: f32,
}

impl From<Candidate> for Passage {
    fn from(candidate: Candidate) -> Self {
        let chunk = candidate.chunk;
        Self {
            id: chunk.id,
            source: chunk.source,
            title: chunk.title,
            question: chunk.question,
            text: chunk.text,
            url: chunk.url,
            language: chunk.language,
            score: candidate.score,
        }
    }
}

/// What may be said to a question.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// This is the answer.
    Sure(Passage),
    /// One of these may be meant; one to three, the likeliest first.
    Unsure(Vec<Passage>),
    /// Nothing that is known fits.
    Unknown,
}

/// What a question is judged by.
pub(super) struct Question<'a> {
    /// How many words it has that say something.
    pub(super) word_count: usize,
    /// Its language.
    pub(super) language: &'a str,
    /// Whether the thresholds for meaning were calibrated for the model that made the vectors.
    pub(super) is_calibrated: bool,
    /// How alike two passages are, by their numbers.
    pub(super) likeness: &'a dyn Fn(i64, i64) -> Option<f32>,
}

impl Question<'_> {
    /// Judges candidates, the best first.
    pub(super) fn assess(&self, mut candidates: Vec<Candidate>) -> Verdict {
        self.prefer_language(&mut candidates);
        let Some(best) = candidates.first() else { return Verdict::Unknown };
        if self.is_sure(best, &candidates[1..]) {
            return Verdict::Sure(candidates.swap_remove(0).into());
        }
        let choices = self.choices(candidates);
        if choices.is_empty() { Verdict::Unknown } else { Verdict::Unsure(choices) }
    }

    fn thresholds(&self, candidate: &Candidate) -> (Thresholds, f32) {
        if candidate.by_meaning && self.is_calibrated {
            (BY_MEANING, candidate.score)
        } else {
            (BY_WORDS, candidate.words)
        }
    }

    fn is_sure(&self, best: &Candidate, others: &[Candidate]) -> bool {
        let (thresholds, score) = self.thresholds(best);
        let says_enough = self.word_count >= SURE_WORDS_MIN || best.is_exact;
        let rival = others.iter().find(|other| is_rival(best, other));
        let ahead = rival.map_or(score, |rival| score - self.thresholds(rival).1);
        says_enough && score >= thresholds.sure && ahead >= thresholds.ahead
    }

    fn choices(&self, candidates: Vec<Candidate>) -> Vec<super::Passage> {
        let mut chosen: Vec<Candidate> = Vec::new();
        for candidate in candidates {
            let (thresholds, score) = self.thresholds(&candidate);
            let is_repeat = chosen
                .iter()
                .any(|one| one.chunk.text == candidate.chunk.text || self.are_translations(one, &candidate));
            if score >= thresholds.choice && !is_repeat {
                chosen.push(candidate);
            }
            if chosen.len() == CHOICES_MAX {
                break;
            }
        }
        chosen.into_iter().map(Passage::from).collect()
    }

    /// Puts the same passage in the visitor's language first, where the best one is in another.
    fn prefer_language(&self, candidates: &mut Vec<Candidate>) {
        let Some(best) = candidates.first().filter(|best| best.chunk.language != self.language) else {
            return;
        };
        let same =
            candidates.iter().enumerate().skip(1).find(|(_, other)| {
                other.chunk.language == self.language && self.are_translations(best, other)
            });
        if let Some((at, _)) = same {
            let mut translation = candidates.remove(at);
            // It says the same, so it fits as well.
            translation.score = translation.score.max(candidates[0].score);
            translation.words = translation.words.max(candidates[0].words);
            candidates.insert(0, translation);
        }
    }

    fn are_translations(&self, one: &Candidate, other: &Candidate) -> bool {
        one.chunk.language != other.chunk.language
            && (self.likeness)(one.chunk.num, other.chunk.num)
                .is_some_and(|likeness| likeness >= TRANSLATION_LIKENESS)
    }
}

/// Whether a passage could be meant instead: in the same language, with another answer, and not overruled by the
/// channel's own.
fn is_rival(best: &Candidate, other: &Candidate) -> bool {
    best.chunk.language == other.chunk.language
        && best.chunk.text != other.chunk.text
        && (other.is_own() || !best.is_own())
}

#[cfg(test)]
mod tests {
    use rooms::ChannelId;

    use super::*;
    use crate::knowledge::ranking::tests::chunk;

    fn candidate(num: i64, score: f32) -> Candidate {
        let chunk = chunk(num, "Question", &format!("answer {num}"));
        Candidate { chunk, score, words: score, by_meaning: true, is_exact: false }
    }

    fn in_language(language: &str, candidate: Candidate) -> Candidate {
        let mut candidate = candidate;
        candidate.chunk.language = language.to_owned();
        candidate
    }

    fn assess(candidates: Vec<Candidate>) -> Verdict {
        let likeness = |a: i64, b: i64| Some(if a % 100 == b % 100 { 0.9 } else { 0.1 });
        Question { word_count: 3, language: "en", is_calibrated: true, likeness: &likeness }
            .assess(candidates)
    }

    #[test]
    fn a_high_score_far_ahead_is_sure() {
        assert!(
            matches!(assess(vec![candidate(1, 0.8), candidate(2, 0.5)]), Verdict::Sure(one) if one.id.0 == 1)
        );
    }

    #[test]
    fn two_that_fit_as_well_are_choices() {
        let Verdict::Unsure(choices) = assess((1..=5).map(|num| candidate(num, 0.8)).collect()) else {
            panic!()
        };

        assert_eq!(choices.len(), 3);
    }

    #[test]
    fn a_low_score_is_a_choice_and_a_lower_one_nothing() {
        assert!(matches!(assess(vec![candidate(1, 0.4)]), Verdict::Unsure(choices) if choices.len() == 1));
        assert_eq!(assess(vec![candidate(1, 0.2)]), Verdict::Unknown);
        assert_eq!(assess(Vec::new()), Verdict::Unknown);
    }

    #[test]
    fn one_word_is_sure_only_as_the_whole_question() {
        let likeness = |_: i64, _: i64| None;
        let question = Question { word_count: 1, language: "en", is_calibrated: true, likeness: &likeness };
        let exact = Candidate { is_exact: true, ..candidate(1, 0.9) };

        assert!(matches!(question.assess(vec![candidate(1, 0.9)]), Verdict::Unsure(_)));
        assert!(matches!(question.assess(vec![exact]), Verdict::Sure(_)));
    }

    #[test]
    fn a_translation_is_no_rival_and_the_visitors_language_comes_first() {
        let spanish = in_language("es", candidate(101, 0.8));
        let english = candidate(1, 0.7);

        assert!(
            matches!(assess(vec![spanish, english, candidate(2, 0.5)]), Verdict::Sure(one) if one.id.0 == 1)
        );
    }

    #[test]
    fn choices_hold_no_passage_twice_in_two_languages() {
        let candidates = vec![candidate(1, 0.5), in_language("es", candidate(101, 0.5)), candidate(2, 0.49)];
        let Verdict::Unsure(choices) = assess(candidates) else { panic!() };

        assert_eq!(choices.iter().map(|one| one.id.0).collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn the_orgs_answer_does_not_stand_against_the_channels_own() {
        let mut own = candidate(1, 0.8);
        own.chunk.channel = Some(ChannelId(1));

        assert!(matches!(assess(vec![own.clone(), candidate(2, 0.8)]), Verdict::Sure(_)));
        assert!(matches!(assess(vec![candidate(2, 0.8), own]), Verdict::Unsure(_)));
    }

    #[test]
    fn with_another_model_only_words_make_sure() {
        let likeness = |_: i64, _: i64| None;
        let question = Question { word_count: 3, language: "en", is_calibrated: false, likeness: &likeness };
        let by_meaning_only = Candidate { words: 0.3, ..candidate(1, 0.95) };

        assert!(matches!(question.assess(vec![by_meaning_only]), Verdict::Unsure(_)));
    }
}
