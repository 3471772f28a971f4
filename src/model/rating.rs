//! Figures of ratings.

use rooms::{ChannelId, Timestamp};

/// Which ratings are counted.
#[derive(Debug, Clone, Copy)]
pub struct RatingFilter {
    /// Given at this moment or later.
    pub from: Timestamp,
    /// Given before this moment.
    pub until: Timestamp,
    /// Only those of this channel.
    pub channel: Option<ChannelId>,
}

/// How often each rating stands; the last one of each conversation and answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RatingFigures {
    /// Conversations by their score, from 1 to 5.
    pub scores: [u64; 5],
    /// Answers that helped.
    pub up: u64,
    /// Answers that did not.
    pub down: u64,
}
