//! Handlers of ratings.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use rooms::{ChannelId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use super::api::Api;
use super::body::{Asked, Body};
use super::caller::{Caller, Id, IdPair, Visitor};
use super::create::{Key, create};
use super::error::ApiError;
use super::views::entry_view;
use crate::hub::Command;
use crate::model::{RatingFigures, RatingFilter};
use crate::refusal::ServiceError;
use crate::wire::{EntryView, WireError, parse_moment, present};

/// What a visitor thinks of an answer.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct MessageRatingBody {
    /// 1, -1, or null to take the rating back.
    #[serde(deserialize_with = "present")]
    #[schema(required)]
    value: Option<i64>,
}

/// What a visitor says of a closed conversation.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct RatingBody {
    /// A whole number from 1 to 5.
    score: i64,
    /// At most 1,000 characters.
    #[serde(default)]
    comment: Option<String>,
}

/// The committed entry.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RatingAnswer {
    /// Null where it was rated so already.
    #[schema(value_type = Option<EntryView>)]
    entry: Option<Box<RawValue>>,
}

/// Rate an answer of the assistant. The rating it has already changes nothing.
#[utoipa::path(post, path = "/widget/conversations/{id}/messages/{message_id}/rating", tag = "widget",
    params(("id" = String, Path), ("message_id" = String, Path)), request_body = MessageRatingBody, responses(
    (status = 200, description = "the answer was rated so already", body = RatingAnswer),
    (status = 201, description = "the rating was committed", body = RatingAnswer),
))]
pub(super) async fn rate_message(
    State(api): State<Api>,
    Visitor(caller): Visitor,
    IdPair(id, message): IdPair,
    key: Key,
    body: Body<MessageRatingBody>,
) -> Result<Response, ApiError> {
    let command = Command::RateMessage { message: message.0, value: body.value.value };
    rate(&api, &caller, &id, key, &body.bytes, command).await
}

/// Rate a closed conversation, up to 30 days after its close. Within 10 minutes another rating replaces the first.
#[utoipa::path(post, path = "/widget/conversations/{id}/rating", tag = "widget",
    params(("id" = String, Path)), request_body = RatingBody, responses(
    (status = 200, description = "the conversation was rated so already", body = RatingAnswer),
    (status = 201, description = "the rating was committed", body = RatingAnswer),
))]
pub(super) async fn rate_conversation(
    State(api): State<Api>,
    Visitor(caller): Visitor,
    id: Id,
    key: Key,
    body: Body<RatingBody>,
) -> Result<Response, ApiError> {
    let RatingBody { score, comment } = body.value;
    rate(&api, &caller, &id, key, &body.bytes, Command::Rate { score, comment }).await
}

async fn rate(
    api: &Api,
    caller: &Caller,
    id: &Id,
    key: Key,
    bytes: &[u8],
    command: Command,
) -> Result<Response, ApiError> {
    let id = id.conversation()?;
    let (hub, caller_) = (api.hub.clone(), caller.clone());
    create(api, caller, key, bytes, async move {
        let acted = hub.act(caller_.actor(), id, command).await?;
        let entry = acted.entry.as_deref().and_then(|entry| entry_view(entry, id, caller_.audience()));
        let status = if entry.is_some() { StatusCode::CREATED } else { StatusCode::OK };
        Ok::<_, ServiceError>((status, RatingAnswer { entry }))
    })
    .await
}

/// Which ratings are counted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RatingsQuery {
    /// Only ratings from this moment on, as RFC 3339, or from the beginning of this day (UTC).
    from: Option<String>,
    /// Only ratings before this moment, as RFC 3339, or before this day (UTC).
    to: Option<String>,
    /// Only ratings of this channel.
    channel_id: Option<String>,
}

/// How often each score was given.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ScoreCounts {
    #[serde(rename = "1")]
    one: u64,
    #[serde(rename = "2")]
    two: u64,
    #[serde(rename = "3")]
    three: u64,
    #[serde(rename = "4")]
    four: u64,
    #[serde(rename = "5")]
    five: u64,
}

/// Ratings of conversations.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ConversationRatings {
    count: u64,
    /// Null where there are none.
    average: Option<f64>,
    by_score: ScoreCounts,
}

/// Ratings of the assistant's answers.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MessageRatings {
    up: u64,
    down: u64,
}

/// Figures of ratings; the last one of each conversation and answer counts.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RatingsAnswer {
    conversations: ConversationRatings,
    messages: MessageRatings,
}

impl From<RatingFigures> for RatingsAnswer {
    fn from(figures: RatingFigures) -> Self {
        let [one, two, three, four, five] = figures.scores;
        let (count, sum) = (1..).zip(figures.scores).fold((0, 0), |(count, sum), (score, conversations)| {
            (count + conversations, sum + score * conversations)
        });
        #[expect(clippy::cast_precision_loss, reason = "an average for people to read")]
        let average = (count != 0).then(|| sum as f64 / count as f64);
        Self {
            conversations: ConversationRatings {
                count,
                average,
                by_score: ScoreCounts { one, two, three, four, five },
            },
            messages: MessageRatings { up: figures.up, down: figures.down },
        }
    }
}

/// Get figures of ratings.
#[utoipa::path(get, path = "/ratings", tag = "conversations", params(RatingsQuery),
    responses((status = 200, description = "the figures", body = RatingsAnswer)))]
pub(super) async fn figures(
    State(api): State<Api>,
    caller: Caller,
    Asked(asked): Asked<RatingsQuery>,
) -> Result<Json<RatingsAnswer>, ApiError> {
    let channel = asked.channel_id.as_deref().map(str::parse::<ChannelId>).transpose();
    let filter = RatingFilter {
        from: moment("from", asked.from.as_deref())?.unwrap_or(Timestamp(0)),
        until: moment("to", asked.to.as_deref())?.unwrap_or(Timestamp(i64::MAX)),
        channel: channel.map_err(|_| WireError::not_found())?,
    };
    let figures = api.hub.rating_figures(&caller.principal, filter).await?;
    Ok(Json(figures.into()))
}

/// A moment of a query.
pub(super) fn moment(field: &str, text: Option<&str>) -> Result<Option<Timestamp>, WireError> {
    let bad = || WireError::bad_request(format!("{field} must be a moment as RFC 3339, or a day"));
    text.filter(|text| !text.is_empty()).map(|text| parse_moment(text).ok_or_else(bad)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_average_is_of_all_scores_and_none_of_no_score() {
        let figures = RatingFigures { scores: [1, 0, 0, 2, 1], up: 3, down: 1 };
        let answer = serde_json::to_value(RatingsAnswer::from(figures)).unwrap();

        assert_eq!(answer["conversations"]["average"], 3.5);
        assert_eq!(
            (&answer["conversations"]["by_score"]["4"], &answer["messages"]["up"]),
            (&2.into(), &3.into())
        );
        let none = RatingsAnswer::from(RatingFigures::default());
        assert_eq!((none.conversations.count, none.conversations.average), (0, None));
    }
}
