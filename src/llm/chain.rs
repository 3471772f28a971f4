//! The provider chain of an org: which providers, in which order, with which keys.
//!
//! An org's own list counts before the platform's, and that before the environment. A key is never sent to
//! another address than the one it was entered for.

use std::sync::Arc;
use std::time::Duration;

use dashmap::DashMap;
use tokio::time::Instant;

use rooms::OrgId;
use secrecy::SecretString;
use url::Url;

use super::EnvironmentKeys;
use crate::clock;
use crate::config::Settings;
use crate::crypto::MasterKeys;
use crate::db::{Db, DbError};
use crate::model::{PLATFORM, ProviderId, ProviderRecord, provider_key_field};
use crate::outbound::Trust;
use crate::providers::{Endpoint, ProviderKind, ToolCalling};

/// Cache lifetime of a chain; a change through this server applies at once, one by another process after this.
const KEPT: Duration = Duration::from_secs(5);
/// Maximum cached chains.
const KEPT_MAX: usize = 10_000;
/// Models where nobody named one; beside the price table (`src/usage/prices.json`).
const OPENAI_MODEL: &str = "gpt-4o-mini";
const ANTHROPIC_MODEL: &str = "claude-haiku-4-5";

/// One link of a chain.
#[derive(Debug, Clone)]
pub enum Link {
    /// A model.
    Model(Box<ModelLink>),
    /// The org's knowledge itself, without a model.
    Knowledge,
}

/// A model and how to reach it.
#[derive(Debug, Clone)]
pub struct ModelLink {
    /// The name of its kind, for usage events.
    pub provider: String,
    /// The model.
    pub model: String,
    /// Whether it is given pictures.
    pub sees_images: bool,
    /// The model for calls, where one is named.
    pub voice_model: Option<String>,
    /// How to reach it.
    pub endpoint: Endpoint,
}

/// A chain and when it was read.
type Kept = (Instant, Arc<Vec<Link>>);

/// Finds the chain of an org. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Chains {
    db: Db,
    keys: Arc<MasterKeys>,
    environment: Arc<EnvironmentKeys>,
    /// A provider that says nothing for so long is given up.
    silence: Duration,
    kept: Arc<DashMap<OrgId, Kept>>,
}

impl Chains {
    /// Chains of what is stored, and of keys that the server was started with.
    pub(super) fn new(
        db: Db,
        keys: Arc<MasterKeys>,
        environment: EnvironmentKeys,
        settings: &Settings,
    ) -> Self {
        let silence = Duration::from_secs(settings.provider_silence_s);
        Self { db, keys, environment: Arc::new(environment), silence, kept: Arc::default() }
    }

    /// The first model of an org whose provider speaks as OpenAI does, and so may have more than chat.
    pub(super) async fn first_like_openai(&self, org: OrgId) -> Result<Option<ModelLink>, DbError> {
        Ok(self.of(org).await?.iter().find_map(|link| match link {
            Link::Model(model) if model.endpoint.kind != ProviderKind::Anthropic => Some((**model).clone()),
            Link::Model(_) | Link::Knowledge => None,
        }))
    }

    /// The links of an org, in order; never empty.
    pub(super) async fn of(&self, org: OrgId) -> Result<Arc<Vec<Link>>, DbError> {
        if let Some(kept) = self.kept.get(&org).filter(|kept| kept.0.elapsed() < KEPT) {
            return Ok(kept.1.clone());
        }
        let links = Arc::new(self.read(org).await?);
        if self.kept.len() >= KEPT_MAX {
            self.kept.clear();
        }
        self.kept.insert(org, (clock::instant(), links.clone()));
        Ok(links)
    }

    /// Something was changed: every chain is read again, for orgs stand on the platform's.
    pub(super) fn forget(&self) {
        self.kept.clear();
    }

    async fn read(&self, org: OrgId) -> Result<Vec<Link>, DbError> {
        let mut records = self.db.providers().list(org).await?;
        let mut owner = org;
        if records.is_empty() {
            records = self.db.providers().list(PLATFORM).await?;
            owner = PLATFORM;
        }
        if records.is_empty() {
            return Ok(self.environments_links());
        }
        let mut links = Vec::with_capacity(records.len());
        for record in &records {
            links.extend(self.link(owner, record).await?);
        }
        if links.is_empty() { Ok(vec![Link::Knowledge]) } else { Ok(links) }
    }

    fn environments_links(&self) -> Vec<Link> {
        let link = |kind, provider: &str, base_url, key: &SecretString, model: &str| {
            Link::Model(Box::new(ModelLink {
                provider: provider.to_owned(),
                model: model.to_owned(),
                sees_images: true,
                voice_model: self.environment.openai_voice_model.clone().filter(|_| provider != "anthropic"),
                endpoint: Endpoint {
                    kind,
                    base_url,
                    key: Some(key.clone()),
                    trust: Trust::Platform,
                    tool_calling: ToolCalling::Native,
                    azure_api_version: None,
                    silence_timeout: self.silence,
                },
            }))
        };
        let environment = &self.environment;
        let mut links = Vec::new();
        if let Some(key) = &environment.openai {
            let base_url = environment.openai_base_url.clone();
            let (kind, name) = match base_url {
                Some(_) => (ProviderKind::Compatible, "compatible"),
                None => (ProviderKind::OpenAi, "openai"),
            };
            let model = environment.openai_model.as_deref().unwrap_or(OPENAI_MODEL);
            links.push(link(kind, name, base_url, key, model));
        }
        if let Some(key) = &environment.anthropic {
            links.push(link(ProviderKind::Anthropic, "anthropic", None, key, ANTHROPIC_MODEL));
        }
        if links.is_empty() {
            links.push(Link::Knowledge);
        }
        links
    }

    /// A stored provider as a link; `None` where its stored form is none, which is logged.
    pub(super) async fn link(&self, owner: OrgId, record: &ProviderRecord) -> Result<Option<Link>, DbError> {
        if record.kind == "knowledge" {
            return Ok(Some(Link::Knowledge));
        }
        let Some(kind) = parse_kind(&record.kind) else {
            tracing::error!(provider.id = %record.id, "provider {} has an unknown kind", record.id);
            return Ok(None);
        };
        let base_url = record.base_url.as_deref().and_then(|url| Url::parse(url).ok());
        let endpoint = Endpoint {
            kind,
            key: self.key(owner, record, kind).await?,
            base_url,
            trust: if owner == PLATFORM { Trust::Platform } else { Trust::Org },
            tool_calling: if record.tool_calling == "prompt" {
                ToolCalling::Prompt
            } else {
                ToolCalling::Native
            },
            azure_api_version: record.azure_api_version.clone(),
            silence_timeout: self.silence,
        };
        let (provider, model) = (record.kind.clone(), record.model.clone());
        Ok(Some(Link::Model(Box::new(ModelLink {
            provider,
            model,
            sees_images: record.sees_images,
            voice_model: record.voice_model.clone(),
            endpoint,
        }))))
    }

    /// The key of a provider: its own, then the platform's for the same address, then the environment's for the
    /// kind's own address.
    async fn key(
        &self,
        owner: OrgId,
        record: &ProviderRecord,
        kind: ProviderKind,
    ) -> Result<Option<SecretString>, DbError> {
        if let Some(own) = self.stored_key(owner, record.id).await? {
            return Ok(Some(own));
        }
        if owner != PLATFORM {
            for other in self.db.providers().list(PLATFORM).await? {
                if other.kind == record.kind
                    && other.base_url == record.base_url
                    && let Some(key) = self.stored_key(PLATFORM, other.id).await?
                {
                    return Ok(Some(key));
                }
            }
        }
        if record.base_url.is_some() {
            return Ok(None);
        }
        Ok(match kind {
            // The environment's key belongs to the environment's address.
            ProviderKind::OpenAi if self.environment.openai_base_url.is_none() => {
                self.environment.openai.clone()
            }
            ProviderKind::Anthropic => self.environment.anthropic.clone(),
            ProviderKind::OpenAi | ProviderKind::Compatible | ProviderKind::Azure => None,
        })
    }

    async fn stored_key(&self, owner: OrgId, id: ProviderId) -> Result<Option<SecretString>, DbError> {
        let field = provider_key_field(id);
        let Some(sealed) = self.db.secrets().get(owner, &field).await? else { return Ok(None) };
        match self.keys.open(&owner.to_string(), &field, &sealed) {
            Ok(key) => Ok(Some(key)),
            Err(error) => {
                tracing::error!(%error, provider.id = %id, "could not open the key of provider {id}");
                Ok(None)
            }
        }
    }
}

/// The kind of a stored name.
pub(super) fn parse_kind(name: &str) -> Option<ProviderKind> {
    match name {
        "openai" => Some(ProviderKind::OpenAi),
        "compatible" => Some(ProviderKind::Compatible),
        "azure" => Some(ProviderKind::Azure),
        "anthropic" => Some(ProviderKind::Anthropic),
        _ => None,
    }
}
