//! The tools of an org, and running one.

use rooms::{ChannelId, ConversationId, OrgId};
use serde_json::{Value, json};

use super::builtin;
use crate::db::VisitorRecord;
use crate::knowledge::Knowledge;
use crate::providers::{ToolCall, ToolSpec};

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

/// What came of a call.
#[derive(Debug, Clone)]
pub struct ToolResult {
    /// For the model.
    pub content: Value,
    /// Where it was found, for the visitor.
    pub sources: Vec<Source>,
    /// What it wants of the conversation.
    pub wish: Option<Wish>,
    /// Whether it worked.
    pub is_success: bool,
}

impl ToolResult {
    /// A call that went wrong; the model may try again or say so.
    #[must_use]
    pub fn failed(reason: &str) -> Self {
        Self { content: json!({ "error": reason }), sources: Vec::new(), wish: None, is_success: false }
    }

    /// A call that worked.
    #[must_use]
    pub fn of(content: Value) -> Self {
        Self { content, sources: Vec::new(), wish: None, is_success: true }
    }
}

/// The tools of every org. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Tools {
    pub(super) knowledge: Knowledge,
}

impl Tools {
    /// Tools over what they need.
    #[must_use]
    pub fn new(knowledge: Knowledge) -> Self {
        Self { knowledge }
    }

    /// What a model may call here.
    pub async fn specs(&self, context: &ToolContext) -> Vec<ToolSpec> {
        builtin::specs(context)
    }

    /// Runs a call; what goes wrong is a result too.
    pub async fn run(&self, call: &ToolCall, context: &ToolContext) -> ToolResult {
        let Ok(arguments) = serde_json::from_str::<Value>(&call.arguments) else {
            return ToolResult::failed("the arguments are not JSON");
        };
        builtin::run(self, &call.name, &arguments, context).await
    }
}
