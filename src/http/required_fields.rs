//! Marks the fields of responses that are always present.
//!
//! A field of an answer that may be null is written as null, so it is always there; a field of a request may be left
//! out instead. The derived schemas do not tell the two apart.

use std::collections::BTreeSet;

use serde_json::Value;

/// Fields of answers that may be absent and, where they are there, null.
const MAY_BE_ABSENT: &[(&str, &str)] = &[("SendAnswer", "reply"), ("WireError", "holder")];

/// Requires the nullable fields of every schema that no request uses.
pub(super) fn require_written_nulls(document: &mut Value) {
    let of_requests = schemas_of_requests(document);
    let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else {
        return;
    };
    for (name, schema) in schemas.iter_mut().filter(|(name, _)| !of_requests.contains(*name)) {
        require(name, schema);
    }
}

fn require(name: &str, schema: &mut Value) {
    for part in ["allOf", "oneOf"] {
        schema[part].as_array_mut().into_iter().flatten().for_each(|schema| require(name, schema));
    }
    if schema["items"].is_object() {
        require(name, &mut schema["items"]);
    }
    let Some(properties) = schema["properties"].as_object_mut() else { return };
    let mut required = Vec::new();
    for (field, property) in properties {
        require(name, property);
        if is_nullable(property) && !MAY_BE_ABSENT.contains(&(name, field)) {
            required.push(Value::from(field.as_str()));
        }
    }
    if let Some(known) = schema["required"].as_array() {
        required.extend(known.iter().filter(|field| !required.contains(field)).cloned().collect::<Vec<_>>());
    }
    if !required.is_empty() {
        schema["required"] = required.into();
    }
}

fn is_nullable(schema: &Value) -> bool {
    let is_null = |kind: &Value| kind == "null";
    schema["type"].as_array().is_some_and(|kinds| kinds.iter().any(is_null))
        || schema["oneOf"].as_array().is_some_and(|parts| parts.iter().any(|part| is_null(&part["type"])))
}

/// The names of the schemas that the bodies of requests are made of.
fn schemas_of_requests(document: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let operations = document["paths"].as_object().into_iter().flat_map(serde_json::Map::values);
    for operation in operations.filter_map(Value::as_object).flat_map(serde_json::Map::values) {
        collect(document, &operation["requestBody"], &mut names);
    }
    names
}

fn collect(document: &Value, schema: &Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Object(fields) => {
            let reference = fields.get("$ref").and_then(Value::as_str);
            if let Some(name) = reference.and_then(|path| path.rsplit('/').next())
                && names.insert(name.to_owned())
            {
                collect(document, &document["components"]["schemas"][name], names);
            }
            fields.values().for_each(|one| collect(document, one, names));
        }
        Value::Array(items) => items.iter().for_each(|one| collect(document, one, names)),
        _ => {}
    }
}
