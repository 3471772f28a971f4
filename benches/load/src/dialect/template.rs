//! Texts with places to fill in.

use serde::Deserialize;

/// A text in pieces.
#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(from = "String")]
pub(crate) struct Template(Vec<Piece>);

#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Place(Place),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Id,
    Room,
    Token,
    Content,
    Message,
    After,
}

/// What is filled in; what a template does not name is left out.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Fill<'a> {
    pub(crate) id: u64,
    pub(crate) room: &'a str,
    pub(crate) token: &'a str,
    pub(crate) text: &'a str,
    pub(crate) message: u64,
    pub(crate) after: u64,
}

/// Every place, and how it is written.
const PLACES: [(&str, Place); 6] = [
    ("{id}", Place::Id),
    ("{room}", Place::Room),
    ("{token}", Place::Token),
    ("{text}", Place::Content),
    ("{message}", Place::Message),
    ("{after}", Place::After),
];

impl From<String> for Template {
    fn from(text: String) -> Self {
        let mut pieces = vec![];
        let mut rest = text.as_str();
        // Other braces are JSON's and stay.
        while let Some((at, name, place)) = PLACES
            .iter()
            .filter_map(|(name, place)| rest.find(name).map(|at| (at, name, place)))
            .min_by_key(|(at, ..)| *at)
        {
            pieces.extend((at > 0).then(|| Piece::Text(rest[..at].to_owned())));
            pieces.push(Piece::Place(*place));
            rest = &rest[at + name.len()..];
        }
        pieces.extend((!rest.is_empty()).then(|| Piece::Text(rest.to_owned())));
        Self(pieces)
    }
}

impl Template {
    /// Appends the text with everything filled in.
    pub(crate) fn write(&self, fill: Fill<'_>, out: &mut Vec<u8>) {
        use std::io::Write as _;
        for piece in &self.0 {
            let written = match piece {
                Piece::Text(text) => out.write_all(text.as_bytes()),
                Piece::Place(Place::Id) => write!(out, "{}", fill.id),
                Piece::Place(Place::Room) => out.write_all(fill.room.as_bytes()),
                Piece::Place(Place::Token) => out.write_all(fill.token.as_bytes()),
                Piece::Place(Place::Content) => out.write_all(fill.text.as_bytes()),
                Piece::Place(Place::Message) => write!(out, "m{}", fill.message),
                Piece::Place(Place::After) => write!(out, "{}", fill.after),
            };
            written.expect("a vector takes everything");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_and_other_braces_stay() {
        let template = Template::from(r#"{"id":{id},"d":{"room":"{room}"}}"#.to_owned());
        let mut out = Vec::new();

        template.write(Fill { id: 7, room: "r1", ..Fill::default() }, &mut out);

        assert_eq!(String::from_utf8(out).unwrap(), r#"{"id":7,"d":{"room":"r1"}}"#);
    }
}
