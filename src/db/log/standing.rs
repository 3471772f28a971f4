//! What a conversation stands at while a batch writes to it.

use rooms::{ConversationId, Head, OrgId};

use super::head_row::{Base, HeadRow, Renewed, UNREAD_UNKNOWN, WholeHeadRow};
use crate::model::ConversationRecord;

/// A conversation that a batch writes to.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) org: OrgId,
    pub(super) head: Head,
    base: Base,
    /// `None` where the head is only known.
    record: Option<Box<ConversationRecord>>,
    pub(super) is_changed: bool,
    /// Whether more has changed than words and read marks change.
    pub(super) is_whole: bool,
    pub(super) new: Renewed,
}

impl Standing {
    /// Over what was read in the batch's own transaction.
    pub(super) fn read(record: ConversationRecord) -> Self {
        let standing = Self::over(record.org, record.head.clone());
        Self { record: Some(Box::new(record)), ..standing }
    }

    /// Over a head that somebody knew. How many messages are unread does not follow from its entries.
    pub(super) fn known(org: OrgId, head: Head) -> Self {
        Self::over(org, Head { unread: UNREAD_UNKNOWN, ..head })
    }

    fn over(org: OrgId, head: Head) -> Self {
        let base = Base::of(&head);
        Self { org, head, base, record: None, is_changed: false, is_whole: false, new: Renewed::default() }
    }

    /// Whether nobody has read it in this transaction.
    pub(super) fn is_only_known(&self) -> bool {
        self.record.is_none()
    }

    /// The record with what has changed so far, where it was read.
    pub(super) fn record_now(&mut self) -> Option<&ConversationRecord> {
        let record = self.record.as_mut()?;
        record.head.clone_from(&self.head);
        Some(record)
    }

    pub(super) fn row(&self, id: ConversationId) -> HeadRow {
        HeadRow::new(self.org, id, &self.base, &self.head, self.new)
    }

    pub(super) fn whole_row(&self, id: ConversationId) -> WholeHeadRow {
        WholeHeadRow::new(self.org, id, &self.head)
    }
}
