//! REST views of accounts; views of conversations and entries are in `wire`.

use rooms::{Audience, ConversationId, Entry, Head, Timestamp, UserId};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use utoipa::ToSchema;

use super::enums::{MemberPresence, MemberRole, TicketPriority, TicketStatus};
use super::token_rights::TokenRightsName;
use crate::accounts::RefusedPages;
use crate::hub::Acted;
use crate::model::{ApiToken, ChannelRecord, MemberRecord, OrgFigures, OrgRecord, TicketRecord};
use crate::refusal::ServiceError;
use crate::tenancy::ListedOrg;
use crate::wire::{ConversationView, EntryView, StateView, UserView, rfc3339};

/// As much of a picture's hash as tells it from the one before.
const VERSION_CHARS: usize = 16;

/// A member.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Member)]
pub(super) struct MemberView {
    id: String,
    org_id: String,
    email: String,
    name: String,
    /// The role: `owner`, `admin` or `agent`.
    #[schema(value_type = MemberRole)]
    role: &'static str,
    platform_admin: bool,
    active: bool,
    /// `online`, `away`, `busy` or `offline`.
    #[schema(value_type = MemberPresence)]
    presence: &'static str,
    created_at: String,
    /// How many conversations they take at once by automatic assignment; null is what the org says.
    capacity: Option<u64>,
    /// Whether they sign in in two steps; null to callers who do not manage members.
    two_step: Option<bool>,
    /// Version of the member's picture; null without one. The picture is at `/members/{id}/picture`.
    picture: Option<String>,
}

impl MemberView {
    pub(super) fn new(member: &MemberRecord, presence: Option<&'static str>) -> Self {
        Self {
            id: member.id.to_string(),
            org_id: member.org.to_string(),
            email: member.email.clone(),
            name: member.name.clone(),
            role: member.role.as_str(),
            platform_admin: member.platform_admin,
            active: member.active,
            presence: presence.unwrap_or("offline"),
            created_at: rfc3339(member.created_at),
            capacity: member.capacity,
            two_step: Some(member.has_two_step),
            picture: member.picture.as_deref().map(|hash| hash.chars().take(VERSION_CHARS).collect()),
        }
    }
}

impl MemberView {
    /// The same without what only those see who manage members.
    pub(super) fn for_colleagues(self) -> Self {
        Self { two_step: None, ..self }
    }
}

/// An org.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Org)]
pub(super) struct OrgView {
    id: String,
    name: String,
    created_at: String,
    /// `active`; `suspended`; or `leaving`: suspended, and removed from `delete_at` on.
    status: OrgStatus,
    suspended_at: Option<String>,
    /// Why it is suspended, for its members.
    suspended_reason: Option<String>,
    /// From when on everything of it is removed; null: never.
    delete_at: Option<String>,
    /// How much it has and does; null right after it was made.
    figures: Option<OrgFiguresView>,
}

/// What an org may do.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum OrgStatus {
    /// Everything.
    Active,
    /// Its people only read; there is no assistant and no new conversation.
    Suspended,
    /// The same, until it is removed.
    Leaving,
}

impl OrgStatus {
    pub(super) fn of(org: &OrgRecord) -> Self {
        match (&org.suspension, org.delete_at) {
            (_, Some(_)) => Self::Leaving,
            (Some(_), None) => Self::Suspended,
            (None, None) => Self::Active,
        }
    }
}

/// How much an org has and does.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrgFigures)]
pub(super) struct OrgFiguresView {
    /// Members who may sign in.
    member_count: i64,
    channel_count: i64,
    conversation_count: i64,
    /// Conversations that are not closed.
    open_count: i64,
    /// When a conversation last changed.
    changed_at: Option<String>,
    /// What models have cost this month (UTC), in US dollars.
    cost_usd: f64,
}

impl From<&OrgFigures> for OrgFiguresView {
    #[expect(clippy::cast_precision_loss, reason = "money to be shown")]
    fn from(figures: &OrgFigures) -> Self {
        Self {
            member_count: figures.member_count,
            channel_count: figures.channel_count,
            conversation_count: figures.conversation_count,
            open_count: figures.open_count,
            changed_at: figures.changed_at.map(rfc3339),
            cost_usd: figures.cost_nano_usd as f64 / 1e9,
        }
    }
}

impl From<&OrgRecord> for OrgView {
    fn from(org: &OrgRecord) -> Self {
        Self {
            id: org.id.to_string(),
            name: org.name.clone(),
            created_at: rfc3339(org.created_at),
            status: OrgStatus::of(org),
            suspended_at: org.suspension.as_ref().map(|suspension| rfc3339(suspension.at)),
            suspended_reason: org.suspension.as_ref().and_then(|suspension| suspension.reason.clone()),
            delete_at: org.delete_at.map(rfc3339),
            figures: None,
        }
    }
}

impl From<&ListedOrg> for OrgView {
    fn from(listed: &ListedOrg) -> Self {
        Self { figures: Some((&listed.figures).into()), ..Self::from(&listed.org) }
    }
}

/// A channel.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Channel)]
pub(super) struct ChannelView {
    id: String,
    org_id: String,
    name: String,
    /// Public key, used in the page's script tag.
    key: String,
    /// Origins of the sites that may embed the widget. If empty: pages of this server, and every origin while `public_url` is on loopback.
    origins: Vec<String>,
    color: String,
    greeting: Option<String>,
    locale: Option<String>,
    /// Whether the assistant answers.
    assistant: bool,
    handoff_enabled: bool,
    /// Words that request a person; if empty, the defaults apply.
    handoff_words: Vec<String>,
    /// Maximum length of a visitor message; 0 uses the server's setting.
    visitor_message_max_chars: i64,
    issuer: Option<String>,
    issuer_audience: Option<String>,
    issuer_jwks_url: Option<String>,
    created_at: String,
    /// Requests from origins that are not allowed, today (UTC) and since the server started.
    refused_pages: RefusedPagesView,
}

/// Refused requests and the origins refused last, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RefusedPagesView {
    count: u64,
    /// Origins refused last, at most 5.
    origins: Vec<String>,
}

impl ChannelView {
    pub(super) fn new(channel: &ChannelRecord, refused: RefusedPages) -> Self {
        Self {
            id: channel.id.to_string(),
            org_id: channel.org.to_string(),
            name: channel.name.clone(),
            key: channel.key.clone(),
            origins: channel.origins.clone(),
            color: channel.color.clone(),
            greeting: some_text(&channel.greeting),
            locale: channel.locale.clone(),
            assistant: channel.has_assistant,
            handoff_enabled: channel.handoff_enabled,
            handoff_words: channel.handoff_words.clone(),
            visitor_message_max_chars: channel.visitor_message_max_chars,
            issuer: channel.issuer.clone(),
            issuer_audience: channel.issuer_audience.clone(),
            issuer_jwks_url: channel.issuer_jwks_url.clone(),
            created_at: rfc3339(channel.created_at),
            refused_pages: RefusedPagesView { count: refused.count, origins: refused.origins },
        }
    }
}

/// A ticket: a request for a person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ticket)]
pub(super) struct TicketView {
    id: String,
    conversation_id: String,
    visitor: UserView,
    reason: String,
    /// One-line subject; null until the brief has been written.
    title: Option<String>,
    /// Summary of the conversation for the agent.
    summary: Option<String>,
    /// `low`, `medium`, `high` or `urgent`.
    #[schema(value_type = TicketPriority)]
    priority: String,
    /// `open` or `resolved`.
    #[schema(value_type = TicketStatus)]
    status: String,
    created_at: String,
    resolved_at: Option<String>,
    resolved_by: Option<UserView>,
}

impl From<&TicketRecord> for TicketView {
    fn from(ticket: &TicketRecord) -> Self {
        let user = |id: UserId, kind: &str, name: &str| UserView {
            id: id.to_string(),
            kind: kind.to_owned(),
            name: name.into(),
        };
        let name = ticket.resolved_by_name.as_deref().unwrap_or("Agent");
        Self {
            id: ticket.id.to_string(),
            conversation_id: ticket.conversation_id.to_string(),
            visitor: user(ticket.visitor_id, "visitor", &ticket.visitor_name),
            reason: ticket.reason.clone(),
            title: ticket.title.clone(),
            summary: ticket.summary.clone(),
            priority: ticket.priority.clone(),
            status: ticket.status.clone(),
            created_at: rfc3339(Timestamp(ticket.created_at)),
            resolved_at: ticket.resolved_at.map(|at| rfc3339(Timestamp(at))),
            resolved_by: ticket.resolved_by.map(|id| user(id, "agent", name)),
        }
    }
}

/// An API token without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiToken)]
pub(super) struct TokenView {
    id: String,
    name: String,
    /// `agent`: acts as an agent; `server`: acts as the server of the org.
    kind: &'static str,
    agent_id: Option<String>,
    /// What it may do: `read`, `write` or `admin`.
    #[schema(value_type = TokenRightsName)]
    rights: &'static str,
    created_at: String,
    /// When it ends by itself; null: never.
    expires_at: Option<String>,
    /// When it was used last, to within a minute; null: not yet.
    last_used_at: Option<String>,
}

impl From<&ApiToken> for TokenView {
    fn from(token: &ApiToken) -> Self {
        Self {
            id: token.id.to_string(),
            name: token.name.clone(),
            kind: if token.member.is_some() { "agent" } else { "server" },
            agent_id: token.member.map(|id| id.to_string()),
            rights: token.rights.as_str(),
            created_at: rfc3339(token.created_at),
            expires_at: token.expires_at.map(rfc3339),
            last_used_at: token.used_at.map(rfc3339),
        }
    }
}

/// A conversation as shown to agents.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ConversationAnswer {
    pub(super) conversation: ConversationView,
}

/// State of the conversation after the operation.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StateAnswer {
    pub(super) state: StateView,
}

impl StateAnswer {
    pub(super) fn new(head: &Head, audience: Audience) -> Self {
        Self { state: StateView::for_audience(head, audience) }
    }
}

/// Entries in ascending order.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EntriesAnswer {
    #[schema(value_type = Vec<EntryView>)]
    pub(super) entries: Vec<Box<RawValue>>,
    /// Whether there are more entries in the requested direction.
    pub(super) has_more: bool,
}

/// A committed message or note.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SendAnswer {
    #[schema(value_type = EntryView)]
    entry: Box<RawValue>,
    /// Whether the entry already existed.
    duplicate: bool,
    /// With `wait=reply`, the entry of the assistant's reply, or null if none was written in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<EntryView>)]
    reply: Option<Box<RawValue>>,
}

impl SendAnswer {
    pub(super) fn new(
        acted: &Acted,
        conversation: ConversationId,
        audience: Audience,
    ) -> Result<Self, ServiceError> {
        let entry = acted.entry.as_deref().and_then(|entry| entry_view(entry, conversation, audience));
        let entry = entry.ok_or_else(ServiceError::no_entry)?;
        Ok(Self { entry, duplicate: acted.is_duplicate, reply: None })
    }

    /// Adds the entry of the assistant's reply, or null.
    pub(super) fn with_reply(
        self,
        reply: Option<&Entry>,
        conversation: ConversationId,
        audience: Audience,
    ) -> Self {
        let reply = reply.and_then(|entry| entry_view(entry, conversation, audience));
        Self { reply: Some(reply.unwrap_or_else(|| RawValue::NULL.to_owned())), ..self }
    }
}

/// Converts an entry for an audience; `None` if the audience may not see it.
pub(super) fn entry_view(
    entry: &Entry,
    conversation: ConversationId,
    audience: Audience,
) -> Option<Box<RawValue>> {
    let view = EntryView::for_audience(entry, conversation, audience)?;
    Some(to_raw_value(&view).expect("wire types serialise into memory"))
}

pub(super) fn some_text(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}
