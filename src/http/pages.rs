//! Pagination of lists.

use rooms::UserId;
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
pub(super) fn cursor(text: Option<&str>) -> Result<Option<Cursor>, WireError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let cursor = Cursor::parse(text).filter(|cursor| cursor.id.parse::<UserId>().is_ok());
    cursor.map(Some).ok_or_else(bad_cursor)
}

impl PageQuery {
    pub(super) fn limit(&self) -> i64 {
        limit(self.limit)
    }

    /// The last id of the previous page, for a list ordered by id.
    pub(super) fn after(&self) -> Result<&str, WireError> {
        let after = self.cursor.as_deref().unwrap_or_default();
        if after.is_empty() || after.parse::<UserId>().is_ok() { Ok(after) } else { Err(bad_cursor()) }
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
        assert!(page(Some("018f2a6c-1d2e-7b3f-8a4b-0123456789ab"), None).after().is_ok());
        assert!(page(Some("x' or 1=1"), None).after().is_err());
        assert!(cursor(Some("17_018f2a6c-1d2e-7b3f-8a4b-0123456789ab")).is_ok());
        assert!(cursor(Some("17_x")).is_err());
        assert_eq!(cursor(Some("")), Ok(None));
    }
}
