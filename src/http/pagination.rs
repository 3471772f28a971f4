//! Pagination of lists.

use std::fmt::Display;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::model::Cursor;
use crate::wire::WireError;

const DEFAULT: u32 = 50;
const MAX: u32 = 200;

/// Pagination of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// The `next_cursor` of the previous page.
    pub(super) cursor: Option<String>,
    /// Maximum number of items: 50 by default, at most 200.
    pub(super) limit: Option<u32>,
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct List<T> {
    /// The items.
    pub(super) items: Vec<T>,
    /// Cursor of the next page; null on the last page.
    pub(super) next_cursor: Option<String>,
}

/// The page size, between 1 and the maximum.
pub(super) fn limit(asked: Option<u32>) -> i64 {
    i64::from(asked.unwrap_or(DEFAULT).clamp(1, MAX))
}

/// A cursor of a list ordered by time.
pub(super) fn cursor<I: Display + FromStr>(text: Option<&str>) -> Result<Option<Cursor<I>>, WireError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    Cursor::parse(text).map(Some).ok_or_else(bad_cursor)
}

/// The last id of the previous page, for lists that start over where the cursor is none of theirs.
pub(super) fn lenient_after<I: FromStr>(cursor: Option<&str>) -> Option<I> {
    cursor.and_then(|text| text.parse().ok())
}

impl PageQuery {
    pub(super) fn limit(&self) -> i64 {
        limit(self.limit)
    }

    /// The last id of the previous page, for a list ordered by id.
    pub(super) fn after<I: FromStr>(&self) -> Result<Option<I>, WireError> {
        let after = self.cursor.as_deref().filter(|after| !after.is_empty());
        after.map(|after| after.parse().map_err(|_| bad_cursor())).transpose()
    }

    /// Makes a page from a read of one item more than the page holds.
    pub(super) fn list<R, T>(
        &self,
        mut records: Vec<R>,
        id: impl Fn(&R) -> String,
        view: impl Fn(&R) -> T,
    ) -> List<T> {
        let shown = usize::try_from(self.limit()).unwrap_or(0);
        let has_more = records.len() > shown;
        records.truncate(shown);
        let next_cursor = records.last().filter(|_| has_more).map(id);
        List { items: records.iter().map(view).collect(), next_cursor }
    }
}

/// Makes a page and its cursor from a read of one item more than the page holds.
pub(super) fn cut<R>(mut records: Vec<R>, limit: i64, id: impl Fn(&R) -> String) -> (Vec<R>, Option<String>) {
    let shown = usize::try_from(limit).unwrap_or(0);
    let has_more = records.len() > shown;
    records.truncate(shown);
    let next_cursor = records.last().filter(|_| has_more).map(id);
    (records, next_cursor)
}

fn bad_cursor() -> WireError {
    WireError::bad_request("cursor must be the next_cursor of the page before")
}

#[cfg(test)]
mod tests {
    use rooms::UserId;

    use super::*;

    fn page(cursor: Option<&str>, limit: Option<u32>) -> PageQuery {
        PageQuery { cursor: cursor.map(str::to_owned), limit }
    }

    #[test]
    fn a_limit_is_clamped() {
        for (asked, kept) in [(None, 50), (Some(0), 1), (Some(7), 7), (Some(10_000), 200)] {
            assert_eq!(limit(asked), kept);
        }
    }

    #[test]
    fn a_page_names_the_next_only_where_there_is_one() {
        let two = page(None, Some(2));

        let list = two.list(vec![1, 2, 3], ToString::to_string, |number| number * 10);
        assert_eq!((list.items, list.next_cursor.as_deref()), (vec![10, 20], Some("2")));
        let list = two.list(vec![1, 2], ToString::to_string, |number| number * 10);
        assert_eq!((list.items, list.next_cursor), (vec![10, 20], None));
    }

    #[test]
    fn a_cursor_that_is_none_of_ours_is_refused() {
        assert!(page(Some("018f2a6c-1d2e-7b3f-8a4b-0123456789ab"), None).after::<UserId>().is_ok());
        assert!(page(Some("x' or 1=1"), None).after::<UserId>().is_err());
        assert!(cursor::<UserId>(Some("17_018f2a6c-1d2e-7b3f-8a4b-0123456789ab")).is_ok());
        assert!(cursor::<UserId>(Some("17_x")).is_err());
        assert_eq!(cursor::<UserId>(Some("")), Ok(None));
    }
}
