//! The text that a thing is found by and its snippet is cut from.

use serde_json::{Map, Value};

use crate::model::SearchText;

/// Between the parts of a text: no word goes over it.
const BETWEEN: &str = " · ";

/// All of it in one line; `name` is a visitor's.
pub(super) fn text_of(name: Option<&str>, text: &SearchText) -> String {
    let attributes: Map<String, Value> =
        text.attributes.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
    let attributes = attributes.iter().map(|(name, value)| match value {
        Value::String(value) => format!("{name}: {value}"),
        value => format!("{name}: {value}"),
    });
    let fields = [name, text.content.as_deref(), text.email.as_deref(), text.phone.as_deref()];
    let ticket = [text.title.as_deref(), text.summary.as_deref(), text.reason.as_deref()];
    let fields = fields.into_iter().chain(ticket).flatten().map(str::to_owned);
    let all = fields.chain(text.file_names.iter().cloned()).chain(attributes);
    all.filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join(BETWEEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_in_the_text() {
        let visitor = SearchText {
            email: Some("ana@example.com".to_owned()),
            phone: Some("+34 600".to_owned()),
            attributes: Some(r#"{"plan":"gold","orders":3}"#.to_owned()),
            ..SearchText::default()
        };
        assert_eq!(
            text_of(Some("Ana"), &visitor),
            "Ana · ana@example.com · +34 600 · orders: 3 · plan: gold"
        );
        let message = SearchText {
            content: Some(String::new()),
            file_names: vec!["bill.pdf".to_owned()],
            ..SearchText::default()
        };
        assert_eq!(text_of(None, &message), "bill.pdf");
    }
}
