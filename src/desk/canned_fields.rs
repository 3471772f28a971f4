//! What a canned reply must look like.

use crate::model::{CannedReplyText, Patch};

const SHORTCUT_MAX_CHARS: usize = 32;
const TITLE_MAX_CHARS: usize = 200;
const FOLDER_MAX_CHARS: usize = 100;
const BODY_MAX_CHARS: usize = 10_000;

/// Fields of a canned reply; what is not named stays.
#[derive(Debug, Clone, Default)]
pub struct CannedReplyFields {
    /// The folder it is listed in.
    pub folder: Patch<String>,
    /// What is typed behind the slash.
    pub shortcut: Option<String>,
    /// What it is called.
    pub title: Option<String>,
    /// The text, with its variables.
    pub body: Option<String>,
}

/// A field that is not as it must be: its name, and what is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{name} {rule}")]
pub(super) struct BadField {
    pub(super) name: &'static str,
    pub(super) rule: &'static str,
}

impl CannedReplyFields {
    /// The text after this change; without one before, everything but the folder must be named.
    pub(super) fn apply(self, before: Option<CannedReplyText>) -> Result<CannedReplyText, BadField> {
        let (mut folder, shortcut, title, body) = match before {
            Some(text) => (text.folder, Some(text.shortcut), Some(text.title), Some(text.body)),
            None => (None, None, None, None),
        };
        self.folder.apply(&mut folder);
        let missing = |name| BadField { name, rule: "is missing" };
        checked(CannedReplyText {
            folder,
            shortcut: self.shortcut.or(shortcut).ok_or_else(|| missing("shortcut"))?,
            title: self.title.or(title).ok_or_else(|| missing("title"))?,
            body: self.body.or(body).ok_or_else(|| missing("body"))?,
        })
    }
}

/// The text as it is stored: its line fields without blanks around them, an empty folder as none.
pub(super) fn checked(text: CannedReplyText) -> Result<CannedReplyText, BadField> {
    let text = CannedReplyText {
        folder: text.folder.map(|folder| folder.trim().to_owned()).filter(|folder| !folder.is_empty()),
        shortcut: text.shortcut.trim().to_owned(),
        title: text.title.trim().to_owned(),
        body: text.body,
    };
    let rules = [
        ("shortcut", is_shortcut(&text.shortcut), "must be 1 to 32 of a-z, 0-9, _ and -"),
        ("title", is_line(&text.title, TITLE_MAX_CHARS), "must be one line of 1 to 200 characters"),
        (
            "folder",
            text.folder.as_ref().is_none_or(|folder| is_line(folder, FOLDER_MAX_CHARS)),
            "must be one line of at most 100 characters",
        ),
        (
            "body",
            !text.body.trim().is_empty() && text.body.chars().count() <= BODY_MAX_CHARS,
            "must have 1 to 10,000 characters",
        ),
    ];
    match rules.into_iter().find(|(_, is_kept, _)| !is_kept) {
        Some((name, _, rule)) => Err(BadField { name, rule }),
        None => Ok(text),
    }
}

fn is_shortcut(text: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    (1..=SHORTCUT_MAX_CHARS).contains(&text.len()) && text.chars().all(is_allowed)
}

fn is_line(text: &str, max_chars: usize) -> bool {
    !text.is_empty() && text.chars().count() <= max_chars && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> CannedReplyText {
        CannedReplyText {
            folder: Some(" Returns ".to_owned()),
            shortcut: "hi".to_owned(),
            title: " Greeting".to_owned(),
            body: " Hi!\n".to_owned(),
        }
    }

    #[test]
    fn line_fields_are_trimmed_and_the_body_is_kept_exactly() {
        let kept = checked(text()).unwrap();

        assert_eq!((kept.folder.as_deref(), kept.title.as_str()), (Some("Returns"), "Greeting"));
        assert_eq!(kept.body, " Hi!\n");
        assert_eq!(
            checked(CannedReplyText { folder: Some("  ".to_owned()), ..text() }).unwrap().folder,
            None
        );
    }

    #[test]
    fn a_field_that_breaks_its_rule_is_named() {
        for (name, changed) in [
            ("shortcut", CannedReplyText { shortcut: String::new(), ..text() }),
            ("shortcut", CannedReplyText { shortcut: "Hi".to_owned(), ..text() }),
            ("shortcut", CannedReplyText { shortcut: "a b".to_owned(), ..text() }),
            ("shortcut", CannedReplyText { shortcut: "é".to_owned(), ..text() }),
            ("shortcut", CannedReplyText { shortcut: "x".repeat(33), ..text() }),
            ("title", CannedReplyText { title: " ".to_owned(), ..text() }),
            ("title", CannedReplyText { title: "a\nb".to_owned(), ..text() }),
            ("title", CannedReplyText { title: "é".repeat(201), ..text() }),
            ("folder", CannedReplyText { folder: Some("x".repeat(101)), ..text() }),
            ("body", CannedReplyText { body: "\n ".to_owned(), ..text() }),
            ("body", CannedReplyText { body: "é".repeat(10_001), ..text() }),
        ] {
            assert_eq!(checked(changed).unwrap_err().name, name);
        }
        assert!(checked(CannedReplyText { body: "é".repeat(10_000), ..text() }).is_ok());
    }

    #[test]
    fn a_change_keeps_what_it_does_not_name() {
        let change = CannedReplyFields { title: Some("New".to_owned()), ..CannedReplyFields::default() };

        let changed = change.clone().apply(Some(checked(text()).unwrap())).unwrap();
        assert_eq!((changed.title.as_str(), changed.folder.as_deref()), ("New", Some("Returns")));
        assert_eq!(change.apply(None).unwrap_err().to_string(), "shortcut is missing");
        let cleared = CannedReplyFields { folder: Patch::Clear, ..CannedReplyFields::default() };
        assert_eq!(cleared.apply(Some(text())).unwrap().folder, None);
    }
}
