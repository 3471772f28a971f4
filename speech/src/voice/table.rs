//! A dictionary as sorted lines of a text, which takes no more memory than that text and four bytes per line.

use crate::LoadError;

/// The largest table is the tagger's, of 80,000 lines.
const LINES_MAX: usize = 200_000;

/// Keys and values, found by bisection. A line is a key, a tab and a value; lines are sorted by their keys' bytes.
#[derive(Debug)]
pub(crate) struct Table {
    text: String,
    /// Where each line begins.
    lines: Vec<u32>,
}

impl Table {
    pub(crate) fn parse(bytes: Vec<u8>) -> Result<Self, LoadError> {
        let text = String::from_utf8(bytes).map_err(|_| LoadError::Damaged("a table is not UTF-8"))?;
        let mut lines = Vec::new();
        let mut begin = 0;
        for line in text.split_inclusive('\n') {
            if !line.contains('\t') || !line.ends_with('\n') || lines.len() == LINES_MAX {
                return Err(LoadError::Damaged("a table has a line that is none, or too many"));
            }
            lines.push(u32::try_from(begin).map_err(|_| LoadError::Damaged("a table is too large"))?);
            begin += line.len();
        }
        lines.shrink_to_fit();
        Ok(Self { text, lines })
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        let found = self.lines.binary_search_by(|begin| self.line(*begin).0.cmp(key)).ok()?;
        Some(self.line(self.lines[found]).1)
    }

    fn line(&self, begin: u32) -> (&str, &str) {
        let rest = &self.text[begin as usize..];
        let line = rest.split('\n').next().unwrap_or_default();
        line.split_once('\t').unwrap_or_default()
    }
}

/// The text of a table.
pub(crate) fn write_table<'a>(
    entries: impl IntoIterator<Item = (&'a str, String)>,
) -> Result<Vec<u8>, LoadError> {
    let mut entries: Vec<_> = entries.into_iter().collect();
    entries.sort();
    let is_separator = |character| matches!(character, '\t' | '\n');
    if entries.iter().any(|(key, value)| key.contains(is_separator) || value.contains(is_separator)) {
        return Err(LoadError::Damaged("an entry of a table has a tab or a line break"));
    }
    Ok(entries.iter().map(|(key, value)| format!("{key}\t{value}\n")).collect::<String>().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_found_and_nothing_else() {
        let table = Table::parse(
            write_table([("b", "2".to_owned()), ("é", String::new()), ("B", "1".to_owned())]).unwrap(),
        )
        .unwrap();

        assert_eq!(table.get("b"), Some("2"));
        assert_eq!(table.get("B"), Some("1"));
        assert_eq!(table.get("é"), Some(""));
        assert_eq!(table.get("a"), None);
        assert_eq!(table.get("z"), None);
        assert!(Table::parse(Vec::new()).unwrap().get("a").is_none());
    }

    #[test]
    fn a_text_that_is_no_table_is_refused() {
        assert!(Table::parse(b"a\t1\nb\n".to_vec()).is_err());
        assert!(Table::parse(b"a\t1".to_vec()).is_err());
        assert!(Table::parse(b"a\t\xff\n".to_vec()).is_err());
        assert!(Table::parse(b"a\t1\n".repeat(LINES_MAX + 1)).is_err());
        assert!(write_table([("a\tb", String::new())]).is_err());
    }
}
