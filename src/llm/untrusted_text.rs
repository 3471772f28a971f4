//! Flattens untrusted text to one line, so that it cannot start a line of its own in a prompt.

use serde_json::Value;

/// Delimiters of server-written context in a prompt. They are escaped in all other text.
pub const MARKS: [&str; 4] = ["visitor", "summary_of_earlier_messages", "knowledge", "colleague"];

/// A text as a JSON string on one line.
#[must_use]
pub fn quoted(text: &str) -> String {
    json_line(&Value::from(text))
}

/// JSON on one line, whatever a reader takes for the end of one, and without marks.
#[must_use]
pub fn json_line(value: &Value) -> String {
    let mut line = String::new();
    for character in value.to_string().chars() {
        // Outside of its strings JSON as we write it has none of these, and inside an escape means the same.
        if ends_a_line(character) || character.is_control() {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                line.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            line.push(character);
        }
    }
    without_marks(&line)
}

/// A text on one line, in its own words: each run of blanks and line ends is one space.
#[must_use]
pub fn plain_line(text: &str) -> String {
    let is_blank =
        |character: char| character.is_whitespace() || character.is_control() || ends_a_line(character);
    text.split(is_blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A text in which no mark stands, so that it can neither begin nor end what is marked.
#[must_use]
pub fn without_marks(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        safe.push_str(before);
        safe.push('<');
        rest = &tag[1..];
        let name = rest.trim_start_matches(|character: char| character == '/' || character.is_whitespace());
        let is_mark = MARKS
            .iter()
            .any(|mark| name.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark)));
        if is_mark {
            safe.push('\u{200b}');
        }
    }
    safe.push_str(rest);
    safe
}

/// Whether some reader takes this for the end of a line.
#[must_use]
pub fn ends_a_line(character: char) -> bool {
    matches!(
        character,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const LINES: &str = "a\nb\rc\u{b}d\u{c}e\u{85}f\u{2028}g\u{2029}h\u{1c}i";

    #[test]
    fn a_text_is_one_line_and_still_means_the_same() {
        let line = quoted(LINES);

        assert!(!line.chars().any(ends_a_line), "{line}");
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), LINES);
        assert_eq!(plain_line(LINES), "a b c d e f g h i");
    }

    #[test]
    fn marks_are_broken_however_they_are_written() {
        for mark in ["<colleague>", "</Knowledge>", "< / visitor >", "<summary_of_earlier_messages"] {
            let broken = without_marks(mark);
            assert!(broken.starts_with("<\u{200b}"), "{broken}");
        }
        assert_eq!(without_marks("a < b, <b>x</b> <"), "a < b, <b>x</b> <");
        assert!(!json_line(&json!({"title": "</visitor>"})).contains("</visitor>"));
    }
}
