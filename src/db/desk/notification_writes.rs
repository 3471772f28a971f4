//! Writing notifications: new ones, what settles them, and removing the old.

use rooms::{OrgId, Timestamp, UserId};

use super::notifications::Notifications;
use crate::db::engine::database::Tx;
use crate::db::id_pairs::parse_id_pairs;
use crate::db::log::json_rows::{json_rows, on_json};
use crate::db::{DbError, on_readers, on_tx};
use crate::model::{
    IndexedEntries, NewNotification, NotificationId, NotificationKind, NotificationPlace,
    SettledNotifications, SettledOf, SettledUntil,
};

/// Notifications that one statement removes: others who write wait for it.
const REMOVED_AT_ONCE: i64 = 500;

type FreshRow<'a> = (
    String,
    String,
    String,
    &'static str,
    Option<String>,
    Option<String>,
    Option<u64>,
    u64,
    Option<i64>,
    i64,
    Option<&'a str>,
    Option<i64>,
    Option<i64>,
);

type SettledRow = (String, String, Option<String>, Option<String>, Option<u64>, Option<i64>);

/// A statement over the unread notifications `n` that the rows of its first parameter settle.
macro_rules! on_settled {
    ($tx:expr, $before:literal, $after:literal) => {
        on_json!(
            $tx,
            "with settled (org_id, conversation_id, agent_id, but_id, seq, moment) as (select r.value ->> 0, \
             r.value ->> 1, r.value ->> 2, r.value ->> 3, cast(r.value ->> 4 as bigint), \
             cast(r.value ->> 5 as bigint) from ",
            concat!(
                ") ",
                $before,
                " from settled s join notifications n on n.org_id = s.org_id \
                 and n.conversation_id = s.conversation_id and n.read_at is null \
                 and (n.seq <= s.seq or n.created_at <= s.moment) and (n.agent_id = s.agent_id \
                 or s.agent_id is null and n.kind in ('handoff', 'call') and n.agent_id <> coalesce(s.but_id, ''))",
                $after
            )
        )
    };
}

impl Notifications<'_> {
    /// Adds notifications, each to the unread one of the same agent, kind and conversation where there is one; gives
    /// back which were added or have risen. Whoever is no active member, and conversations that are gone, are left out.
    ///
    /// # Errors
    /// When storage fails; then nothing has changed.
    pub async fn add(self, new: &[NewNotification]) -> Result<Vec<(OrgId, NotificationId)>, DbError> {
        if new.is_empty() {
            return Ok(Vec::new());
        }
        let mut tx = self.db.begin().await?;
        let added = insert(&mut tx, new).await?;
        tx.commit().await?;
        Ok(added)
    }

    /// Marks as read what is settled; gives back whose.
    ///
    /// # Errors
    /// When storage fails; then nothing has changed.
    pub async fn settle(
        self,
        settled: &[SettledNotifications],
        now: Timestamp,
    ) -> Result<Vec<(OrgId, UserId)>, DbError> {
        let rows: Vec<SettledRow> = settled.iter().map(settled_row).collect();
        let rows = json_rows(&rows);
        // Mostly there is nothing to settle, and then nobody who writes has to wait.
        let statement = on_settled!(self.db, "select count(*)", "");
        let count: i64 = on_readers!(self.db, pool => {
            sqlx::query_scalar(statement).bind(&rows).fetch_one(pool).await?
        });
        if count == 0 {
            return Ok(Vec::new());
        }
        let mut tx = self.db.begin().await?;
        if tx.is_postgres() {
            // Who adds notifications locks them in the same order.
            let lock = on_settled!(
                tx,
                "select n.id",
                " order by n.org_id, n.agent_id, n.kind, n.conversation_id, n.id for update of n"
            );
            on_tx!(&mut tx, connection => {
                sqlx::query(lock).bind(&rows).execute(connection).await?;
            });
        }
        let statement = on_settled!(
            tx,
            "update notifications set read_at = $2 where read_at is null and id in (select n.id",
            ") returning org_id, agent_id"
        );
        let mut whose: Vec<(String, String)> = on_tx!(&mut tx, connection => {
            sqlx::query_as(statement).bind(&rows).bind(now.0).fetch_all(connection).await?
        });
        tx.commit().await?;
        whose.sort_unstable();
        whose.dedup();
        Ok(parse_id_pairs(whose))
    }

    /// Who was told that the visitor of a conversation waits or calls.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn told_of_wait(
        self,
        org: OrgId,
        conversation: rooms::ConversationId,
        limit: i64,
    ) -> Result<Vec<UserId>, DbError> {
        let statement = "select distinct agent_id from notifications where org_id = $1 and conversation_id = $2 \
                         and kind in ('handoff', 'call') order by agent_id limit $3";
        let ids: Vec<String> = on_readers!(self.db, pool => {
            sqlx::query_scalar(statement)
                .bind(org.to_string())
                .bind(conversation.to_string())
                .bind(limit)
                .fetch_all(pool)
                .await?
        });
        Ok(ids.iter().filter_map(|id| id.parse().ok()).collect())
    }

    /// Agents of all orgs who have more than `most`.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn with_more_than(self, most: i64, limit: i64) -> Result<Vec<(OrgId, UserId)>, DbError> {
        let statement = "select org_id, agent_id from notifications group by org_id, agent_id \
                         having count(*) > $1 order by org_id, agent_id limit $2";
        let rows: Vec<(String, String)> = on_readers!(self.db, pool => {
            sqlx::query_as(statement).bind(most).bind(limit).fetch_all(pool).await?
        });
        Ok(parse_id_pairs(rows))
    }

    /// Removes what an agent has beyond `most`, the oldest first; gives back how many.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn trim(self, org: OrgId, agent: UserId, most: i64) -> Result<u64, DbError> {
        let mut tx = self.db.begin().await?;
        let statement = "delete from notifications where id in (select id from notifications where org_id = $1 \
                         and agent_id = $2 order by order_id desc limit $3 offset $4)";
        let removed = on_tx!(&mut tx, connection => {
            sqlx::query(statement)
                .bind(org.to_string())
                .bind(agent.to_string())
                .bind(REMOVED_AT_ONCE)
                .bind(most)
                .execute(connection)
                .await?
                .rows_affected()
        });
        tx.commit().await?;
        Ok(removed)
    }

    /// Removes some of what is older than a moment, of all orgs; gives back how many.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn forget(self, before: Timestamp) -> Result<u64, DbError> {
        let mut tx = self.db.begin().await?;
        let statement = "delete from notifications where id in (select id from notifications where created_at < $1 \
                         order by created_at limit $2)";
        let removed = on_tx!(&mut tx, connection => {
            sqlx::query(statement)
                .bind(before.0)
                .bind(REMOVED_AT_ONCE)
                .execute(connection)
                .await?
                .rows_affected()
        });
        tx.commit().await?;
        Ok(removed)
    }
}

async fn insert(tx: &mut Tx, new: &[NewNotification]) -> Result<Vec<(OrgId, NotificationId)>, DbError> {
    let rows: Vec<FreshRow<'_>> = new.iter().map(fresh_row).collect();
    let statement = on_json!(
        tx,
        "with fresh (id, org_id, agent_id, kind, conversation_id, entry_id, seq, event_count, since, happened_at, limit_name, \
         limit_percent, is_hard_limit) as (select r.value ->> 0, r.value ->> 1, r.value ->> 2, r.value ->> 3, \
         r.value ->> 4, r.value ->> 5, cast(r.value ->> 6 as bigint), cast(r.value ->> 7 as bigint), \
         cast(r.value ->> 8 as bigint), cast(r.value ->> 9 as bigint), r.value ->> 10, \
         cast(r.value ->> 11 as bigint), cast(r.value ->> 12 as bigint) from ",
        ") insert into notifications (id, org_id, agent_id, kind, conversation_id, entry_id, seq, event_count, order_id, \
         is_listed, limit_name, limit_percent, is_hard_limit, created_at) \
         select f.id, m.org_id, m.id, f.kind, f.conversation_id, f.entry_id, f.seq, f.event_count, f.id, \
         not exists (select 1 from notification_choices o where o.member_id = m.id and o.org_id = m.org_id \
         and o.unlisted like '%|' || f.kind || '|%'), f.limit_name, f.limit_percent, f.is_hard_limit = 1, f.happened_at \
         from fresh f join members m on m.id = f.agent_id and m.org_id = f.org_id and m.active \
         left join conversations c on c.id = f.conversation_id and c.org_id = f.org_id \
         where (f.conversation_id is null or c.id is not null) \
         and (f.since is null or not exists (select 1 from notifications n where n.org_id = m.org_id \
         and n.agent_id = m.id and n.kind = f.kind and n.conversation_id = f.conversation_id \
         and n.created_at >= f.since)) \
         order by m.org_id, m.id, f.kind, f.conversation_id, f.id \
         on conflict (org_id, agent_id, kind, conversation_id) where read_at is null and kind <> 'mention' \
         do update set event_count = notifications.event_count + excluded.event_count, entry_id = excluded.entry_id, \
         seq = excluded.seq, order_id = excluded.order_id, is_listed = excluded.is_listed, created_at = excluded.created_at \
         returning org_id, id"
    );
    let added: Vec<(String, String)> = on_tx!(tx, connection => {
        sqlx::query_as(statement).bind(json_rows(&rows)).fetch_all(connection).await?
    });
    Ok(parse_id_pairs(added))
}

fn settled_row(settled: &SettledNotifications) -> SettledRow {
    let (agent, but) = match settled.whose {
        SettledOf::Agent(agent) => (Some(agent), None),
        SettledOf::Wait { but } => (None, but),
    };
    let (seq, moment) = match settled.until {
        SettledUntil::Entry(seq) => (Some(seq), None),
        SettledUntil::Moment(moment) => (None, Some(moment.0)),
    };
    let id = |agent: Option<UserId>| agent.map(|agent| agent.to_string());
    (settled.org.to_string(), settled.conversation.to_string(), id(agent), id(but), seq, moment)
}

fn fresh_row(new: &NewNotification) -> FreshRow<'_> {
    let (place, limit) = (new.place.as_ref(), new.limit.as_ref());
    (
        NotificationId::new().to_string(),
        new.org.to_string(),
        new.agent.to_string(),
        new.kind.as_str(),
        place.map(|place| place.conversation.to_string()),
        place.map(|place| place.entry.to_string()),
        place.map(|place| place.seq),
        new.event_count,
        new.once_since.map(|since| since.0),
        new.at.0,
        limit.map(|limit| limit.name.as_str()),
        limit.map(|limit| limit.percent),
        limit.map(|limit| i64::from(limit.is_hard)),
    )
}

/// Adds a notification for each member of the org whom notes mention; gives back which.
pub(super) async fn insert_mentions<'a>(
    tx: &mut Tx,
    batches: impl Iterator<Item = &'a IndexedEntries>,
) -> Result<Vec<(OrgId, NotificationId)>, DbError> {
    let new: Vec<NewNotification> = batches
        .flat_map(|batch| {
            batch.mentions.iter().map(|(mention, at)| NewNotification {
                org: batch.org,
                agent: mention.agent,
                kind: NotificationKind::Mention,
                place: Some(NotificationPlace {
                    conversation: batch.conversation,
                    entry: mention.entry,
                    seq: mention.seq,
                }),
                limit: None,
                event_count: 1,
                once_since: None,
                at: *at,
            })
        })
        .collect();
    if new.is_empty() {
        return Ok(Vec::new());
    }
    insert(tx, &new).await
}
