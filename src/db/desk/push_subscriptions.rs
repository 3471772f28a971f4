//! Browsers in which agents are told of things while no page is open.

use rooms::{OrgId, Timestamp, UserId};

use crate::db::engine::database::Tx;
use crate::db::log::json_rows::{json_rows, on_json};
use crate::db::{DbError, handle, on_readers, on_tx, secrets};
use crate::model::{PushSubscription, PushSubscriptionId, push_subscription_field};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    org_id: String,
    member_id: String,
    session_id: Option<String>,
    locale: String,
    name: String,
    endpoint_hash: String,
    sealed: String,
    created_at: i64,
}

impl Row {
    fn into_subscription(self) -> Result<PushSubscription, DbError> {
        let ids = || Some((self.id.parse().ok()?, self.org_id.parse().ok()?, self.member_id.parse().ok()?));
        let Some((id, org, agent)) = ids() else {
            return Err(DbError::Corrupt { what: "push subscription", id: self.id });
        };
        let session = self.session_id.and_then(|id| id.parse().ok());
        let created_at = Timestamp(self.created_at);
        let Self { locale, name, endpoint_hash, sealed, .. } = self;
        Ok(PushSubscription { id, org, agent, session, locale, name, endpoint_hash, sealed, created_at })
    }
}

handle!(
    /// Browsers in which agents are told of things while no page is open.
    PushSubscriptions
);

impl PushSubscriptions<'_> {
    /// Stores a subscription in place of an older one of the same browser, whoever's that was; of its agent's the
    /// oldest beyond `most` are removed.
    ///
    /// # Errors
    /// When storage fails; then nothing has changed.
    pub async fn put(self, new: &PushSubscription, most: i64) -> Result<(), DbError> {
        let org = new.org.to_string();
        let mut tx = self.db.begin().await?;
        let mut replaced: Vec<String> = on_tx!(&mut tx, connection => {
            sqlx::query_scalar("delete from push_subscriptions where org_id = $1 and endpoint_hash = $2 returning id")
                .bind(&org)
                .bind(&new.endpoint_hash)
                .fetch_all(connection)
                .await?
        });
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into push_subscriptions (id, org_id, member_id, session_id, locale, name, endpoint_hash, created_at) \
                 values ($1, $2, $3, $4, $5, $6, $7, $8)",
            )
            .bind(new.id.to_string())
            .bind(&org)
            .bind(new.agent.to_string())
            .bind(new.session.map(|id| id.to_string()))
            .bind(&new.locale)
            .bind(&new.name)
            .bind(&new.endpoint_hash)
            .bind(new.created_at.0)
            .execute(connection)
            .await?;
        });
        secrets::put(&mut tx, new.org, &push_subscription_field(new.id), &new.sealed, new.created_at).await?;
        replaced.extend::<Vec<String>>(on_tx!(&mut tx, connection => {
            sqlx::query_scalar(
                "delete from push_subscriptions where id in (select id from push_subscriptions where org_id = $1 \
                 and member_id = $2 order by id desc limit 1000 offset $3) returning id",
            )
            .bind(&org)
            .bind(new.agent.to_string())
            .bind(most)
            .fetch_all(connection)
            .await?
        }));
        for id in replaced.iter().filter_map(|id| id.parse().ok()) {
            secrets::remove(&mut tx, new.org, &push_subscription_field(id)).await?;
        }
        Ok(tx.commit().await?)
    }

    /// The subscriptions of some agents who are active, without those whose session is over.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn of(
        self,
        agents: &[(OrgId, UserId)],
        now: Timestamp,
    ) -> Result<Vec<PushSubscription>, DbError> {
        let rows: Vec<[String; 2]> =
            agents.iter().map(|(org, agent)| [org.to_string(), agent.to_string()]).collect();
        let statement = on_json!(
            self.db,
            "with wanted (org_id, member_id) as (select r.value ->> 0, r.value ->> 1 from ",
            ") select p.id, p.org_id, p.member_id, p.session_id, p.locale, p.name, p.endpoint_hash, s.sealed, p.created_at \
             from wanted w join members m on m.id = w.member_id and m.org_id = w.org_id and m.active \
             join push_subscriptions p on p.org_id = m.org_id and p.member_id = m.id \
             join secrets s on s.org_id = p.org_id and s.field = 'push:' || p.id \
             where p.session_id is null or exists (select 1 from agent_sessions a where a.id = p.session_id \
             and a.org_id = p.org_id and a.expires_at > $2) order by p.id"
        );
        let rows: Vec<Row> = on_readers!(self.db, pool => {
            sqlx::query_as(statement).bind(json_rows(&rows)).bind(now.0).fetch_all(pool).await?
        });
        rows.into_iter().map(Row::into_subscription).collect()
    }

    /// Removes a subscription, of this agent's where one is named; false where there is none.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn remove(
        self,
        org: OrgId,
        agent: Option<UserId>,
        id: PushSubscriptionId,
    ) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let removed = on_tx!(&mut tx, connection => {
            sqlx::query("delete from push_subscriptions where org_id = $1 and id = $2 and ($3 or member_id = $4)")
                .bind(org.to_string())
                .bind(id.to_string())
                .bind(agent.is_none())
                .bind(agent.map(|agent| agent.to_string()).unwrap_or_default())
                .execute(connection)
                .await?
                .rows_affected()
        });
        if removed != 0 {
            secrets::remove(&mut tx, org, &push_subscription_field(id)).await?;
        }
        tx.commit().await?;
        Ok(removed != 0)
    }
}

/// Removes the subscriptions of a member that were made in sessions which have ended, or with `all` every one of theirs.
///
/// # Errors
/// When storage fails.
pub(crate) async fn remove_ended(tx: &mut Tx, org: OrgId, member: UserId, all: bool) -> Result<(), DbError> {
    let removed: Vec<String> = on_tx!(&mut *tx, connection => {
        sqlx::query_scalar(
            "delete from push_subscriptions where org_id = $1 and member_id = $2 and ($3 or (session_id is not null \
             and not exists (select 1 from agent_sessions a where a.id = push_subscriptions.session_id \
             and a.org_id = push_subscriptions.org_id))) returning id",
        )
        .bind(org.to_string())
        .bind(member.to_string())
        .bind(all)
        .fetch_all(connection)
        .await?
    });
    for id in removed.iter().filter_map(|id| id.parse().ok()) {
        secrets::remove(&mut *tx, org, &push_subscription_field(id)).await?;
    }
    Ok(())
}
