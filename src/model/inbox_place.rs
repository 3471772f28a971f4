//! Where a conversation that is not closed stands in an inbox.

use std::sync::Arc;

use rooms::{ChannelId, Head, Role, Status, UserId};

/// Where a conversation that is not closed stands in an inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxPlace {
    /// Its channel.
    pub channel: ChannelId,
    /// Its status.
    pub status: Status,
    /// Its labels.
    pub labels: Arc<[Arc<str>]>,
    /// The agent it is assigned to.
    pub assignee: Option<UserId>,
    /// The agent who answers and whose turn it is.
    pub turn_of: Option<UserId>,
}

impl InboxPlace {
    /// Where a conversation stands; `None` where it is closed.
    #[must_use]
    pub fn of(channel: ChannelId, head: &Head) -> Option<Self> {
        let assignee = head.assignee.as_ref().map(|agent| agent.id);
        let answering = head.responder.agent().map(|agent| agent.id);
        let last_role = head.last_message.as_ref().map(|last| last.role);
        let standing = || (head.status, head.labels.as_slice().into());
        (head.status != Status::Closed)
            .then(|| Self::new(channel, standing(), assignee, answering, last_role))
    }

    /// Where one of this status with these labels stands, by its assignee, the agent who answers and whose words are
    /// the last.
    #[must_use]
    pub fn new(
        channel: ChannelId,
        (status, labels): (Status, Arc<[Arc<str>]>),
        assignee: Option<UserId>,
        answering: Option<UserId>,
        last_role: Option<Role>,
    ) -> Self {
        let is_turn = status == Status::Open && last_role == Some(Role::Visitor);
        Self { channel, status, labels, assignee, turn_of: answering.filter(|_| is_turn) }
    }

    /// Whether it waits for a person.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.status == Status::Waiting
    }

    /// Whether it is put aside.
    #[must_use]
    pub fn is_snoozed(&self) -> bool {
        self.status == Status::Snoozed
    }
}
