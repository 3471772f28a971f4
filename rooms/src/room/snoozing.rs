//! A conversation is put aside until a time, or until its visitor writes.

use super::Room;
use crate::{Body, DraftEntry, Effect, EntryId, Event, Refusal, Timestamp, User};

impl Room {
    /// Puts it aside, or brings it back; only whoever answers does. They stay who answers.
    pub(super) fn snooze(
        &mut self,
        by: User,
        until: Option<Timestamp>,
        id: EntryId,
    ) -> Result<Vec<Effect>, Refusal> {
        self.must_be_open()?;
        self.must_hold(by.id)?;
        if until == self.head.snoozed_until {
            return Ok(Vec::new());
        }
        self.draft(vec![DraftEntry { id, author: by, body: Body::Event(Event::Snoozed { until }) }], None)
    }

    /// Brings it back once its time has come, in the name of whoever put it aside.
    pub(super) fn wake(&mut self, id: EntryId, now: Timestamp) -> Result<Vec<Effect>, Refusal> {
        let is_due = self.head.snoozed_until.is_some_and(|until| until <= now);
        let Some(author) = self.head.responder.agent().filter(|_| is_due).cloned() else {
            return Ok(Vec::new());
        };
        let body = Body::Event(Event::Snoozed { until: None });
        self.draft(vec![DraftEntry { id, author, body }], None)
    }
}
