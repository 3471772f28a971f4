//! How agents want to be told of things.

use std::collections::{BTreeMap, HashMap};

use rooms::{OrgId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::db::delivery::mails;
use crate::db::log::json_rows::{json_rows, on_json};
use crate::db::{DbError, handle, on_readers, on_tx};
use crate::model::{DueDigest, NewMail, NotificationChoices, NotificationWay, QuietHours};

/// Choices as they are stored.
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    ways: BTreeMap<String, Vec<String>>,
    quiet_from: Option<String>,
    quiet_to: Option<String>,
    quiet_weekends: bool,
    #[serde(default)]
    push_preview: bool,
    #[serde(default)]
    digest_hour: Option<u8>,
    /// When the next summary is due.
    #[serde(default)]
    digest_at: Option<i64>,
    #[serde(default)]
    locale: String,
    time_zone: String,
}

handle!(
    /// How agents want to be told.
    NotificationChoicesOf
);

impl NotificationChoicesOf<'_> {
    /// What some agents chose; who chose nothing is not in it.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn of(
        self,
        agents: &[(OrgId, UserId)],
    ) -> Result<HashMap<UserId, NotificationChoices>, DbError> {
        let rows: Vec<[String; 2]> =
            agents.iter().map(|(org, agent)| [org.to_string(), agent.to_string()]).collect();
        let statement = on_json!(
            self.db,
            "with wanted (org_id, member_id) as (select r.value ->> 0, r.value ->> 1 from ",
            ") select o.member_id, o.choices from wanted w join notification_choices o \
             on o.member_id = w.member_id and o.org_id = w.org_id"
        );
        let found: Vec<(String, String)> = on_readers!(self.db, pool => {
            sqlx::query_as(statement).bind(json_rows(&rows)).fetch_all(pool).await?
        });
        found
            .into_iter()
            .map(|(id, choices)| {
                let parsed = id.parse().ok().zip(serde_json::from_str::<Stored>(&choices).ok());
                let (member, stored) = parsed.ok_or(DbError::Corrupt { what: "notification choices", id })?;
                Ok((member, stored.into()))
            })
            .collect()
    }

    /// Stores what an agent chose.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn put(
        self,
        org: OrgId,
        agent: UserId,
        choices: &NotificationChoices,
        now: Timestamp,
    ) -> Result<(), DbError> {
        let bell = NotificationWay::Bell.as_str();
        let unlisted: String = choices
            .ways
            .iter()
            .filter(|(_, ways)| !ways.iter().any(|way| way == bell))
            .map(|(kind, _)| format!("|{kind}|"))
            .collect();
        let mut tx = self.db.begin().await?;
        // The summary of today is not moved and mailed between this and what is stored.
        let statement = if tx.is_postgres() {
            "select choices from notification_choices where member_id = $1 and org_id = $2 for update"
        } else {
            "select choices from notification_choices where member_id = $1 and org_id = $2"
        };
        let before: Option<String> = on_tx!(&mut tx, connection => {
            sqlx::query_scalar(statement)
                .bind(agent.to_string())
                .bind(org.to_string())
                .fetch_optional(connection)
                .await?
        });
        let mut stored = Stored::from(choices);
        // What is due stays due, unless another hour was chosen.
        let before = before.and_then(|before| serde_json::from_str::<Stored>(&before).ok());
        stored.digest_at = before
            .filter(|before| {
                (before.digest_hour, &before.time_zone) == (stored.digest_hour, &stored.time_zone)
            })
            .and_then(|before| before.digest_at);
        let stored = json(&stored);
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into notification_choices (member_id, org_id, choices, unlisted, created_at, updated_at) \
                 select m.id, m.org_id, $1, $2, $3, $3 from members m where m.id = $4 and m.org_id = $5 \
                 on conflict (member_id) do update set choices = excluded.choices, unlisted = excluded.unlisted, \
                 updated_at = excluded.updated_at",
            )
            .bind(stored)
            .bind(unlisted)
            .bind(now.0)
            .bind(agent.to_string())
            .bind(org.to_string())
            .execute(connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }
}

impl NotificationChoicesOf<'_> {
    /// Summaries that agents of all orgs want, by the agents' ids above `after`.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn digests(self, after: Option<UserId>, limit: i64) -> Result<Vec<DueDigest>, DbError> {
        let statement = "select o.org_id, o.member_id, m.email, o.choices from notification_choices o \
                         join members m on m.id = o.member_id and m.org_id = o.org_id and m.active \
                         where o.member_id > $1 and o.choices not like '%\"digest_hour\":null%' \
                         order by o.member_id limit $2";
        let rows: Vec<(String, String, String, String)> = on_readers!(self.db, pool => {
            sqlx::query_as(statement)
                .bind(after.map(|id| id.to_string()).unwrap_or_default())
                .bind(limit)
                .fetch_all(pool)
                .await?
        });
        let parse = |(org, agent, email, seen): (String, String, String, String)| {
            let stored: Stored = serde_json::from_str(&seen).ok()?;
            Some(DueDigest {
                org: org.parse().ok()?,
                agent: agent.parse().ok()?,
                email,
                locale: stored.locale,
                time_zone: stored.time_zone,
                hour: stored.digest_hour?,
                due_at: stored.digest_at.map(Timestamp),
                seen,
            })
        };
        Ok(rows.into_iter().filter_map(parse).collect())
    }

    /// Says when the next summary is due, and queues this one's mail, both or neither; false, and nothing has changed,
    /// where the choices are others by now.
    ///
    /// # Errors
    /// When storage fails; then nothing has changed.
    pub async fn move_digest(
        self,
        digest: &DueDigest,
        next: Timestamp,
        mail: Option<&NewMail>,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let id = digest.agent.to_string();
        let Ok(stored) = serde_json::from_str::<Stored>(&digest.seen) else {
            return Err(DbError::Corrupt { what: "notification choices", id });
        };
        let moved = json(&Stored { digest_at: Some(next.0), ..stored });
        let mut tx = self.db.begin().await?;
        let changed = on_tx!(&mut tx, connection => {
            sqlx::query(
                "update notification_choices set choices = $1 where member_id = $2 and org_id = $3 and choices = $4",
            )
            .bind(moved)
            .bind(&id)
            .bind(digest.org.to_string())
            .bind(&digest.seen)
            .execute(connection)
            .await?
            .rows_affected()
        });
        if changed == 0 {
            return Ok(false);
        }
        if let Some(mail) = mail {
            mails::insert(&mut tx, digest.org, std::slice::from_ref(mail), now).await?;
        }
        tx.commit().await?;
        if mail.is_some() {
            self.db.outgoing().wake_mails();
        }
        Ok(true)
    }
}

fn json(stored: &Stored) -> String {
    serde_json::to_string(stored).expect("choices are plain data")
}

impl From<Stored> for NotificationChoices {
    fn from(stored: Stored) -> Self {
        Self {
            ways: stored.ways,
            quiet: stored.quiet_from.zip(stored.quiet_to).map(|(from, to)| QuietHours { from, to }),
            has_quiet_weekends: stored.quiet_weekends,
            has_push_preview: stored.push_preview,
            digest_hour: stored.digest_hour,
            locale: stored.locale,
            time_zone: stored.time_zone,
        }
    }
}

impl From<&NotificationChoices> for Stored {
    fn from(choices: &NotificationChoices) -> Self {
        Self {
            ways: choices.ways.clone(),
            quiet_from: choices.quiet.as_ref().map(|quiet| quiet.from.clone()),
            quiet_to: choices.quiet.as_ref().map(|quiet| quiet.to.clone()),
            quiet_weekends: choices.has_quiet_weekends,
            push_preview: choices.has_push_preview,
            digest_hour: choices.digest_hour,
            digest_at: None,
            locale: choices.locale.clone(),
            time_zone: choices.time_zone.clone(),
        }
    }
}
