//! Ratings as clients give and see them.

use rooms::Rating;
use serde::{Deserialize, Serialize};

use super::{EntryView, present, rfc3339};

/// `message:rate`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RateMessageData {
    /// Where.
    #[serde(alias = "sessionId")]
    pub session_id: String,
    /// The entry of the answer.
    pub message_id: String,
    /// 1, -1, or null to take it back.
    #[serde(deserialize_with = "present")]
    #[cfg_attr(test, ts(type = "1 | -1 | null"))]
    pub value: Option<i64>,
}

/// `session:rate`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct RateData {
    /// Where.
    #[serde(alias = "sessionId")]
    pub session_id: String,
    /// 1 to 5.
    #[cfg_attr(test, ts(type = "1 | 2 | 3 | 4 | 5"))]
    pub score: i64,
    /// At most 1,000 characters.
    #[serde(default)]
    pub comment: Option<String>,
}

/// The ack of a rating.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RateAck<'a> {
    /// The committed entry; null where it was rated so already.
    pub entry: Option<EntryView<'a>>,
}

/// What the visitor says of a closed conversation.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = Rating)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Rating"))]
pub struct RatingView {
    /// 1 to 5.
    pub score: u8,
    /// Their words.
    pub comment: Option<String>,
    /// When they said so.
    pub at: String,
}

impl From<&Rating> for RatingView {
    fn from(rating: &Rating) -> Self {
        Self {
            score: rating.score.number(),
            comment: rating.comment.as_deref().map(str::to_owned),
            at: rfc3339(rating.at),
        }
    }
}
