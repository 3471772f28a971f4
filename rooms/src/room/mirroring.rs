//! A reply that another node of the installation writes, as this room shows it to its own readers.
//!
//! It is a reply as any other: it gives way to a takeover, is cut with what was heard of it, and ends with its entry. Only
//! its pieces come from outside, and its writer is not stopped here: the log tells them.

use std::sync::Arc;

use super::Room;
use crate::reply::Ending;
use crate::{Announcement, Effect, EntryId, Interruption, Mirrored, Recipients, Reply};

impl Room {
    /// Shows a reply that another node writes as it stands there. One that the log has overrun is not shown, and one that
    /// this room writes itself stays.
    pub fn mirror(&mut self, mirrored: Mirrored) -> Vec<Effect> {
        let is_own = self.reply.as_ref().is_some_and(|reply| !reply.is_mirror);
        let is_over = mirrored.takeover != self.head.takeover
            || (self.head.call.is_none() && mirrored.answers <= self.head.answered_seq)
            || self.head.is_closed();
        if is_own || is_over {
            return Vec::new();
        }
        let Mirrored { id, author, takeover, answers, answered_before, is_shown, stage, text } = mirrored;
        let mut reply = Reply::begin(id, author, takeover, answers, answered_before);
        reply.is_mirror = true;
        reply.supervision = (!is_shown).then(|| self.supervision());
        reply.stage = stage.clone();
        reply.replace_text(&text);
        let readers = if is_shown { Recipients::ALL } else { Recipients::AGENTS };
        let told = if text.is_empty() {
            Effect::Announce(Recipients::ALL, Announcement::Processing(id, stage))
        } else {
            Effect::Announce(readers, Announcement::Delta(id, 0, text))
        };
        let supervised = reply
            .news()
            .map(|news| Effect::Announce(Recipients::AGENTS, Announcement::Pending(Box::new(news))));
        self.reply = Some(reply);
        std::iter::once(told).chain(supervised).collect()
    }

    /// Adds a piece that begins at `offset`, in Unicode code points. `None` where it does not fit what is known: the whole
    /// is to be asked for.
    pub fn mirror_piece(&mut self, id: EntryId, offset: u64, piece: &Arc<str>) -> Option<Vec<Effect>> {
        let takeover = self.head.takeover;
        let Some(reply) = self.reply.as_mut().filter(|reply| reply.is_mirror && reply.id == id) else {
            // Unknown here, or ended since: what is asked for tells.
            return None;
        };
        if reply.takeover != takeover {
            return Some(Vec::new());
        }
        if reply.char_count() != offset {
            return None;
        }
        reply.add(piece);
        let readers = if reply.is_shown() { Recipients::ALL } else { Recipients::AGENTS };
        Some(vec![Effect::Announce(readers, Announcement::Delta(id, offset, piece.clone()))])
    }

    /// Ends a mirrored reply that nothing became of. What became an entry, or was cut, has ended by the log already.
    pub fn end_mirror(&mut self, id: Option<EntryId>) -> Vec<Effect> {
        let is_meant = |reply: &Reply| reply.is_mirror && id.is_none_or(|id| reply.id == id);
        let Some(reply) = self.reply.take_if(|reply| is_meant(reply)) else { return Vec::new() };
        vec![Effect::Announce(Recipients::ALL, Announcement::Cancelled(reply.id, Interruption::Superseded))]
    }

    /// Whether the reply that is shown is written by another node.
    #[must_use]
    pub fn is_mirroring(&self, id: EntryId) -> bool {
        self.reply.as_ref().is_some_and(|reply| reply.is_mirror && reply.id == id)
    }
}

impl Reply {
    /// How it has ended, for a mirrored one whose entry has come: whole, unless the entry says that it was cut.
    pub(super) fn ending_of(&self, is_cut: bool) -> Option<Ending> {
        let whole = (self.is_mirror && !is_cut).then_some(Ending::Complete(None));
        self.ending.clone().or(whole)
    }
}
