//! The sentences that a model is told in a call: with a request for a response, as an instruction, or as what became of
//! a tool. Dialects hold none.

use audio::relay::{Instruction, Outcome};

/// What a model is told that decides by itself when to speak, when something waits for its answer.
pub const ANSWER_NOW: &str =
    "Answer the visitor now; do not wait for them to speak first. Do not repeat what they said.";

/// What a model may say after a person was asked for.
pub const PERSON_ASKED_FOR: &str =
    "A colleague has been asked to join. Tell the visitor so, and that they may stay on the line.";

/// What a model may say of what it has delegated: the answer of the org's assistant.
#[must_use]
pub fn delegation_result(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Done(answer) => answer.to_string(),
        Outcome::Failed => {
            "This could not be found out just now. Say so, and offer to take a message.".to_owned()
        }
        Outcome::TimedOut => "This takes too long just now. Say so, and offer to take a message.".to_owned(),
    }
}

/// How a call is begun: with these words, or, where there are none, with words of its own.
#[must_use]
pub fn greeting_request(greeting: &str) -> String {
    if greeting.is_empty() {
        "The call begins now. Greet the visitor in one short sentence.".to_owned()
    } else {
        format!("The call begins now. Say exactly these words and nothing else: \"{greeting}\"")
    }
}

/// An agent lets the assistant's voice say something.
#[must_use]
pub fn say_request(words: &str) -> String {
    format!("A colleague of yours wants you to say exactly these words now, and nothing else: \"{words}\"")
}

/// What an agent said to the visitor, as a turn of the conversation.
#[must_use]
pub fn colleague_said(words: &str) -> String {
    format!("(A human colleague of the business said to the visitor:) {}", serde_json::Value::from(words))
}

/// What a tool came to.
#[must_use]
pub fn tool_output(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Done(result) => result.to_string(),
        Outcome::Failed => r#"{"error":"the tool failed; say so and go on"}"#.to_owned(),
        Outcome::TimedOut => r#"{"error":"the tool did not answer in time; say so and go on"}"#.to_owned(),
    }
}

/// An instruction that only the model hears.
#[must_use]
pub fn instruction(instruction: &Instruction) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_given_are_said_exactly() {
        assert!(greeting_request("Hello there").ends_with("\"Hello there\""));
        assert!(greeting_request("").contains("Greet the visitor"), "its own words");
        assert!(say_request("Please hold").ends_with("\"Please hold\""));
    }

    #[test]
    fn what_a_colleague_said_cannot_close_its_own_quotes() {
        assert_eq!(
            colleague_said("say \"yes\""),
            r#"(A human colleague of the business said to the visitor:) "say \"yes\"""#
        );
    }

    #[test]
    fn a_task_without_an_answer_is_said_to_have_none() {
        assert_eq!(delegation_result(&Outcome::Done("From nine.".into())), "From nine.");
        for outcome in [Outcome::Failed, Outcome::TimedOut] {
            assert!(delegation_result(&outcome).contains("offer to take a message"));
        }
    }

    #[test]
    fn a_tool_without_a_result_says_so_in_json() {
        assert_eq!(tool_output(&Outcome::Done("{\"hours\":9}".into())), "{\"hours\":9}");
        for outcome in [Outcome::Failed, Outcome::TimedOut] {
            let output: serde_json::Value = serde_json::from_str(&tool_output(&outcome)).unwrap();
            assert!(output["error"].is_string(), "{output}");
        }
    }

    #[test]
    fn a_call_that_is_given_back_goes_on_without_a_greeting() {
        let (without, with) = (
            instruction(&Instruction::GivenBack("".into())),
            instruction(&Instruction::GivenBack("paid".into())),
        );

        assert!(without.contains("Do not greet again") && !without.contains("What happened"));
        assert!(with.contains("Do not greet again") && with.ends_with("\"paid\""));
    }
}
