//! Lists as people read them, and the org that most of them are of.

use rooms::OrgId;

use super::arguments::id;
use super::output::Failure;
use crate::db::Db;
use crate::model::OrgRecord;
use crate::refusal::ServiceError;

/// Rows read from storage in one go.
pub(super) const PAGE: i64 = 200;

/// Everything that a list has, page after page. `page` reads one behind an id, `id_of` says the id of an item.
pub(super) async fn whole<T, Id, E>(
    page: impl AsyncFn(Option<Id>) -> Result<Vec<T>, E>,
    id_of: impl Fn(&T) -> Id,
) -> Result<Vec<T>, E> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let items = page(after).await?;
        let Some(last) = items.last() else { return Ok(all) };
        after = Some(id_of(last));
        all.extend(items);
    }
}

/// Rows in columns of the same width, or what is said where there are none.
pub(super) fn columns(rows: &[Vec<String>], nothing: &str) -> String {
    if rows.is_empty() {
        return nothing.to_owned();
    }
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |at: usize| {
        rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The org that an argument names.
pub(super) async fn org_of(db: &Db, args: &clap::ArgMatches, name: &str) -> Result<OrgRecord, Failure> {
    let no_org = Failure::naming("org with this id");
    let org: OrgId = id(args, name, &no_org)?;
    let found = db.orgs().get(org).await?;
    found.ok_or_else(|| no_org(ServiceError::not_found()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [vec!["a".to_owned(), "é".to_owned()], vec!["long".to_owned(), "b".to_owned()]];

        assert_eq!(columns(&rows, "none"), "a     é\nlong  b");
        assert_eq!(columns(&[], "none"), "none");
    }
}
