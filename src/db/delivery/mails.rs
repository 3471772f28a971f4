//! Mails that wait to be sent, so that a restart loses none.

use rooms::{OrgId, Timestamp};

use crate::db::engine::database::Tx;
use crate::db::{DbError, handle, on_readers, on_tx, record};
use crate::model::{HandoffMails, MailId, MailRecord, NewMail};

record!(MailRecord { id, org_id, recipient, reply_to, subject, body, attempts });

/// Queues mails inside a transaction.
pub(crate) async fn insert(
    tx: &mut Tx,
    org: OrgId,
    mails: &[NewMail],
    now: Timestamp,
) -> Result<(), DbError> {
    insert_of_kind(tx, org, mails, None, now, now).await
}

/// Queues the mails of a handoff: at once, at the end of the interval, or none where that is queued already.
pub(crate) async fn insert_handoff(
    tx: &mut Tx,
    org: OrgId,
    mails: &HandoffMails,
    now: Timestamp,
) -> Result<(), DbError> {
    if mails.at_once.is_empty() {
        return Ok(());
    }
    let last: Option<i64> = on_tx!(&mut *tx, connection => {
        // Of two handoffs at once the second waits here for the first.
        sqlx::query("update orgs set name = name where id = $1").bind(org.to_string()).execute(&mut *connection).await?;
        sqlx::query_scalar("select max(not_before) from mails where org_id = $1 and kind = 'handoff'")
            .bind(org.to_string())
            .fetch_one(connection)
            .await?
    });
    let next = last.map_or(now.0, |last| last.saturating_add(mails.interval_ms));
    if next <= now.0 {
        return insert_of_kind(tx, org, &mails.at_once, Some("handoff"), now, now).await;
    }
    if last.is_some_and(|last| last > now.0) {
        return Ok(());
    }
    insert_of_kind(tx, org, &mails.later, Some("handoff"), now, Timestamp(next)).await
}

async fn insert_of_kind(
    tx: &mut Tx,
    org: OrgId,
    mails: &[NewMail],
    kind: Option<&str>,
    now: Timestamp,
    not_before: Timestamp,
) -> Result<(), DbError> {
    for mail in mails {
        on_tx!(&mut *tx, connection => {
            sqlx::query(
                "insert into mails (id, org_id, recipient, reply_to, subject, body, attempts, next_attempt_at, status, created_at, kind, not_before) \
                 values ($1, $2, $3, $4, $5, $6, 0, $7, 'pending', $8, $9, $7)",
            )
            .bind(MailId::new().to_string())
            .bind(org.to_string())
            .bind(&mail.recipient)
            .bind(&mail.reply_to)
            .bind(&mail.subject)
            .bind(&mail.body)
            .bind(not_before.0)
            .bind(now.0)
            .bind(kind)
            .execute(connection)
            .await?;
        });
    }
    Ok(())
}

handle!(
    /// Mails that wait to be sent.
    Mails
);

impl Mails<'_> {
    /// Queues mails: all of them or none.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn queue(self, org: OrgId, mails: &[NewMail], now: Timestamp) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        insert(&mut tx, org, mails, now).await?;
        tx.commit().await?;
        self.db.outgoing().wake_mails();
        Ok(())
    }

    /// The mail that has been due longest of the first org behind `after` that has one, or of the first of all: orgs
    /// are served in turn.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn due(self, after: Option<OrgId>, now: Timestamp) -> Result<Option<MailRecord>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(
                "select id, org_id, recipient, reply_to, subject, body, attempts from mails \
                 where status = 'pending' and next_attempt_at <= $1 \
                 order by case when org_id > $2 then 0 else 1 end, org_id, next_attempt_at, id limit 1",
            )
            .bind(now.0)
            .bind(after.map(|org| org.to_string()).unwrap_or_default())
            .fetch_optional(pool)
            .await?
        }))
    }

    /// When the next mail is due; `None` where none waits.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn next_at(self) -> Result<Option<Timestamp>, DbError> {
        let due: Option<i64> = on_readers!(self.db, pool => {
            sqlx::query_scalar("select min(next_attempt_at) from mails where status = 'pending'").fetch_one(pool).await?
        });
        Ok(due.map(Timestamp))
    }

    /// Notes what came of a try: `Ok` when it was sent, otherwise why not and when it is tried again, if ever.
    ///
    /// # Errors
    /// When storage fails; then it is tried again.
    pub async fn note(
        self,
        mail: &MailRecord,
        outcome: Result<(), (&str, Option<Timestamp>)>,
        now: Timestamp,
    ) -> Result<(), DbError> {
        let (status, error, again_at) = match outcome {
            Ok(()) => ("sent", None, None),
            Err((error, Some(again_at))) => ("pending", Some(error), Some(again_at)),
            Err((error, None)) => ("failed", Some(error), None),
        };
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "update mails set status = $1, last_error = $2, next_attempt_at = $3, sent_at = $4, attempts = attempts + 1 \
                 where id = $5 and org_id = $6",
            )
            .bind(status)
            .bind(error)
            .bind(again_at.unwrap_or(now).0)
            .bind((status == "sent").then_some(now.0))
            .bind(mail.id.to_string())
            .bind(mail.org_id.to_string())
            .execute(connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }

    /// Ends when mails were queued in this process.
    pub async fn written(self) {
        self.db.outgoing().mails_written().await;
    }
}
