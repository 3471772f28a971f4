//! Forms that visitors fill in before they write.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::values::check_address;

const FIELDS_MAX: usize = 10;
const TITLE_MAX_CHARS: usize = 120;
const LABEL_MAX_CHARS: usize = 200;
const NAME_MAX_CHARS: usize = 64;
const OPTIONS_MAX: usize = 20;

/// What visitors are asked before they write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// What stands above it.
    #[serde(default)]
    pub title: Option<String>,
    /// Its fields, in their order: 1 to 10.
    pub fields: Vec<FormField>,
}

/// One field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormField {
    /// The attribute of the visitor that the answer becomes: 1 to 64 of `A-Z a-z 0-9 _ . -`. Answers to name, email
    /// and phone become the visitor's own.
    pub name: String,
    /// What is asked for.
    #[serde(rename = "type")]
    pub kind: FormFieldKind,
    /// What stands beside it.
    pub label: String,
    /// Whether the form cannot be sent without it.
    #[serde(default)]
    pub required: bool,
    /// What may be chosen: 2 to 20 texts for a choice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// What a consent is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// What a field asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FormFieldKind {
    /// The visitor's name.
    Name,
    /// The visitor's mail address.
    Email,
    /// The visitor's telephone number.
    Phone,
    /// A short text.
    Text,
    /// One of several.
    Choice,
    /// A box to tick.
    Consent,
}

impl FormFieldKind {
    /// Its name, as settings and clients have it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Text => "text",
            Self::Choice => "choice",
            Self::Consent => "consent",
        }
    }
}

/// Whether a text may name an attribute of a visitor.
#[must_use]
pub fn is_attribute_name(text: &str) -> bool {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
    (1..=NAME_MAX_CHARS).contains(&text.len()) && is_plain
}

impl Form {
    /// Whether it can be shown and its answers kept.
    ///
    /// # Errors
    /// What is wrong, for people.
    pub fn check(&self) -> Result<(), String> {
        if !(1..=FIELDS_MAX).contains(&self.fields.len()) {
            return Err(format!("must have 1 to {FIELDS_MAX} fields"));
        }
        if self.title.as_ref().is_some_and(|title| !is_line(title, TITLE_MAX_CHARS)) {
            return Err(format!("has a title that is empty or longer than {TITLE_MAX_CHARS} characters"));
        }
        let mut names = HashSet::new();
        self.fields.iter().try_for_each(|field| {
            if !is_attribute_name(&field.name) || !names.insert(field.name.as_str()) {
                return Err(format!(
                    "has a field whose name is taken or none: {}; use A-Z a-z 0-9 _ . -",
                    field.name
                ));
            }
            field.check()
        })
    }
}

impl FormField {
    fn check(&self) -> Result<(), String> {
        let name = &self.name;
        if !is_line(&self.label, LABEL_MAX_CHARS) {
            return Err(format!(
                "has a label that is empty or longer than {LABEL_MAX_CHARS} characters: {name}"
            ));
        }
        let is_choice = self.kind == FormFieldKind::Choice;
        let has_options = (2..=OPTIONS_MAX).contains(&self.options.len())
            && self.options.iter().all(|option| is_line(option, LABEL_MAX_CHARS));
        if is_choice != has_options || (!is_choice && !self.options.is_empty()) {
            return Err(format!("a choice, and nothing else, has 2 to {OPTIONS_MAX} options: {name}"));
        }
        match &self.link {
            Some(_) if self.kind != FormFieldKind::Consent => {
                Err(format!("only a consent has a link: {name}"))
            }
            Some(link) => check_address(link).map_err(|error| format!("has a link that {error}: {name}")),
            None => Ok(()),
        }
    }
}

fn is_line(text: &str, max_chars: usize) -> bool {
    !text.trim().is_empty() && !text.chars().any(char::is_control) && text.chars().count() <= max_chars
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn check(value: Value) -> Result<(), String> {
        serde_json::from_value::<Form>(value).map_err(|error| error.to_string())?.check()
    }

    #[test]
    fn a_form_asks_for_what_a_visitor_can_answer() {
        assert_eq!(
            check(json!({"title": "Before we begin", "fields": [
                {"name": "name", "type": "name", "label": "Your name", "required": true},
                {"name": "topic", "type": "choice", "label": "About", "options": ["An order", "Else"]},
                {"name": "privacy", "type": "consent", "label": "I agree", "required": true,
                 "link": "https://shop.example/privacy"},
            ]})),
            Ok(())
        );
    }

    #[test]
    fn a_form_that_cannot_be_shown_is_refused() {
        let field = |more: Value| {
            let mut field = json!({"name": "a", "type": "text", "label": "A"});
            field.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!({"fields": [field]})
        };
        for wrong in [
            json!({"fields": []}),
            json!({"fields": [{"name": "a", "type": "text", "label": "A"}, {"name": "a", "type": "text", "label": "B"}]}),
            field(json!({"name": "a b"})),
            field(json!({"label": " "})),
            field(json!({"label": "x".repeat(201)})),
            field(json!({"type": "password"})),
            field(json!({"options": ["1", "2"]})),
            field(json!({"type": "choice", "options": ["1"]})),
            field(json!({"type": "choice"})),
            field(json!({"link": "https://shop.example/"})),
            field(json!({"type": "consent", "link": "javascript:alert(1)"})),
            field(json!({"else": 1})),
        ] {
            assert!(check(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
