//! What requests about knowledge name: a channel, and a page of a list.

use rooms::ChannelId;
use serde::Deserialize;
use utoipa::IntoParams;

use super::pagination::{PageQuery, limit};
use crate::wire::WireError;

/// Pagination and channel filter.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ChannelPageQuery {
    /// Only knowledge this channel uses: its own and the org's.
    pub(super) channel_id: Option<String>,
    /// The `next_cursor` of the previous page.
    pub(super) cursor: Option<String>,
    /// Maximum number of items: 50 by default, at most 200.
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

/// Parses a channel id; a malformed id is answered like an unknown channel.
pub(super) fn channel(text: Option<&str>) -> Result<Option<ChannelId>, WireError> {
    let given = text.filter(|text| !text.is_empty());
    given.map(|text| text.parse().map_err(|_| WireError::not_found())).transpose()
}
