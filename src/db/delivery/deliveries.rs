//! Deliveries: what a webhook is to be sent, from the commit that caused it until it has arrived.

use rooms::{OrgId, Timestamp};
use sqlx::QueryBuilder;

use super::outgoing::Outgoing;
use crate::db::engine::database::Tx;
use crate::db::{DbError, handle, live_nodes, on_readers, on_tx, record};
use crate::model::{
    Busy, DeliveryFilter, DeliveryId, DeliveryOutcome, DeliveryRecord, Happening, NodeId, WebhookEvent,
    WebhookId, WebhookRecord,
};

record!(DeliveryRecord {
    id,
    webhook_id,
    org_id,
    kind,
    body,
    attempts,
    next_attempt_at,
    status,
    last_status,
    last_error,
    created_at,
    delivered_at
});

/// Rows of one statement at most: keeps the number of bound values far below either engine's limit.
const ROWS_PER_STATEMENT: usize = 64;

/// Writes what happened in an org for its webhooks, inside the transaction that makes it happen; true where there
/// was anything to write.
pub(crate) async fn insert(
    tx: &mut Tx,
    org: OrgId,
    events: &[WebhookEvent],
    now: Timestamp,
) -> Result<bool, DbError> {
    let webhooks: Vec<WebhookRecord> = on_tx!(tx, connection => {
        sqlx::query_as("select * from webhooks where org_id = $1 and active order by id")
            .bind(org.to_string())
            .fetch_all(connection)
            .await?
    });
    let wanted = |event: &WebhookEvent| {
        let (kind, body) = (event.kind, event.body.clone());
        webhooks
            .iter()
            .filter(move |webhook| webhook.wants(kind))
            .map(move |webhook| (webhook.id, kind, body.clone()))
    };
    let rows: Vec<(WebhookId, &'static str, String)> = events.iter().flat_map(wanted).collect();
    for rows in rows.chunks(ROWS_PER_STATEMENT) {
        on_tx!(tx, connection => {
            let mut query = QueryBuilder::new(
                "insert into webhook_deliveries (id, webhook_id, org_id, kind, body, attempts, next_attempt_at, status, created_at) ",
            );
            query.push_values(rows, |mut values, (webhook, kind, body)| {
                values
                    .push_bind(DeliveryId::new().to_string())
                    .push_bind(webhook.to_string())
                    .push_bind(org.to_string())
                    .push_bind((*kind).to_owned())
                    .push_bind(body.clone())
                    .push_bind(0_i64)
                    .push_bind(now.0)
                    .push_bind("pending")
                    .push_bind(now.0);
            });
            query.build().execute(connection).await?;
        });
    }
    Ok(!rows.is_empty())
}

/// Writes what happens for the webhooks of its org, inside the transaction that makes it happen; true where there was
/// anything to write. An org without webhooks pays nothing.
pub(crate) async fn tell(
    outgoing: &Outgoing,
    tx: &mut Tx,
    org: OrgId,
    happening: Happening<'_>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let events = outgoing.events_of(org, happening, now);
    if events.is_empty() { Ok(false) } else { insert(tx, org, &events, now).await }
}

impl Busy {
    fn leave_out<D: sqlx::Database>(&self, query: &mut QueryBuilder<D>)
    where
        String: sqlx::Type<D> + for<'q> sqlx::Encode<'q, D>,
    {
        let webhooks = self.webhooks.iter().map(|id| ("d.webhook_id", id.to_string()));
        let orgs = self.orgs.iter().map(|id| ("d.org_id", id.to_string()));
        for (column, id) in webhooks.chain(orgs) {
            query.push(format_args!(" and {column} <> "));
            query.push_bind(id);
        }
    }
}

handle!(
    /// Deliveries of webhooks.
    Deliveries
);

impl Deliveries<'_> {
    /// Writes one delivery to one webhook, whatever kinds that wants: a test, or one that is sent again.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn add(
        self,
        org: OrgId,
        webhook: WebhookId,
        kind: &str,
        body: &str,
        now: Timestamp,
    ) -> Result<DeliveryRecord, DbError> {
        let id = DeliveryId::new();
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into webhook_deliveries (id, webhook_id, org_id, kind, body, attempts, next_attempt_at, status, created_at) \
                 values ($1, $2, $3, $4, $5, 0, $6, 'pending', $6)",
            )
            .bind(id.to_string())
            .bind(webhook.to_string())
            .bind(org.to_string())
            .bind(kind)
            .bind(body)
            .bind(now.0)
            .execute(connection)
            .await?;
        });
        tx.commit().await?;
        self.db.outgoing().wake_deliveries();
        let written = self.get(org, id).await?;
        written.ok_or(DbError::Corrupt { what: "delivery", id: id.to_string() })
    }

    /// A delivery of an org.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn get(self, org: OrgId, id: DeliveryId) -> Result<Option<DeliveryRecord>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as("select * from webhook_deliveries where org_id = $1 and id = $2")
                .bind(org.to_string())
                .bind(id.to_string())
                .fetch_optional(pool)
                .await?
        }))
    }

    /// Deliveries of an org, the newest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(self, org: OrgId, filter: &DeliveryFilter) -> Result<Vec<DeliveryRecord>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(
                "select * from webhook_deliveries where org_id = $1 and ($2 = '' or webhook_id = $2) \
                 and ($3 = '' or status = $3) and ($4 = '' or id < $4) order by id desc limit $5",
            )
                .bind(org.to_string())
                .bind(filter.webhook.map(|id| id.to_string()).unwrap_or_default())
                .bind(&filter.status)
                .bind(filter.before.map(|id| id.to_string()).unwrap_or_default())
                .bind(filter.limit)
                .fetch_all(pool)
                .await?
        }))
    }

    /// Takes the delivery that has been due longest, of any org's active webhook that is not busy, for a node, and keeps it
    /// from being taken again until `until`.
    ///
    /// # Errors
    /// When storage fails; then none was taken.
    pub async fn claim(
        self,
        busy: &Busy,
        by: NodeId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<(DeliveryRecord, WebhookRecord)>, DbError> {
        if self.next_at(busy).await?.is_none_or(|at| at > now) {
            return Ok(None);
        }
        let mut tx = self.db.begin().await?;
        let lock = if tx.is_postgres() { " for update of d skip locked" } else { "" };
        let claimed: Option<DeliveryRecord> = on_tx!(&mut tx, connection => {
            let mut query = QueryBuilder::new("update webhook_deliveries set attempts = attempts + 1, claimed_until = ");
            query.push_bind(until.0);
            query.push(", claimed_by = ");
            query.push_bind(by.to_string());
            query.push(
                " where id = (select d.id from webhook_deliveries d join webhooks w on w.id = d.webhook_id \
                 where d.status = 'pending' and w.active and d.next_attempt_at <= ",
            );
            query.push_bind(now.0);
            query.push(" and (d.claimed_until is null or d.claimed_until <= ");
            query.push_bind(now.0);
            query.push(")");
            busy.leave_out(&mut query);
            // Orgs with nothing on its way come first: so they are served in turn.
            query.push(" order by case when d.org_id in (''");
            for org in &busy.served_orgs {
                query.push(", ");
                query.push_bind(org.to_string());
            }
            query.push(") then 1 else 0 end, d.next_attempt_at, d.id limit 1");
            query.push(lock);
            query.push(") returning *");
            query.build_query_as().fetch_optional(connection).await?
        });
        let Some(delivery) = claimed else { return Ok(None) };
        let webhook: Option<WebhookRecord> = on_tx!(&mut tx, connection => {
            sqlx::query_as("select * from webhooks where id = $1 and org_id = $2")
                .bind(delivery.webhook_id.to_string())
                .bind(delivery.org_id.to_string())
                .fetch_optional(connection)
                .await?
        });
        tx.commit().await?;
        Ok(webhook.map(|webhook| (delivery, webhook)))
    }

    /// When the next delivery of an active webhook is due; `None` where none waits.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn next_at(self, busy: &Busy) -> Result<Option<Timestamp>, DbError> {
        let due: Option<i64> = on_readers!(self.db, pool => {
            let mut query = QueryBuilder::new(
                "select min(case when d.claimed_until > d.next_attempt_at then d.claimed_until else d.next_attempt_at end) \
                 from webhook_deliveries d join webhooks w on w.id = d.webhook_id where d.status = 'pending' and w.active",
            );
            busy.leave_out(&mut query);
            query.build_query_scalar().fetch_one(pool).await?
        });
        Ok(due.map(Timestamp))
    }

    /// Notes the outcome of a node's try. That a try failed counts only while the node has the delivery still.
    ///
    /// # Errors
    /// When storage fails; then it is due again once its claim ends.
    pub async fn note(
        self,
        delivery: &DeliveryRecord,
        by: NodeId,
        outcome: &DeliveryOutcome,
        now: Timestamp,
    ) -> Result<(), DbError> {
        let (status, delivered_at) = match (&outcome.error, outcome.again_at) {
            (None, _) => ("delivered", Some(now.0)),
            (Some(_), Some(_)) => ("pending", None),
            (Some(_), None) => ("failed", None),
        };
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "update webhook_deliveries set status = $1, delivered_at = $2, last_status = $3, last_error = $4, \
                 next_attempt_at = $5, claimed_until = null, claimed_by = null \
                 where id = $6 and org_id = $7 and status = 'pending' and (claimed_by = $8 or $1 = 'delivered')",
            )
            .bind(status)
            .bind(delivered_at)
            .bind(outcome.status.map(i64::from))
            .bind(&outcome.error)
            .bind(outcome.again_at.map_or(delivery.next_attempt_at, |at| at.0))
            .bind(delivery.id.to_string())
            .bind(delivery.org_id.to_string())
            .bind(by.to_string())
            .execute(connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }

    /// Lets go of what nodes had taken that are gone; of a live one nothing is touched.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn release(self, of_process: Timestamp) -> Result<u64, DbError> {
        let now = self.db.nodes().now(of_process).await?;
        let mut tx = self.db.begin().await?;
        let released = on_tx!(&mut tx, connection => {
            sqlx::query(concat!(
                "update webhook_deliveries set claimed_until = null, claimed_by = null where status = 'pending' \
                 and claimed_until is not null and (claimed_by is null or claimed_by not in ",
                live_nodes!("$1"),
                ")"
            ))
            .bind(now.0)
            .execute(connection)
            .await?
            .rows_affected()
        });
        tx.commit().await?;
        self.db.outgoing().wake_deliveries();
        Ok(released)
    }

    /// Forgets deliveries and mails written before `before`, whatever became of them; doing it again changes nothing.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn forget(self, before: Timestamp) -> Result<u64, DbError> {
        let mut tx = self.db.begin().await?;
        let forgotten = on_tx!(&mut tx, connection => {
            let mails = sqlx::query("delete from mails where created_at < $1")
                .bind(before.0)
                .execute(&mut *connection)
                .await?
                .rows_affected();
            mails + sqlx::query("delete from webhook_deliveries where created_at < $1")
                .bind(before.0)
                .execute(connection)
                .await?
                .rows_affected()
        });
        tx.commit().await?;
        Ok(forgotten)
    }

    /// Writes an event for the webhooks of an org that want it.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn publish(self, org: OrgId, event: WebhookEvent, now: Timestamp) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        let has_any = insert(&mut tx, org, &[event], now).await?;
        tx.commit().await?;
        if has_any {
            self.db.outgoing().wake_deliveries();
        }
        Ok(())
    }

    /// Writes what happens outside of any other transaction for the webhooks of an org that want it.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn tell(self, org: OrgId, happening: Happening<'_>, now: Timestamp) -> Result<(), DbError> {
        if !self.db.outgoing().wants(org) {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        let has_any = tell(self.db.outgoing(), &mut tx, org, happening, now).await?;
        tx.commit().await?;
        if has_any {
            self.db.outgoing().wake_deliveries();
        }
        Ok(())
    }

    /// Ends when deliveries were written in this process.
    pub async fn written(self) {
        self.db.outgoing().deliveries_written().await;
    }
}
