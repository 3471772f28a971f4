//! Automatic assignment, decided in the database: decisions of one org wait for one another, so two of them never choose
//! for the same conversation or fill the same place of an agent.

use rooms::{ChannelId, ConversationId, OrgId, Timestamp};
use sqlx::QueryBuilder;

use super::json_rows::{json_rows, on_json};
use super::rank::WAITING_RANK;
use crate::db::engine::database::Tx;
use crate::db::people::lock_org;
use crate::db::{Conversations, DbError, on_readers, on_tx};
use crate::model::{AssignmentCandidate, AssignmentChoice, UndecidedWait, UndecidedWaits};

impl Conversations<'_> {
    /// Channels of an org where somebody waits.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn channels_with_waits(self, org: OrgId) -> Result<Vec<ChannelId>, DbError> {
        let ids: Vec<String> = on_readers!(self.db, pool => {
            sqlx::query_scalar(
                "select distinct channel_id from conversations where org_id = $1 and status = 'waiting' \
                 and last_visitor_message_seq > 0",
            )
            .bind(org.to_string())
            .fetch_all(pool)
            .await?
        });
        Ok(ids.iter().filter_map(|id| id.parse().ok()).collect())
    }

    /// Conversations of an org that wait and are assigned to nobody who would come, in the order in which they are to
    /// be answered.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn undecided_waits(
        self,
        org: OrgId,
        waits: UndecidedWaits<'_>,
        limit: i64,
    ) -> Result<Vec<UndecidedWait>, DbError> {
        let rows: Vec<(String, Option<String>)> = on_readers!(self.db, pool => {
            let mut query = QueryBuilder::new("select c.id, c.assignee from conversations c where c.org_id = ");
            query.push_bind(org.to_string());
            query.push(" and c.status = 'waiting' and c.last_visitor_message_seq > 0 and c.channel_id in (''");
            for channel in waits.channels {
                query.push(", ").push_bind(channel.to_string());
            }
            query.push(") and (c.assignee is null or c.assignee in (''");
            for agent in waits.absent {
                query.push(", ").push_bind(agent.to_string());
            }
            query.push(")");
            if let Some(here) = waits.here {
                query.push(" or c.assignee not in (''");
                for agent in here {
                    query.push(", ").push_bind(agent.to_string());
                }
                query.push(")");
            }
            for (conversation, agent) in waits.released {
                query.push(" or c.id = ").push_bind(conversation.to_string());
                query.push(" and c.assignee = ").push_bind(agent.to_string());
            }
            query.push(format_args!(") order by {WAITING_RANK}, c.id limit "));
            query.push_bind(limit);
            query.build_query_as().fetch_all(pool).await?
        });
        let parse = |(id, assignee): (String, Option<String>)| {
            let assignee = assignee.map(|id| id.parse()).transpose().ok()?;
            Some(UndecidedWait { conversation: id.parse().ok()?, assignee })
        };
        Ok(rows.into_iter().filter_map(parse).collect())
    }

    /// Chooses an agent for a conversation that waits: of those who have room the one who was chosen longest ago. Until
    /// `until` nobody else decides on it.
    ///
    /// # Errors
    /// When storage fails; then nothing was decided.
    pub async fn claim_assignment(
        self,
        org: OrgId,
        wait: UndecidedWait,
        candidates: &[AssignmentCandidate],
        (now, until): (Timestamp, Timestamp),
    ) -> Result<AssignmentChoice, DbError> {
        let mut tx = self.db.begin().await?;
        // Two decisions of one org wait for each other here.
        lock_org(&mut tx, org).await?;
        if !is_undecided(&mut tx, org, wait, now).await? {
            return Ok(AssignmentChoice::Settled);
        }
        let Some(member) = freest(&mut tx, org, candidates, now).await? else {
            return Ok(AssignmentChoice::NobodyFree);
        };
        let id = member.clone();
        let agent = member.parse().map_err(|_| DbError::Corrupt { what: "member", id })?;
        take_turn(&mut tx, org, &member, now).await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into assignment_claims (conversation_id, org_id, member_id, expires_at, created_at) \
                 values ($1, $2, $3, $4, $5) on conflict (conversation_id) do update \
                 set member_id = excluded.member_id, expires_at = excluded.expires_at",
            )
            .bind(wait.conversation.to_string())
            .bind(org.to_string())
            .bind(&member)
            .bind(until.0)
            .bind(now.0)
            .execute(connection)
            .await?;
        });
        tx.commit().await?;
        Ok(AssignmentChoice::Chosen(agent))
    }

    /// Ends a claim: the assignment is in the log, or was refused.
    ///
    /// # Errors
    /// When storage fails; then it expires by itself.
    pub async fn end_assignment_claim(self, org: OrgId, conversation: ConversationId) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query("delete from assignment_claims where org_id = $1 and conversation_id = $2")
                .bind(org.to_string())
                .bind(conversation.to_string())
                .execute(connection)
                .await?;
        });
        Ok(tx.commit().await?)
    }
}

async fn is_undecided(tx: &mut Tx, org: OrgId, wait: UndecidedWait, now: Timestamp) -> Result<bool, DbError> {
    let statement = "select count(*) from conversations c where c.id = $1 and c.org_id = $2 and c.status = 'waiting' \
                     and coalesce(c.assignee, '') = $4 and not exists (select 1 from assignment_claims a \
                     where a.conversation_id = c.id and a.org_id = c.org_id and a.expires_at > $3)";
    let count: i64 = on_tx!(tx, connection => {
        sqlx::query_scalar(statement)
            .bind(wait.conversation.to_string())
            .bind(org.to_string())
            .bind(now.0)
            .bind(wait.assignee.map(|agent| agent.to_string()).unwrap_or_default())
            .fetch_one(connection)
            .await?
    });
    Ok(count != 0)
}

/// Of the candidates with room the one who was chosen longest ago. What an agent answers counts, what waits and is
/// assigned to them, and what was decided and is not in a log yet.
async fn freest(
    tx: &mut Tx,
    org: OrgId,
    candidates: &[AssignmentCandidate],
    now: Timestamp,
) -> Result<Option<String>, DbError> {
    let rows: Vec<(String, Option<u64>)> =
        candidates.iter().map(|one| (one.agent.to_string(), one.capacity)).collect();
    let statement = on_json!(
        tx,
        "with candidates (member_id, capacity) as (select r.value ->> 0, cast(r.value ->> 1 as bigint) from ",
        ") select m.id from candidates k join members m on m.id = k.member_id and m.org_id = $2 and m.active \
         left join assignment_turns t on t.member_id = m.id and t.org_id = m.org_id \
         where k.capacity is null or k.capacity > \
         (select count(*) from conversations c where c.org_id = m.org_id \
         and (c.status = 'waiting' and c.assignee = m.id or c.status = 'open' and c.responder_agent = m.id)) \
         + (select count(*) from assignment_claims a where a.org_id = m.org_id and a.member_id = m.id \
         and a.expires_at > $3 and not exists (select 1 from conversations c where c.id = a.conversation_id \
         and c.org_id = a.org_id and c.assignee = m.id)) \
         order by coalesce(t.turn, 0), m.id limit 1"
    );
    Ok(on_tx!(tx, connection => {
        sqlx::query_scalar(statement)
            .bind(json_rows(&rows))
            .bind(org.to_string())
            .bind(now.0)
            .fetch_optional(connection)
            .await?
    }))
}

async fn take_turn(tx: &mut Tx, org: OrgId, member: &str, now: Timestamp) -> Result<(), DbError> {
    on_tx!(tx, connection => {
        sqlx::query(
            "insert into assignment_turns (member_id, org_id, turn, created_at) \
             select $1, $2, coalesce(max(turn), 0) + 1, $3 from assignment_turns where org_id = $2 \
             on conflict (member_id) do update set turn = excluded.turn",
        )
        .bind(member)
        .bind(org.to_string())
        .bind(now.0)
        .execute(connection)
        .await?;
    });
    Ok(())
}
