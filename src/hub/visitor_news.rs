//! What a visitor's other tabs and devices hear of a conversation that they have not joined.

use super::room_task::RoomTask;
use crate::bus::News;
use crate::wire::{Frame, SessionView, UserSessionUpdate, event};

impl RoomTask {
    /// Tells connections of the visitor what they do not hear in this room: all of it where they have not joined it, and
    /// otherwise what they have read or ended elsewhere.
    pub(super) fn notify_visitor(&self, reason: &'static str) {
        let mut frame = None;
        self.hub.connections.for_each_of(self.facts.visitor, |connection| {
            if reason == "message" && self.fanout.has(connection.id) {
                return;
            }
            let frame = frame.get_or_insert_with(|| self.visitor_session(reason));
            connection.outbox.push(frame.clone());
        });
        self.hub.bus().tell(|| {
            let frame = frame.unwrap_or_else(|| self.visitor_session(reason));
            let (user, event, data) = (self.facts.visitor, frame.event().into(), frame.data().to_owned());
            News::ToUser { user, event, data }
        });
    }

    fn visitor_session(&self, reason: &'static str) -> Frame {
        let head = self.room.head();
        let session = SessionView::new(self.facts.id, &self.facts.epoch, head, self.created_at);
        let read = self.room.read_by(self.facts.visitor).min(head.visitor_last_seq);
        Frame::new(event::USER_SESSION, &UserSessionUpdate { session, read, reason })
    }
}
