//! Ratings: of answers, one row each beside the log, and the figures of an org.

use std::collections::BTreeMap;

use rooms::{Body, ConversationId, Entry, EntryId, Event, OrgId, Score, Thumb, Timestamp};

use super::count::count;
use super::json_rows::{json_rows, on_json};
use crate::db::engine::database::Tx;
use crate::db::{DbError, handle, on_readers, on_tx};
use crate::model::{RatingFigures, RatingFilter};

/// An answer: its conversation and its entry.
type Answer = (String, String);

/// What visitors think of answers since a batch began, the last of each: by the answer, its org and the value.
#[derive(Debug, Default)]
pub(super) struct MessageRatings(BTreeMap<Answer, (String, Option<i64>)>);

impl MessageRatings {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes in what an entry says of an answer, where it does.
    pub(super) fn add(&mut self, entry: &Entry, org: OrgId, conversation: ConversationId) {
        if let Body::Event(Event::MessageRated { message, thumb }) = &entry.body {
            let answer = (conversation.to_string(), message.to_string());
            self.0.insert(answer, (org.to_string(), thumb.map(Thumb::number)));
        }
    }

    /// Writes them.
    pub(super) async fn store(&self, tx: &mut Tx, now: Timestamp) -> Result<(), DbError> {
        let statement = on_json!(
            tx,
            "insert into message_ratings (conversation_id, message_id, org_id, value, created_at, rated_at) \
             select r.value ->> 0, r.value ->> 1, r.value ->> 2, cast(r.value ->> 3 as bigint), $2, $2 from ",
            " where true on conflict (conversation_id, message_id) do update \
             set value = excluded.value, rated_at = excluded.rated_at"
        );
        let row = |((conversation, message), (org, value)): (&Answer, &(String, Option<i64>))| {
            (conversation.clone(), message.clone(), org.clone(), *value)
        };
        let rows: Vec<(String, String, String, Option<i64>)> = self.0.iter().map(row).collect();
        on_tx!(tx, connection => {
            sqlx::query(statement).bind(json_rows(&rows)).bind(now.0).execute(connection).await?;
        });
        Ok(())
    }
}

handle!(
    /// What visitors say of answers and conversations.
    Ratings
);

impl Ratings<'_> {
    /// What the visitor thinks of an answer, where they said so.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn of_message(
        self,
        org: OrgId,
        conversation: ConversationId,
        message: EntryId,
    ) -> Result<Option<Thumb>, DbError> {
        let statement = "select value from message_ratings \
                         where conversation_id = $1 and message_id = $2 and org_id = $3";
        let value: Option<Option<i64>> = on_readers!(self.db, pool => {
            sqlx::query_scalar(statement)
                .bind(conversation.to_string())
                .bind(message.to_string())
                .bind(org.to_string())
                .fetch_optional(pool)
                .await?
        });
        Ok(value.flatten().and_then(Thumb::new))
    }

    /// How often each rating stands, of those given in a span of time.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn figures(self, org: OrgId, filter: RatingFilter) -> Result<RatingFigures, DbError> {
        let of_conversations = "select rating_score, count(*) from conversations where org_id = $1 \
                                and rating_at >= $2 and rating_at < $3 and ($4 = '' or channel_id = $4) \
                                group by rating_score";
        let of_messages = "select m.value, count(*) from message_ratings m \
                           join conversations c on c.id = m.conversation_id and c.org_id = m.org_id \
                           where m.org_id = $1 and m.rated_at >= $2 and m.rated_at < $3 \
                           and ($4 = '' or c.channel_id = $4) and m.value is not null group by m.value";
        let channel = filter.channel.map(|channel| channel.to_string()).unwrap_or_default();
        let mut counted = Vec::with_capacity(2);
        for statement in [of_conversations, of_messages] {
            let rows: Vec<(i64, i64)> = on_readers!(self.db, pool => {
                sqlx::query_as(statement)
                    .bind(org.to_string())
                    .bind(filter.from.0)
                    .bind(filter.until.0)
                    .bind(&channel)
                    .fetch_all(pool)
                    .await?
            });
            counted.push(rows);
        }
        let mut figures = RatingFigures::default();
        for (number, conversations) in &counted[0] {
            if let Some(score) = Score::new(*number) {
                figures.scores[usize::from(score.number()) - 1] = count(*conversations);
            }
        }
        for (number, messages) in &counted[1] {
            match Thumb::new(*number) {
                Some(Thumb::Up) => figures.up = count(*messages),
                Some(Thumb::Down) => figures.down = count(*messages),
                None => {}
            }
        }
        Ok(figures)
    }
}
