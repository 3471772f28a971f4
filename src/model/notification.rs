//! Notifications: what agents are told of, until they have read it.

use rooms::{ConversationId, EntryId, OrgId, Timestamp, UserId};

use super::ids::NotificationId;

/// What an agent is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NotificationKind {
    /// A note names the agent.
    Mention,
    /// A visitor waits for a person.
    Handoff,
    /// Somebody else assigned a conversation to the agent.
    Assigned,
    /// A visitor of the agent wrote.
    VisitorWrote,
    /// A conversation that the agent follows and somebody else answers went on, or was closed.
    Followed,
    /// A visitor calls and needs a person.
    Call,
    /// A limit of usage is nearly or wholly used up.
    Limit,
    /// A visitor who waited or called left without a person.
    Missed,
}

impl NotificationKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Handoff,
        Self::VisitorWrote,
        Self::Followed,
        Self::Call,
        Self::Assigned,
        Self::Mention,
        Self::Missed,
        Self::Limit,
    ];

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mention => "mention",
            Self::Handoff => "handoff",
            Self::Assigned => "assigned",
            Self::VisitorWrote => "visitor_wrote",
            Self::Followed => "followed",
            Self::Call => "call",
            Self::Limit => "limit",
            Self::Missed => "missed",
        }
    }

    /// A kind by its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// The entry of a conversation that a notification is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotificationPlace {
    /// Where it happened.
    pub conversation: ConversationId,
    /// The entry.
    pub entry: EntryId,
    /// Its place in the conversation.
    pub seq: u64,
}

/// The limit that a notification is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationLimit {
    /// Which limit, by the name of its setting.
    pub name: String,
    /// How much of it is used at least: 80 or 100.
    pub percent: i64,
    /// Whether the assistant stops at 100.
    pub is_hard: bool,
}

/// A notification to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotification {
    /// In which org.
    pub org: OrgId,
    /// Who is told.
    pub agent: UserId,
    /// Of what.
    pub kind: NotificationKind,
    /// Where it happened, of every kind but `limit`.
    pub place: Option<NotificationPlace>,
    /// Which limit, of the kind `limit`.
    pub limit: Option<NotificationLimit>,
    /// How often it happened.
    pub event_count: u64,
    /// Nothing is written where the agent was told of the same since then.
    pub once_since: Option<Timestamp>,
    /// When it happened.
    pub at: Timestamp,
}

/// What makes unread notifications of a conversation read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SettledNotifications {
    /// In which org.
    pub org: OrgId,
    /// Where.
    pub conversation: ConversationId,
    /// Whose.
    pub whose: SettledOf,
    /// Up to what.
    pub until: SettledUntil,
}

/// Whose notifications are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettledOf {
    /// All those of this agent.
    Agent(UserId),
    /// Those of all agents but for one that a visitor waits or calls.
    Wait {
        /// Who has to come still.
        but: Option<UserId>,
    },
}

/// Up to what notifications are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettledUntil {
    /// Those of entries up to and with this one.
    Entry(u64),
    /// Those of what happened until this moment.
    Moment(Timestamp),
}

impl SettledNotifications {
    /// Whether it makes a notification read.
    #[must_use]
    pub fn covers(&self, new: &NewNotification) -> bool {
        let Some(place) = new.place else { return false };
        let is_whose = match self.whose {
            SettledOf::Agent(agent) => agent == new.agent,
            SettledOf::Wait { but } => {
                but != Some(new.agent)
                    && matches!(new.kind, NotificationKind::Handoff | NotificationKind::Call)
            }
        };
        let is_until = match self.until {
            SettledUntil::Entry(seq) => place.seq <= seq,
            SettledUntil::Moment(moment) => new.at <= moment,
        };
        is_whose && is_until && (self.org, self.conversation) == (new.org, place.conversation)
    }
}

/// Something an agent is told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationRecord {
    /// Its id.
    pub id: NotificationId,
    /// Its place in lists: later ones are greater.
    pub order_id: NotificationId,
    /// Its org.
    pub org_id: OrgId,
    /// Who is told.
    pub agent_id: UserId,
    /// The name of its kind.
    pub kind: String,
    /// How often it happened since the agent last read it.
    pub event_count: i64,
    /// Whether the agent wants it in the list.
    pub is_listed: bool,
    /// Where it happened.
    pub conversation_id: Option<ConversationId>,
    /// The entry that it is about.
    pub entry_id: Option<EntryId>,
    /// Its place in the conversation.
    pub seq: Option<i64>,
    /// Who wrote the entry.
    pub author_name: Option<String>,
    /// What they wrote.
    pub content: Option<String>,
    /// Whose conversation it is.
    pub visitor_id: Option<UserId>,
    /// Their name.
    pub visitor_name: Option<String>,
    /// Which limit, by the name of its setting.
    pub limit_name: Option<String>,
    /// How much of it is used.
    pub limit_percent: Option<i64>,
    /// Whether the assistant stops at all of it.
    pub is_hard_limit: Option<bool>,
    /// When it happened.
    pub created_at: i64,
    /// When the agent had read it.
    pub read_at: Option<i64>,
}

/// A note that mentions an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention {
    /// Who is mentioned.
    pub agent: UserId,
    /// The note.
    pub entry: EntryId,
    /// Its place in the conversation.
    pub seq: u64,
}
