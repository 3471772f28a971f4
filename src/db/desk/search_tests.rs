//! Whether the entries of a few conversations are looked through one by one, or the index is asked: the same is found.

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use rooms::{ConversationId, OrgId, Timestamp, UserId};

use super::search::in_sqlite;
use super::search_few::in_few;
use crate::db::Db;
use crate::db::engine::database::Backend;
use crate::db::seed_for_tests::Seed;
use crate::model::{
    IndexedEntries, NewConversation, NewVisitor, SearchDoc, SearchKind, SearchPhrase, SearchRequest,
    SearchWindow,
};

const ORG: OrgId = OrgId(1);
const WORDS: [&str; 7] = ["a", "ab", "abc", "b", "né", "néa", "12"];
const CONVERSATIONS: u128 = 3;

fn words(dice: &mut StdRng, most: usize) -> Vec<String> {
    let count = dice.random_range(1..=most);
    (0..count).map(|_| WORDS[dice.random_range(0..WORDS.len())].to_owned()).collect()
}

/// Three conversations with a hundred things each.
async fn filled(db: &Db, dice: &mut StdRng) -> Vec<ConversationId> {
    let seed = Seed::default();
    let (channel, first) = (seed.channel, seed.conversation);
    let visitor = seed.store(db, Timestamp(1)).await;
    let mut ids = vec![first];
    for number in 1..CONVERSATIONS {
        let visitor = NewVisitor {
            id: UserId(100 + number),
            org: ORG,
            channel,
            external_id: None,
            name: visitor.name.to_string(),
            email: None,
            verified: false,
            profile_verified: false,
        };
        db.visitors().add(&visitor, Timestamp(1)).await.unwrap();
        let conversation = NewConversation {
            id: ConversationId(100 + number),
            org: ORG,
            channel,
            visitor: visitor.id,
            epoch: "e".into(),
            head: rooms::Head::begin(true, Timestamp(1)),
            previous: None,
        };
        db.conversations().begin(&conversation).await.unwrap();
        ids.push(conversation.id);
    }
    for conversation in &ids {
        let docs = (1..=100)
            .map(|seq| SearchDoc {
                kind: if dice.random_bool(0.3) { SearchKind::Note } else { SearchKind::Message },
                created_at: Timestamp(dice.random_range(1..1_000)),
                seq: Some(seq),
                words: words(dice, 6),
            })
            .collect();
        let entries = IndexedEntries {
            org: ORG,
            conversation: *conversation,
            after: 0,
            up_to: 100,
            docs,
            mentions: Vec::new(),
        };
        db.search_index().put_entries(&[entries]).await.unwrap();
    }
    ids
}

fn request(dice: &mut StdRng) -> SearchRequest {
    let phrases = (0..dice.random_range(1..=3))
        .map(|_| SearchPhrase { words: words(dice, 2), is_prefix: dice.random_bool(0.4) })
        .collect();
    let kind = dice.random_bool(0.3).then_some(SearchKind::Note);
    SearchRequest { phrases, kind, ..SearchRequest::default() }
}

#[tokio::test]
async fn the_index_and_a_look_through_a_few_conversations_find_the_same() {
    let seed: u64 = std::env::var("SEED")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| crate::ids::new_number() as u64);
    println!("seed {seed}: run again with SEED={seed}");
    let mut dice = StdRng::seed_from_u64(seed);
    let data = tempfile::tempdir().unwrap();
    let db = Db::open(None, data.path(), 1).await.unwrap();
    let ids = filled(&db, &mut dice).await;
    let all = serde_json::json!(ids.iter().map(ToString::to_string).collect::<Vec<_>>()).to_string();
    let Backend::Sqlite { readers, .. } = db.backend() else { panic!("SQLite") };
    let mut found = 0;
    for _ in 0..300 {
        let request = request(&mut dice);
        let from = if dice.random_bool(0.5) { 0 } else { dice.random_range(0..600_000) };
        let window = SearchWindow { from, to: i64::MAX };
        let limit = dice.random_range(1..200);

        let by_index = in_sqlite(readers, ORG, &request, window, limit).await.unwrap();
        let one_by_one = in_few(readers, ORG, (&request, &all), window, limit).await.unwrap();

        let places = |rows: &[super::search_hit::HitRow]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
        assert_eq!(places(&by_index), places(&one_by_one), "{request:?} {window:?} {limit}");
        found += by_index.len();
    }
    assert!(found > 1_000, "the requests find something: {found}");
}
