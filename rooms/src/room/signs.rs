//! What members show besides writing: that they type, and how far they have read.

use std::sync::Arc;

use super::Room;
use crate::{Announcement, Audience, Effect, Refusal, Timestamp, User, UserKind};

impl Room {
    pub(super) fn start_typing(
        &mut self,
        user: &User,
        preview: Option<Arc<str>>,
        now: Timestamp,
    ) -> Result<Vec<Effect>, Refusal> {
        self.must_be_open()?;
        let preview = preview.filter(|_| user.kind == UserKind::Visitor);
        self.typing.start(user, preview.clone(), now.plus_ms(self.rules.typing_lapse_ms));
        Ok(vec![Effect::Announce(self.who_sees(user), Announcement::TypingStarted(user.clone(), preview))])
    }

    pub(super) fn stop_typing(&mut self, user: &User) -> Vec<Effect> {
        if self.typing.stop(user.id) {
            vec![Effect::Announce(self.who_sees(user), Announcement::TypingStopped(user.clone()))]
        } else {
            Vec::new()
        }
    }

    pub(super) fn read(&mut self, user: User, seq: u64) -> Vec<Effect> {
        let seq = seq.min(self.last_seq_for(Audience::of(user.kind)));
        let known = self.read_by(user.id);
        if seq <= known {
            return Vec::new();
        }
        self.reads.insert(user.id, (user.kind, seq));
        if user.kind == UserKind::Agent {
            self.head.mark_read_by_agent(seq);
        }
        let announcement = Announcement::Read(user.clone(), seq);
        let told = Effect::Announce(self.who_sees(&user), announcement);
        vec![Effect::StoreRead { user, seq }, told]
    }
}
