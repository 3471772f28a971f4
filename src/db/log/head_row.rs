//! What a batch changes of a conversation's row.

use rooms::{ConversationId, Head, Insight, OrgId, Rating, User};
use serde::ser::{Serialize, SerializeTuple, Serializer};

use super::count::stored_count;
use super::names::{stored_priority, stored_role, stored_status};
use super::stored_head::{stored_call, stored_handoff, stored_insight, stored_labels, stored_responder};
use super::stored_supervision::{stored_mode, stored_pending, stored_settled};

/// Above every count of unread messages: where the batch began at it, it adds to what is stored, whatever that is.
pub(super) const UNREAD_UNKNOWN: u64 = 1 << 40;

/// What must be so in the row before, for the change to be true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Base {
    last_seq: u64,
    takeover: u64,
    insight: Option<Insight>,
}

/// What came since the base that cannot be seen by comparing with it: tags change a row without an entry, and a clock
/// that was set back may give two changes one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Renewed {
    pub(super) insight: bool,
    /// Whether the new insight keeps the language of the one before, which must then still be that.
    pub(super) keeps_language: bool,
    pub(super) updated_at: bool,
}

impl Base {
    /// What the changes of `head` will stand on.
    pub(super) fn of(head: &Head) -> Self {
        Self { last_seq: head.last_seq, takeover: head.takeover, insight: head.insight.clone() }
    }
}

/// What words and read marks change of a row. Nothing else of it is written: labels and priority may be set by others.
#[derive(Debug)]
pub(super) struct HeadRow {
    pub(super) id: String,
    pub(super) org_id: String,
    pub(super) base_last_seq: i64,
    pub(super) base_takeover: i64,
    pub(super) last_seq: i64,
    pub(super) visitor_last_seq: i64,
    /// Whether everything was read before `unread_added` came.
    pub(super) is_read: bool,
    pub(super) unread_added: i64,
    pub(super) last_visitor_message_seq: i64,
    pub(super) last_message_seq: Option<i64>,
    pub(super) last_message_role: Option<&'static str>,
    pub(super) last_message_preview: Option<String>,
    pub(super) entry_at: i64,
    /// `None` where it stays.
    pub(super) updated_at: Option<i64>,
    pub(super) answered_seq: i64,
    /// `None` where it stays.
    pub(super) insight: Option<String>,
    /// The insight before, empty for none, where it must still be that.
    pub(super) base_insight: Option<String>,
}

impl HeadRow {
    /// The row of a head that stood at `base`, with what is new of it.
    pub(super) fn new(org: OrgId, id: ConversationId, base: &Base, head: &Head, new: Renewed) -> Self {
        let last_message = head.last_message.as_ref();
        let is_read = head.unread < UNREAD_UNKNOWN;
        let insight = if new.insight { head.insight.as_ref() } else { None };
        Self {
            id: id.to_string(),
            org_id: org.to_string(),
            base_last_seq: stored_count(base.last_seq),
            base_takeover: stored_count(base.takeover),
            last_seq: stored_count(head.last_seq),
            visitor_last_seq: stored_count(head.visitor_last_seq),
            is_read,
            unread_added: stored_count(if is_read { head.unread } else { head.unread - UNREAD_UNKNOWN }),
            last_visitor_message_seq: stored_count(head.last_visitor_message_seq),
            last_message_seq: last_message.map(|message| stored_count(message.seq)),
            last_message_role: last_message.map(|message| stored_role(message.role)),
            last_message_preview: last_message.map(|message| message.preview.to_string()),
            entry_at: head.entry_at.0,
            updated_at: new.updated_at.then_some(head.updated_at.0),
            answered_seq: stored_count(head.answered_seq),
            insight: stored_insight(insight),
            base_insight: new
                .keeps_language
                .then(|| stored_insight(base.insight.as_ref()).unwrap_or_default()),
        }
    }
}

impl Serialize for HeadRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_tuple(17)?;
        row.serialize_element(&self.id)?;
        row.serialize_element(&self.org_id)?;
        row.serialize_element(&self.base_last_seq)?;
        row.serialize_element(&self.base_takeover)?;
        row.serialize_element(&self.last_seq)?;
        row.serialize_element(&self.visitor_last_seq)?;
        row.serialize_element(&self.is_read)?;
        row.serialize_element(&self.unread_added)?;
        row.serialize_element(&self.last_visitor_message_seq)?;
        row.serialize_element(&self.last_message_seq)?;
        row.serialize_element(&self.last_message_role)?;
        row.serialize_element(&self.last_message_preview)?;
        row.serialize_element(&self.entry_at)?;
        row.serialize_element(&self.updated_at)?;
        row.serialize_element(&self.answered_seq)?;
        row.serialize_element(&self.insight)?;
        row.serialize_element(&self.base_insight)?;
        row.end()
    }
}

/// The rest of a row, which events and tags change. It is written only over a head that was read in the same
/// transaction.
#[derive(Debug)]
pub(super) struct WholeHeadRow {
    id: String,
    org_id: String,
    status: &'static str,
    responder: &'static str,
    responder_agent: Option<String>,
    responder_since: i64,
    takeover: i64,
    assignee: Option<String>,
    priority: Option<&'static str>,
    labels: String,
    handoff: Option<String>,
    call: Option<String>,
    closed_at: Option<i64>,
    rating: Option<Rating>,
    mode: Option<String>,
    pending_reply: Option<String>,
    settled_reply: Option<String>,
    snoozed_until: Option<i64>,
}

impl WholeHeadRow {
    pub(super) fn new(org: OrgId, id: ConversationId, head: &Head) -> Self {
        let (responder, responder_agent) = stored_responder(&head.responder);
        Self {
            id: id.to_string(),
            org_id: org.to_string(),
            status: stored_status(head.status),
            responder,
            responder_agent,
            responder_since: head.responder.since().0,
            takeover: stored_count(head.takeover),
            assignee: head.assignee.as_ref().map(|agent: &User| agent.id.to_string()),
            priority: head.priority.map(stored_priority),
            labels: stored_labels(&head.labels),
            handoff: stored_handoff(head.handoff.as_ref()),
            call: stored_call(head.call),
            closed_at: head.closed_at.map(|at| at.0),
            rating: head.rating.clone(),
            mode: stored_mode(head.mode),
            pending_reply: stored_pending(head.pending.as_deref()),
            settled_reply: stored_settled(head.settled.as_deref()),
            snoozed_until: head.snoozed_until.map(|until| until.0),
        }
    }
}

impl Serialize for WholeHeadRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rating = self.rating.as_ref();
        let mut row = serializer.serialize_tuple(21)?;
        row.serialize_element(&self.id)?;
        row.serialize_element(&self.org_id)?;
        row.serialize_element(self.status)?;
        row.serialize_element(self.responder)?;
        row.serialize_element(&self.responder_agent)?;
        row.serialize_element(&self.responder_since)?;
        row.serialize_element(&self.takeover)?;
        row.serialize_element(&self.assignee)?;
        row.serialize_element(&self.priority)?;
        row.serialize_element(&self.labels)?;
        row.serialize_element(&self.handoff)?;
        row.serialize_element(&self.call)?;
        row.serialize_element(&self.closed_at)?;
        row.serialize_element(&rating.map(|rating| rating.score.number()))?;
        row.serialize_element(&rating.and_then(|rating| rating.comment.as_deref()))?;
        row.serialize_element(&rating.map(|rating| rating.at.0))?;
        row.serialize_element(&rating.map(|rating| rating.first_at.0))?;
        row.serialize_element(&self.mode)?;
        row.serialize_element(&self.pending_reply)?;
        row.serialize_element(&self.settled_reply)?;
        row.serialize_element(&self.snoozed_until)?;
        row.end()
    }
}
