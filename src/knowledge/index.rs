//! The in-memory index of an org's knowledge: vectors and word frequencies. A version in storage invalidates it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use rooms::{ChannelId, OrgId};

use crate::db::{Db, DbError};
use crate::model::{Scope, VectorRecord};

/// Words whose number is remembered per org; a question has at most a few.
const WORDS_MAX: usize = 20_000;
/// More vectors than this are compared on a thread of their own, so that sockets do not wait.
const VECTORS_AT_ONCE_MAX: usize = 4_096;

/// How alike a question and a passage are by their vectors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Likeness {
    /// The passage's number.
    pub(super) chunk: i64,
    /// The question and the passage as a whole.
    pub(super) whole: f32,
    /// The question and the likest way of asking the passage's own.
    pub(super) question: Option<f32>,
}

impl Likeness {
    /// One number: a passage that answers a question is asked for by both.
    pub(super) fn score(self) -> f32 {
        self.question.map_or(self.whole, |question| 0.5 * question + 0.5 * self.whole)
    }
}

#[derive(Debug)]
struct Row {
    chunk: i64,
    is_whole: bool,
    channel: Option<ChannelId>,
}

/// The vectors that one model made of an org's passages.
#[derive(Debug, Default)]
struct Vectors {
    dimensions: usize,
    rows: Vec<Row>,
    numbers: Vec<f32>,
}

/// An org's knowledge as it was at one revision.
#[derive(Debug)]
pub(super) struct OrgIndex {
    revision: i64,
    model: Option<String>,
    passage_count: i64,
    vectors: Vectors,
    words: Mutex<HashMap<String, i64>>,
}

impl OrgIndex {
    /// Reads it from storage; vectors above `max_bytes` are left out, and their passages found by words.
    pub(super) async fn load(
        db: &Db,
        org: OrgId,
        revision: i64,
        model: Option<&str>,
        max_bytes: usize,
    ) -> Result<Self, DbError> {
        let vectors = match model {
            None => Vectors::default(),
            Some(model) => {
                let limit = i64::try_from(max_bytes / Vectors::TYPICAL_BYTES).unwrap_or(i64::MAX).max(1);
                let records = db.knowledge().chunks().vectors(org, model, limit).await?;
                if i64::try_from(records.len()).is_ok_and(|count| count == limit) {
                    tracing::warn!(org.id = %org, "vectors of org {org} exceed knowledge_cache_max_bytes; some are not cached");
                }
                Vectors::new(records)
            }
        };
        Ok(Self {
            revision,
            model: model.map(str::to_owned),
            passage_count: db.knowledge().chunks().count(org).await?,
            vectors,
            words: Mutex::default(),
        })
    }

    pub(super) fn is_of(&self, revision: i64, model: Option<&str>) -> bool {
        self.revision == revision && self.model.as_deref() == model
    }

    pub(super) fn has_vectors(&self) -> bool {
        !self.vectors.rows.is_empty()
    }

    pub(super) fn bytes(&self) -> usize {
        self.vectors.numbers.len() * size_of::<f32>() + self.vectors.rows.len() * size_of::<Row>()
    }

    /// Whether the org knows nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.passage_count == 0
    }

    /// How telling each word is: the rarer, the more.
    pub(super) async fn weigh(&self, db: &Db, org: OrgId, words: &[String]) -> Result<Vec<f32>, DbError> {
        let mut weights = Vec::with_capacity(words.len());
        for word in words {
            let known = self.words.lock().unwrap_or_else(PoisonError::into_inner).get(word).copied();
            let count = match known {
                Some(count) => count,
                None => {
                    let count = db.knowledge().chunks().count_with_word(org, word).await?;
                    let mut known = self.words.lock().unwrap_or_else(PoisonError::into_inner);
                    if known.len() < WORDS_MAX {
                        known.insert(word.clone(), count);
                    }
                    count
                }
            };
            weights.push(rarity(self.passage_count, count));
        }
        Ok(weights)
    }

    /// The passages of a scope by their likeness to a vector, in no order.
    pub(super) async fn compare(self: &Arc<Self>, scope: Scope, vector: Vec<f32>) -> Vec<Likeness> {
        if self.vectors.rows.len() <= VECTORS_AT_ONCE_MAX {
            return self.vectors.compare(scope, &vector);
        }
        let index = Arc::clone(self);
        let work = move || index.vectors.compare(scope, &vector);
        tokio::task::spawn_blocking(work).await.expect("comparing numbers does not panic")
    }

    /// How alike two passages are; `None` where one has no vector.
    pub(super) fn likeness(&self, one: i64, other: i64) -> Option<f32> {
        let (one, other) = (self.vectors.whole(one)?, self.vectors.whole(other)?);
        Some(dot(one, other))
    }
}

impl Vectors {
    /// A vector of the encoder in this process.
    const TYPICAL_BYTES: usize = 512 * size_of::<f32>();

    fn new(records: Vec<VectorRecord>) -> Self {
        let dimensions = records.first().map_or(0, |record| record.vector.len());
        let mut vectors = Self { dimensions, ..Self::default() };
        for record in records.into_iter().filter(|record| record.vector.len() == dimensions) {
            vectors.rows.push(Row {
                chunk: record.chunk,
                is_whole: record.place == 0,
                channel: record.channel,
            });
            vectors.numbers.extend(record.vector);
        }
        vectors
    }

    fn compare(&self, scope: Scope, vector: &[f32]) -> Vec<Likeness> {
        if vector.len() != self.dimensions || vector.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<Likeness> = Vec::new();
        for (row, numbers) in self.rows.iter().zip(self.numbers.chunks_exact(self.dimensions)) {
            if row.channel.is_some() && row.channel != scope.channel {
                continue;
            }
            let likeness = dot(vector, numbers);
            // A passage's own vector comes before those of its questions.
            match found.last_mut().filter(|last| last.chunk == row.chunk) {
                Some(last) => last.question = Some(last.question.map_or(likeness, |best| best.max(likeness))),
                None if row.is_whole => {
                    found.push(Likeness { chunk: row.chunk, whole: likeness, question: None });
                }
                None => {}
            }
        }
        found
    }

    fn whole(&self, chunk: i64) -> Option<&[f32]> {
        let at = self.rows.partition_point(|row| row.chunk < chunk);
        self.rows.get(at).filter(|row| row.chunk == chunk && row.is_whole)?;
        self.numbers.chunks_exact(self.dimensions).nth(at)
    }
}

/// The indexes of the orgs that were asked last, up to a number of bytes.
#[derive(Debug)]
pub(super) struct IndexCache {
    max_bytes: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    clock: u64,
    indexes: HashMap<OrgId, (u64, Arc<OrgIndex>)>,
}

impl IndexCache {
    pub(super) fn new(max_bytes: usize) -> Self {
        Self { max_bytes, held: Mutex::default() }
    }

    pub(super) fn max_bytes(&self) -> usize {
        self.max_bytes
    }

    pub(super) fn get(&self, org: OrgId) -> Option<Arc<OrgIndex>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.clock += 1;
        let now = held.clock;
        let (used, index) = held.indexes.get_mut(&org)?;
        *used = now;
        Some(Arc::clone(index))
    }

    /// Keeps an index; those that were asked longest ago give way.
    pub(super) fn put(&self, org: OrgId, index: Arc<OrgIndex>) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.clock += 1;
        let now = held.clock;
        held.indexes.insert(org, (now, index));
        while held.indexes.len() > 1
            && held.indexes.values().map(|(_, index)| index.bytes()).sum::<usize>() > self.max_bytes
        {
            let oldest = held.indexes.iter().min_by_key(|(_, (used, _))| *used).map(|(org, _)| *org);
            let Some(oldest) = oldest else { break };
            held.indexes.remove(&oldest);
        }
    }

    pub(super) fn forget(&self, org: OrgId) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).indexes.remove(&org);
    }
}

#[expect(clippy::cast_precision_loss, reason = "an org has far fewer than 2^24 passages")]
fn rarity(passages: i64, with_word: i64) -> f32 {
    let (all, with) = (passages.max(with_word) as f32, with_word as f32);
    (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
}

fn dot(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(chunk: i64, place: i64, channel: Option<u128>, vector: [f32; 2]) -> VectorRecord {
        let channel = channel.map(ChannelId);
        VectorRecord { chunk, place, channel, vector: vector.to_vec() }
    }

    fn index(records: Vec<VectorRecord>) -> Arc<OrgIndex> {
        Arc::new(OrgIndex {
            revision: 1,
            model: Some("m".to_owned()),
            passage_count: 1,
            vectors: Vectors::new(records),
            words: Mutex::default(),
        })
    }

    #[tokio::test]
    async fn a_passage_is_as_like_as_its_whole_and_its_likest_question() {
        let index = index(vec![
            record(7, 0, None, [1.0, 0.0]),
            record(7, 1, None, [0.0, 1.0]),
            record(7, 2, None, [0.6, 0.8]),
            record(9, 0, None, [0.0, 1.0]),
        ]);

        let found = index.compare(Scope { org: OrgId(1), channel: None }, vec![1.0, 0.0]).await;

        assert_eq!(found.len(), 2);
        assert_eq!((found[0].whole, found[0].question), (1.0, Some(0.6)));
        assert!((found[0].score() - 0.8).abs() < 1e-6);
        assert_eq!((found[1].whole, found[1].question), (0.0, None));
        assert_eq!(index.likeness(7, 9), Some(0.0));
        assert_eq!(index.likeness(7, 8), None);
    }

    #[tokio::test]
    async fn another_channels_passages_are_not_compared() {
        let index = index(vec![record(1, 0, Some(5), [1.0, 0.0]), record(2, 0, None, [1.0, 0.0])]);

        for (channel, count) in [(None, 1), (Some(ChannelId(5)), 2), (Some(ChannelId(6)), 1)] {
            let found = index.compare(Scope { org: OrgId(1), channel }, vec![1.0, 0.0]).await;
            assert_eq!(found.len(), count, "{channel:?}");
        }
    }

    #[tokio::test]
    async fn vectors_of_another_length_are_like_nothing() {
        let index = index(vec![record(1, 0, None, [1.0, 0.0])]);

        assert!(index.compare(Scope { org: OrgId(1), channel: None }, vec![1.0, 0.0, 0.0]).await.is_empty());
    }

    #[test]
    fn the_org_that_was_asked_longest_ago_gives_way() {
        let of = || index(vec![record(1, 0, None, [1.0, 0.0])]);
        let cache = IndexCache::new(of().bytes() * 2);
        for org in [1, 2] {
            cache.put(OrgId(org), of());
        }
        cache.get(OrgId(1));
        cache.put(OrgId(3), of());

        assert!(cache.get(OrgId(2)).is_none());
        assert!(cache.get(OrgId(1)).is_some() && cache.get(OrgId(3)).is_some());
    }

    #[test]
    fn rare_words_tell_more() {
        assert!(rarity(100, 1) > rarity(100, 10));
        assert!(rarity(100, 100) > 0.0);
    }
}
