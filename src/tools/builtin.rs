//! Tools that need nothing from outside.

use serde_json::{Value, json};

use super::toolbox::{Source, ToolContext, ToolResult, Tools, Wish};
use crate::providers::ToolSpec;

const SEARCH: &str = "search";
const HAND_OFF: &str = "hand_off_to_person";
/// Passages that one search gives.
const PASSAGES: usize = 4;

pub(super) fn specs(context: &ToolContext) -> Vec<ToolSpec> {
    let mut specs = vec![ToolSpec {
        name: SEARCH.to_owned(),
        description: "Searches the knowledge of the business. Use it for every question about the business that the background does not answer.".to_owned(),
        parameters: json!({
            "type": "object",
            "properties": {"query": {"type": "string", "description": "What to look for, in the visitor's words"}},
            "required": ["query"],
            "additionalProperties": false,
        }),
    }];
    if context.handoff_enabled {
        specs.push(ToolSpec {
            name: HAND_OFF.to_owned(),
            description: "Asks a person of the business to come into this conversation. Use it when the visitor wants a person, is upset about a hard problem, or when you cannot help.".to_owned(),
            parameters: json!({
                "type": "object",
                "properties": {"reason": {"type": "string", "description": "Why, in a few words"}},
                "required": ["reason"],
                "additionalProperties": false,
            }),
        });
    }
    specs
}

pub(super) async fn run(tools: &Tools, name: &str, arguments: &Value, context: &ToolContext) -> ToolResult {
    let text = |field: &str| arguments.get(field).and_then(Value::as_str).unwrap_or_default().trim();
    match name {
        SEARCH => search(tools, text("query"), context).await,
        HAND_OFF if context.handoff_enabled => {
            let reason = text("reason").to_owned();
            let content =
                json!({ "ok": true, "note": "A person was asked for. Say so in one short sentence." });
            ToolResult { wish: Some(Wish::HandOff { reason }), ..ToolResult::of(content) }
        }
        _ => ToolResult::failed("there is no such tool"),
    }
}

async fn search(tools: &Tools, query: &str, context: &ToolContext) -> ToolResult {
    if query.is_empty() {
        return ToolResult::failed("query must not be empty");
    }
    match tools.knowledge.search(context.org, Some(context.channel), query, PASSAGES).await {
        Ok(found) => {
            let sources = found
                .iter()
                .map(|passage| Source { title: passage.title.clone(), url: passage.url.clone() })
                .collect();
            let passages: Vec<Value> = found
                .iter()
                .map(|passage| json!({ "title": passage.title, "question": passage.question, "text": passage.text, "url": passage.url }))
                .collect();
            ToolResult { sources, ..ToolResult::of(json!({ "passages": passages })) }
        }
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "could not search the knowledge");
            ToolResult::failed("the search failed")
        }
    }
}
