//! Checks the parameters of a tool as far as the services do: an object at the top, known types below.

use serde_json::Value;

const TYPES: [&str; 7] = ["object", "array", "string", "number", "integer", "boolean", "null"];
const NAME_MAX_CHARS: usize = 64;

/// Checks the JSON schema of a tool's parameters.
pub(super) fn check_parameters(schema: &Value, at: &str) -> Result<(), String> {
    if schema["type"] != "object" {
        let found = &schema["type"];
        return Err(format!("Invalid schema for {at}: schema must be of type \"object\", got {found}"));
    }
    check_types(schema, at)
}

/// Checks the name of a tool.
pub(super) fn check_name(name: &Value, at: &str) -> Result<(), String> {
    let name = name.as_str().unwrap_or_default();
    let is_fine = |one: char| one.is_ascii_alphanumeric() || matches!(one, '_' | '-');
    if name.is_empty() || name.len() > NAME_MAX_CHARS || !name.chars().all(is_fine) {
        return Err(format!("Invalid '{at}': string does not match pattern '^[a-zA-Z0-9_-]{{1,64}}$'"));
    }
    Ok(())
}

fn check_types(schema: &Value, at: &str) -> Result<(), String> {
    let is_known = |kind: &Value| kind.as_str().is_some_and(|kind| TYPES.contains(&kind));
    let is_fine = match schema.get("type") {
        None => true,
        Some(Value::Array(kinds)) => kinds.iter().all(is_known),
        Some(kind) => is_known(kind),
    };
    if !is_fine {
        return Err(format!("Invalid schema for {at}: {} is not a valid type", schema["type"]));
    }
    let properties = schema["properties"].as_object().into_iter().flat_map(|fields| fields.values());
    for below in properties.chain(schema.get("items")) {
        check_types(below, at)?;
    }
    Ok(())
}
