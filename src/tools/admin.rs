//! Configuring and testing an org's tools and listing their runs, on behalf of a principal.

use std::sync::Arc;

use rooms::{ConversationId, UserId};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value, json};
use url::Url;

use super::run::{NO_CHANNEL, Run};
use super::search::WEB_SEARCH_FIELD;
use super::toolbox::{ToolContext, Tools};
use crate::audit::{Act, Note};
use crate::auth::{Principal, Right};
use crate::crypto::hint;
use crate::ids;
use crate::model::{OrgTool, Patch, ToolRun, ToolRunFilter, ToolRunId, VisitorRecord, tool_secret_field};
use crate::outbound::Trust;
use crate::providers::ToolCall;
use crate::refusal::ServiceError;
use crate::wire::ErrorCode;

const SECRET_MIN_CHARS: usize = 16;
const SECRET_MAX_CHARS: usize = 4_096;
const SETTINGS_MAX_BYTES: usize = 8_192;

/// What an org says of a tool; `None` leaves a field, as `Keep` does.
#[derive(Debug, Default)]
pub struct ToolChange {
    /// Whether it is enabled; cleared, it is as the platform says.
    pub enabled: Patch<bool>,
    /// Where the org's webhook is.
    pub url: Patch<String>,
    /// What calls are signed with; for `search`, the key of the web search.
    pub secret: Option<SecretString>,
    /// Sent along with every call.
    pub settings: Option<Map<String, Value>>,
}

impl Tools {
    /// The catalogue as the caller's org has it.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn tools(&self, principal: &Principal) -> Result<Vec<OrgTool>, ServiceError> {
        Right::ReadTools.check(principal)?;
        self.parts.base.db.tools().list(principal.org).await.map_err(ServiceError::from)
    }

    /// Changes what the caller's org says of a tool; gives the secret too where one was made here, to be shown once.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `bad_request`.
    pub async fn change_tool(
        &self,
        principal: &Principal,
        name: &str,
        change: ToolChange,
    ) -> Result<(OrgTool, Option<SecretString>), ServiceError> {
        Right::ManageTools.check(principal)?;
        let mut tool = self.tool(principal, name).await?;
        let before = audited(&tool);
        change.enabled.apply(&mut tool.enabled);
        if !change.url.is_keep() && tool.tool.kind != "webhook" {
            return Err(ServiceError::bad_request("this tool has no webhook"));
        }
        change.url.try_map(|url| self.check_url(&url))?.apply(&mut tool.url);
        if let Some(settings) = change.settings {
            let text = Value::Object(settings).to_string();
            if text.len() > SETTINGS_MAX_BYTES {
                return Err(ServiceError::new(
                    ErrorCode::TooLarge,
                    "settings are at most 8,192 bytes of JSON",
                ));
            }
            tool.settings = Some(text);
        }
        let needs_secret = tool.url.is_some() && tool.secret_hint.is_none() && change.secret.is_none();
        let made =
            needs_secret.then(|| SecretString::from(ids::random_token(ids::WEBHOOK_SECRET).into_string()));
        let sealed = match change.secret.as_ref().or(made.as_ref()) {
            Some(secret) => Some(self.seal(principal, &mut tool, secret).await?),
            None => None,
        };
        let secret = sealed.as_ref().map(|(field, sealed)| (field.as_str(), sealed.as_str()));
        let now = self.now();
        let note = Note::by(principal, Act::ToolChanged, now).on(name).change(before, audited(&tool));
        self.parts.base.db.noting(note).tools().put(principal.org, &tool, secret, now).await?;
        Ok((tool, made))
    }

    /// Runs a tool with given arguments, outside of any conversation; it is written down like any run.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn test_tool(
        &self,
        principal: &Principal,
        name: &str,
        arguments: &Map<String, Value>,
    ) -> Result<ToolRun, ServiceError> {
        Right::ManageTools.check(principal)?;
        self.tool(principal, name).await?;
        let arguments = Value::Object(arguments.clone()).to_string();
        let call = ToolCall { id: ids::new_id(), name: name.to_owned(), arguments, ..ToolCall::default() };
        let run = Run { id: ToolRunId::new(), context: nowhere(principal), is_test: true };
        self.run_audited(call, run)
            .await
            .1
            .ok_or_else(|| ServiceError::broken("a tool that was tried gave no result"))
    }

    /// Runs of the caller's org, the newest first.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn tool_runs(
        &self,
        principal: &Principal,
        filter: &ToolRunFilter,
    ) -> Result<Vec<ToolRun>, ServiceError> {
        Right::ManageTools.check(principal)?;
        self.parts.base.db.tool_runs().list(principal.org, filter).await.map_err(ServiceError::from)
    }

    async fn tool(&self, principal: &Principal, name: &str) -> Result<OrgTool, ServiceError> {
        let found = self.parts.base.db.tools().get(principal.org, name).await?;
        found.ok_or_else(ServiceError::not_found)
    }

    async fn seal(
        &self,
        principal: &Principal,
        tool: &mut OrgTool,
        secret: &SecretString,
    ) -> Result<(String, String), ServiceError> {
        let text = check_secret(secret.expose_secret())?;
        let org = principal.org;
        tool.secret_hint = Some(hint(text));
        if tool.tool.kind == "webhook" {
            let field = tool_secret_field(&tool.tool.name);
            let sealed = self.parts.keys.seal(&org.to_string(), &field, text);
            return Ok((field, sealed));
        }
        if tool.tool.name != "search" {
            return Err(ServiceError::bad_request("this tool has no secret"));
        }
        let settings = self.parts.org_settings.effective(org, None).await?;
        if settings.web_search_base_url.is_empty() {
            return Err(ServiceError::bad_request("set web_search_base_url first: the key is bound to it"));
        }
        let bound = format!("{}\n{text}", settings.web_search_base_url);
        let sealed = self.parts.keys.seal(&org.to_string(), WEB_SEARCH_FIELD, &bound);
        Ok((WEB_SEARCH_FIELD.to_owned(), sealed))
    }

    fn check_url(&self, text: &str) -> Result<String, ServiceError> {
        let url = Url::parse(text.trim()).map_err(|_| ServiceError::bad_request("url is not a URL"))?;
        let refused = |error| ServiceError::bad_request(format!("url cannot be used: {error}"));
        self.parts.base.gateway.check_url(&url, Trust::Org).map_err(refused)?;
        Ok(url.into())
    }
}

/// What the audit log shows of a tool; of its settings only the names, as orgs keep keys in them.
fn audited(tool: &OrgTool) -> Value {
    let settings = tool.settings.as_deref().and_then(|text| serde_json::from_str::<Map<_, _>>(text).ok());
    json!({
        "enabled": tool.enabled,
        "url": tool.url.as_deref().and_then(|url| url.split('?').next()),
        "secret_hint": tool.secret_hint,
        "settings": settings.unwrap_or_default().keys().collect::<Vec<_>>(),
    })
}

fn check_secret(text: &str) -> Result<&str, ServiceError> {
    let text = text.trim();
    let is_plain = text.chars().all(|c| c.is_ascii_graphic());
    if is_plain && (SECRET_MIN_CHARS..=SECRET_MAX_CHARS).contains(&text.len()) {
        return Ok(text);
    }
    Err(ServiceError::bad_request("secret must be 16 to 4,096 visible characters without spaces"))
}

/// For whom a tool is tried: nobody, in no conversation. A [`Run`] that is a test shows none of the ids.
fn nowhere(principal: &Principal) -> ToolContext {
    ToolContext {
        org: principal.org,
        channel: NO_CHANNEL,
        conversation: ConversationId(0),
        visitor: VisitorRecord {
            id: UserId(0),
            org: principal.org,
            channel: NO_CHANNEL,
            external_id: None,
            name: Arc::from("Test"),
            email: None,
            verified: false,
            profile_verified: false,
            locale: None,
            page: None,
            phone: None,
            attributes: Arc::default(),
            merged_into: None,
        },
        language: "en",
        handoff_enabled: true,
    }
}
