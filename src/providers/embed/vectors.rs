//! Requests embeddings and validates the vectors returned.

use crate::outbound::Gateway;
use crate::providers::counts::token_count;
use crate::providers::endpoint::{Endpoint, ProviderKind};
use crate::providers::error::ProviderError;
use crate::providers::traced::{name_of, traced};
use crate::providers::transport::Call;
use crate::telemetry::trace::keys;
use async_openai::types::embeddings::{CreateEmbeddingRequest, EmbeddingInput, EncodingFormat};
use serde::Deserialize;
use serde_json::Value;

/// Texts per request: the answer stays far below what is read whole, and local servers below their own limits.
const BATCH_MAX: usize = 128;
const WRONG_SHAPE: ProviderError = ProviderError::Malformed { reason: "the vectors do not fit the texts" };

/// Vectors of texts, in the order of the texts.
#[derive(Debug, Clone, PartialEq)]
pub struct Embedded {
    /// All of one length.
    pub vectors: Vec<Vec<f32>>,
    /// What the provider counted; 0 where it says nothing.
    pub input_tokens: u64,
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Row>,
    /// Read by hand: an odd count must not spoil good vectors.
    usage: Option<Value>,
}

#[derive(Deserialize)]
struct Row {
    embedding: Vec<f32>,
    index: Option<usize>,
}

/// Turns texts into vectors, in as many requests as that takes. Empty texts are refused by most providers.
pub async fn embed(
    endpoint: &Endpoint,
    gateway: &Gateway,
    model: &str,
    texts: Vec<String>,
) -> Result<Embedded, ProviderError> {
    if endpoint.kind == ProviderKind::Anthropic {
        return Err(ProviderError::NotOffered { what: "embeddings" });
    }
    let traced = traced("embeddings", name_of(endpoint.kind), model);
    let embedded = embed_in_batches(endpoint, gateway, model, texts).await;
    match &embedded {
        Ok(embedded) => {
            traced.set(keys::GEN_AI_INPUT_TOKENS, || i64::try_from(embedded.input_tokens).unwrap_or(i64::MAX))
        }
        Err(error) => traced.fail(error.kind()),
    }
    embedded
}

async fn embed_in_batches(
    endpoint: &Endpoint,
    gateway: &Gateway,
    model: &str,
    texts: Vec<String>,
) -> Result<Embedded, ProviderError> {
    let call = Call::new(endpoint, gateway, model, &["embeddings"])?;
    let mut embedded = Embedded { vectors: Vec::with_capacity(texts.len()), input_tokens: 0 };
    for batch in texts.chunks(BATCH_MAX) {
        let request = CreateEmbeddingRequest {
            model: model.to_owned(),
            input: EmbeddingInput::StringArray(batch.to_vec()),
            encoding_format: Some(EncodingFormat::Float),
            user: None,
            dimensions: None,
        };
        let answer: Answer = call.post_for_json(&request).await?;
        let usage = answer.usage.unwrap_or_default();
        let counts = ["prompt_tokens", "total_tokens"].map(|name| token_count(&usage[name]));
        let tokens = counts.into_iter().flatten().max().unwrap_or_default();
        embedded.input_tokens = embedded.input_tokens.saturating_add(tokens);
        embedded.vectors.extend(in_order(answer.data, batch.len())?);
    }
    let length = embedded.vectors.first().map_or(0, Vec::len);
    if embedded.vectors.iter().any(|vector| vector.len() != length || !is_usable(vector)) {
        return Err(WRONG_SHAPE);
    }
    Ok(embedded)
}

/// Rows say their place; those of servers that do not are in order.
fn in_order(rows: Vec<Row>, count: usize) -> Result<Vec<Vec<f32>>, ProviderError> {
    if rows.len() != count {
        return Err(WRONG_SHAPE);
    }
    let mut vectors: Vec<Option<Vec<f32>>> = vec![None; count];
    for (at, row) in rows.into_iter().enumerate() {
        let place = vectors.get_mut(row.index.unwrap_or(at)).ok_or(WRONG_SHAPE)?;
        if place.replace(row.embedding).is_some() {
            return Err(WRONG_SHAPE);
        }
    }
    vectors.into_iter().collect::<Option<Vec<_>>>().ok_or(WRONG_SHAPE)
}

fn is_usable(vector: &[f32]) -> bool {
    !vector.is_empty() && vector.iter().all(|value| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::setup_for_tests::{endpoint, gateway};
    use serde_json::json;
    use switchboard_sim::chat::{ChatSim, Endpoint as Place, Reply};

    #[tokio::test]
    async fn many_texts_take_several_requests_and_stay_in_order() {
        let sim = ChatSim::start().await;
        let texts: Vec<String> = (0..BATCH_MAX + 2).map(|number| format!("word{number} text")).collect();

        let (openai, azure) = (endpoint(&sim, ProviderKind::OpenAi), endpoint(&sim, ProviderKind::Azure));
        let gateway = gateway();

        let embedded = embed(&openai, &gateway, "m", texts.clone()).await.unwrap();

        let alone = embed(&azure, &gateway, "m", vec![texts[129].clone()]).await.unwrap();
        assert_eq!(embedded.vectors.len(), texts.len());
        assert_eq!(embedded.vectors[129], alone.vectors[0]);
        assert_eq!(embedded.input_tokens, 2 * texts.len() as u64);
        assert_eq!(sim.counts().received, 3);
        let path = sim.last_request().unwrap().path;
        assert_eq!(path, "/openai/deployments/m/embeddings?api-version=2024-10-21");
    }

    #[tokio::test]
    async fn rows_are_put_in_order_and_wrong_ones_refused() {
        let sim = ChatSim::start().await;
        let rows =
            |rows: serde_json::Value| sim.push_to(Place::Embeddings, Reply::raw(json!({ "data": rows })));
        rows(json!([{ "index": 1, "embedding": [2.0] }, { "index": 0, "embedding": [1.0] }]));
        rows(json!([{ "embedding": [1.0] }, { "embedding": [2.0] }]));
        rows(json!([{ "embedding": [1.0] }]));
        rows(json!([{ "index": 0, "embedding": [1.0] }, { "index": 0, "embedding": [2.0] }]));
        rows(json!([{ "embedding": [1.0] }, { "embedding": [2.0, 3.0] }]));
        rows(json!([{ "embedding": [] }, { "embedding": [] }]));
        let (endpoint, gateway) = (endpoint(&sim, ProviderKind::Compatible), gateway());
        let ask = || embed(&endpoint, &gateway, "m", vec!["a".into(), "b".into()]);

        for _ in 0..2 {
            assert_eq!(ask().await.unwrap().vectors, [[1.0], [2.0]]);
        }
        for _ in 0..4 {
            assert_eq!(ask().await.unwrap_err(), WRONG_SHAPE);
        }
    }

    #[tokio::test]
    async fn nothing_is_sent_to_who_has_no_embeddings() {
        let sim = ChatSim::start().await;

        let error = embed(&endpoint(&sim, ProviderKind::Anthropic), &gateway(), "m", vec!["a".into()]).await;

        assert_eq!(error.unwrap_err(), ProviderError::NotOffered { what: "embeddings" });
        assert_eq!(sim.counts().received, 0);
    }
}
