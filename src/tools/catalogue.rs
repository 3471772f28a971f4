//! The shipped tools, and JSON Schema validation.

use serde::Deserialize;
use serde_json::Value;

use crate::model::ToolRecord;

/// The shipped tools as data; at every start they go into the catalogue.
const SHIPPED: &str = include_str!("catalogue.json");
/// Faults that are told to a model; it mends one after the other anyway.
const FAULTS_MAX: usize = 3;
const FAULT_MAX_CHARS: usize = 200;
/// Compiled, a pattern of an admin takes at most so much memory.
const PATTERN_MAX_BYTES: usize = 1_048_576;

#[derive(Deserialize)]
struct Shipped {
    name: String,
    kind: String,
    description: String,
    input: Value,
    output: Option<Value>,
    is_idempotent: bool,
    default_enabled: bool,
}

/// The shipped tools.
pub(super) fn shipped() -> Vec<ToolRecord> {
    let tools: Vec<Shipped> = serde_json::from_str(SHIPPED).expect("a test parses the shipped tools");
    tools
        .into_iter()
        .map(|tool| ToolRecord {
            name: tool.name,
            kind: tool.kind,
            is_shipped: true,
            description: tool.description,
            input_schema: tool.input.to_string(),
            output_schema: tool.output.map(|schema| schema.to_string()),
            is_idempotent: tool.is_idempotent,
            default_enabled: tool.default_enabled,
            created_at: 0,
        })
        .collect()
}

/// Checks a value by a schema; otherwise the first faults, in words.
pub(super) fn check(schema: &Value, value: &Value) -> Result<(), String> {
    let validator = compile(schema)?;
    let faults: Vec<String> = validator
        .iter_errors(value)
        .take(FAULTS_MAX)
        .map(|fault| {
            let words: String = fault.to_string().chars().take(FAULT_MAX_CHARS).collect();
            match fault.instance_path().as_str() {
                "" => words,
                place => format!("{place}: {words}"),
            }
        })
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(faults.join("; ")) }
}

/// Whether a schema can be used; otherwise why not. References to other documents cannot be resolved here.
pub(super) fn check_schema(schema: &Value) -> Result<(), String> {
    compile(schema).map(drop)
}

fn compile(schema: &Value) -> Result<jsonschema::Validator, String> {
    // Patterns in linear time: a visitor's words must not be able to keep a core busy.
    let patterns = jsonschema::PatternOptions::regex().size_limit(PATTERN_MAX_BYTES);
    let options = jsonschema::options().with_pattern_options(patterns).offline();
    options.build(schema).map_err(|fault| fault.to_string().chars().take(FAULT_MAX_CHARS).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::json;

    use super::*;

    #[test]
    fn every_shipped_tool_has_schemas_that_can_be_used() {
        let tools = shipped();
        let names: HashSet<&str> = tools.iter().map(|tool| tool.name.as_str()).collect();

        assert_eq!(names.len(), 7);
        for tool in &tools {
            let schema = serde_json::from_str(&tool.input_schema).unwrap();
            assert_eq!(check_schema(&schema), Ok(()), "{}", tool.name);
            if let Some(schema) = &tool.output_schema {
                assert_eq!(check_schema(&serde_json::from_str(schema).unwrap()), Ok(()), "{}", tool.name);
            }
            assert!(tool.kind == "built_in" || !tool.default_enabled, "{} has no address yet", tool.name);
        }
    }

    #[test]
    fn faults_name_the_place_and_are_bounded() {
        let schema = json!({"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["m"]});

        let fault = check(&schema, &json!({"n": "x".repeat(10_000)})).unwrap_err();

        assert!(fault.contains("/n") && fault.contains('m') && fault.len() < 1_000, "{fault}");
        assert_eq!(check(&schema, &json!({"m": 1})), Ok(()));
    }

    #[test]
    fn a_schema_reaches_for_nothing_outside() {
        for reference in ["http://127.0.0.1:1/schema.json", "file:///etc/passwd"] {
            assert!(check_schema(&json!({ "$ref": reference })).is_err(), "{reference}");
        }
    }

    #[test]
    fn a_pattern_that_would_run_for_ever_is_checked_at_once() {
        let schema = json!({"type": "string", "pattern": "^(a+)+$"});

        assert!(check(&schema, &json!(format!("{}b", "a".repeat(5_000)))).is_err());
    }
}
