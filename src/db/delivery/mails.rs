//! Mails that wait to be sent, so that a restart loses none.

use rooms::{OrgId, Timestamp};

use crate::db::engine::database::Tx;
use crate::db::people::lock_org;
use crate::db::{DbError, handle, live_nodes, on_readers, on_tx, record};
use crate::model::{HandoffMails, MailId, MailRecord, NewMail, NodeId, VisitorMail};

record!(MailRecord { id, org_id, recipient, reply_to, subject, body, attempts, sender_name, stop_url });

/// Queues mails inside a transaction.
pub(crate) async fn insert(
    tx: &mut Tx,
    org: OrgId,
    mails: &[NewMail],
    now: Timestamp,
) -> Result<(), DbError> {
    insert_of_kind(
        tx,
        org,
        mails,
        Row { kind: None, sender_name: None, stop_url: None, not_before: now },
        now,
    )
    .await
}

/// Queues a mail to a visitor.
pub(crate) async fn insert_to_visitor(
    tx: &mut Tx,
    org: OrgId,
    mail: &VisitorMail,
    now: Timestamp,
) -> Result<(), DbError> {
    let VisitorMail { recipient, sender_name, subject, body, stop_url } = mail.clone();
    let (sender_name, stop_url) = (Some(sender_name.as_str()), Some(stop_url.as_str()));
    let row = Row { kind: None, sender_name, stop_url, not_before: now };
    let mail = NewMail { recipient, reply_to: None, subject, body };
    insert_of_kind(tx, org, &[mail], row, now).await
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
    // Of two handoffs at once the second waits here for the first.
    lock_org(tx, org).await?;
    // A mail that was sent at once was due when it was queued, one at the end of the interval later. A later time than
    // now does not tell them apart: of two handoffs at once the second may have looked at the clock first.
    let (last, has_later): (Option<i64>, bool) = on_tx!(&mut *tx, connection => {
        sqlx::query_as(
            "select max(not_before), coalesce(sum(case when not_before > created_at and not_before > $2 then 1 else 0 end), 0) > 0 \
             from mails where org_id = $1 and kind = 'handoff'",
        )
        .bind(org.to_string())
        .bind(now.0)
        .fetch_one(connection)
        .await?
    });
    let next = last.map_or(now.0, |last| last.saturating_add(mails.interval_ms));
    if next <= now.0 || mails.interval_ms == 0 {
        let row = Row { kind: Some("handoff"), sender_name: None, stop_url: None, not_before: now };
        return insert_of_kind(tx, org, &mails.at_once, row, now).await;
    }
    if has_later {
        return Ok(());
    }
    let row = Row { kind: Some("handoff"), sender_name: None, stop_url: None, not_before: Timestamp(next) };
    insert_of_kind(tx, org, &mails.later, row, now).await
}

/// What stands beside a mail.
#[derive(Clone, Copy)]
struct Row<'a> {
    kind: Option<&'a str>,
    sender_name: Option<&'a str>,
    stop_url: Option<&'a str>,
    not_before: Timestamp,
}

async fn insert_of_kind(
    tx: &mut Tx,
    org: OrgId,
    mails: &[NewMail],
    row: Row<'_>,
    now: Timestamp,
) -> Result<(), DbError> {
    for mail in mails {
        on_tx!(&mut *tx, connection => {
            sqlx::query(
                "insert into mails (id, org_id, recipient, reply_to, subject, body, attempts, next_attempt_at, status, created_at, kind, not_before, stop_url, sender_name) \
                 values ($1, $2, $3, $4, $5, $6, 0, $7, 'pending', $8, $9, $7, $10, $11)",
            )
            .bind(MailId::new().to_string())
            .bind(org.to_string())
            .bind(&mail.recipient)
            .bind(&mail.reply_to)
            .bind(&mail.subject)
            .bind(&mail.body)
            .bind(row.not_before.0)
            .bind(now.0)
            .bind(row.kind)
            .bind(row.stop_url)
            .bind(row.sender_name)
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

    /// Queues a mail to a visitor.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn queue_to_visitor(
        self,
        org: OrgId,
        mail: &VisitorMail,
        now: Timestamp,
    ) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        insert_to_visitor(&mut tx, org, mail, now).await?;
        tx.commit().await?;
        self.db.outgoing().wake_mails();
        Ok(())
    }

    /// The mail that has been due longest of the first org behind `after` that has one, or of the first of all: orgs
    /// are served in turn. What another live node is sending is not due.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn due(
        self,
        after: Option<OrgId>,
        by: NodeId,
        now: Timestamp,
    ) -> Result<Option<MailRecord>, DbError> {
        let by_all = self.db.nodes().now(now).await?;
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(concat!(
                "select id, org_id, recipient, reply_to, subject, body, attempts, sender_name, stop_url from mails \
                 where status = 'pending' and next_attempt_at <= $1 and (claimed_by is null or claimed_by = $4 or claimed_by not in ",
                live_nodes!("$3"),
                ") order by case when org_id > $2 then 0 else 1 end, org_id, next_attempt_at, id limit 1"
            ))
            .bind(now.0)
            .bind(after.map(|org| org.to_string()).unwrap_or_default())
            .bind(by_all.0)
            .bind(by.to_string())
            .fetch_optional(pool)
            .await?
        }))
    }

    /// Takes a due mail for one node of several; false where another has it or has sent it.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn claim(self, mail: &MailRecord, by: NodeId, of_process: Timestamp) -> Result<bool, DbError> {
        let now = self.db.nodes().now(of_process).await?;
        let mut tx = self.db.begin().await?;
        let claimed_count = on_tx!(&mut tx, connection => {
            sqlx::query(concat!(
                "update mails set claimed_by = $1 where id = $2 and org_id = $3 and status = 'pending' \
                 and attempts = $4 and (claimed_by is null or claimed_by = $1 or claimed_by not in ",
                live_nodes!("$5"),
                ")"
            ))
            .bind(by.to_string())
            .bind(mail.id.to_string())
            .bind(mail.org_id.to_string())
            .bind(mail.attempts)
            .bind(now.0)
            .execute(connection)
            .await?
            .rows_affected()
        });
        tx.commit().await?;
        Ok(claimed_count != 0)
    }

    /// When the next mail is due that no other live node is sending; `None` where none waits.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn next_at(self, by: NodeId, now: Timestamp) -> Result<Option<Timestamp>, DbError> {
        let now = self.db.nodes().now(now).await?;
        let due: Option<i64> = on_readers!(self.db, pool => {
            sqlx::query_scalar(concat!(
                "select min(next_attempt_at) from mails where status = 'pending' \
                 and (claimed_by is null or claimed_by = $2 or claimed_by not in ",
                live_nodes!("$1"),
                ")"
            ))
            .bind(now.0)
            .bind(by.to_string())
            .fetch_one(pool)
            .await?
        });
        Ok(due.map(Timestamp))
    }

    /// Notes the outcome of a try: `Ok` when it was sent, otherwise why not and when it is tried again, if ever.
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
                "update mails set status = $1, last_error = $2, next_attempt_at = $3, sent_at = $4, attempts = attempts + 1, claimed_by = null \
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

    /// Has whoever sends mails look again.
    pub fn wake(self) {
        self.db.outgoing().wake_mails();
    }

    /// Ends when mails were queued in this process.
    pub async fn written(self) {
        self.db.outgoing().mails_written().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;

    const ORG: OrgId = OrgId(7);
    const NOW: i64 = 1_700_000_000_000;

    fn mails(interval_ms: i64) -> HandoffMails {
        let mail = |subject: &str| NewMail {
            recipient: "ana@example.com".to_owned(),
            reply_to: None,
            subject: subject.to_owned(),
            body: String::new(),
        };
        HandoffMails { at_once: vec![mail("now")], later: vec![mail("later")], interval_ms }
    }

    /// The subjects of what is queued after handoffs at these times.
    async fn queued(interval_ms: i64, times: &[i64]) -> Vec<String> {
        let data = tempfile::tempdir().unwrap();
        let db = Db::open(None, data.path(), 1).await.unwrap();
        db.orgs().add(ORG, "Acme", Timestamp(NOW)).await.unwrap();
        for at in times {
            let mut tx = db.begin().await.unwrap();
            insert_handoff(&mut tx, ORG, &mails(interval_ms), Timestamp(*at)).await.unwrap();
            tx.commit().await.unwrap();
        }
        let (mut subjects, node) = (Vec::new(), NodeId::new());
        while let Some(mail) = db.mails().due(None, node, Timestamp(i64::MAX)).await.unwrap() {
            subjects.push(mail.subject.clone());
            db.mails().note(&mail, Ok(()), Timestamp(NOW)).await.unwrap();
        }
        subjects
    }

    #[tokio::test]
    async fn of_two_handoffs_at_once_the_one_that_looked_at_the_clock_first_is_told_of_too() {
        assert_eq!(queued(0, &[NOW, NOW - 2, NOW - 1]).await, ["now", "now", "now"]);
        assert_eq!(queued(600_000, &[NOW, NOW - 2]).await, ["now", "later"]);
    }

    #[tokio::test]
    async fn within_an_interval_one_mail_tells_of_all() {
        assert_eq!(queued(600_000, &[NOW, NOW + 1, NOW + 2, NOW + 599_999]).await, ["now", "later"]);
        assert_eq!(queued(600_000, &[NOW, NOW + 600_000]).await, ["now", "now"]);
    }
}
