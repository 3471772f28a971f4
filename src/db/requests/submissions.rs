//! Submissions: enquiries that visitors left for people.

use rooms::{OrgId, Timestamp, UserId};

use crate::db::delivery::{deliveries, mails};
use crate::db::people::visitors_of_person;
use crate::db::{DbError, handle, on_readers, on_tx, record};
use crate::model::{Happening, NewMail, SubmissionFilter, SubmissionId, SubmissionRecord};

record!(SubmissionRecord {
    id,
    channel_id,
    conversation_id,
    visitor_id,
    name,
    email,
    subject,
    body,
    status,
    handled_by,
    created_at,
    updated_at
});

macro_rules! select_submissions {
    ($($rest:tt)+) => {
        concat!(
            "select id, channel_id, conversation_id, visitor_id, name, email, subject, body, status, handled_by, ",
            "created_at, updated_at from submissions ",
            $($rest)+
        )
    };
}

handle!(
    /// Enquiries that visitors left.
    Submissions
);

impl Submissions<'_> {
    /// Stores an enquiry and queues the mails that tell of it: all or nothing.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn add(
        self,
        org: OrgId,
        record: &SubmissionRecord,
        mails: &[NewMail],
        now: Timestamp,
    ) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into submissions (id, org_id, channel_id, conversation_id, visitor_id, name, email, subject, body, \
                 status, handled_by, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            )
            .bind(record.id.to_string())
            .bind(org.to_string())
            .bind(record.channel_id.map(|id| id.to_string()))
            .bind(record.conversation_id.map(|id| id.to_string()))
            .bind(record.visitor_id.map(|id| id.to_string()))
            .bind(&record.name)
            .bind(&record.email)
            .bind(&record.subject)
            .bind(&record.body)
            .bind(&record.status)
            .bind(record.handled_by.map(|id| id.to_string()))
            .bind(record.created_at)
            .bind(record.updated_at)
            .execute(connection)
            .await?;
        });
        mails::insert(&mut tx, org, mails, now).await?;
        let outgoing = self.db.outgoing();
        let happening = Happening::SubmissionCreated(record);
        let has_deliveries = deliveries::tell(outgoing, &mut tx, org, happening, now).await?;
        tx.commit().await?;
        outgoing.wake_mails();
        if has_deliveries {
            outgoing.wake_deliveries();
        }
        Ok(())
    }

    /// Submissions of all visitors who were merged into one person, the newest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn of_person(
        self,
        org: OrgId,
        main: UserId,
        limit: i64,
    ) -> Result<Vec<SubmissionRecord>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(select_submissions!(
                "where org_id = $1 and visitor_id in ",
                visitors_of_person!(),
                " order by id desc limit $3"
            ))
            .bind(org.to_string())
            .bind(main.to_string())
            .bind(limit)
            .fetch_all(pool)
            .await?
        }))
    }

    /// Submissions of an org, the newest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(self, org: OrgId, filter: &SubmissionFilter) -> Result<Vec<SubmissionRecord>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(select_submissions!(
                "where org_id = $1 and ($2 = '' or status = $2) and ($3 = '' or id < $3) order by id desc limit $4"
            ))
            .bind(org.to_string())
            .bind(&filter.status)
            .bind(filter.before.map(|id| id.to_string()).unwrap_or_default())
            .bind(filter.limit)
            .fetch_all(pool)
            .await?
        }))
    }

    /// Sets the status of a submission; `None` where there is no such one.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn set_status(
        self,
        org: OrgId,
        id: SubmissionId,
        status: &str,
        by: UserId,
        now: Timestamp,
    ) -> Result<Option<SubmissionRecord>, DbError> {
        let mut tx = self.db.begin().await?;
        let changed = on_tx!(&mut tx, connection => {
            sqlx::query("update submissions set status = $1, handled_by = $2, updated_at = $3 where org_id = $4 and id = $5")
                .bind(status)
                .bind(by.to_string())
                .bind(now.0)
                .bind(org.to_string())
                .bind(id.to_string())
                .execute(&mut *connection)
                .await?;
            sqlx::query_as(select_submissions!("where org_id = $1 and id = $2"))
                .bind(org.to_string())
                .bind(id.to_string())
                .fetch_optional(connection)
                .await?
        });
        tx.commit().await?;
        Ok(changed)
    }
}
