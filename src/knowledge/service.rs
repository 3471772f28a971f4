//! The knowledge service, for a running server and for commands.

use std::sync::Arc;

use rooms::{OrgId, Timestamp};
use tokio::sync::Notify;

use super::embed::{Embedder, Embedders, Embedding, InProcess};
use super::external::ExtraSource;
use super::index::IndexCache;
use super::reader::process::Readers;
use crate::base::Base;
use crate::config::Settings;
use crate::db::{Db, DbError};
use crate::encoder::Encoder;
use crate::model::NodeId;

/// What knowledge stands on.
#[derive(Debug)]
pub struct KnowledgeParts {
    /// The database, the clock, the settings, the tasks.
    pub base: Base,
    /// The encoder in this process, where it was pulled.
    pub encoder: Option<Arc<Encoder>>,
    /// Which orgs make their vectors elsewhere.
    pub embedders: Arc<dyn Embedders>,
    /// Places besides that are searched where they stand.
    pub extra_sources: Vec<Arc<dyn ExtraSource>>,
}

/// What orgs know. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Knowledge {
    pub(super) parts: Arc<KnowledgeParts>,
    pub(super) shared: Arc<Shared>,
}

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) cache: IndexCache,
    pub(super) in_process: Option<Arc<dyn Embedder>>,
    /// Wakes the job that reads sources.
    pub(super) queued: Notify,
    pub(super) readers: Readers,
}

impl Knowledge {
    /// Knowledge over its parts.
    #[must_use]
    pub fn new(parts: KnowledgeParts) -> Self {
        let in_process: Option<Arc<dyn Embedder>> =
            parts.encoder.clone().map(|encoder| Arc::new(InProcess::new(encoder)) as Arc<dyn Embedder>);
        let shared = Shared {
            cache: IndexCache::new(parts.base.settings.knowledge_cache_max_bytes),
            in_process,
            queued: Notify::new(),
            readers: Readers::new(&parts.base.settings),
        };
        Self { parts: Arc::new(parts), shared: Arc::new(shared) }
    }

    /// Whether questions are understood by their meaning without any service.
    #[must_use]
    pub fn has_encoder(&self) -> bool {
        self.shared.in_process.is_some()
    }

    /// Starts the job that reads sources; it ends when the server is told to stop.
    pub fn start(&self) {
        let (knowledge, stop) = (self.clone(), self.parts.base.stop.clone());
        self.parts.base.tasks.spawn(async move {
            stop.run_until_cancelled(knowledge.clone().run_jobs()).await;
            knowledge.release_jobs().await;
        });
    }

    pub(super) fn db(&self) -> &Db {
        &self.parts.base.db
    }

    pub(super) fn node(&self) -> NodeId {
        self.parts.base.node
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.parts.base.settings
    }

    pub(super) fn now(&self) -> Timestamp {
        self.parts.base.now()
    }

    /// Who makes vectors for an org, where anybody does.
    pub(super) async fn embedder(&self, org: OrgId) -> Result<Option<Arc<dyn Embedder>>, DbError> {
        Ok(match self.parts.embedders.for_org(org).await? {
            Embedding::Own(embedder) => Some(embedder),
            Embedding::BuiltIn => self.shared.in_process.clone(),
            Embedding::Nothing => None,
        })
    }
}
