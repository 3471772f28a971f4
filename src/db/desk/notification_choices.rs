//! How agents want to be told of things.

use std::collections::{BTreeMap, HashMap};

use rooms::{OrgId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::db::log::json_rows::{json_rows, on_json};
use crate::db::{DbError, handle, on_readers, on_tx};
use crate::model::{NotificationChoices, NotificationWay, QuietHours};

/// Choices as they are stored.
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    ways: BTreeMap<String, Vec<String>>,
    quiet_from: Option<String>,
    quiet_to: Option<String>,
    quiet_weekends: bool,
    #[serde(default)]
    push_preview: bool,
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
        let stored = serde_json::to_string(&Stored::from(choices)).expect("choices are plain data");
        let mut tx = self.db.begin().await?;
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

impl From<Stored> for NotificationChoices {
    fn from(stored: Stored) -> Self {
        Self {
            ways: stored.ways,
            quiet: stored.quiet_from.zip(stored.quiet_to).map(|(from, to)| QuietHours { from, to }),
            has_quiet_weekends: stored.quiet_weekends,
            has_push_preview: stored.push_preview,
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
            time_zone: choices.time_zone.clone(),
        }
    }
}
