//! What requests about knowledge name: a channel, and a page of a list.

use rooms::ChannelId;
use serde::Deserialize;
use utoipa::IntoParams;

use super::pages::{PageQuery, limit};
use crate::wire::WireError;

/// Which page of a list, and of which channel.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ChannelPageQuery {
    /// Only what this channel knows: its own and the org's.
    pub(super) channel_id: Option<String>,
    /// Where the page before ended: its `next_cursor`.
    pub(super) cursor: Option<String>,
    /// How many items: 50, at most 200.
    pub(super) limit: Option<u32>,
}

impl ChannelPageQuery {
    pub(super) fn channel(&self) -> Result<Option<ChannelId>, WireError> {
        channel(self.channel_id.as_deref())
    }

    pub(super) fn limit(&self) -> i64 {
        limit(self.limit)
    }

    pub(super) fn page(&self) -> PageQuery {
        PageQuery { cursor: self.cursor.clone(), limit: self.limit }
    }
}

/// The channel somebody names; what cannot be one is answered like an unknown one.
pub(super) fn channel(text: Option<&str>) -> Result<Option<ChannelId>, WireError> {
    let given = text.filter(|text| !text.is_empty());
    given.map(|text| text.parse().map_err(|_| WireError::not_found())).transpose()
}
