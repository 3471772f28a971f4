//! What a server with embedders and vector stores of its orgs does when they change, fail, or come back.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use rooms::{OrgId, Timestamp};
use tempfile::TempDir;

use super::*;
use crate::base::Base;
use crate::clock::ManualClock;
use crate::config::Settings;
use crate::db::{Db, DbError};
use crate::model::{Indexed, KeepOutcome, PassageId, SourceId, SourceLane};

const ORG: OrgId = OrgId(1);
const RETRY_MS: i64 = 5 * 60_000;

/// An embedder by the letters of a text: enough to tell texts apart, and it can be made to fail.
#[derive(Debug)]
struct Letters {
    model: &'static str,
    fails: AtomicBool,
}

impl Letters {
    fn named(model: &'static str) -> Arc<Self> {
        Arc::new(Self { model, fails: AtomicBool::new(false) })
    }
}

impl Embedder for Letters {
    fn model(&self) -> &str {
        self.model
    }

    fn embed(&self, texts: Vec<String>) -> BoxFuture<'_, Result<Vec<Vec<f32>>, EmbedError>> {
        let vector = |text: &String| {
            let mut counts = [0.0_f32; 26];
            for byte in text.to_lowercase().bytes().filter(u8::is_ascii_lowercase) {
                counts[usize::from(byte - b'a')] += 1.0;
            }
            let length = counts.iter().map(|count| count * count).sum::<f32>().sqrt().max(1.0);
            counts.iter().map(|count| count / length).collect()
        };
        let answer = if self.fails.load(Ordering::SeqCst) {
            Err(EmbedError::Unavailable("the provider is down".to_owned()))
        } else {
            Ok(texts.iter().map(vector).collect())
        };
        Box::pin(std::future::ready(answer))
    }
}

#[derive(Debug, Default)]
struct Chosen(Mutex<Option<Arc<Letters>>>);

impl Embedders for Chosen {
    fn for_org(&self, _: OrgId) -> BoxFuture<'_, Result<Embedding, DbError>> {
        let chosen = self.0.lock().unwrap().clone();
        let embedding = chosen.map_or(Embedding::BuiltIn, |embedder| Embedding::Own(embedder));
        Box::pin(std::future::ready(Ok(embedding)))
    }
}

/// A vector store that answers with the question, or not at all.
#[derive(Debug)]
struct Store {
    fails: bool,
}

impl ExtraSource for Store {
    fn search(
        &self,
        _: OrgId,
        stores: Vec<VectorStore>,
        query: String,
        _: usize,
    ) -> BoxFuture<'_, Result<Vec<Passage>, EmbedError>> {
        let passage = Passage {
            id: PassageId(0),
            source: stores[0].source,
            title: stores[0].title.clone(),
            question: None,
            text: format!("{} about {query}", stores[0].id),
            url: None,
            language: "en".to_owned(),
            score: 0.5,
        };
        let refused = Err(EmbedError::Refused("no such store".to_owned()));
        Box::pin(std::future::ready(if self.fails { refused } else { Ok(vec![passage]) }))
    }
}

struct Shelf {
    knowledge: Knowledge,
    db: Db,
    clock: Arc<ManualClock>,
    chosen: Arc<Chosen>,
    _data: TempDir,
}

impl Shelf {
    async fn open(extra_sources: Vec<Arc<dyn ExtraSource>>) -> Self {
        let data = tempfile::tempdir().unwrap();
        let settings = Arc::new(Settings::defaults());
        let db = Db::open(None, data.path(), 2).await.unwrap();
        db.orgs().add(ORG, "Shop", Timestamp(1)).await.unwrap();
        let (clock, chosen) = (ManualClock::at(1_000), Arc::new(Chosen::default()));
        let knowledge = Knowledge::new(KnowledgeParts {
            base: Base::new(db.clone(), clock.clone(), settings),
            encoder: None,
            embedders: chosen.clone(),
            extra_sources,
        });
        Self { knowledge, db, clock, chosen, _data: data }
    }

    fn choose(&self, embedder: &Arc<Letters>) {
        *self.chosen.0.lock().unwrap() = Some(embedder.clone());
    }

    async fn add_text(&self, text: &str) -> SourceId {
        let fields = SourceFields::Text(text.to_owned());
        let made = self.knowledge.sources().add(ORG, None, Some("Notes"), fields).await.unwrap();
        self.knowledge.index_now(ORG, made.id).await.unwrap();
        made.id
    }

    async fn model_of(&self, id: SourceId) -> Option<String> {
        self.knowledge.sources().get(ORG, id).await.unwrap().model
    }

    async fn search(&self, question: &str) -> Vec<Passage> {
        self.knowledge.search(ORG, None, question, 5).await.unwrap()
    }
}

#[tokio::test]
async fn without_vectors_a_source_is_found_by_its_words_and_tried_again_later() {
    let shelf = Shelf::open(Vec::new()).await;
    let letters = Letters::named("letters");
    shelf.choose(&letters);
    letters.fails.store(true, Ordering::SeqCst);
    let id = shelf.add_text("The door is yellow.").await;
    assert_eq!(shelf.model_of(id).await, None);
    assert_eq!(shelf.search("yellow door").await.len(), 1);

    letters.fails.store(false, Ordering::SeqCst);
    shelf.knowledge.run_pending().await.unwrap();
    assert_eq!(shelf.model_of(id).await, None, "not before its time");
    shelf.clock.advance(RETRY_MS);
    shelf.knowledge.run_pending().await.unwrap();

    assert_eq!(shelf.model_of(id).await.as_deref(), Some("letters"));
}

#[tokio::test]
async fn another_model_reads_everything_again_and_old_vectors_are_not_compared() {
    let shelf = Shelf::open(Vec::new()).await;
    shelf.choose(&Letters::named("first"));
    let id = shelf.add_text("The door is yellow.").await;
    assert_eq!(shelf.search("odor deltoid").await.len(), 1, "alike by its letters");

    shelf.choose(&Letters::named("second"));
    assert!(shelf.search("odor deltoid").await.is_empty(), "only vectors of the same model are compared");
    shelf.knowledge.run_pending().await.unwrap();

    assert_eq!(shelf.model_of(id).await.as_deref(), Some("second"));
    assert_eq!(shelf.search("odor deltoid").await.len(), 1);
}

#[tokio::test]
async fn a_pair_without_vectors_gets_them_when_its_set_is_read_again() {
    let shelf = Shelf::open(Vec::new()).await;
    let letters = Letters::named("letters");
    shelf.choose(&letters);
    letters.fails.store(true, Ordering::SeqCst);
    let fields = PairFields {
        question: "Where is the shop?".to_owned(),
        phrasings: vec!["address?".to_owned()],
        answer: "In Mill Street.".to_owned(),
    };
    let pair = shelf.knowledge.pairs().add(ORG, None, None, &fields).await.unwrap();
    assert_eq!(shelf.model_of(pair.source).await, None);
    letters.fails.store(false, Ordering::SeqCst);
    shelf.clock.advance(RETRY_MS);

    shelf.knowledge.run_pending().await.unwrap();

    assert_eq!(shelf.model_of(pair.source).await.as_deref(), Some("letters"));
    assert_eq!(
        shelf.db.knowledge().chunks().vectors(ORG, "letters", 10).await.unwrap().len(),
        3,
        "whole, question, phrasing"
    );
    assert_eq!(shelf.knowledge.pairs().get(ORG, pair.id).await.unwrap().phrasings, ["address?"]);
}

#[tokio::test]
async fn a_source_changed_while_it_is_read_is_read_again_and_not_kept() {
    let shelf = Shelf::open(Vec::new()).await;
    let fields = SourceFields::Text("Old words.".to_owned());
    let made = shelf.knowledge.sources().add(ORG, None, Some("Notes"), fields).await.unwrap();
    let indexing = shelf.db.knowledge().indexing();
    let claimed = indexing.claim_next(ORG, SourceLane::Quick, shelf.knowledge.node()).await.unwrap().unwrap();
    let patch = SourcePatch { content: Some("New words.".to_owned()), ..SourcePatch::default() };
    shelf.knowledge.sources().change(ORG, made.id, patch).await.unwrap();

    let read = Indexed { chunks: Vec::new(), model: None, retry_at: None, title: None, warning: None };
    let outcome = shelf.db.knowledge().indexing().keep(&claimed, &read, 10, Timestamp(2)).await.unwrap();
    assert_eq!(outcome, KeepOutcome::Outdated);
    shelf.knowledge.run_pending().await.unwrap();

    assert_eq!(shelf.search("words").await[0].text, "New words.");
}

#[tokio::test]
async fn a_vector_store_adds_passages_and_its_failure_takes_none_away() {
    for fails in [false, true] {
        let shelf = Shelf::open(vec![Arc::new(Store { fails })]).await;
        shelf.add_text("The door is yellow.").await;
        assert_eq!(shelf.search("yellow door").await.len(), 1, "no store is named yet");
        let fields = SourceFields::VectorStore("vs_1".to_owned());
        shelf.knowledge.sources().add(ORG, None, Some("Elsewhere"), fields).await.unwrap();

        let found = shelf.search("yellow door").await;

        let texts: Vec<&str> = found.iter().map(|passage| passage.text.as_str()).collect();
        let expected: &[&str] =
            if fails { &["The door is yellow."] } else { &["The door is yellow.", "vs_1 about yellow door"] };
        assert_eq!(texts, expected);
    }
}

#[tokio::test]
async fn the_same_question_is_listed_once_however_it_is_written() {
    let shelf = Shelf::open(Vec::new()).await;
    for question in ["¿Tienen TIMBRES?", "tienen timbres", "  tienen\ntimbres!! ", "🔔"] {
        shelf.knowledge.unanswered().note(ORG, None, None, question, None).await.unwrap();
    }

    let listed = shelf.knowledge.unanswered().list(ORG, None, 10).await.unwrap();

    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].question.as_str(), listed[0].asked_count), ("¿Tienen TIMBRES?", 3));
}

#[tokio::test]
async fn a_picked_passage_is_read_from_storage_and_gone_with_its_source() {
    let shelf = Shelf::open(Vec::new()).await;
    let id = shelf.add_text("The door is yellow.").await;
    let found = shelf.search("yellow door").await.remove(0);
    let read = shelf.knowledge.passage(ORG, None, found.id).await.unwrap().unwrap();
    assert_eq!(read.text, "The door is yellow.");
    assert!(shelf.knowledge.passage(OrgId(2), None, found.id).await.unwrap().is_none());

    shelf.knowledge.sources().delete(ORG, id).await.unwrap();

    assert!(shelf.knowledge.passage(ORG, None, found.id).await.unwrap().is_none());
    assert_eq!(shelf.knowledge.assess(ORG, None, "yellow door").await.unwrap(), Verdict::Unknown);
}

#[test]
fn the_demos_shop_knows_as_much_in_each_language() {
    let pairs = demo_pairs();

    let english = pairs.iter().filter(|pair| super::language::of_text(&pair.answer) == "en").count();
    assert_eq!((pairs.len(), english), (24, 12));
}
