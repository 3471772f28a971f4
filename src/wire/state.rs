//! The state of a conversation as each audience sees it, and the names of its parts.

use std::sync::Arc;

use rooms::{Audience, Handoff, Head, Insight, Responder, Status};
use serde::{Deserialize, Serialize};

use super::supervision::{PendingReplyView, reply_mode_name};
use super::{RatingView, UserView, priority_name, rfc3339, status_name};
use crate::model::{Attributes, MainVisitor, VisitedPage};

/// Who answers.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = Responder)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Responder"))]
pub struct ResponderView {
    /// `assistant`, `waiting` or `agent`.
    #[cfg_attr(test, ts(type = "'assistant' | 'waiting' | 'agent'"))]
    pub kind: &'static str,
    /// The agent who answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    #[cfg_attr(test, ts(optional))]
    pub agent: Option<UserView>,
    /// Since when.
    pub since: String,
}

impl From<&Responder> for ResponderView {
    fn from(responder: &Responder) -> Self {
        let kind = match responder {
            Responder::Assistant { .. } => "assistant",
            Responder::Waiting { .. } => "waiting",
            Responder::Agent { .. } => "agent",
        };
        Self { kind, agent: responder.agent().map(UserView::from), since: rfc3339(responder.since()) }
    }
}

/// The open request for a person.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = Handoff)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Handoff"))]
pub struct HandoffView {
    /// Why.
    pub reason: String,
    /// Its ticket.
    pub ticket_id: String,
    /// When.
    pub at: String,
}

impl From<&Handoff> for HandoffView {
    fn from(handoff: &Handoff) -> Self {
        Self {
            reason: handoff.reason.to_string(),
            ticket_id: handoff.ticket.to_string(),
            at: rfc3339(handoff.at),
        }
    }
}

/// The state as visitors see it.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = StateForVisitors)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "StateForVisitors"))]
pub struct VisitorState {
    /// `open`, `waiting`, `closed` or `snoozed`.
    #[cfg_attr(test, ts(type = "'open' | 'waiting' | 'closed' | 'snoozed'"))]
    pub status: &'static str,
    /// Who answers.
    pub responder: ResponderView,
    /// Rises at every change of responder and at the close.
    #[cfg_attr(test, ts(type = "number"))]
    pub takeover: u64,
    /// The last `seq` of this audience.
    #[cfg_attr(test, ts(type = "number"))]
    pub last_seq: u64,
    /// When it last changed.
    pub updated_at: String,
}

/// The state as agents see it.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = StateForAgents)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "StateForAgents"))]
pub struct AgentState {
    /// What visitors see too, with the agents' own `last_seq`.
    #[serde(flatten)]
    #[cfg_attr(test, ts(flatten))]
    pub common: VisitorState,
    /// The agent it is assigned to.
    pub assignee: Option<UserView>,
    /// `low`, `medium`, `high`, `urgent`, or nothing said.
    #[cfg_attr(test, ts(type = "'low' | 'medium' | 'high' | 'urgent' | null"))]
    pub priority: Option<&'static str>,
    /// Labels.
    pub labels: Vec<String>,
    /// The open request for a person.
    pub handoff: Option<HandoffView>,
    /// What the newest message of the visitor is about and how they feel.
    pub insight: Option<InsightView>,
    /// What the visitor says of it, once it is closed.
    pub rating: Option<RatingView>,
    /// Until when it is put aside.
    pub snoozed_until: Option<String>,
    /// When the assistant's replies go out, where agents chose it for this conversation.
    #[cfg_attr(test, ts(type = "'automatic' | 'hold' | 'approve' | null"))]
    pub mode: Option<&'static str>,
    /// The reply that waits for agents.
    pub pending_reply: Option<PendingReplyView>,
}

/// What the newest message of a visitor is about and how they feel.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = Insight)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Insight"))]
pub struct InsightView {
    /// What they want, such as `question` or `complaint`.
    pub intent: String,
    /// `positive`, `neutral` or `negative`.
    #[cfg_attr(test, ts(type = "'positive' | 'neutral' | 'negative'"))]
    pub sentiment: String,
    /// The language, as a two-letter code.
    pub language: String,
}

impl From<&Insight> for InsightView {
    fn from(insight: &Insight) -> Self {
        Self {
            intent: insight.intent.to_string(),
            sentiment: insight.sentiment.to_string(),
            language: insight.language.to_string(),
        }
    }
}

/// The state as one audience sees it.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[serde(untagged)]
#[schema(as = State)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "State"))]
pub enum StateView {
    /// For agents and servers.
    Agents(Box<AgentState>),
    /// For visitors.
    Visitors(Box<VisitorState>),
}

impl StateView {
    /// The state as `audience` sees it.
    #[must_use]
    pub fn for_audience(head: &Head, audience: Audience) -> Self {
        match audience {
            Audience::Visitors => Self::Visitors(Box::new(VisitorState::new(
                head,
                status_for_visitors(head.status),
                head.visitor_last_seq,
            ))),
            Audience::Agents => Self::Agents(Box::new(AgentState::from(head))),
        }
    }
}

/// That a conversation is put aside is the agents' own affair.
fn status_for_visitors(status: Status) -> Status {
    if status == Status::Snoozed { Status::Open } else { status }
}

impl VisitorState {
    fn new(head: &Head, status: Status, last_seq: u64) -> Self {
        Self {
            status: status_name(status),
            responder: ResponderView::from(&head.responder),
            takeover: head.takeover,
            last_seq,
            updated_at: rfc3339(head.updated_at),
        }
    }
}

impl From<&Head> for AgentState {
    fn from(head: &Head) -> Self {
        Self {
            common: VisitorState::new(head, head.status, head.last_seq),
            assignee: head.assignee.as_ref().map(UserView::from),
            priority: head.priority.map(priority_name),
            labels: head.labels.iter().map(ToString::to_string).collect(),
            handoff: head.handoff.as_ref().map(HandoffView::from),
            insight: head.insight.as_ref().map(InsightView::from),
            rating: head.rating.as_ref().map(RatingView::from),
            snoozed_until: head.snoozed_until.map(rfc3339),
            mode: head.mode.map(|own| reply_mode_name(own.mode)),
            pending_reply: head.pending.as_deref().map(PendingReplyView::from),
        }
    }
}

/// The page a visitor is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = Page)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Page"))]
pub struct PageView {
    /// Its address.
    #[serde(default)]
    pub url: Option<String>,
    /// Its title.
    #[serde(default)]
    pub title: Option<String>,
    /// Where they came from.
    #[serde(default)]
    pub referrer: Option<String>,
}

impl From<&VisitedPage> for PageView {
    fn from(page: &VisitedPage) -> Self {
        Self { url: page.url.clone(), title: page.title.clone(), referrer: page.referrer.clone() }
    }
}

impl From<PageView> for VisitedPage {
    fn from(view: PageView) -> Self {
        Self { url: view.url, title: view.title, referrer: view.referrer }
    }
}

/// A visitor as agents see them.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = Visitor)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Visitor"))]
pub struct VisitorView {
    /// Their id.
    pub id: String,
    /// Always `visitor`.
    #[cfg_attr(test, ts(type = "'visitor'"))]
    pub kind: &'static str,
    /// Their name; Guest-NNNN until known.
    pub name: String,
    /// Their address, where they said it.
    pub email: Option<String>,
    /// The site's own id of them.
    pub external_id: Option<String>,
    /// Whether the site vouched for them.
    pub verified: bool,
    /// Whether it vouched for name and address too; otherwise these are claimed.
    pub profile_verified: bool,
    /// Their language.
    pub locale: Option<String>,
    /// Where they are.
    pub page: Option<PageView>,
    /// Their telephone number, where they said it.
    pub phone: Option<String>,
    /// What their page or a form said of them, by name; claimed, not proven.
    #[schema(value_type = Object)]
    #[cfg_attr(test, ts(type = "Record<string, string | number | boolean>"))]
    pub attributes: Arc<Attributes>,
}

/// The newest message, for the inbox.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = LastMessage)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "LastMessage"))]
pub struct LastMessageView {
    /// Its place.
    #[cfg_attr(test, ts(type = "number"))]
    pub seq: u64,
    /// Whose words.
    #[cfg_attr(test, ts(type = "'visitor' | 'agent' | 'assistant' | 'system'"))]
    pub role: &'static str,
    /// Their beginning.
    pub preview: String,
}

/// A conversation as the inbox shows it.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = ConversationSummary)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "ConversationSummary"))]
pub struct ConversationView {
    /// Its id.
    pub id: String,
    /// Its channel.
    pub channel_id: String,
    /// Whose it is.
    pub visitor: VisitorView,
    /// Its state.
    pub state: AgentState,
    /// The newest message.
    pub last_message: Option<LastMessageView>,
    /// Visitor messages that no agent has read.
    #[cfg_attr(test, ts(type = "number"))]
    pub unread: u64,
    /// When it began.
    pub created_at: String,
    /// Who stands for the person whom the visitor was merged into.
    pub merged_into: Option<MainVisitorView>,
    /// The closed conversation of the same visitor that it continues.
    pub previous_id: Option<String>,
}

/// The visitor who stands for a person, of several who were merged.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = MainVisitor)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "MainVisitor"))]
pub struct MainVisitorView {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
}

impl From<&MainVisitor> for MainVisitorView {
    fn from(main: &MainVisitor) -> Self {
        Self { id: main.id.to_string(), name: main.name.to_string() }
    }
}
