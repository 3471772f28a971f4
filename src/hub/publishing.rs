//! The part of a room task that tells of what is committed and decided: its members, the inbox, the visitor's other tabs,
//! listeners, and the other nodes.

use rooms::{Announcement, Effect, Entry, Insight};

use super::entry_meaning::inbox_reason;
use super::inbox_handle::InboxNotice;
use super::origin::Origin;
use super::room_handle::EntryFrames;
use super::room_task::RoomTask;

impl RoomTask {
    /// Tells everybody of new entries; gives the first one as it was sent.
    pub(super) fn publish(
        &mut self,
        entries: Vec<Entry>,
        insight: Option<Insight>,
        origin: Origin,
    ) -> Option<EntryFrames> {
        let reason = entries.iter().rev().find_map(|entry| inbox_reason(&entry.body)).unwrap_or("message");
        // What another node has committed is followed up there.
        let is_followed = origin == Origin::Here || self.hub.bus().is_alone();
        let noted: Vec<Entry> =
            if self.hub.listeners().is_empty() || !is_followed { Vec::new() } else { entries.clone() };
        if origin == Origin::Here {
            self.tell_changed(reason);
        }
        for entry in &entries {
            self.recent.add(entry);
        }
        let is_for_visitor = entries.iter().any(|entry| entry.visitor_prev.is_some());
        let effects = self.room.committed_with(entries, insight);
        let sent = self.announce(effects);
        self.notify_inbox(reason);
        match reason {
            // Whoever rates has seen it, and others need not join for it.
            "rated" => {}
            // The node that committed it tells the visitor's connections at every node.
            _ if origin == Origin::Elsewhere => {}
            "closed" => self.notify_visitor("closed"),
            _ if is_for_visitor => self.notify_visitor("message"),
            _ => {}
        }
        for entry in noted {
            self.hub.notify_listener(&self.facts, self.room.head(), entry);
        }
        sent
    }

    /// Tells everybody; gives the first entry among it as it was sent.
    pub(super) fn announce(&mut self, effects: Vec<Effect>) -> Option<EntryFrames> {
        if let Some(typists) = self.shown_typing.news(&self.room, &effects) {
            self.hub.notify_typing(self.facts.org, self.facts.id, typists);
        }
        let mut sent = None;
        for effect in effects {
            if let Effect::Announce(recipients, what) = effect {
                let frames = self.fanout.announce(&self.facts, self.room.head(), recipients, &what);
                if matches!(what, Announcement::Entry(_)) {
                    sent.get_or_insert(frames);
                }
            }
        }
        sent
    }

    pub(super) fn notify_inbox(&self, reason: &'static str) {
        self.hub.notify_inbox(self.facts.org, self.facts.id, || InboxNotice {
            facts: self.facts.clone(),
            visitor: self.visitor.clone(),
            head: self.room.head().clone(),
            created_at: self.created_at,
            reason,
        });
    }
}
