//! Many conversations' writes in one transaction, in four statements whatever their number.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use rooms::{
    ConversationId, Draft, Entry, Head, Insight, NewTicket, OrgId, Priority, Timestamp, User, UserId,
    UserKind,
};
use sqlx::QueryBuilder;

use super::attachments::SentFile;
use super::conversation_row::{ConversationRow, select_conversations};
use super::count::stored_count;
use super::entry_row::{EntryRow, entry_columns};
use super::names::{stored_priority, stored_role, stored_status, stored_user_kind};
use super::stored_head::{stored_call, stored_handoff, stored_insight, stored_labels, stored_responder};

use crate::db::delivery::deliveries;
use crate::db::delivery::outgoing::Outgoing;
use crate::db::engine::database::Tx;
use crate::db::{DbError, on_tx};
use crate::model::{CommitOutcome, ConversationRecord, Happening, Patch, ReadMark, WebhookEvent};

/// Rows of one statement at most: keeps the number of bound values far below either engine's limit.
const ROWS_PER_STATEMENT: usize = 64;

/// One write of one conversation.
#[derive(Debug, Clone)]
pub(crate) enum Write {
    Commit {
        org: OrgId,
        conversation: ConversationId,
        draft: Draft,
    },
    Read {
        org: OrgId,
        conversation: ConversationId,
        mark: ReadMark,
    },
    Tag {
        org: OrgId,
        conversation: ConversationId,
        labels: Option<Vec<Arc<str>>>,
        priority: Patch<Priority>,
        insight: Option<Insight>,
    },
}

/// What became of a write.
#[derive(Debug)]
pub(crate) enum Written {
    Commit(CommitOutcome),
    Read,
    Tag(Box<Head>),
    NotFound,
}

struct Loaded {
    record: ConversationRecord,
    is_changed: bool,
}

type ClientMessageKey = (ConversationId, UserId, Arc<str>);

/// Everything one transaction has loaded and wants to write.
struct Batch<'a> {
    now: Timestamp,
    outgoing: &'a Outgoing,
    heads: HashMap<ConversationId, Loaded>,
    known: HashMap<ClientMessageKey, Entry>,
    entries: Vec<EntryRow>,
    files: Vec<SentFile>,
    tickets: Vec<(OrgId, ConversationId, UserId, NewTicket)>,
    reads: BTreeMap<(ConversationId, UserId), (OrgId, UserKind, u64)>,
    /// What webhooks of orgs are sent.
    events: BTreeMap<OrgId, Vec<WebhookEvent>>,
}

/// Runs `writes` in order inside `tx`; the caller commits. True where something waits to be delivered then.
pub(crate) async fn run(
    tx: &mut Tx,
    writes: &[Write],
    outgoing: &Outgoing,
    now: Timestamp,
) -> Result<(Vec<Written>, bool), DbError> {
    let mut batch = Batch {
        now,
        outgoing,
        heads: load_heads(tx, writes).await?,
        known: load_known(tx, writes).await?,
        entries: Vec::new(),
        files: Vec::new(),
        tickets: Vec::new(),
        reads: BTreeMap::new(),
        events: BTreeMap::new(),
    };
    let written = writes.iter().map(|write| batch.decide(write)).collect();
    let has_deliveries = batch.store(tx).await?;
    Ok((written, has_deliveries))
}

impl Batch<'_> {
    fn decide(&mut self, write: &Write) -> Written {
        match write {
            Write::Commit { org, conversation, draft } => self.decide_commit(*org, *conversation, draft),
            Write::Read { org, conversation, mark } => {
                let Some(loaded) =
                    self.heads.get_mut(conversation).filter(|loaded| loaded.record.org == *org)
                else {
                    return Written::NotFound;
                };
                if mark.kind == UserKind::Agent && loaded.record.head.unread != 0 {
                    loaded.record.head.mark_read_by_agent(mark.seq);
                    loaded.is_changed = true;
                }
                let read =
                    self.reads.entry((*conversation, mark.user)).or_insert((*org, mark.kind, mark.seq));
                read.2 = read.2.max(mark.seq);
                Written::Read
            }
            Write::Tag { org, conversation, labels, priority, insight } => {
                let Some(loaded) =
                    self.heads.get_mut(conversation).filter(|loaded| loaded.record.org == *org)
                else {
                    return Written::NotFound;
                };
                if let Some(labels) = labels {
                    loaded.record.head.labels.clone_from(labels);
                }
                if !priority.is_keep() {
                    loaded.record.head.priority = priority.value();
                }
                if let Some(insight) = insight {
                    loaded.record.head.insight = Some(insight.clone());
                }
                loaded.record.head.updated_at = self.now;
                loaded.is_changed = true;
                Written::Tag(Box::new(loaded.record.head.clone()))
            }
        }
    }

    fn decide_commit(&mut self, org: OrgId, conversation: ConversationId, draft: &Draft) -> Written {
        let Some(loaded) = self.heads.get_mut(&conversation).filter(|loaded| loaded.record.org == org) else {
            return Written::NotFound;
        };
        let key = client_message_key(conversation, draft);
        if let Some(entry) = key.as_ref().and_then(|key| self.known.get(key)) {
            return Written::Commit(CommitOutcome::Duplicate(Box::new(entry.clone())));
        }
        let Ok(entries) = loaded.record.head.commit(draft.clone(), self.now) else {
            return Written::Commit(CommitOutcome::Stale);
        };
        loaded.is_changed = true;
        if let (Some(key), Some(first)) = (key, entries.first()) {
            self.known.insert(key, first.clone());
        }
        for entry in &entries {
            let happening = Happening::Committed(entry);
            if let Some(event) = self.outgoing.event_of(&loaded.record, happening, self.now) {
                self.events.entry(org).or_default().push(event);
            }
        }
        self.entries.extend(entries.iter().map(|entry| EntryRow::new(entry, org, conversation)));
        self.files.extend(entries.iter().flat_map(|entry| SentFile::of(entry, org, conversation)));
        if let Some(ticket) = &draft.ticket {
            self.tickets.push((org, conversation, loaded.record.visitor.id, ticket.clone()));
        }
        Written::Commit(CommitOutcome::Committed(entries))
    }

    async fn store(self, tx: &mut Tx) -> Result<bool, DbError> {
        for rows in statement_sized(&self.entries) {
            insert_entries(tx, rows).await?;
        }
        for file in &self.files {
            file.mark(tx, self.now).await?;
        }
        for (org, conversation, visitor, ticket) in &self.tickets {
            insert_ticket(tx, *org, *conversation, *visitor, ticket, self.now).await?;
        }
        for (id, loaded) in self.heads.iter().filter(|(_, loaded)| loaded.is_changed) {
            update_head(tx, *id, loaded).await?;
        }
        for ((conversation, user), (org, kind, seq)) in &self.reads {
            upsert_read(tx, *org, *conversation, *user, *kind, *seq, self.now).await?;
        }
        let mut has_deliveries = false;
        for (org, events) in &self.events {
            has_deliveries |= deliveries::insert(tx, *org, events, self.now).await?;
        }
        Ok(has_deliveries)
    }
}

fn client_message_key(conversation: ConversationId, draft: &Draft) -> Option<ClientMessageKey> {
    let first = draft.entries.first()?;
    let content = first.body.content()?;
    Some((conversation, first.author.id, content.client_message_id.clone()?))
}

/// Slices whose lengths are powers of two, so that few different statements are ever prepared.
fn statement_sized<T>(items: &[T]) -> Vec<&[T]> {
    let mut rest = items;
    let mut slices = Vec::new();
    while !rest.is_empty() {
        let length = ROWS_PER_STATEMENT.min(1 << rest.len().ilog2());
        let (head, tail) = rest.split_at(length);
        slices.push(head);
        rest = tail;
    }
    slices
}

async fn load_heads(tx: &mut Tx, writes: &[Write]) -> Result<HashMap<ConversationId, Loaded>, DbError> {
    // Sorted, so that two writers on one PostgreSQL lock rows in the same order.
    let ids: BTreeSet<ConversationId> = writes
        .iter()
        .map(|write| match write {
            Write::Commit { conversation, .. }
            | Write::Read { conversation, .. }
            | Write::Tag { conversation, .. } => *conversation,
        })
        .collect();
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let lock = if tx.is_postgres() { ") order by c.id for update of c" } else { ")" };
    let mut heads = HashMap::with_capacity(ids.len());
    for ids in statement_sized(&ids) {
        let rows: Vec<ConversationRow> = on_tx!(tx, connection => {
            let mut query = QueryBuilder::new(select_conversations!("where c.id in ("));
            let mut list = query.separated(", ");
            for id in ids {
                list.push_bind(id.clone());
            }
            query.push(lock);
            query.build_query_as().fetch_all(connection).await?
        });
        for row in rows {
            let record = row.into_record()?;
            heads.insert(record.id, Loaded { record, is_changed: false });
        }
    }
    Ok(heads)
}

async fn load_known(tx: &mut Tx, writes: &[Write]) -> Result<HashMap<ClientMessageKey, Entry>, DbError> {
    let keys: BTreeSet<ClientMessageKey> = writes
        .iter()
        .filter_map(|write| match write {
            Write::Commit { conversation, draft, .. } => client_message_key(*conversation, draft),
            Write::Read { .. } | Write::Tag { .. } => None,
        })
        .collect();
    let keys: Vec<ClientMessageKey> = keys.into_iter().collect();
    let mut known = HashMap::new();
    for keys in statement_sized(&keys) {
        let rows: Vec<EntryRow> = on_tx!(tx, connection => {
            // A join and not `in (values …)`: SQLite would scan the whole log for that, and not use the index.
            let mut query = QueryBuilder::new("with known (conversation, author, client_id) as (values ");
            for (index, (conversation, author, id)) in keys.iter().enumerate() {
                query.push(if index == 0 { "(" } else { ", (" });
                let mut values = query.separated(", ");
                values.push_bind(conversation.to_string());
                values.push_bind(author.to_string());
                values.push_bind(id.to_string());
                query.push(")");
            }
            query.push(concat!(
                ") select ", entry_columns!(), " from known cross join entries ",
                "where conversation_id = known.conversation and author_id = known.author ",
                "and client_message_id = known.client_id"
            ));
            query.build_query_as().fetch_all(connection).await?
        });
        for row in rows {
            let conversation = row.conversation_id.parse().ok();
            let entry = row.into_entry()?;
            let id = entry.body.content().and_then(|content| content.client_message_id.clone());
            if let (Some(conversation), Some(id)) = (conversation, id) {
                known.insert((conversation, entry.author.id, id), entry);
            }
        }
    }
    Ok(known)
}

async fn insert_entries(tx: &mut Tx, rows: &[EntryRow]) -> Result<(), DbError> {
    on_tx!(tx, connection => {
        let mut query = QueryBuilder::new(concat!("insert into entries (", entry_columns!(), ") "));
        query.push_values(rows, |mut values, row| {
            values
                .push_bind(row.conversation_id.clone())
                .push_bind(row.seq)
                .push_bind(row.id.clone())
                .push_bind(row.org_id.clone())
                .push_bind(row.visitor_prev)
                .push_bind(row.takeover)
                .push_bind(row.kind.clone())
                .push_bind(row.event.clone())
                .push_bind(row.author_id.clone())
                .push_bind(row.author_kind.clone())
                .push_bind(row.author_name.clone())
                .push_bind(row.content.clone())
                .push_bind(row.client_message_id.clone())
                .push_bind(row.reply_to.clone())
                .push_bind(row.metadata.clone())
                .push_bind(row.created_at)
                .push_bind(row.attachments.clone())
                .push_bind(row.answers)
                .push_bind(row.interrupted.clone())
                .push_bind(row.is_answered);
        });
        query.build().execute(connection).await?;
    });
    Ok(())
}

async fn insert_ticket(
    tx: &mut Tx,
    org: OrgId,
    conversation: ConversationId,
    visitor: UserId,
    ticket: &NewTicket,
    now: Timestamp,
) -> Result<(), DbError> {
    let statement = "insert into tickets (id, org_id, conversation_id, visitor_id, reason, priority, status, created_at, brief_owed_since) \
                     values ($1, $2, $3, $4, $5, 'medium', 'open', $6, $6)";
    on_tx!(tx, connection => {
        sqlx::query(statement)
            .bind(ticket.id.to_string())
            .bind(org.to_string())
            .bind(conversation.to_string())
            .bind(visitor.to_string())
            .bind(ticket.reason.to_string())
            .bind(now.0)
            .execute(connection)
            .await?;
    });
    Ok(())
}

async fn update_head(tx: &mut Tx, id: ConversationId, loaded: &Loaded) -> Result<(), DbError> {
    let statement = "update conversations set status = $1, responder = $2, responder_agent = $3, responder_since = $4, \
                     takeover = $5, assignee = $6, priority = $7, labels = $8, handoff = $9, last_seq = $10, \
                     visitor_last_seq = $11, unread = $12, last_visitor_message_seq = $13, last_message_seq = $14, \
                     last_message_role = $15, last_message_preview = $16, entry_at = $17, updated_at = $18, \
                     answered_seq = $19, insight = $20, call = $21 where id = $22 and org_id = $23";
    let head = &loaded.record.head;
    let (responder, responder_agent) = stored_responder(&head.responder);
    let last_message = head.last_message.as_ref();
    on_tx!(tx, connection => {
        sqlx::query(statement)
            .bind(stored_status(head.status))
            .bind(responder)
            .bind(responder_agent)
            .bind(head.responder.since().0)
            .bind(stored_count(head.takeover))
            .bind(head.assignee.as_ref().map(|agent: &User| agent.id.to_string()))
            .bind(head.priority.map(stored_priority))
            .bind(stored_labels(&head.labels))
            .bind(stored_handoff(head.handoff.as_ref()))
            .bind(stored_count(head.last_seq))
            .bind(stored_count(head.visitor_last_seq))
            .bind(stored_count(head.unread))
            .bind(stored_count(head.last_visitor_message_seq))
            .bind(last_message.map(|message| stored_count(message.seq)))
            .bind(last_message.map(|message| stored_role(message.role)))
            .bind(last_message.map(|message| message.preview.to_string()))
            .bind(head.entry_at.0)
            .bind(head.updated_at.0)
            .bind(stored_count(head.answered_seq))
            .bind(stored_insight(head.insight.as_ref()))
            .bind(stored_call(head.call))
            .bind(id.to_string())
            .bind(loaded.record.org.to_string())
            .execute(connection)
            .await?;
    });
    Ok(())
}

async fn upsert_read(
    tx: &mut Tx,
    org: OrgId,
    conversation: ConversationId,
    user: UserId,
    kind: UserKind,
    seq: u64,
    now: Timestamp,
) -> Result<(), DbError> {
    let statement = "insert into reads (conversation_id, user_id, org_id, user_kind, seq, updated_at) \
                     values ($1, $2, $3, $4, $5, $6) \
                     on conflict (conversation_id, user_id) do update set seq = excluded.seq, updated_at = excluded.updated_at \
                     where reads.seq < excluded.seq";
    on_tx!(tx, connection => {
        sqlx::query(statement)
            .bind(conversation.to_string())
            .bind(user.to_string())
            .bind(org.to_string())
            .bind(stored_user_kind(kind))
            .bind(stored_count(seq))
            .bind(now.0)
            .execute(connection)
            .await?;
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn statements_take_every_item_once_and_in_order(length in 0..400_usize) {
            let items: Vec<usize> = (0..length).collect();
            let slices = statement_sized(&items);
            prop_assert_eq!(&slices.concat(), &items);
            for slice in slices {
                prop_assert!(slice.len().is_power_of_two() && slice.len() <= ROWS_PER_STATEMENT);
            }
        }
    }
}
