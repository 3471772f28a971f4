//! Conversations to and from their rows.

use rooms::{Head, LastMessage, Rating, Responder, Score, Timestamp, User, UserId, UserKind};

use super::count::count;
use super::names::{parse_priority, parse_role, parse_status};
use super::stored_head::{parse_call, parse_handoff, parse_insight};
use super::stored_supervision::{parse_mode, parse_pending, parse_settled};
use crate::db::DbError;
use crate::db::people::stored_page::{main_visitor, parse_attributes, parse_page};
use crate::model::{ConversationRecord, VisitorRecord};

/// Columns of a conversation with the names of its agents and its visitor, for `from conversations c`.
macro_rules! select_conversations {
    ($($rest:tt)+) => {
        concat!(
            "select c.id, c.org_id, c.channel_id, c.epoch, c.status, c.responder, c.responder_agent, ",
            "c.responder_since, c.takeover, c.assignee, c.priority, c.labels, c.handoff, c.last_seq, ",
            "c.visitor_last_seq, c.unread, c.last_visitor_message_seq, c.last_message_seq, c.last_message_role, ",
            "c.last_message_preview, c.answered_seq, c.insight, c.call, c.entry_at, c.updated_at, c.created_at, ",
            "c.snoozed_until, c.mode, c.pending_reply, c.settled_reply, c.closed_at, c.rating_score, c.rating_comment, c.rating_at, c.rating_first_at, ",
            "ra.name as responder_agent_name, aa.name as assignee_name, ",
            "v.id as visitor_id, v.external_id, v.name as visitor_name, v.email, v.verified, v.profile_verified, v.locale, v.page, v.phone, v.attributes, v.merged_into, pv.name as merged_name, c.previous_id ",
            "from conversations c ",
            "join visitors v on v.id = c.visitor_id ",
            "left join visitors pv on pv.id = v.merged_into ",
            "left join members ra on ra.id = c.responder_agent ",
            "left join members aa on aa.id = c.assignee ",
            $($rest)+
        )
    };
}
pub(crate) use select_conversations;

#[derive(Debug, sqlx::FromRow)]
pub(crate) struct ConversationRow {
    id: String,
    org_id: String,
    channel_id: String,
    epoch: String,
    status: String,
    responder: String,
    responder_agent: Option<String>,
    responder_since: i64,
    takeover: i64,
    assignee: Option<String>,
    priority: Option<String>,
    labels: String,
    handoff: Option<String>,
    last_seq: i64,
    visitor_last_seq: i64,
    unread: i64,
    last_visitor_message_seq: i64,
    last_message_seq: Option<i64>,
    last_message_role: Option<String>,
    last_message_preview: Option<String>,
    answered_seq: i64,
    insight: Option<String>,
    call: Option<String>,
    snoozed_until: Option<i64>,
    mode: Option<String>,
    pending_reply: Option<String>,
    settled_reply: Option<String>,
    closed_at: Option<i64>,
    rating_score: Option<i64>,
    rating_comment: Option<String>,
    rating_at: Option<i64>,
    rating_first_at: Option<i64>,
    entry_at: i64,
    updated_at: i64,
    created_at: i64,
    responder_agent_name: Option<String>,
    assignee_name: Option<String>,
    visitor_id: String,
    external_id: Option<String>,
    visitor_name: String,
    email: Option<String>,
    verified: bool,
    profile_verified: bool,
    locale: Option<String>,
    page: Option<String>,
    phone: Option<String>,
    attributes: Option<String>,
    merged_into: Option<String>,
    merged_name: Option<String>,
    previous_id: Option<String>,
}

impl ConversationRow {
    pub(crate) fn into_record(self) -> Result<ConversationRecord, DbError> {
        let id = self.id.clone();
        self.parse().ok_or(DbError::Corrupt { what: "conversation", id })
    }

    fn parse(self) -> Option<ConversationRecord> {
        let org = self.org_id.parse().ok()?;
        let channel = self.channel_id.parse().ok()?;
        let head = self.head()?;
        let visitor = VisitorRecord {
            id: self.visitor_id.parse().ok()?,
            org,
            channel,
            external_id: self.external_id,
            name: self.visitor_name.into(),
            email: self.email,
            verified: self.verified,
            profile_verified: self.profile_verified,
            locale: self.locale,
            page: self.page.as_deref().and_then(parse_page),
            phone: self.phone,
            attributes: parse_attributes(self.attributes.as_deref()),
            merged_into: main_visitor(self.merged_into.as_deref(), self.merged_name.as_deref()),
        };
        Some(ConversationRecord {
            id: self.id.parse().ok()?,
            org,
            channel,
            visitor,
            epoch: self.epoch.into(),
            head,
            created_at: Timestamp(self.created_at),
            previous: self.previous_id.as_deref().and_then(|id| id.parse().ok()),
        })
    }

    fn head(&self) -> Option<Head> {
        let since = Timestamp(self.responder_since);
        let responder = match self.responder.as_str() {
            "assistant" => Responder::Assistant { since },
            "waiting" => Responder::Waiting { since },
            _ => Responder::Agent {
                agent: agent(self.responder_agent.as_deref()?, self.responder_agent_name.as_deref())?,
                since,
            },
        };
        let assignee = match &self.assignee {
            Some(id) => Some(agent(id, self.assignee_name.as_deref())?),
            None => None,
        };
        let handoff = match &self.handoff {
            Some(json) => Some(parse_handoff(json)?),
            None => None,
        };
        let pending = match &self.pending_reply {
            Some(json) => Some(parse_pending(json)?),
            None => None,
        };
        Some(Head {
            status: parse_status(&self.status)?,
            responder,
            takeover: count(self.takeover),
            assignee,
            priority: self.priority.as_deref().and_then(parse_priority),
            labels: serde_json::from_str(&self.labels).ok()?,
            handoff,
            last_seq: count(self.last_seq),
            visitor_last_seq: count(self.visitor_last_seq),
            unread: count(self.unread),
            last_visitor_message_seq: count(self.last_visitor_message_seq),
            answered_seq: count(self.answered_seq),
            insight: self.insight.as_deref().and_then(parse_insight),
            call: self.call.as_deref().and_then(parse_call),
            snoozed_until: self.snoozed_until.map(Timestamp),
            mode: self.mode.as_deref().and_then(parse_mode),
            pending,
            settled: self.settled_reply.as_deref().and_then(parse_settled).map(Into::into),
            last_message: self.last_message(),
            rating: self.rating(),
            closed_at: self.closed_at.map(Timestamp),
            updated_at: Timestamp(self.updated_at),
            entry_at: Timestamp(self.entry_at),
        })
    }

    fn rating(&self) -> Option<Rating> {
        Some(Rating {
            score: Score::new(self.rating_score?)?,
            comment: self.rating_comment.as_deref().map(Into::into),
            at: Timestamp(self.rating_at?),
            first_at: Timestamp(self.rating_first_at?),
        })
    }

    fn last_message(&self) -> Option<LastMessage> {
        Some(LastMessage {
            seq: count(self.last_message_seq?),
            role: parse_role(self.last_message_role.as_deref()?)?,
            preview: self.last_message_preview.as_deref()?.into(),
        })
    }
}

fn agent(id: &str, name: Option<&str>) -> Option<User> {
    Some(User { id: id.parse::<UserId>().ok()?, kind: UserKind::Agent, name: name.unwrap_or("Agent").into() })
}
