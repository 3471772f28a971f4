//! A thing that was found, with what is shown of it.

use super::search_rows::file_names;
use crate::model::{SearchHit, SearchKind, SearchText, search_moment};

#[derive(sqlx::FromRow)]
pub(super) struct HitRow {
    pub(super) id: i64,
    kind: String,
    conversation_id: Option<String>,
    newest_conversation_id: Option<String>,
    seq: Option<i64>,
    ref_id: Option<String>,
    entry_id: Option<String>,
    author_kind: Option<String>,
    author_name: Option<String>,
    content: Option<String>,
    attachments: Option<String>,
    title: Option<String>,
    summary: Option<String>,
    reason: Option<String>,
    visitor_id: String,
    visitor_name: String,
    email: Option<String>,
    phone: Option<String>,
    attributes: Option<String>,
    channel_id: String,
}

/// What is shown of things; `$found` chooses them.
macro_rules! hits {
    () => {
        ") d left join conversations c on c.id = d.conversation_id and c.org_id = d.org_id \
         left join entries e on e.conversation_id = d.conversation_id and e.seq = d.seq and e.org_id = d.org_id \
         left join tickets t on d.kind = 'ticket' and t.id = d.ref_id and t.org_id = d.org_id \
         join visitors v on v.id = coalesce(c.visitor_id, d.ref_id) and v.org_id = d.org_id \
         order by d.id desc"
    };
}
pub(super) use hits;

pub(super) const SHOWN: &str = "select d.id, d.kind, d.conversation_id, d.seq, d.ref_id, e.id as entry_id, e.author_kind, e.author_name, \
     e.content, e.attachments, t.title, t.summary, t.reason, v.id as visitor_id, v.name as visitor_name, v.email, v.phone, \
     v.attributes, coalesce(c.channel_id, v.channel_id) as channel_id, \
     case when d.kind = 'visitor' then (select n.id from conversations n where n.visitor_id = v.id and n.org_id = v.org_id \
     order by n.created_at desc, n.id desc limit 1) end as newest_conversation_id from (";

impl HitRow {
    pub(super) fn into_hit(self) -> Option<SearchHit> {
        let kind = SearchKind::parse(&self.kind)?;
        let conversation = self.conversation_id.or(self.newest_conversation_id);
        let is_visitor = kind == SearchKind::Visitor;
        let of_visitor = |text: Option<String>| text.filter(|_| is_visitor);
        Some(SearchHit {
            place: self.id,
            kind,
            conversation: conversation.map(|id| id.parse()).transpose().ok()?,
            seq: self.seq.and_then(|seq| u64::try_from(seq).ok()),
            id: self.entry_id.or(self.ref_id)?,
            author: self.author_kind.zip(self.author_name),
            visitor: self.visitor_id.parse().ok()?,
            visitor_name: self.visitor_name,
            channel: self.channel_id.parse().ok()?,
            created_at: search_moment(self.id),
            text: SearchText {
                content: self.content,
                file_names: file_names(self.attachments.as_deref()),
                email: of_visitor(self.email),
                phone: of_visitor(self.phone),
                attributes: of_visitor(self.attributes),
                title: self.title,
                summary: self.summary,
                reason: self.reason,
            },
        })
    }
}
