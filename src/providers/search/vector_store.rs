//! Searches a vector store hosted by OpenAI or a compatible server.

use crate::outbound::Gateway;
use crate::providers::endpoint::{Endpoint, ProviderKind};
use crate::providers::error::ProviderError;
use crate::providers::transport::Call;
use serde::Deserialize;
use serde_json::json;

/// Maximum results that OpenAI returns.
const RESULTS_MAX: usize = 50;

/// A passage that a store found.
#[derive(Debug, Clone, PartialEq)]
pub struct StorePassage {
    /// Its words.
    pub text: String,
    /// The file it stands in.
    pub file_name: String,
    /// How well it fits, from 0 to 1.
    pub score: f32,
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Found>,
}

#[derive(Deserialize)]
struct Found {
    filename: Option<String>,
    score: Option<f32>,
    content: Vec<Content>,
}

#[derive(Deserialize)]
struct Content {
    text: Option<String>,
}

/// Searches a vector store, best first. At most 50 passages come back.
pub async fn search_vector_store(
    endpoint: &Endpoint,
    gateway: &Gateway,
    store_id: &str,
    query: &str,
    max: usize,
) -> Result<Vec<StorePassage>, ProviderError> {
    if matches!(endpoint.kind, ProviderKind::Anthropic | ProviderKind::Azure) {
        return Err(ProviderError::NotOffered { what: "vector stores" });
    }
    let call = Call::new(endpoint, gateway, "", &["vector_stores", store_id, "search"])?;
    let request = json!({ "query": query, "max_num_results": max.clamp(1, RESULTS_MAX) });
    let answer: Answer = call.post_for_json(&request).await?;
    let passages = answer.data.into_iter().map(|found| StorePassage {
        text: found.content.into_iter().filter_map(|content| content.text).collect::<Vec<_>>().join("\n"),
        file_name: found.filename.unwrap_or_default(),
        score: found.score.unwrap_or_default(),
    });
    Ok(passages.filter(|passage| !passage.text.is_empty()).take(max).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::setup_for_tests::{endpoint, gateway};
    use switchboard_sim::chat::{ChatSim, Passage};

    #[tokio::test]
    async fn the_best_passages_come_first() {
        let sim = ChatSim::start().await;
        let passages =
            [("a.txt", "ships on monday"), ("b.txt", "nothing else"), ("c.txt", "free returns on monday")];
        sim.add_store("vs_1", passages.map(|(name, text)| Passage::new(name, text)).into());

        let endpoint = endpoint(&sim, ProviderKind::OpenAi);

        let found = search_vector_store(&endpoint, &gateway(), "vs_1", "returns monday", 5).await.unwrap();

        let names: Vec<&str> = found.iter().map(|passage| passage.file_name.as_str()).collect();
        assert_eq!(names, ["c.txt", "a.txt"]);
        assert_eq!((found[0].text.as_str(), found[0].score), ("free returns on monday", 1.0));
    }

    #[tokio::test]
    async fn a_store_that_is_not_there_is_a_refusal() {
        let sim = ChatSim::start().await;

        let found =
            search_vector_store(&endpoint(&sim, ProviderKind::OpenAi), &gateway(), "vs/../x", "q", 5).await;

        assert!(matches!(found, Err(ProviderError::Refused { status: 404, .. })), "{found:?}");
    }
}
