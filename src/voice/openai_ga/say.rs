//! Commands of the relay in the dialect's words.

use audio::relay::{Command, Instruction, Outcome, Purpose, RequestTag, Role, Turn};
use serde_json::{Value, json};

use super::refusal::leave_out;
use super::session::{OpenAiGa, REQUEST_ID, RESPONSE_FIELDS};

/// The field of a response's metadata that carries our name of the request.
pub(super) const TAG_FIELD: &str = "switchboard_request";

pub(super) fn say(session: &mut OpenAiGa, command: Command, out: &mut Vec<String>) {
    match command {
        Command::Configure { history, sensitivity } => {
            session.sensitivity = sensitivity;
            session.is_set_up = false;
            out.push(session.setup_event());
            for turn in history {
                add(session, turn, out);
            }
        }
        Command::SetSensitivity(sensitivity) => {
            session.sensitivity = sensitivity;
            let input = json!({ "turn_detection": session.turn_detection() });
            let mut update = json!({ "type": "realtime", "audio": { "input": input } });
            session.reduce(&mut update);
            // A detection that the provider does not take set up is its own.
            if update.pointer("/audio/input/turn_detection").is_some() {
                out.push(json!({ "type": "session.update", "session": update }).to_string());
            }
        }
        Command::Append(pcm) => out.push(append(&pcm)),
        Command::Respond(tag, purpose) => out.push(respond(session, tag, &purpose)),
        Command::Cancel(response) => {
            out.push(json!({ "type": "response.cancel", "response_id": *response.0 }).to_string());
        }
        Command::CancelActive => out.push(json!({ "type": "response.cancel" }).to_string()),
        Command::Truncate(item, heard_ms) => {
            let event = json!({
                "type": "conversation.item.truncate",
                "item_id": *item.0,
                "content_index": 0,
                "audio_end_ms": heard_ms,
            });
            out.push(event.to_string());
        }
        Command::Delete(item) => {
            out.push(json!({ "type": "conversation.item.delete", "item_id": *item.0 }).to_string());
        }
        Command::Add(turn) => add(session, turn, out),
        Command::ToolResult(call, outcome) => out.push(tool_output(&call.0, &outcome)),
    }
}

/// The hot path: no JSON tree, one allocation.
fn append(pcm: &[u8]) -> String {
    const HEAD: &str = r#"{"type":"input_audio_buffer.append","audio":""#;
    let mut text = String::with_capacity(HEAD.len() + pcm.len().div_ceil(3) * 4 + 2);
    text.push_str(HEAD);
    audio::encode_base64(pcm, &mut text);
    text.push_str("\"}");
    text
}

fn respond(session: &mut OpenAiGa, tag: RequestTag, purpose: &Purpose) -> String {
    let mut response = json!({ "metadata": { TAG_FIELD: tag.0.to_string() } });
    // Instructions of a response replace the session's, so these are repeated.
    let instructions = |more: String| Value::from(format!("{}\n\n{more}", session.setup.instructions));
    match purpose {
        Purpose::Answer => {}
        Purpose::Greeting if session.setup.greeting.is_empty() => {
            response["instructions"] =
                instructions("The call begins now. Greet the visitor in one short sentence.".to_owned());
        }
        Purpose::Greeting => {
            let greeting = &session.setup.greeting;
            response["instructions"] = instructions(format!(
                "The call begins now. Say exactly these words and nothing else: \"{greeting}\""
            ));
        }
        Purpose::Say(words) => {
            response["instructions"] = instructions(format!(
                "A colleague of yours wants you to say exactly these words now, and nothing else: \"{words}\""
            ));
            response["tool_choice"] = "none".into();
        }
    }
    for field in session.setup.without.iter().filter_map(|field| field.strip_prefix(RESPONSE_FIELDS)) {
        leave_out(&mut response, field);
    }
    session.requested = Some(tag);
    let event_id = format!("{REQUEST_ID}{}", tag.0);
    json!({ "type": "response.create", "event_id": event_id, "response": response }).to_string()
}

fn add(session: &mut OpenAiGa, turn: Turn, out: &mut Vec<String>) {
    match turn {
        Turn::Said(Role::Visitor, words) => out.push(message("user", "input_text", &words)),
        Turn::Said(Role::Assistant, words) => out.push(message("assistant", "output_text", &words)),
        Turn::Said(Role::Agent, words) => {
            let words = serde_json::Value::from(&*words);
            let text = format!("(A human colleague of the business said to the visitor:) {words}");
            out.push(message("assistant", "output_text", &text));
        }
        Turn::Told(instruction) => out.push(message("system", "input_text", &told(&instruction))),
        Turn::Tool(name, outcome) => {
            session.replayed_calls += 1;
            let call = format!("call_replayed_{}", session.replayed_calls);
            let item = json!({ "type": "function_call", "name": *name, "call_id": call, "arguments": "{}" });
            out.push(json!({ "type": "conversation.item.create", "item": item }).to_string());
            out.push(tool_output(&call, &outcome));
        }
    }
}

fn message(role: &str, kind: &str, text: &str) -> String {
    let item = json!({ "type": "message", "role": role, "content": [{ "type": kind, "text": text }] });
    json!({ "type": "conversation.item.create", "item": item }).to_string()
}

fn tool_output(call: &str, outcome: &Outcome) -> String {
    let output = match outcome {
        Outcome::Done(result) => result.to_string(),
        Outcome::Failed => r#"{"error":"the tool failed; say so and go on"}"#.to_owned(),
        Outcome::TimedOut => r#"{"error":"the tool did not answer in time; say so and go on"}"#.to_owned(),
    };
    let item = json!({ "type": "function_call_output", "call_id": call, "output": output });
    json!({ "type": "conversation.item.create", "item": item }).to_string()
}

/// The words of instructions that only the model hears.
fn told(instruction: &Instruction) -> String {
    match instruction {
        Instruction::WrapUp => {
            "The call must end within a minute. Come to an end kindly and say goodbye.".to_owned()
        }
        Instruction::NobodyCame => "A person was asked for, and nobody is free. Apologise, say that a colleague will \
             get back to the visitor in the chat, and offer to go on yourself."
            .to_owned(),
        Instruction::Whisper(words) => format!(
            "A colleague who listens tells you, not the visitor: \"{words}\". Use it; never say that you were told."
        ),
        Instruction::GivenBack(note) if note.is_empty() => {
            "A human colleague has spoken with the visitor and has given the call back to you. Do not greet again; \
             go on where they left off."
                .to_owned()
        }
        Instruction::GivenBack(note) => format!(
            "A human colleague has spoken with the visitor and has given the call back to you. Do not greet again; go \
             on where they left off. What happened: \"{note}\""
        ),
    }
}
