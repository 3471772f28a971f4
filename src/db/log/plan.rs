//! What a batch has to read before it can decide.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rooms::{ConversationId, Head, OrgId};

use super::batch::Write;
use super::known_heads::KnownHeads;
use super::loading::ClientMessageKey;
use super::standing::Standing;
use super::trust::Trust;
use crate::db::delivery::outgoing::Outgoing;

/// What a batch has to read, and what it knows.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Heads to read and lock, ascending.
    pub(super) ids: Vec<ConversationId>,
    /// Client message ids to look for.
    pub(super) keys: Vec<ClientMessageKey>,
    pub(super) known: HashMap<ConversationId, Standing>,
}

/// What a batch wants of one conversation.
#[derive(Default)]
struct Wanted<'a> {
    /// Whether it decides on its head.
    needs_head: bool,
    /// Whether it changes more than words and read marks do.
    is_whole: bool,
    newest: Option<&'a Head>,
}

impl Plan {
    pub(super) fn of(writes: &[Write], heads: &mut KnownHeads, outgoing: &Outgoing, trust: Trust) -> Self {
        let mut plan = Self::default();
        if trust != Trust::All {
            let keys: BTreeSet<ClientMessageKey> =
                writes.iter().filter_map(Write::client_message_key).collect();
            plan.keys = keys.into_iter().collect();
        }
        for ((org, id), wanted) in wanted(writes).into_iter().filter(|(_, wanted)| wanted.needs_head) {
            let remembered = heads.take(org, id);
            // Webhooks are sent the record, which is read.
            let must_be_read = trust == Trust::Nothing || wanted.is_whole || outgoing.wants(org);
            // Of two at one entry the remembered one is taken: it has the tags that went through here.
            let newest =
                wanted.newest.cloned().into_iter().chain(remembered).max_by_key(|head| head.last_seq);
            match newest.filter(|_| !must_be_read) {
                Some(head) => drop(plan.known.insert(id, Standing::known(org, head))),
                None => plan.ids.push(id),
            }
        }
        plan
    }

    /// Whether everything is known.
    pub(super) fn reads_nothing(&self) -> bool {
        self.ids.is_empty() && self.keys.is_empty()
    }
}

fn wanted(writes: &[Write]) -> BTreeMap<(OrgId, ConversationId), Wanted<'_>> {
    let mut by_place: BTreeMap<(OrgId, ConversationId), Wanted<'_>> = BTreeMap::new();
    for write in writes {
        let wanted = by_place.entry(write.place()).or_default();
        match write {
            Write::Read { .. } => {}
            Write::Tag { .. } => (wanted.needs_head, wanted.is_whole) = (true, true),
            Write::Commit { draft, known, .. } => {
                wanted.needs_head = true;
                wanted.is_whole |= !draft.is_plain() || draft.ticket.is_some();
                let seq = wanted.newest.map_or(0, |head| head.last_seq + 1);
                wanted.newest = known.as_deref().filter(|head| head.last_seq >= seq).or(wanted.newest);
            }
        }
    }
    by_place
}
