//! Ratings: a thumb for an answer of the assistant while the conversation is open, and a score for the whole of it
//! once it is closed. They change nothing about who answers.

use std::sync::Arc;

use super::Room;
use crate::rating::{CHANGEABLE_MS, RATEABLE_MS};
use crate::{Body, DraftEntry, Effect, EntryId, Event, Refusal, Score, Thumb, Timestamp, User};

impl Room {
    /// Rates an answer; the rating it has already changes nothing.
    pub(super) fn rate_message(
        &self,
        by: User,
        message: EntryId,
        (before, thumb): (Option<Thumb>, Option<Thumb>),
        id: EntryId,
    ) -> Result<Vec<Effect>, Refusal> {
        self.must_be_open()?;
        if before == thumb {
            return Ok(Vec::new());
        }
        let body = Body::Event(Event::MessageRated { message, thumb });
        self.draft(vec![DraftEntry { id, author: by, body }], None)
    }

    /// Rates the closed conversation; the rating it has already changes nothing while it may be changed.
    pub(super) fn rate(
        &self,
        by: User,
        score: Score,
        comment: Option<Arc<str>>,
        id: EntryId,
        now: Timestamp,
    ) -> Result<Vec<Effect>, Refusal> {
        if !self.head.is_closed() {
            return Err(Refusal::NotClosed);
        }
        let closed_at = self.head.closed_at.unwrap_or(self.head.entry_at);
        if now > closed_at.plus_ms(RATEABLE_MS) {
            return Err(Refusal::RatingOver);
        }
        if let Some(rating) = &self.head.rating {
            if now > rating.first_at.plus_ms(CHANGEABLE_MS) {
                return Err(Refusal::RatingOver);
            }
            if rating.score == score && rating.comment == comment {
                return Ok(Vec::new());
            }
        }
        let body = Body::Event(Event::Rated { score, comment });
        self.draft(vec![DraftEntry { id, author: by, body }], None)
    }
}
