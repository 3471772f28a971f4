//! The tool service, the context of a run, and its outcome.

use std::sync::Arc;

use rooms::{ChannelId, ConversationId, OrgId, Timestamp};
use serde_json::{Value, json};

use super::catalogue;
use crate::base::Base;
use crate::crypto::MasterKeys;
use crate::db::DbError;
use crate::knowledge::Knowledge;
use crate::model::{OrgTool, VisitorRecord};
use crate::notify::Notifier;
use crate::org_settings::OrgSettings;
use crate::providers::ToolSpec;
use crate::refusal::log_unanswered;
use crate::usage::Usage;
use crate::wire::Card;

/// The tool that asks for a person.
pub(super) const HAND_OFF: &str = "hand_off_to_person";

/// For whom a tool runs.
#[derive(Debug, Clone)]
pub struct ToolContext {
    /// The org.
    pub org: OrgId,
    /// The channel.
    pub channel: ChannelId,
    /// The conversation.
    pub conversation: ConversationId,
    /// The visitor.
    pub visitor: VisitorRecord,
    /// The language of the conversation, as a two-letter code.
    pub language: &'static str,
    /// Whether the channel offers people.
    pub handoff_enabled: bool,
}

/// Where something was found.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Source {
    /// What it is called.
    pub title: String,
    /// Where it is, where that is public.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Something that a tool wants of the conversation; the assistant does it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// A person.
    HandOff {
        /// Why.
        reason: String,
    },
}

/// The outcome of a call.
#[derive(Debug, Clone)]
pub struct ToolResult {
    /// For the model.
    pub content: Value,
    /// Where it was found, for the visitor.
    pub sources: Vec<Source>,
    /// Cards for the visitor.
    pub cards: Vec<Card>,
    /// What it wants of the conversation.
    pub wish: Option<Wish>,
    /// Whether it worked.
    pub is_success: bool,
    /// Who answered: `knowledge`, `web`, `webhook` or `built_in`; nobody where it was refused.
    pub answered_by: Option<&'static str>,
    /// How often it was tried; 0 when it was refused.
    pub attempts: u32,
}

impl ToolResult {
    /// A call that was refused or went wrong; the model may try again or say so.
    #[must_use]
    pub fn failed(reason: &str) -> Self {
        Self { is_success: false, ..Self::of(json!({ "error": reason })) }
    }

    /// A call that worked.
    #[must_use]
    pub fn of(content: Value) -> Self {
        Self {
            content,
            sources: Vec::new(),
            cards: Vec::new(),
            wish: None,
            is_success: true,
            answered_by: None,
            attempts: 0,
        }
    }

    /// The same, said by somebody.
    #[must_use]
    pub(super) fn by(self, answered_by: &'static str) -> Self {
        Self { answered_by: Some(answered_by), attempts: self.attempts.max(1), ..self }
    }
}

/// What tools stand on.
#[derive(Debug)]
pub struct ToolsParts {
    /// The database, the clock, the settings, the tasks.
    pub base: Base,
    /// Seals and opens secrets.
    pub keys: Arc<MasterKeys>,
    /// What orgs know.
    pub knowledge: Knowledge,
    /// What orgs set.
    pub org_settings: OrgSettings,
    /// Counts searches of the web.
    pub usage: Usage,
    /// Sends enquiries.
    pub notifier: Notifier,
}

/// The tools of every org. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Tools {
    pub(super) parts: Arc<ToolsParts>,
}

impl Tools {
    /// Tools over what they need.
    #[must_use]
    pub fn new(parts: ToolsParts) -> Self {
        Self { parts: Arc::new(parts) }
    }

    /// Puts the shipped tools into the catalogue.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn recover(&self) -> Result<(), DbError> {
        self.parts.base.db.tools().ship(&catalogue::shipped(), self.now()).await
    }

    /// What a model may call here; nothing where storage cannot say.
    pub async fn specs(&self, context: &ToolContext) -> Vec<ToolSpec> {
        let tools = match self.parts.base.db.tools().list(context.org).await {
            Ok(tools) => tools,
            Err(error) => {
                log_unanswered(&error, "could not store or load tools");
                return Vec::new();
            }
        };
        let usable = tools.into_iter().filter(|tool| is_offered(tool, context));
        usable
            .map(|tool| ToolSpec {
                name: tool.tool.name,
                description: tool.tool.description,
                parameters: serde_json::from_str(&tool.tool.input_schema).unwrap_or_default(),
            })
            .collect()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.parts.base.now()
    }
}

/// Whether a model may call a tool here.
pub(super) fn is_offered(tool: &OrgTool, context: &ToolContext) -> bool {
    tool.is_usable() && (tool.tool.name != HAND_OFF || context.handoff_enabled)
}
