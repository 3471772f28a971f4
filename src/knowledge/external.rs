//! External knowledge that is searched in place, such as an OpenAI vector store.

use std::fmt::Debug;

use futures_util::future::BoxFuture;
use rooms::OrgId;

use super::{EmbedError, Passage};
use crate::model::SourceId;

/// A vector store that an org named by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VectorStore {
    /// The source that names it.
    pub source: SourceId,
    /// What people call it.
    pub title: String,
    /// Its id with its provider.
    pub id: String,
}

/// One more place to search. Its failure is logged and counted, and never keeps back what is known here.
pub trait ExtraSource: Debug + Send + Sync {
    /// Passages for a question, the best first; asked only where the scope has vector stores.
    fn search(
        &self,
        org: OrgId,
        stores: Vec<VectorStore>,
        query: String,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Passage>, EmbedError>>;
}
