//! The source of vectors: the encoder in this process, or an org's provider.

use std::fmt::Debug;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use rooms::OrgId;

use crate::db::DbError;
use crate::encoder::{Encoder, MODEL_NAME};

/// Why no vectors came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EmbedError {
    /// The provider does not answer now; later it may.
    #[error("could not get vectors: {0}")]
    Unavailable(String),
    /// The provider will not, however often it is asked.
    #[error("the vectors were rejected: {0}")]
    Refused(String),
}

/// Makes vectors of texts. Vectors of different models are never compared.
pub trait Embedder: Debug + Send + Sync {
    /// The name that is stored with every vector.
    fn model(&self) -> &str;

    /// One vector for each text, in their order, all of one length.
    fn embed(&self, texts: Vec<String>) -> BoxFuture<'_, Result<Vec<Vec<f32>>, EmbedError>>;
}

/// What makes the vectors of an org.
#[derive(Debug, Clone)]
pub enum Embedding {
    /// The encoder in this process, where it is installed.
    BuiltIn,
    /// The org's own.
    Own(Arc<dyn Embedder>),
    /// Nothing: it is searched by words.
    Nothing,
}

/// Says what makes the vectors of an org.
pub trait Embedders: Debug + Send + Sync {
    /// What makes the vectors of this org now.
    ///
    /// # Errors
    /// When storage fails: vectors that were made must not be thrown away for that.
    fn for_org(&self, org: OrgId) -> BoxFuture<'_, Result<Embedding, DbError>>;
}

/// No org has an embedder of its own.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoEmbedders;

impl Embedders for NoEmbedders {
    fn for_org(&self, _: OrgId) -> BoxFuture<'_, Result<Embedding, DbError>> {
        Box::pin(std::future::ready(Ok(Embedding::BuiltIn)))
    }
}

/// The encoder in this process, kept off the threads that serve sockets.
#[derive(Debug, Clone)]
pub struct InProcess {
    encoder: Arc<Encoder>,
}

impl InProcess {
    /// An embedder over an encoder.
    #[must_use]
    pub fn new(encoder: Arc<Encoder>) -> Self {
        Self { encoder }
    }
}

impl Embedder for InProcess {
    fn model(&self) -> &str {
        MODEL_NAME
    }

    fn embed(&self, texts: Vec<String>) -> BoxFuture<'_, Result<Vec<Vec<f32>>, EmbedError>> {
        let encoder = Arc::clone(&self.encoder);
        Box::pin(async move {
            let work = move || texts.iter().map(|text| encoder.encode(text)).collect();
            let stopped = |_| EmbedError::Unavailable("the server is stopping".to_owned());
            tokio::task::spawn_blocking(work).await.map_err(stopped)
        })
    }
}
