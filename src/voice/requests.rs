//! Converts commands of the relay into provider requests, with the assistant's sentences.

use audio::relay::{Command, Instruction, Outcome, Purpose, Role, Turn};

use crate::assistant::call_prompts;
use crate::providers::realtime::{Author, Item, Notice, Request};

/// What a provider is asked for; `greeting` is what the assistant says first, and nothing leaves the words to it.
pub(super) fn request_of(command: Command, greeting: &str) -> Request {
    match command {
        Command::Configure { history, sensitivity } => {
            Request::Configure { history: history.into_iter().map(item_of).collect(), sensitivity }
        }
        Command::SetSensitivity(sensitivity) => Request::SetSensitivity(sensitivity),
        Command::Append(pcm) => Request::Append(pcm),
        Command::Respond(tag, purpose) => Request::Respond {
            tag,
            instructions: match &purpose {
                Purpose::Answer => None,
                Purpose::Greeting => Some(call_prompts::greeting_request(greeting)),
                Purpose::Say(_, words) => Some(call_prompts::say_request(words)),
            },
            prompt: call_prompts::ANSWER_NOW.to_owned(),
            may_call_tools: !matches!(purpose, Purpose::Say(..)),
            words: match purpose {
                Purpose::Say(_, words) => Some(words),
                Purpose::Greeting => Some(greeting.into()),
                Purpose::Answer => None,
            },
        },
        Command::Cancel(response) => Request::Cancel(response),
        Command::CancelActive => Request::CancelActive,
        Command::Truncate(item, heard_ms) => Request::Truncate(item, heard_ms),
        Command::Delete(item) => Request::Delete(item),
        Command::Add(turn) => Request::Add(item_of(turn)),
        Command::ToolResult(call, outcome) => Request::ToolResult(call, call_prompts::tool_output(&outcome)),
        Command::DelegationWords(task, words) => Request::DelegationWords(task, words),
        Command::DelegationResult(task, outcome) => Request::DelegationResult {
            task,
            told: call_prompts::delegation_result(&outcome),
            words: match outcome {
                Outcome::Done(words) => Some(words),
                Outcome::Failed | Outcome::TimedOut => None,
            },
        },
        Command::BeginTurn(item) => Request::BeginTurn(item),
        Command::EndTurn(item) => Request::EndTurn(item),
        Command::Discard(response) => Request::Discard(response),
    }
}

fn item_of(turn: Turn) -> Item {
    match turn {
        Turn::Said(Role::Visitor, words) => Item::Message(Author::User, words),
        Turn::Said(Role::Assistant, words) => Item::Message(Author::Assistant, words),
        Turn::Said(Role::Agent, words) => {
            Item::Message(Author::Assistant, call_prompts::colleague_said(&words).into())
        }
        Turn::Told(instruction) => {
            let author = match instruction {
                Instruction::Whisper(_) => Author::Whisper,
                Instruction::WrapUp => Author::System(Notice::CallEnds),
                Instruction::NobodyCame => Author::System(Notice::NobodyCame),
                Instruction::GivenBack(_) => Author::System(Notice::GivenBack),
            };
            Item::Message(author, call_prompts::instruction(&instruction).into())
        }
        Turn::Tool(name, outcome) => Item::Tool { name, output: call_prompts::tool_output(&outcome) },
    }
}

#[cfg(test)]
mod tests {
    use audio::relay::{RequestTag, SayId, Sensitivity};

    use super::*;

    fn respond(purpose: Purpose, greeting: &str) -> (Option<String>, bool) {
        match request_of(Command::Respond(RequestTag(7), purpose), greeting) {
            Request::Respond { tag: RequestTag(7), instructions, may_call_tools, .. } => {
                (instructions, may_call_tools)
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_response_is_told_what_it_is_for() {
        assert_eq!(respond(Purpose::Answer, "Hello"), (None, true));
        let (greeting, may_call_tools) = respond(Purpose::Greeting, "Hello");
        assert!(greeting.is_some_and(|told| told.contains("\"Hello\"")) && may_call_tools);
        let (said, may_call_tools) = respond(Purpose::Say(SayId(1), "Please hold".into()), "Hello");
        assert!(said.is_some_and(|told| told.contains("\"Please hold\"")));
        assert!(!may_call_tools, "it says the words and nothing else");
    }

    #[test]
    fn history_is_whose_words_a_model_takes_it_for() {
        let history = vec![
            Turn::Said(Role::Visitor, "open?".into()),
            Turn::Tool("search".into(), Outcome::Failed),
            Turn::Said(Role::Agent, "Yes.".into()),
            Turn::Said(Role::Assistant, "From nine.".into()),
            Turn::Told(Instruction::Whisper("offer tea".into())),
        ];

        let configured = request_of(Command::Configure { history, sensitivity: Sensitivity::Low }, "");

        let Request::Configure { history, sensitivity: Sensitivity::Low } = configured else { panic!() };
        let [
            Item::Message(Author::User, asked),
            Item::Tool { name, output },
            Item::Message(Author::Assistant, colleague),
            Item::Message(Author::Assistant, answered),
            Item::Message(Author::Whisper, told),
        ] = &history[..]
        else {
            panic!("{history:?}")
        };
        assert_eq!((&**asked, &**name, &**answered), ("open?", "search", "From nine."));
        assert!(output.contains("error") && colleague.contains("\"Yes.\"") && told.contains("offer tea"));
    }
}
