//! Vector stores hosted by an org's provider, searched in place.

use futures_util::future::{BoxFuture, join_all};
use rooms::OrgId;

use super::embeddings::failed;
use super::{Llm, ModelLink};
use crate::clock;
use crate::insight::language_of;
use crate::knowledge::{EmbedError, ExtraSource, Passage, VectorStore};
use crate::model::PassageId;
use crate::providers::{StorePassage, search_vector_store};
use crate::usage::{Expected, Refused, UsageEvent, UsageKind};

/// Model name under which vector store searches are metered.
const MODEL: &str = "vector_store";

impl ExtraSource for Llm {
    fn search(
        &self,
        org: OrgId,
        stores: Vec<VectorStore>,
        query: String,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Passage>, EmbedError>> {
        Box::pin(async move {
            let link = self.chains().first_like_openai(org).await;
            let link = link.map_err(|error| EmbedError::Unavailable(error.to_string()))?;
            let nobody = || EmbedError::Refused("no provider of this org keeps vector stores".to_owned());
            let link = link.ok_or_else(nobody)?;
            let searches = stores.iter().map(|store| self.search_store(org, &link, store, &query, limit));
            let (mut passages, mut fault, mut has_answer) = (Vec::new(), None, false);
            for answer in join_all(searches).await {
                match answer {
                    Ok(found) => {
                        has_answer = true;
                        passages.extend(found);
                    }
                    Err(error) => {
                        tracing::warn!(org.id = %org, "could not search a vector store of org {org}: {error}");
                        fault = Some(error);
                    }
                }
            }
            if let Some(error) = fault.filter(|_| !has_answer) {
                return Err(error);
            }
            passages.sort_by(|one: &Passage, other| other.score.total_cmp(&one.score));
            passages.truncate(limit);
            Ok(passages)
        })
    }
}

impl Llm {
    async fn search_store(
        &self,
        org: OrgId,
        link: &ModelLink,
        store: &VectorStore,
        query: &str,
        limit: usize,
    ) -> Result<Vec<Passage>, EmbedError> {
        let expected =
            Expected { model: MODEL, input_tokens: 0, output_tokens: 0, is_spoken: false, billed_ms: 0 };
        let refused = |refused: Refused| EmbedError::Unavailable(refused.to_string());
        let reservation = self.usage().reserve(org, UsageKind::Search, &expected).await.map_err(refused)?;
        let started = clock::instant();
        let found = search_vector_store(&link.endpoint, self.gateway(), &store.id, query, limit).await;
        let (provider, kind) = (link.provider.clone(), UsageKind::Search);
        let event = UsageEvent {
            latency_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            success: found.is_ok(),
            ..UsageEvent::blank(org, kind, provider, MODEL.to_owned(), "vector_stores/search")
        };
        reservation.settle(event).await;
        let found = found.map_err(|error| failed(&error))?;
        Ok(found.into_iter().map(|passage| passage_of(store, passage)).collect())
    }
}

fn passage_of(store: &VectorStore, found: StorePassage) -> Passage {
    let title = if found.file_name.is_empty() { store.title.clone() } else { found.file_name };
    Passage {
        id: PassageId::new(),
        source: store.source,
        title,
        question: None,
        language: language_of(&found.text).code().to_owned(),
        text: found.text,
        url: None,
        score: found.score.clamp(0.0, 1.0),
    }
}
