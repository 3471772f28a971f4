//! What a search asks of conversations besides words.

use sqlx::QueryBuilder;

use crate::model::{SearchAssignee, SearchRequest};

/// Filters by what a conversation is now; a visitor alone fits only a channel. `place_of` is the engine's function that
/// finds a text in another, to the letter.
pub(super) fn push_filters<DB: sqlx::Database>(
    query: &mut QueryBuilder<DB>,
    request: &SearchRequest,
    place_of: &str,
) where
    String: for<'q> sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    i64: for<'q> sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    if let Some(channel) = request.channel {
        query.push(" and coalesce(c.channel_id, v.channel_id) = ").push_bind(channel.to_string());
    }
    match request.assignee {
        Some(SearchAssignee::Nobody) => {
            query.push(" and c.id is not null and c.assignee is null");
        }
        Some(SearchAssignee::Agent(agent)) => {
            query.push(" and c.assignee = ").push_bind(agent.to_string());
        }
        None => {}
    }
    if let Some(label) = &request.label {
        // Labels are stored as JSON, where a text stands in quotes.
        let quoted = serde_json::to_string(label).expect("a text is plain data");
        query.push(format!(" and {place_of}(c.labels, ")).push_bind(quoted).push(") > 0");
    }
    if let Some(status) = request.status {
        query.push(" and c.status = ").push_bind(status.to_owned());
    }
    if let Some(rating) = request.rating {
        query.push(" and c.rating_score = ").push_bind(rating);
    }
    if let Some(language) = &request.language {
        // The insight is stored as JSON without blanks.
        let stored = format!("\"language\":\"{language}\"");
        query.push(format!(" and {place_of}(c.insight, ")).push_bind(stored).push(") > 0");
    }
}
