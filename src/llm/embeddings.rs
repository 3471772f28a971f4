//! Embeddings from an org's provider, metered and limited like every paid request.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use rooms::OrgId;

use super::{Llm, ModelLink};
use crate::clock;
use crate::db::DbError;
use crate::knowledge::{EmbedError, Embedder, Embedders, Embedding};
use crate::providers::{Embedded, ProviderError, count_at_most, embed, estimate_tokens};
use crate::telemetry::trace::{InTrace as _, TraceContext};
use crate::usage::{Expected, UsageEvent, UsageKind};

impl Embedders for Llm {
    fn for_org(&self, org: OrgId) -> BoxFuture<'_, Result<Embedding, DbError>> {
        Box::pin(async move {
            let settings = self.org_settings().effective(org, None).await?;
            Ok(match settings.embedding.as_str() {
                "none" => Embedding::Nothing,
                "provider" => {
                    let model = settings.embedding_model.clone();
                    let link = self.chains().first_like_openai(org).await?;
                    Embedding::Own(Arc::new(ProviderEmbedder::new(self.clone(), org, link, model)))
                }
                _ => Embedding::BuiltIn,
            })
        })
    }
}

/// Vectors of one org from one provider.
#[derive(Debug, Clone)]
struct ProviderEmbedder {
    llm: Llm,
    org: OrgId,
    /// `None` where the org's chain has nobody who makes vectors.
    link: Option<ModelLink>,
    asked_model: String,
    /// The provider's kind and the model: other providers may have another model of the same name.
    model: String,
}

impl ProviderEmbedder {
    fn new(llm: Llm, org: OrgId, link: Option<ModelLink>, model: String) -> Self {
        let provider = link.as_ref().map_or("nobody", |link| &link.provider);
        let stored = format!("{provider}/{model}");
        Self { llm, org, link, asked_model: model, model: stored }
    }

    async fn ask(self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, EmbedError> {
        let Some(link) = &self.link else {
            let words =
                "no provider of this org makes vectors; add one like OpenAI, or set embedding to local";
            return Err(EmbedError::Refused(words.to_owned()));
        };
        let estimated: u64 = texts.iter().map(|text| estimate_tokens(text)).sum();
        let bytes: u64 = texts.iter().map(|text| text.len() as u64).sum();
        let expected = Expected {
            model: &self.asked_model,
            input_tokens: count_at_most(estimated),
            output_tokens: 0,
            is_spoken: false,
            billed_ms: 0,
        };
        let reserved = self.llm.usage().reserve(self.org, UsageKind::Embedding, &expected).await;
        let reservation = reserved.map_err(|refused| EmbedError::Unavailable(refused.to_string()))?;
        let started = clock::instant();
        let answer = embed(&link.endpoint, self.llm.gateway(), &self.asked_model, texts).await;
        let counted = answer.as_ref().map_or(0, |embedded| embedded.input_tokens);
        // Servers add a mark or two to a text, and nothing makes more tokens of it than it has bytes.
        let is_plausible = counted != 0 && counted <= 2 * bytes + 1_024;
        let (provider, model) = (link.provider.clone(), self.asked_model.clone());
        let event = UsageEvent {
            input_tokens: if is_plausible { counted } else { estimated },
            latency_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            success: answer.is_ok(),
            is_estimate: !is_plausible,
            ..UsageEvent::blank(self.org, UsageKind::Embedding, provider, model, "embeddings")
        };
        reservation.settle(event).await;
        let Embedded { vectors, .. } = answer.map_err(|error| failed(&error))?;
        Ok(vectors.into_iter().map(of_length_one).collect())
    }
}

impl Embedder for ProviderEmbedder {
    fn model(&self) -> &str {
        &self.model
    }

    fn embed(&self, texts: Vec<String>) -> BoxFuture<'_, Result<Vec<Vec<f32>>, EmbedError>> {
        // A task of its own would not know what asks.
        let place = TraceContext::current();
        let asking = self.llm.tasks().spawn(self.clone().ask(texts).in_trace(&place));
        Box::pin(async move {
            let stopped = |_| EmbedError::Unavailable("the server is stopping".to_owned());
            asking.await.map_err(stopped)?
        })
    }
}

/// A provider's failure as knowledge knows it.
pub(super) fn failed(error: &ProviderError) -> EmbedError {
    if error.is_worth_a_retry() {
        EmbedError::Unavailable(error.to_string())
    } else {
        EmbedError::Refused(error.to_string())
    }
}

/// Vectors are compared by their products, so all must be equally long.
fn of_length_one(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|value| *value /= length);
    }
    vector
}
