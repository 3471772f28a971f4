//! Model providers of orgs and of the platform.

use rooms::OrgId;

use super::ids::ProviderId;

/// The platform's own rows: an id that is no org's.
pub const PLATFORM: OrgId = OrgId(0);

/// A provider.
#[derive(Debug, Clone, PartialEq)]
pub struct ProviderRecord {
    /// Its id.
    pub id: ProviderId,
    /// Its org, or [`PLATFORM`].
    pub org_id: OrgId,
    /// Its place in the chain, from 0.
    pub position: i64,
    /// `openai`, `compatible`, `azure`, `anthropic` or `knowledge`.
    pub kind: String,
    /// What people call it.
    pub name: String,
    /// Where it is; nothing means the kind's own.
    pub base_url: Option<String>,
    /// The model.
    pub model: String,
    /// `native` or `prompt`.
    pub tool_calling: String,
    /// Whether it is given pictures.
    pub sees_images: bool,
    /// Azure's version of the API.
    pub azure_api_version: Option<String>,
    /// Its voice model, where it speaks a realtime dialect; nothing for `openai` means the channel's.
    pub voice_model: Option<String>,
    /// What its key looks like, where it has one of its own.
    pub key_hint: Option<String>,
    /// When it was made.
    pub created_at: i64,
}

/// What happens to the key of a provider that is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyChange {
    /// It stays.
    Keep,
    /// It goes.
    Drop,
    /// It is replaced by this, sealed.
    Put(String),
}
