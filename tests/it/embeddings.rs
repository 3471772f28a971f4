//! Vectors and vector stores of an org's own provider, over a scripted one.

use serde_json::{Value, json};
use switchboard_sim::chat::{Endpoint, Fault, Passage, Reply};

use crate::on_both_databases;
use crate::support::{Assisted, Database};

pub const MARKDOWN: &str = "# Delivery\nParcels leave on Monday.\n# Returns\nSend it back within a month.\n";

/// Adds a source and waits until it is read.
pub async fn add(assisted: &Assisted, body: &Value) -> Value {
    let token = Some(assisted.owner.token.as_str());
    let made = assisted.site.post(token, "/api/v1/knowledge/sources", body).await;
    assert_eq!(made.status, 201, "{made:?}");
    let path = format!("/api/v1/knowledge/sources/{}", made.body["source"]["id"].as_str().unwrap());
    crate::support::within("the source is read", async {
        loop {
            let source = assisted.site.get(token, &path).await.body["source"].clone();
            if source["state"] == "ready" || source["state"] == "failed" {
                return source;
            }
            // Reading is work of another process; REST tells no event of it.
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await
}

async fn search(assisted: &Assisted, question: &str) -> Value {
    let path = format!("/api/v1/knowledge/search?q={}", question.replace(' ', "%20"));
    assisted.site.get(Some(&assisted.owner.token), &path).await.body["passages"].clone()
}

fn embeddings(assisted: &Assisted) -> usize {
    assisted.sim.requests().iter().filter(|request| request.path.ends_with("/embeddings")).count()
}

on_both_databases! {
    async fn an_orgs_provider_makes_its_vectors_and_they_are_counted(database: Database) {
        let assisted = Assisted::start(database).await;
        let source = json!({"kind": "markdown", "title": "Shop", "content": MARKDOWN});
        assisted.set(json!({"embedding": "none"})).await;
        add(&assisted, &source).await;
        search(&assisted, "when do parcels leave").await;
        assert_eq!(embeddings(&assisted), 0, "by words, nobody is asked");

        assisted.set(json!({"embedding": "provider", "embedding_model": "scripted-vectors"})).await;
        let read = add(&assisted, &source).await;
        let found = search(&assisted, "parcels Monday").await;

        assert_eq!(read["state"], "ready", "{read}");
        assert!(found[0]["text"].as_str().unwrap().contains("Monday"), "{found}");
        assert!(embeddings(&assisted) >= 2, "passages and the question");
        let asked = assisted.sim.requests();
        let asked = asked.iter().find(|request| request.path.ends_with("/embeddings")).unwrap();
        assert_eq!((&asked.body["model"], asked.key()), (&json!("scripted-vectors"), Some("sk-test-0123456789abcdef")));
        let usage = assisted.site.get(Some(&assisted.owner.token), "/api/v1/usage").await;
        assert!(usage.body["today"]["embedding_tokens"].as_u64().unwrap() > 0, "{usage:?}");

        assisted.sim.push_to(Endpoint::Embeddings, Reply::fault(Fault::status(500)));
        let by_words = search(&assisted, "send it back").await;
        assert!(by_words[0]["text"].as_str().unwrap().contains("within a month"), "{by_words}");
    }

    async fn a_vector_store_is_searched_where_it_stands(database: Database) {
        let assisted = Assisted::start(database).await;
        assisted.sim.add_store("vs_1", vec![Passage::new("manual.pdf", "the blue lamp blinks twice")]);
        add(&assisted, &json!({"kind": "markdown", "title": "Shop", "content": MARKDOWN})).await;
        let store = json!({"kind": "vector_store", "title": "Manuals", "vector_store_id": "vs_1"});
        let made = assisted.site.post(Some(&assisted.owner.token), "/api/v1/knowledge/sources", &store).await;
        assert_eq!(made.status, 201, "{made:?}");

        let found = search(&assisted, "blue lamp blinks").await;
        assisted.sim.push_to(Endpoint::StoreSearch, Reply::fault(Fault::status(500)));
        let without = search(&assisted, "parcels Monday").await;

        assert_eq!(found[0]["title"], "manual.pdf", "{found}");
        assert_eq!(found[0]["source_id"], made.body["source"]["id"]);
        assert!(without[0]["text"].as_str().unwrap().contains("Monday"), "its failure keeps nothing back");
    }
}

#[tokio::test]
async fn a_reached_limit_stops_vectors_and_not_the_search() {
    let assisted = Assisted::start(Database::sqlite()).await;
    let settings = json!({"embedding": "provider", "max_embedding_tokens_per_day": 1});
    assisted.set(settings).await;
    add(&assisted, &json!({"kind": "markdown", "title": "Shop", "content": MARKDOWN})).await;
    let before = embeddings(&assisted);

    let found = search(&assisted, "parcels Monday").await;

    assert_eq!(embeddings(&assisted), before, "the limit was reached by reading the source");
    assert!(found[0]["text"].as_str().unwrap().contains("Monday"), "{found}");
}
