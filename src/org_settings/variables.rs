//! Template variables of prompts: `{{name}}` is replaced when the prompt is built.

/// The variables that instructions may name.
const VARIABLES: [&str; 8] = [
    "org_name",
    "channel_name",
    "assistant_name",
    "visitor_name",
    "visitor_language",
    "page_url",
    "page_title",
    "date",
];

/// The variables of a text that do not exist, in order.
#[must_use]
pub fn unknown_variables(text: &str) -> Vec<&str> {
    pieces(text)
        .filter_map(|piece| match piece {
            Piece::Variable(name) if !VARIABLES.contains(&name) => Some(name),
            Piece::Variable(_) | Piece::Text(_) => None,
        })
        .collect()
}

/// Fills the variables of a text in; what is filled in is not looked at again, so a visitor's name cannot name one.
#[must_use]
pub fn fill_in(text: &str, value_of: impl Fn(&str) -> String) -> String {
    pieces(text)
        .map(|piece| match piece {
            Piece::Variable(name) => value_of(name),
            Piece::Text(text) => text.to_owned(),
        })
        .collect()
}

enum Piece<'a> {
    Text(&'a str),
    Variable(&'a str),
}

fn pieces(mut rest: &str) -> impl Iterator<Item = Piece<'_>> {
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let Some(start) = rest.find("{{") else { return Some(Piece::Text(std::mem::take(&mut rest))) };
        if start > 0 {
            let (text, after) = rest.split_at(start);
            rest = after;
            return Some(Piece::Text(text));
        }
        let Some(end) = rest.find("}}") else { return Some(Piece::Text(std::mem::take(&mut rest))) };
        let name = rest[2..end].trim();
        rest = &rest[end + 2..];
        Some(Piece::Variable(name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_filled_in_once() {
        let filled = fill_in("Hi {{visitor_name}}, this is {{ assistant_name }}.", |name| match name {
            "visitor_name" => "{{assistant_name}}".to_owned(),
            _ => "Ana".to_owned(),
        });

        assert_eq!(filled, "Hi {{assistant_name}}, this is Ana.");
    }

    #[test]
    fn what_is_no_variable_is_named_and_a_loose_brace_is_text() {
        assert_eq!(unknown_variables("{{visitor_name}} {{ key }} {{"), ["key"]);
        assert_eq!(fill_in("a {{ b", |_| String::new()), "a {{ b");
    }
}
