//! Checks JSON against the fields that the protocol knows. What it does not know is refused, as the provider does.

use serde_json::{Map, Value};

use super::refusal::Refusal;

/// What a value may be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// Anything, where the simulator has no opinion.
    Any,
    Text,
    Bool,
    /// A whole number within bounds.
    Integer(i64, i64),
    /// A number within bounds.
    Number(f64, f64),
    /// One of these words.
    Word(&'static [&'static str]),
    /// This, or null.
    Nullable(&'static Shape),
    /// A list of these.
    List(&'static Shape),
    /// The first of these that is no mismatch of kind.
    Either(&'static [Shape]),
    /// An object with these fields.
    Fields(&'static [Field]),
    /// An object whose `type` says which fields it has.
    ByType(&'static [(&'static str, &'static [Field])]),
    /// An object with any fields.
    Object,
}

/// A field, whether it must be there, and what it holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) is_required: bool,
    pub(super) shape: Shape,
}

/// A field that may be absent.
pub(super) const fn may(name: &'static str, shape: Shape) -> Field {
    Field { name, is_required: false, shape }
}

/// A field that must be there.
pub(super) const fn must(name: &'static str, shape: Shape) -> Field {
    Field { name, is_required: true, shape }
}

impl Shape {
    /// Checks `value`, which stands at `path`.
    pub(super) fn check(&self, value: &Value, path: &str) -> Result<(), Refusal> {
        match self {
            Self::Any => Ok(()),
            Self::Text if value.is_string() => Ok(()),
            Self::Bool if value.is_boolean() => Ok(()),
            Self::Object if value.is_object() => Ok(()),
            Self::Integer(least, most) => check_range(value.as_i64(), least, most, path, "an integer"),
            Self::Number(least, most) => check_range(value.as_f64(), least, most, path, "a number"),
            Self::Word(words) => check_word(value, words, path),
            Self::Nullable(_) if value.is_null() => Ok(()),
            Self::Nullable(shape) => shape.check(value, path),
            Self::List(shape) => check_list(value, shape, path),
            Self::Either(shapes) => check_either(value, shapes, path),
            Self::Fields(fields) => check_fields(as_object(value, path)?, fields, path),
            Self::ByType(kinds) => check_by_type(as_object(value, path)?, kinds, path),
            Self::Text => Err(wrong_kind(path, "a string")),
            Self::Bool => Err(wrong_kind(path, "a boolean")),
            Self::Object => Err(wrong_kind(path, "an object")),
        }
    }

    fn is_kind_of(&self, value: &Value) -> bool {
        match self {
            Self::Any => true,
            Self::Text | Self::Word(_) => value.is_string(),
            Self::Bool => value.is_boolean(),
            Self::Integer(..) | Self::Number(..) => value.is_number(),
            Self::Nullable(shape) => value.is_null() || shape.is_kind_of(value),
            Self::List(_) => value.is_array(),
            Self::Either(shapes) => shapes.iter().any(|shape| shape.is_kind_of(value)),
            Self::Fields(_) | Self::ByType(_) | Self::Object => value.is_object(),
        }
    }
}

/// Checks the fields of an object that stands at `path`; the root's path is empty.
pub(super) fn check_fields(object: &Map<String, Value>, fields: &[Field], path: &str) -> Result<(), Refusal> {
    for name in object.keys() {
        if !fields.iter().any(|field| field.name == name) {
            let param = join(path, name);
            return Err(Refusal::new("unknown_parameter", format!("Unknown parameter: '{param}'."))
                .with_param(&param));
        }
    }
    for field in fields {
        match object.get(field.name) {
            Some(value) => field.shape.check(value, &join(path, field.name))?,
            None if field.is_required => return Err(missing(&join(path, field.name))),
            None => {}
        }
    }
    Ok(())
}

fn check_by_type(
    object: &Map<String, Value>,
    kinds: &[(&'static str, &'static [Field])],
    path: &str,
) -> Result<(), Refusal> {
    let param = join(path, "type");
    let kind = object.get("type").ok_or_else(|| missing(&param))?;
    let fields = kinds.iter().find(|(name, _)| kind == name).map(|(_, fields)| *fields);
    let fields = fields.ok_or_else(|| unsupported(kind, kinds.iter().map(|(name, _)| *name), &param))?;
    check_fields(object, fields, path)
}

fn check_list(value: &Value, shape: &Shape, path: &str) -> Result<(), Refusal> {
    let items = value.as_array().ok_or_else(|| wrong_kind(path, "an array"))?;
    items.iter().enumerate().try_for_each(|(at, item)| shape.check(item, &format!("{path}[{at}]")))
}

fn check_either(value: &Value, shapes: &[Shape], path: &str) -> Result<(), Refusal> {
    let shape = shapes.iter().find(|shape| shape.is_kind_of(value));
    shape.ok_or_else(|| wrong_kind(path, "something else"))?.check(value, path)
}

fn check_word(value: &Value, words: &[&'static str], path: &str) -> Result<(), Refusal> {
    if words.iter().any(|word| value == word) {
        return Ok(());
    }
    Err(unsupported(value, words.iter().copied(), path))
}

fn check_range<T: PartialOrd + std::fmt::Display>(
    number: Option<T>,
    least: &T,
    most: &T,
    path: &str,
    kind: &str,
) -> Result<(), Refusal> {
    let number = number.ok_or_else(|| wrong_kind(path, kind))?;
    if (least..=most).contains(&&number) {
        return Ok(());
    }
    Err(Refusal::invalid(
        path,
        format!("Invalid '{path}': expected between {least} and {most}, got {number}."),
    ))
}

fn as_object<'a>(value: &'a Value, path: &str) -> Result<&'a Map<String, Value>, Refusal> {
    value.as_object().ok_or_else(|| wrong_kind(path, "an object"))
}

fn wrong_kind(path: &str, kind: &str) -> Refusal {
    Refusal::invalid(path, format!("Invalid type for '{path}': expected {kind}."))
}

fn missing(path: &str) -> Refusal {
    Refusal::new("missing_required_parameter", format!("Missing required parameter: '{path}'."))
        .with_param(path)
}

fn unsupported(value: &Value, words: impl Iterator<Item = &'static str>, path: &str) -> Refusal {
    let words: Vec<String> = words.map(|word| format!("'{word}'")).collect();
    let words = words.join(", ");
    Refusal::invalid(path, format!("Invalid value: {value}. Supported values are: {words}."))
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
