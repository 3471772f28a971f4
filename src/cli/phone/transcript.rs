//! Prints the transcript during a call, one line per utterance.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::connect::Begun;
use super::events::Notice;

/// Writes lines for people, or objects for scripts, one a line.
pub(super) struct Teller<'a> {
    pub(super) output: &'a mut dyn Write,
    pub(super) errors: &'a mut dyn Write,
    pub(super) wants_json: bool,
}

impl Teller<'_> {
    /// The call stands.
    pub(super) fn print_ready(&mut self, begun: &Begun, notice: Notice) -> io::Result<()> {
        if self.wants_json {
            return self.write_line(&json!({
                "event": "started",
                "call_id": begun.call_id,
                "session_id": begun.session_id,
                "recording": notice.recording,
                "simulated": notice.simulated,
                "basic": notice.basic,
            }));
        }
        let recorded = if notice.recording { " It is recorded." } else { "" };
        let simulated = if notice.simulated { " No real model answers: the voice is simulated." } else { "" };
        let basic = if notice.basic { " The server's own basic voice answers, after each turn." } else { "" };
        writeln!(self.errors, "Call {} has begun.{recorded}{simulated}{basic}", begun.call_id)
    }

    /// Somebody has said something.
    pub(super) fn print_words(&mut self, role: &str, name: Option<&str>, text: &str) -> io::Result<()> {
        if self.wants_json {
            let mut line = json!({ "event": "transcript", "role": role, "text": text });
            if let Some(name) = name {
                line["name"] = name.into();
            }
            return self.write_line(&line);
        }
        // One line each, whatever was said.
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        writeln!(self.output, "{}: {text}", name.unwrap_or(role))?;
        self.output.flush()
    }

    /// The hub complains, and the call goes on.
    pub(super) fn print_error(&mut self, code: &str, message: &str) -> io::Result<()> {
        if self.wants_json {
            return self.write_line(&json!({ "event": "error", "code": code, "message": message }));
        }
        writeln!(self.errors, "The hub complains: {message}")
    }

    fn write_line(&mut self, line: &Value) -> io::Result<()> {
        writeln!(self.output, "{line}")?;
        self.output.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(wants_json: bool, tell: impl Fn(&mut Teller<'_>) -> io::Result<()>) -> (String, String) {
        let (mut output, mut errors) = (Vec::new(), Vec::new());
        tell(&mut Teller { output: &mut output, errors: &mut errors, wants_json }).unwrap();
        (String::from_utf8(output).unwrap(), String::from_utf8(errors).unwrap())
    }

    #[test]
    fn words_are_a_line_with_a_name_or_an_object() {
        let agent = |teller: &mut Teller<'_>| teller.print_words("agent", Some("Ana"), "Hello\nthere");

        assert_eq!(told(false, agent).0, "Ana: Hello there\n");
        assert_eq!(told(false, |teller| teller.print_words("visitor", None, "Hi")).0, "visitor: Hi\n");
        let line: Value = serde_json::from_str(&told(true, agent).0).unwrap();
        assert_eq!(line["text"], "Hello\nthere");
        assert_eq!((&line["role"], &line["name"]), (&json!("agent"), &json!("Ana")));
    }

    #[test]
    fn people_are_told_of_recordings_and_simulations_apart_from_the_words() {
        let begun =
            Begun { call_id: "c1".to_owned(), session_id: "s1".to_owned(), ticket: "secret".to_owned() };
        let notice = Notice { recording: true, simulated: true, basic: false };
        let ready = |teller: &mut Teller<'_>| teller.print_ready(&begun, notice);

        let (output, errors) = told(false, ready);
        assert_eq!(output, "");
        assert!(errors.contains("c1") && errors.contains("recorded") && errors.contains("simulated"));
        let (output, errors) = told(true, ready);
        assert!(output.contains(r#""session_id":"s1""#) && !output.contains("secret"), "{output}");
        assert_eq!(errors, "");
    }
}
