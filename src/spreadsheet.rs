//! CSV that a spreadsheet opens as text: no cell is run as a formula.

/// Where a spreadsheet would take a cell for a formula: a quote before these makes it text.
const FORMULA_STARTS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
const GUARD: char = '\'';
/// Spreadsheets take a file for UTF-8 by this.
pub const BYTE_ORDER_MARK: char = '\u{feff}';

/// A file with a line of column names.
///
/// # Panics
/// Never: memory takes every write.
#[must_use]
pub fn to_csv<'a, const N: usize>(columns: [&str; N], rows: impl Iterator<Item = [&'a str; N]>) -> String {
    let mut writer = csv::Writer::from_writer(BYTE_ORDER_MARK.to_string().into_bytes());
    let written = (|| {
        writer.write_record(columns)?;
        for row in rows {
            writer.write_record(row.map(guarded))?;
        }
        writer.flush().map_err(csv::Error::from)
    })();
    written.expect("memory takes every write");
    String::from_utf8(writer.into_inner().expect("it is flushed")).expect("made of text")
}

/// Whether a spreadsheet would take a cell for a formula, or [`unguarded`] a quote in it for a guard.
fn needs_guard(cell: &str) -> bool {
    cell.trim_start_matches(GUARD).starts_with(FORMULA_STARTS)
}

fn guarded(cell: &str) -> String {
    if needs_guard(cell) { format!("{GUARD}{cell}") } else { cell.to_owned() }
}

/// A cell as it was before it was written.
#[must_use]
pub fn unguarded(cell: &str) -> &str {
    cell.strip_prefix(GUARD).filter(|rest| needs_guard(rest)).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_a_spreadsheet_would_run_are_text_and_come_back_as_they_were() {
        let cells = ["=1+1", "'=1", "-", "＝x", "plain", "it's"];

        assert_eq!(to_csv(["a", "b"], [["=1+1", "x"]].into_iter()), "\u{feff}a,b\n'=1+1,x\n");
        assert_eq!(cells.map(|cell| unguarded(&guarded(cell)).to_owned()), cells);
    }
}
