//! Who hears of what happens in live rooms. The hub knows them by no other name.

use std::sync::Arc;

use rooms::{ConversationId, Entry, Head, OrgId, User, UserId};

use super::room_handle::RoomFacts;

/// Something that was committed in a live room.
#[derive(Debug, Clone)]
pub struct Noted {
    /// Where.
    pub facts: Arc<RoomFacts>,
    /// The state after it.
    pub head: Arc<Head>,
    /// What.
    pub entry: Arc<Entry>,
}

/// Who hears of what happens in live rooms. Its methods must not wait: rooms call them while they work.
pub trait Listener: std::fmt::Debug + Send + Sync {
    /// The assistant should begin a reply here, unless it is about to.
    fn reply_wanted(&self, facts: &Arc<RoomFacts>);
    /// Something was committed.
    fn noted(&self, noted: Noted);
    /// An agent of an org came, went, or said how they are.
    fn presence_changed(&self, _org: OrgId) {}
    /// An agent looks at a conversation, of their org or none.
    fn focused(&self, _org: OrgId, _agent: UserId, _conversation: ConversationId) {}
    /// Access has ended: of a token, a session, a visitor, a member, a channel or a call, as `kind:id`.
    fn revoked(&self, _org: OrgId, _subject: &str) {}
    /// Something was done that is kept in memory, perhaps by another process: an act of the audit log, to an org or to the
    /// platform.
    fn act_done(&self, _act: &str) {}
    /// What an org has used at another node.
    fn used_elsewhere(&self, _org: OrgId, _numbers: [u64; 5]) {}
    /// Anything may have happened at other nodes that this one was not told of.
    fn missed_others(&self) {}
    /// An org is suspended.
    fn org_suspended(&self, _org: OrgId, _by: &User) {}
    /// A member has blocked a visitor.
    fn visitor_blocked(&self, _org: OrgId, _visitor: UserId, _by: &User) {}
}
