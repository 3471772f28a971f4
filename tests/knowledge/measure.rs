//! How well questions are answered without a provider, on the questions in `faq.json`: for the test, and for the
//! table in docs/understand/knowledge.md (`cargo run --example measure_knowledge`).

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use rooms::{OrgId, Timestamp};
use serde::Deserialize;
use switchboard::base::Base;
use switchboard::clock::SystemClock;
use switchboard::config::Settings;
use switchboard::db::Db;
use switchboard::encoder::Encoder;
use switchboard::knowledge::{
    Knowledge, KnowledgeParts, NoEmbedders, PairFields, Passage, SourceFields, Verdict,
};
use switchboard::model::SourceState;

const FAQ: &str = include_str!("faq.json");
const ORG: OrgId = OrgId(1);
/// Each entry is asked twice in each language: one question calibrated the thresholds, the other is reported.
const HALVES: usize = 2;

#[derive(Deserialize)]
struct Faq {
    entries: Vec<Entry>,
    off_topic: HashMap<String, Vec<String>>,
}

#[derive(Deserialize)]
struct Entry {
    id: String,
    en: Version,
    es: Version,
}

#[derive(Deserialize)]
struct Version {
    question: String,
    answer: String,
    asked: Vec<String>,
}

impl Entry {
    fn version(&self, language: &str) -> &Version {
        if language == "en" { &self.en } else { &self.es }
    }
}

/// Which questions are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Half {
    /// Those by which the thresholds were chosen.
    Calibration,
    /// The others.
    Reported,
    /// Both.
    All,
}

/// What was counted in one language.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    /// Questions that have an answer.
    pub(crate) asked: usize,
    /// The right entry is found first.
    pub(crate) first: usize,
    /// It is among the first three.
    pub(crate) first_three: usize,
    /// Questions answered outright.
    pub(crate) sure: usize,
    /// Of these, with the right entry.
    pub(crate) sure_right: usize,
    /// Of these, in the language of the question.
    pub(crate) sure_in_language: usize,
    /// The right entry was the answer or one of the choices.
    pub(crate) offered: usize,
    /// Questions that have no answer.
    pub(crate) off_topic: usize,
    /// Of these, answered outright, or offered choices.
    pub(crate) off_topic_sure: usize,
    /// Of these, offered choices.
    pub(crate) off_topic_unsure: usize,
}

impl Row {
    /// A count in percent of the questions asked.
    #[expect(clippy::cast_precision_loss, reason = "a few hundred questions")]
    pub(crate) fn percent(&self, count: usize) -> f64 {
        100.0 * count as f64 / self.asked.max(1) as f64
    }

    /// How many of the questions answered outright were answered rightly, in percent.
    #[expect(clippy::cast_precision_loss, reason = "a few hundred questions")]
    pub(crate) fn precision(&self) -> f64 {
        if self.sure == 0 { 100.0 } else { 100.0 * self.sure_right as f64 / self.sure as f64 }
    }
}

/// Knowledge of the whole FAQ, in both languages, in a database of its own in `data`.
pub(crate) async fn knowledge(data: &Path, encoder: Option<Arc<Encoder>>) -> Knowledge {
    let settings = Arc::new(Settings::defaults());
    let db = Db::open(None, data, 2).await.expect("a database");
    db.orgs().add(ORG, "Pedal & Pine", Timestamp(1)).await.expect("an org");
    let knowledge = Knowledge::new(KnowledgeParts {
        base: Base::new(db, Arc::new(SystemClock), settings),
        encoder,
        embedders: Arc::new(NoEmbedders),
        extra_sources: Vec::new(),
    });
    let pair = |version: &Version| PairFields {
        question: version.question.clone(),
        phrasings: Vec::new(),
        answer: version.answer.clone(),
    };
    let pairs = faq().entries.iter().flat_map(|entry| [pair(&entry.en), pair(&entry.es)]).collect();
    let made = knowledge.sources().add(ORG, None, None, SourceFields::Pairs(pairs)).await.expect("a source");
    let read = knowledge.index_now(ORG, made.id).await.expect("it can be read");
    assert_eq!(read.state, SourceState::Ready, "{read:?}");
    knowledge
}

/// Asks every question of a half in one language.
pub(crate) async fn measure(knowledge: &Knowledge, language: &str, half: Half) -> Row {
    let faq = faq();
    let entries: HashMap<&str, &str> = faq
        .entries
        .iter()
        .flat_map(|entry| {
            [&entry.en, &entry.es].map(|version| (version.question.as_str(), entry.id.as_str()))
        })
        .collect();
    let entry_of =
        |passage: &Passage| entries[passage.question.as_deref().expect("every entry is a question")];
    let mut row = Row::default();
    for (index, entry) in faq.entries.iter().enumerate() {
        for (number, question) in entry.version(language).asked.iter().enumerate() {
            if !half.holds(index + number) {
                continue;
            }
            let found = knowledge.search(ORG, None, question, 20).await.expect("a search");
            let mut order: Vec<&str> = Vec::new();
            for id in found.iter().map(entry_of) {
                if !order.contains(&id) {
                    order.push(id);
                }
            }
            row.asked += 1;
            row.first += usize::from(order.first() == Some(&entry.id.as_str()));
            row.first_three += usize::from(order.iter().take(3).any(|id| *id == entry.id));
            match knowledge.assess(ORG, None, question).await.expect("a verdict") {
                Verdict::Sure(answer) => {
                    let is_right = entry_of(&answer) == entry.id;
                    row.sure += 1;
                    row.sure_right += usize::from(is_right);
                    row.sure_in_language += usize::from(answer.language == language);
                    row.offered += usize::from(is_right);
                }
                Verdict::Unsure(choices) => {
                    row.offered += usize::from(choices.iter().any(|choice| entry_of(choice) == entry.id));
                }
                Verdict::Unknown => {}
            }
        }
    }
    for (number, question) in faq.off_topic[language].iter().enumerate() {
        if half.holds(number) {
            row.off_topic += 1;
            match knowledge.assess(ORG, None, question).await.expect("a verdict") {
                Verdict::Sure(_) => row.off_topic_sure += 1,
                Verdict::Unsure(_) => row.off_topic_unsure += 1,
                Verdict::Unknown => {}
            }
        }
    }
    row
}

impl Half {
    fn holds(self, number: usize) -> bool {
        match self {
            Self::Calibration => number.is_multiple_of(HALVES),
            Self::Reported => !number.is_multiple_of(HALVES),
            Self::All => true,
        }
    }
}

fn faq() -> Faq {
    serde_json::from_str(FAQ).expect("the file is well formed")
}
