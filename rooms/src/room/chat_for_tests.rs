//! A conversation whose log is kept as a store would keep it, with everything that its readers are told.

use std::sync::Arc;

use super::*;
use crate::{UserId, UserKind};

pub(super) const NOW: Timestamp = Timestamp(1_000);

fn user(id: u128, kind: UserKind) -> User {
    User { id: UserId(id), kind, name: Arc::from("somebody") }
}

pub(super) fn visitor() -> User {
    user(1, UserKind::Visitor)
}

pub(super) fn agent() -> User {
    user(10, UserKind::Agent)
}

pub(super) fn assistant() -> User {
    user(30, UserKind::Assistant)
}

pub(super) struct Chat {
    pub(super) room: Room,
    pub(super) stored: Head,
    pub(super) log: Vec<Entry>,
    pub(super) told: Vec<Announcement>,
    next_id: u128,
}

impl Chat {
    /// In which nobody has written yet.
    pub(super) fn begun() -> Self {
        let rules = Rules {
            has_assistant: true,
            handoff_enabled: true,
            handoff_words: Arc::new(HandoffWords::default()),
            typing_lapse_ms: 6_000,
            presence: PresenceRules { grace_ms: 10_000 },
            masks_messages: false,
            has_insight_by_words: true,
            supervision: crate::Supervision::AUTOMATIC,
        };
        let head = Head::begin(true, NOW);
        let room = Room::new(head.clone(), rules, []);
        Self { room, stored: head, log: Vec::new(), told: Vec::new(), next_id: 1_000 }
    }

    pub(super) fn id(&mut self) -> EntryId {
        // Even numbers: a close uses the next one for the end of a call.
        self.next_id += 2;
        EntryId(self.next_id)
    }

    pub(super) fn run(&mut self, command: Command) -> Result<(), Refusal> {
        self.run_at(command, NOW)
    }

    pub(super) fn run_at(&mut self, command: Command, now: Timestamp) -> Result<(), Refusal> {
        for effect in self.room.apply(command, now)? {
            match effect {
                Effect::Commit(draft) => {
                    let entries = self.stored.commit(draft, now).expect("nobody else commits here");
                    self.log.extend(entries.clone());
                    for after in self.room.committed(entries) {
                        if let Effect::Announce(_, what) = after {
                            self.told.push(what);
                        }
                    }
                }
                Effect::Announce(_, what) => self.told.push(what),
                Effect::StoreRead { .. } => {}
            }
        }
        Ok(())
    }

    pub(super) fn say(&mut self, text: &str) -> Result<(), Refusal> {
        let (id, event) = (self.id(), self.id());
        let content = Content { text: Arc::from(text), ..Content::default() };
        let handoff_ids = (event, TicketId(event.0));
        self.run(Command::Send { author: visitor(), id, content, handoff_ids })
    }

    pub(super) fn take(&mut self) {
        let id = self.id();
        self.run(Command::TakeOver { agent: agent(), seen: None, from: None, id }).unwrap();
    }

    /// What the assistant has said, and what cut it.
    pub(super) fn texts(&self) -> Vec<(&str, Option<Interruption>)> {
        self.log
            .iter()
            .filter(|entry| entry.author.kind == UserKind::Assistant)
            .filter_map(|entry| entry.body.content())
            .map(|content| (&*content.text, content.interrupted))
            .collect()
    }
}
