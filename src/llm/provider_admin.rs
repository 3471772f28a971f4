//! Managing the providers of an org or the platform on behalf of a principal.

use rooms::OrgId;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use url::Url;

use super::chain::parse_kind;
use super::{CallOf, Link, Llm, Meter};
use crate::audit::{Act, Note};
use crate::auth::{Principal, Right};
use crate::crypto::hint;
use crate::model::{KeyChange, PLATFORM, Patch, ProviderId, ProviderRecord, provider_key_field};
use crate::outbound::Trust;
use crate::providers::{ChatMessage, ChatRequest, Part, read_to_end};
use crate::refusal::ServiceError;
use crate::wire::{ErrorCode, WireError};

/// Providers of one chain.
const PROVIDERS_MAX: usize = 10;
const NAME_MAX_CHARS: usize = 100;
const MODEL_MAX_CHARS: usize = 200;
const KEY_MAX_CHARS: usize = 4_096;

/// Fields of a provider; `None` leaves one, and a new one has its default.
#[derive(Debug, Default)]
pub struct ProviderFields {
    /// `openai`, `compatible`, `azure`, `anthropic` or `knowledge`.
    pub kind: Option<String>,
    /// What people call it.
    pub name: Option<String>,
    /// Its place in the chain.
    pub position: Option<i64>,
    /// Where it is; cleared, it is the kind's own address. A change drops the key, unless a new one comes with it.
    pub base_url: Patch<String>,
    /// The model.
    pub model: Option<String>,
    /// `native` or `prompt`.
    pub tool_calling: Option<String>,
    /// Whether it is given pictures.
    pub sees_images: Option<bool>,
    /// Azure's version of the API.
    pub azure_api_version: Patch<String>,
    /// Its voice model.
    pub voice_model: Patch<String>,
    /// Its key.
    pub key: Patch<SecretString>,
}

/// The outcome of trying a provider.
#[derive(Debug)]
pub struct Trial {
    /// Whether it answered.
    pub is_ok: bool,
    /// Its words, or why it did not answer.
    pub detail: String,
    /// From the request to its end, in milliseconds.
    pub latency_ms: u64,
}

/// Whose chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainOwner {
    /// The caller's org's.
    Org,
    /// The platform's.
    Platform,
}

impl Llm {
    /// A chain in order, keys as hints only.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn providers(
        &self,
        principal: &Principal,
        owner: ChainOwner,
    ) -> Result<Vec<ProviderRecord>, ServiceError> {
        let org = self.may_manage(principal, owner).await?;
        Ok(self.db().providers().list(org).await?)
    }

    /// Adds a provider at the end of the chain, or where it says.
    ///
    /// # Errors
    /// `forbidden`, `bad_request`, `too_large` for a chain that is full.
    pub async fn add_provider(
        &self,
        principal: &Principal,
        owner: ChainOwner,
        fields: ProviderFields,
    ) -> Result<ProviderRecord, ServiceError> {
        let org = self.may_change(principal, owner).await?;
        let known = self.db().providers().list(org).await?;
        if known.len() >= PROVIDERS_MAX {
            return Err(WireError::new(ErrorCode::TooLarge, "a chain has at most 10 providers").into());
        }
        let record = ProviderRecord {
            id: ProviderId::new(),
            org_id: org,
            position: known.iter().map(|one| one.position + 1).max().unwrap_or(0),
            kind: String::new(),
            name: String::new(),
            base_url: None,
            model: String::new(),
            tool_calling: "native".to_owned(),
            sees_images: false,
            azure_api_version: None,
            voice_model: None,
            key_hint: None,
            created_at: self.now().0,
        };
        self.store_provider(principal, None, record, fields).await
    }

    /// Changes a provider.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `bad_request`.
    pub async fn change_provider(
        &self,
        principal: &Principal,
        owner: ChainOwner,
        id: &str,
        fields: ProviderFields,
    ) -> Result<ProviderRecord, ServiceError> {
        let org = self.may_change(principal, owner).await?;
        let record = self.provider_record(org, id).await?;
        self.store_provider(principal, Some(&record.clone()), record, fields).await
    }

    /// Removes a provider and its key.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn remove_provider(
        &self,
        principal: &Principal,
        owner: ChainOwner,
        id: &str,
    ) -> Result<(), ServiceError> {
        let org = self.may_change(principal, owner).await?;
        let record = self.provider_record(org, id).await?;
        let note = self.note(principal, Act::ProviderRemoved, &record).gone(audited(&record));
        let removed = self.db().noting(note).providers().remove(org, record.id).await?;
        self.chains().forget();
        if removed { Ok(()) } else { Err(WireError::not_found().into()) }
    }

    /// Asks a provider for one word, so that its owner sees whether it works. It is counted like any call.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn try_provider(
        &self,
        principal: &Principal,
        owner: ChainOwner,
        id: &str,
    ) -> Result<Trial, ServiceError> {
        let org = self.may_manage(principal, owner).await?;
        let record = self.provider_record(org, id).await?;
        let link = self.chains().link(org, &record).await?;
        let Some(Link::Model(model)) = link else {
            return Ok(Trial { is_ok: true, detail: "answers from the knowledge".into(), latency_ms: 0 });
        };
        let request = ChatRequest {
            model: model.model.clone(),
            messages: vec![ChatMessage::User(vec![Part::Text("Say: ok".to_owned())])],
            tools: Vec::new(),
            temperature: None,
            max_output_tokens: 16,
        };
        let mut meter = match Meter::start(self, CallOf::org(org), &model, &request).await {
            Ok(meter) => meter,
            Err(refused) => return Ok(Trial { is_ok: false, detail: refused.to_string(), latency_ms: 0 }),
        };
        let outcome = async { read_to_end(self.provider(&model.endpoint).chat(request).await?).await }.await;
        if let Ok((text, done)) = &outcome {
            meter.count_text(text);
            done.iter().for_each(|done| meter.done(done));
        }
        let latency_ms = meter.elapsed_ms();
        // Tests by the platform are charged to no org.
        if org != PLATFORM {
            meter.finish(outcome.is_ok()).await;
        }
        Ok(match outcome {
            Ok((text, _)) => Trial { is_ok: true, detail: text.trim().to_owned(), latency_ms },
            Err(error) => Trial { is_ok: false, detail: error.to_string(), latency_ms },
        })
    }

    /// The org whose chain the caller may change.
    async fn may_change(&self, principal: &Principal, owner: ChainOwner) -> Result<OrgId, ServiceError> {
        let org = self.may_manage(principal, owner).await?;
        match owner {
            ChainOwner::Platform => Right::ChangePlatformProviders.check(principal)?,
            ChainOwner::Org => Right::ChangeProviders.check(principal)?,
        }
        Ok(org)
    }

    async fn may_manage(&self, principal: &Principal, owner: ChainOwner) -> Result<OrgId, ServiceError> {
        match owner {
            ChainOwner::Platform => {
                Right::ManagePlatformProviders.check(principal)?;
                Ok(PLATFORM)
            }
            ChainOwner::Org => {
                Right::ManageProviders.check(principal)?;
                if self.org_settings().may_set_technical(principal).await? {
                    return Ok(principal.org);
                }
                Err(WireError {
                    reason: Some("technical_setting"),
                    ..WireError::forbidden("providers are set by the platform admin")
                }
                .into())
            }
        }
    }

    async fn provider_record(&self, org: OrgId, id: &str) -> Result<ProviderRecord, ServiceError> {
        let id = id.parse().map_err(|_| ServiceError::not_found())?;
        let known = self.db().providers().list(org).await?;
        known.into_iter().find(|one| one.id == id).ok_or_else(|| WireError::not_found().into())
    }

    /// A row of the audit log about a provider.
    fn note(&self, principal: &Principal, act: Act, record: &ProviderRecord) -> Note {
        let note = Note::by(principal, act, self.now()).on(record.id);
        if record.org_id == PLATFORM { note.of_platform() } else { note }
    }

    async fn store_provider(
        &self,
        principal: &Principal,
        before: Option<&ProviderRecord>,
        mut record: ProviderRecord,
        fields: ProviderFields,
    ) -> Result<ProviderRecord, ServiceError> {
        let org = record.org_id;
        let old_url = record.base_url.clone();
        let old_kind = record.kind.clone();
        let key = fields.key.clone();
        self.apply(&mut record, fields, org)?;
        let moved = record.base_url != old_url || record.kind != old_kind;
        let key = match key {
            Patch::Set(key) => {
                let text = key.expose_secret().trim();
                let is_plain = text.chars().all(|c| c.is_ascii_graphic());
                if text.is_empty() || !is_plain || text.len() > KEY_MAX_CHARS {
                    return Err(
                        WireError::bad_request("key must be visible characters without spaces").into()
                    );
                }
                record.key_hint = Some(hint(text));
                KeyChange::Put(self.keys().seal(&org.to_string(), &provider_key_field(record.id), text))
            }
            Patch::Clear => {
                record.key_hint = None;
                KeyChange::Drop
            }
            // A key entered for one address is never sent to another.
            Patch::Keep if moved => {
                record.key_hint = None;
                KeyChange::Drop
            }
            Patch::Keep => KeyChange::Keep,
        };
        let now = self.now();
        let note = match before {
            None => self.note(principal, Act::ProviderAdded, &record).made(audited(&record)),
            Some(before) => {
                let mut after = audited(&record);
                if matches!(key, KeyChange::Put(_)) {
                    after["key"] = "set".into();
                }
                self.note(principal, Act::ProviderChanged, &record).change(audited(before), after)
            }
        };
        self.db().noting(note).providers().put(org, &record, &key, now).await?;
        self.chains().forget();
        Ok(record)
    }

    fn apply(
        &self,
        record: &mut ProviderRecord,
        fields: ProviderFields,
        org: OrgId,
    ) -> Result<(), WireError> {
        if let Some(kind) = fields.kind {
            if kind != "knowledge" && parse_kind(&kind).is_none() {
                return Err(WireError::bad_request(
                    "kind must be openai, compatible, azure, anthropic or knowledge",
                ));
            }
            record.kind = kind;
        }
        fields.base_url.try_map(|url| self.check_base_url(&url, org))?.apply(&mut record.base_url);
        if let Some(model) = fields.model {
            record.model = short("model", &model, MODEL_MAX_CHARS)?;
        }
        if let Some(name) = fields.name {
            record.name = short("name", &name, NAME_MAX_CHARS)?;
        }
        if let Some(tool_calling) = fields.tool_calling {
            if !matches!(tool_calling.as_str(), "native" | "prompt") {
                return Err(WireError::bad_request("tool_calling must be native or prompt"));
            }
            record.tool_calling = tool_calling;
        }
        let version = fields.azure_api_version.try_map(|text| short("azure_api_version", &text, 40))?;
        version.apply(&mut record.azure_api_version);
        let voice_model = fields.voice_model.try_map(|text| short("voice_model", &text, MODEL_MAX_CHARS))?;
        voice_model.apply(&mut record.voice_model);
        record.sees_images = fields.sees_images.unwrap_or(record.sees_images);
        record.position = fields.position.unwrap_or(record.position);
        check_complete(record)?;
        if record.name.is_empty() {
            record.name = if record.model.is_empty() { record.kind.clone() } else { record.model.clone() };
        }
        Ok(())
    }

    fn check_base_url(&self, text: &str, org: OrgId) -> Result<String, WireError> {
        let url = Url::parse(text.trim()).map_err(|_| WireError::bad_request("base_url is not a URL"))?;
        let is_bare = url.query().is_none() && url.fragment().is_none() && url.password().is_none();
        if !is_bare || !url.username().is_empty() {
            return Err(WireError::bad_request("base_url must have no user, query or fragment"));
        }
        let trust = if org == PLATFORM { Trust::Platform } else { Trust::Org };
        let refused = |error| WireError::bad_request(format!("base_url cannot be used: {error}"));
        self.gateway().check_url(&url, trust).map_err(refused)?;
        Ok(url.as_str().trim_end_matches('/').to_owned())
    }
}

/// What the audit log shows of a provider: of its key only what people see of it.
fn audited(record: &ProviderRecord) -> Value {
    json!({
        "position": record.position,
        "kind": record.kind,
        "name": record.name,
        "base_url": record.base_url,
        "model": record.model,
        "tool_calling": record.tool_calling,
        "sees_images": record.sees_images,
        "azure_api_version": record.azure_api_version,
        "voice_model": record.voice_model,
        "key_hint": record.key_hint,
    })
}

fn short(field: &str, text: &str, max_chars: usize) -> Result<String, WireError> {
    let text = text.trim();
    if text.is_empty() || text.chars().any(char::is_control) || text.chars().count() > max_chars {
        return Err(WireError::bad_request(format!(
            "{field} must be a line of at most {max_chars} characters"
        )));
    }
    Ok(text.to_owned())
}

/// Whether a provider has all that its kind needs.
fn check_complete(record: &ProviderRecord) -> Result<(), WireError> {
    if record.kind.is_empty() {
        return Err(WireError::bad_request("kind is needed"));
    }
    if record.kind != "knowledge" && record.model.is_empty() {
        return Err(WireError::bad_request("model is needed"));
    }
    if matches!(record.kind.as_str(), "compatible" | "azure") && record.base_url.is_none() {
        return Err(WireError::bad_request("base_url is needed for this kind"));
    }
    Ok(())
}
