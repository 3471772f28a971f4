//! Calls: who called, through what, how long and at what cost.

use rooms::{CallId, ConversationId, OrgId, Timestamp, UserId};

use crate::db::people::revocations::revoke;
use crate::db::people::visitors_of_person;
use crate::db::{DbError, handle, live_nodes, on_readers, on_tx, record};
use crate::model::{CallEnd, CallRecord, CallTrail, NodeId, RecordedCall, RecordingFault};

record!(CallRecord {
    id,
    org_id,
    channel_id,
    conversation_id,
    visitor_id,
    visitor_name,
    provider,
    model,
    is_simulated,
    started_at,
    ended_at,
    seconds,
    reason,
    cost_nano_usd,
    recording,
    recording_fault
});

/// Greater than every id as it is stored.
const ABOVE_ALL_IDS: &str = "~";

macro_rules! select_calls {
    ($($rest:tt)+) => {
        concat!(
            "select k.id, k.org_id, k.channel_id, k.conversation_id, k.visitor_id, v.name as visitor_name, k.provider, ",
            "k.model, k.is_simulated, k.started_at, k.ended_at, k.seconds, k.reason, k.cost_nano_usd, k.recording, k.recording_fault ",
            "from calls k join visitors v on v.id = k.visitor_id ",
            $($rest)+
        )
    };
}

handle!(
    /// Calls.
    Calls
);

impl Calls<'_> {
    /// Stores a call that begins on a node.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn add(self, org: OrgId, call: &CallRecord, on: NodeId) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into calls (id, org_id, channel_id, conversation_id, visitor_id, provider, model, is_simulated, \
                 started_at, cost_nano_usd, node_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10)",
            )
            .bind(call.id.to_string())
            .bind(org.to_string())
            .bind(call.channel_id.to_string())
            .bind(call.conversation_id.to_string())
            .bind(call.visitor_id.to_string())
            .bind(&call.provider)
            .bind(&call.model)
            .bind(call.is_simulated)
            .bind(call.started_at)
            .bind(on.to_string())
            .execute(connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }

    /// Forgets a call that did not begin after all.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn remove(self, org: OrgId, id: CallId) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query("delete from calls where org_id = $1 and id = $2 and ended_at is null")
                .bind(org.to_string())
                .bind(id.to_string())
                .execute(connection)
                .await?;
        });
        Ok(tx.commit().await?)
    }

    /// Stores how a call ended; the first end counts. A recording that was lost meanwhile is not named.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn end(self, org: OrgId, id: CallId, end: &CallEnd) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "update calls set ended_at = $1, seconds = $2, reason = $3, cost_nano_usd = $4, \
                 recording = case when recording_fault = 'lost' then null else $5 end \
                 where org_id = $6 and id = $7 and ended_at is null",
            )
            .bind(end.at.0)
            .bind(i64::try_from(end.seconds).unwrap_or(i64::MAX))
            .bind(end.reason)
            .bind(i64::try_from(end.cost_nano_usd).unwrap_or(i64::MAX))
            .bind(&end.recording)
            .bind(org.to_string())
            .bind(id.to_string())
            .execute(connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }

    /// Adds to what a call has cost that has ended.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn add_cost(self, org: OrgId, id: CallId, nano_usd: u64) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query("update calls set cost_nano_usd = cost_nano_usd + $1 where org_id = $2 and id = $3")
                .bind(i64::try_from(nano_usd).unwrap_or(i64::MAX))
                .bind(org.to_string())
                .bind(id.to_string())
                .execute(connection)
                .await?;
        });
        Ok(tx.commit().await?)
    }

    /// Asks the running server to end a call; false where no such call runs.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn ask_to_end(self, org: OrgId, id: CallId, now: Timestamp) -> Result<bool, DbError> {
        if self.get(org, id).await?.is_none_or(|call| call.ended_at.is_some()) {
            return Ok(false);
        }
        let mut tx = self.db.begin().await?;
        revoke(&mut tx, org, &format!("call:{id}"), now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Ended calls, of all orgs, with a recording, above an id and in the order of ids.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn recorded(self, after: Option<CallId>, limit: i64) -> Result<Vec<RecordedCall>, DbError> {
        let rows: Vec<(String, String, String, i64)> = on_readers!(self.db, pool => {
            sqlx::query_as(
                "select org_id, channel_id, id, ended_at from calls \
                 where recording is not null and ended_at is not null and id > $1 order by id limit $2",
            )
            .bind(after.map(|id| id.to_string()).unwrap_or_default())
            .bind(limit)
            .fetch_all(pool)
            .await?
        });
        let parse = |(org, channel, id, ended_at): (String, String, String, i64)| {
            let (org, channel, id) = (org.parse().ok()?, channel.parse().ok()?, id.parse().ok()?);
            Some(RecordedCall { org, channel, id, ended_at: Timestamp(ended_at) })
        };
        Ok(rows.into_iter().filter_map(parse).collect())
    }

    /// Notes that less of a call was recorded than was said.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn note_recording_fault(
        self,
        org: OrgId,
        id: CallId,
        fault: RecordingFault,
    ) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "update calls set recording_fault = $1, recording = case when $1 = 'lost' then null else recording end \
                 where org_id = $2 and id = $3",
            )
            .bind(fault.as_str())
            .bind(org.to_string())
            .bind(id.to_string())
            .execute(connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }

    /// Notes that the recording of a call is gone.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn forget_recording(self, org: OrgId, id: CallId) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query("update calls set recording = null where org_id = $1 and id = $2")
                .bind(org.to_string())
                .bind(id.to_string())
                .execute(connection)
                .await?;
        });
        Ok(tx.commit().await?)
    }

    /// A call of an org.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn get(self, org: OrgId, id: CallId) -> Result<Option<CallRecord>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(select_calls!("where k.org_id = $1 and k.id = $2"))
                .bind(org.to_string())
                .bind(id.to_string())
                .fetch_optional(pool)
                .await?
        }))
    }

    /// Calls of an org, newest first, below an id where one is given; running ones alone where that is asked for.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(
        self,
        org: OrgId,
        running_only: bool,
        before: Option<CallId>,
        limit: i64,
    ) -> Result<Vec<CallRecord>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(select_calls!(
                "where k.org_id = $1 and k.id < $2 and ($3 = 0 or k.ended_at is null) order by k.id desc limit $4"
            ))
            .bind(org.to_string())
            .bind(before.map(|id| id.to_string()).unwrap_or_else(|| ABOVE_ALL_IDS.to_owned()))
            .bind(i64::from(running_only))
            .bind(limit)
            .fetch_all(pool)
            .await?
        }))
    }

    /// Calls of all visitors who were merged into one person, newest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn of_person(self, org: OrgId, main: UserId, limit: i64) -> Result<Vec<CallRecord>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(select_calls!(
                "where k.org_id = $1 and k.visitor_id in ",
                visitors_of_person!(),
                " order by k.id desc limit $3"
            ))
            .bind(org.to_string())
            .bind(main.to_string())
            .bind(limit)
            .fetch_all(pool)
            .await?
        }))
    }

    /// Calls, of all orgs, that a stopped server left running.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn left_running(
        self,
        of_process: Timestamp,
    ) -> Result<Vec<(OrgId, ConversationId, CallId)>, DbError> {
        let now = self.db.nodes().now(of_process).await?;
        let rows: Vec<(String, String, String)> = on_readers!(self.db, pool => {
            sqlx::query_as(concat!(
                "select org_id, conversation_id, id from calls \
                 where ended_at is null and (node_id is null or node_id not in ",
                live_nodes!("$1"),
                ") union select c.org_id, c.id, substr(c.call, 1, 36) from conversations c where c.call is not null \
                 and not exists (select 1 from calls k where k.org_id = c.org_id and k.id = substr(c.call, 1, 36) \
                 and k.node_id in ",
                live_nodes!("$1"),
                ")"
            ))
            .bind(now.0)
            .fetch_all(pool)
            .await?
        });
        let parse = |(org, conversation, call): (String, String, String)| {
            Some((org.parse().ok()?, conversation.parse().ok()?, call.parse().ok()?))
        };
        Ok(rows.into_iter().filter_map(parse).collect())
    }

    /// What a call left behind that nobody has ended: when something was last written of it, and what it has cost.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn trail(
        self,
        org: OrgId,
        conversation: ConversationId,
        since: Timestamp,
    ) -> Result<CallTrail, DbError> {
        let (written_at, used_at, cost): (Option<i64>, Option<i64>, i64) = on_readers!(self.db, pool => {
            sqlx::query_as(
                "select (select max(created_at) from entries \
                         where org_id = $1 and conversation_id = $2 and created_at >= $3), \
                 max(created_at), cast(coalesce(sum(cost_nano_usd), 0) as bigint) from usage_events \
                 where org_id = $1 and conversation_id = $2 and created_at >= $3 and endpoint like 'realtime%'",
            )
            .bind(org.to_string())
            .bind(conversation.to_string())
            .bind(since.0)
            .fetch_one(pool)
            .await?
        });
        let last = written_at.max(used_at).map_or(since, Timestamp);
        Ok(CallTrail { last, cost_nano_usd: u64::try_from(cost).unwrap_or(0) })
    }

    /// Seconds of calls that an org has had since `from`, the running ones up to `now`.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn seconds_since(self, org: OrgId, from: Timestamp, now: Timestamp) -> Result<u64, DbError> {
        let row: (Option<i64>,) = on_readers!(self.db, pool => {
            sqlx::query_as(
                "select cast(sum(coalesce(seconds, ($3 - started_at) / 1000)) as bigint) from calls \
                 where org_id = $1 and started_at >= $2",
            )
            .bind(org.to_string())
            .bind(from.0)
            .bind(now.0)
            .fetch_one(pool)
            .await?
        });
        Ok(u64::try_from(row.0.unwrap_or(0)).unwrap_or(0))
    }
}
