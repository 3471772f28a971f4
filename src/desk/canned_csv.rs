//! Canned replies as CSV: written so that no spreadsheet runs a cell, read with the line and column of a fault.

use csv::{ReaderBuilder, StringRecord};

use super::canned_fields::checked;
use super::canned_scope::CannedScope;
use crate::model::{CannedReplyRecord, CannedReplyText};
use crate::spreadsheet::{BYTE_ORDER_MARK, to_csv, unguarded};

const COLUMNS: [&str; 5] = ["scope", "folder", "shortcut", "title", "body"];

/// A file that cannot be taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum CsvFault {
    #[error("the file is not UTF-8")]
    NotUtf8,
    #[error("text must not hold NUL characters")]
    Nul,
    #[error("the file has no line of column names")]
    NoHeader,
    #[error("line 1, column {0:?}: no such column; there are scope, folder, shortcut, title and body")]
    UnknownColumn(String),
    #[error("line 1: the column {0} is missing or there twice")]
    MissingColumn(&'static str),
    #[error("line {line}: there are {found} cells, not {expected}")]
    CellCount { line: u64, found: u64, expected: u64 },
    #[error("line {line}, column {column:?}: {rule}")]
    Cell { line: u64, column: &'static str, rule: &'static str },
    #[error("line {line}, column \"shortcut\": line {first} has the same one")]
    Twice { line: u64, first: u64 },
    #[error("the file cannot be read: {0}")]
    Malformed(String),
}

/// Writes canned replies with a line of column names.
pub(super) fn write(records: &[CannedReplyRecord]) -> String {
    let row = |record: &CannedReplyRecord| -> [String; 5] {
        let CannedReplyRecord { folder, shortcut, title, body, .. } = record.clone();
        [CannedScope::of(record).as_str().to_owned(), folder.unwrap_or_default(), shortcut, title, body]
    };
    let rows: Vec<[String; 5]> = records.iter().map(row).collect();
    to_csv(COLUMNS, rows.iter().map(|row| row.each_ref().map(String::as_str)))
}

/// Reads canned replies; `scope` is that of rows that name none.
///
/// # Errors
/// The first fault; then nothing is taken in.
pub(super) fn read(
    bytes: &[u8],
    scope: CannedScope,
) -> Result<Vec<(CannedScope, CannedReplyText)>, CsvFault> {
    let text = std::str::from_utf8(bytes).map_err(|_| CsvFault::NotUtf8)?;
    if text.contains('\0') {
        return Err(CsvFault::Nul);
    }
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let mut reader = ReaderBuilder::new().delimiter(delimiter(text)).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| malformed(&error))?.clone();
    let places = places(&header)?;
    let mut rows = Vec::new();
    let mut seen = std::collections::HashMap::new();
    for record in reader.records() {
        let record = record.map_err(|error| malformed(&error))?;
        let line = record.position().map_or(0, csv::Position::line);
        let (scope, text) = row(&record, places, line, scope)?;
        if let Some(first) = seen.insert((scope.as_str(), text.shortcut.clone()), line) {
            return Err(CsvFault::Twice { line, first });
        }
        rows.push((scope, text));
    }
    Ok(rows)
}

/// Spreadsheets of languages with a decimal comma separate by semicolons.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    if header.contains(';') && !header.contains(',') { b';' } else { b',' }
}

/// Where each of [`COLUMNS`] stands.
fn places(header: &StringRecord) -> Result<[Option<usize>; 5], CsvFault> {
    if header.iter().all(|name| name.trim().is_empty()) {
        return Err(CsvFault::NoHeader);
    }
    let mut places = [None; 5];
    for (at, name) in header.iter().enumerate() {
        let column = COLUMNS.iter().position(|column| name.trim().eq_ignore_ascii_case(column));
        let column = column.ok_or_else(|| CsvFault::UnknownColumn(name.to_owned()))?;
        if places[column].replace(at).is_some() {
            return Err(CsvFault::MissingColumn(COLUMNS[column]));
        }
    }
    match COLUMNS.iter().zip(places).skip(2).find(|(_, place)| place.is_none()) {
        Some((name, _)) => Err(CsvFault::MissingColumn(name)),
        None => Ok(places),
    }
}

fn row(
    record: &StringRecord,
    places: [Option<usize>; 5],
    line: u64,
    default: CannedScope,
) -> Result<(CannedScope, CannedReplyText), CsvFault> {
    let cell = |column: usize| places[column].and_then(|at| record.get(at)).map(unguarded);
    let owned = |column: usize| cell(column).unwrap_or_default().to_owned();
    let scope = match cell(0).map(str::trim) {
        None | Some("") => default,
        Some(name) => CannedScope::parse(name).ok_or(CsvFault::Cell {
            line,
            column: "scope",
            rule: "must be org or personal",
        })?,
    };
    let text = CannedReplyText {
        folder: cell(1).map(str::to_owned),
        shortcut: owned(2),
        title: owned(3),
        body: owned(4),
    };
    match checked(text) {
        Ok(text) => Ok((scope, text)),
        Err(field) => Err(CsvFault::Cell { line, column: field.name, rule: field.rule }),
    }
}

fn malformed(error: &csv::Error) -> CsvFault {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => CsvFault::CellCount {
            line: pos.as_ref().map_or(0, csv::Position::line),
            found: *len,
            expected: *expected_len,
        },
        _ => CsvFault::Malformed(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rooms::UserId;

    use super::*;
    use crate::model::CannedReplyId;

    fn record(member: bool, shortcut: &str, title: &str, body: &str) -> CannedReplyRecord {
        CannedReplyRecord {
            id: CannedReplyId(1),
            member_id: member.then_some(UserId(7)),
            folder: Some("Returns".to_owned()),
            shortcut: shortcut.to_owned(),
            title: title.to_owned(),
            body: body.to_owned(),
            used_count: 3,
            created_at: 0,
            updated_at: 0,
        }
    }

    fn fault(csv: &str) -> String {
        read(csv.as_bytes(), CannedScope::Personal).unwrap_err().to_string()
    }

    #[test]
    fn cells_that_a_spreadsheet_would_run_are_guarded() {
        let written = write(&[record(false, "-x", "=1+1", "@SUM(A1)\n\"quoted\", yes")]);

        assert_eq!(
            written,
            "\u{feff}scope,folder,shortcut,title,body\n\
             org,Returns,'-x,'=1+1,\"'@SUM(A1)\n\"\"quoted\"\", yes\"\n"
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again_exactly(
            rows in proptest::collection::vec((any::<bool>(), "[a-z0-9_-]{1,32}", "['=+@a-]{0,4}[a-z]", "['=+@\t\r\n\",;a-]{0,8}x"), 0..8)
        ) {
            let mut seen = std::collections::HashSet::new();
            let records: Vec<_> = rows
                .iter()
                .filter(|(member, shortcut, ..)| seen.insert((*member, shortcut.clone())))
                .map(|(member, shortcut, title, body)| record(*member, shortcut, title, body))
                .collect();

            let read = read(write(&records).as_bytes(), CannedScope::Org).unwrap();
            prop_assert_eq!(read.len(), records.len());
            for ((scope, text), record) in read.iter().zip(&records) {
                prop_assert_eq!(*scope, CannedScope::of(record));
                prop_assert_eq!((&text.shortcut, &text.title, &text.body), (&record.shortcut, &record.title, &record.body));
            }
        }
    }

    #[test]
    fn columns_come_in_any_order_and_scope_and_folder_may_be_missing() {
        let read = read(b"Title;BODY;shortcut\r\nHello;\"Hi; there\";hi\r\n", CannedScope::Org).unwrap();

        assert_eq!(read.len(), 1);
        assert_eq!(read[0].0, CannedScope::Org);
        assert_eq!((read[0].1.body.as_str(), read[0].1.folder.as_deref()), ("Hi; there", None));
    }

    #[test]
    fn a_fault_names_its_line_and_column() {
        for (csv, told) in [
            ("", "the file has no line of column names"),
            ("shortcut,title\nhi,Hello\n", "line 1: the column body is missing or there twice"),
            ("shortcut,title,body,title\n", "line 1: the column title is missing or there twice"),
            (
                "shortcut,title,text\n",
                "line 1, column \"text\": no such column; there are scope, folder, shortcut, title and body",
            ),
            (
                "shortcut,title,body\nhi,Hello,\"a\nb\"\nbad one,T,x\n",
                "line 4, column \"shortcut\": must be 1 to 32 of a-z, 0-9, _ and -",
            ),
            ("shortcut,title,body\nhi,Hello\n", "line 2: there are 2 cells, not 3"),
            ("scope,shortcut,title,body\nteam,hi,T,x\n", "line 2, column \"scope\": must be org or personal"),
            (
                "shortcut,title,body\nhi,T,x\nho,T,x\nhi,T,x\n",
                "line 4, column \"shortcut\": line 2 has the same one",
            ),
            ("shortcut,title,body\nhi,T,a\0b\n", "text must not hold NUL characters"),
        ] {
            assert_eq!(fault(csv), told);
        }
        assert_eq!(read(b"\xff", CannedScope::Org), Err(CsvFault::NotUtf8));
    }
}
