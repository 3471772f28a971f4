//! An incremental parser for tool calls in a model's text, for any split into pieces.
//!
//! A call is a block that opens with three backticks and `tool`, and closes with three backticks once its JSON is complete or on a line of their own.
//! Text before the first block is given out at once, but for an end that could still become a block.
//! Text after a block is dropped: models that do not wait for the result invent one there.

use super::contract::{ChatItem, ToolCall};
use super::openai_stream::complete;
use serde::Deserialize;
use serde_json::Value;
use std::collections::VecDeque;

pub(super) const OPEN: &str = "```tool";
const FENCE: &str = "```";
/// Maximum size of a tool call block; a larger block is passed on as text.
const BLOCK_MAX_BYTES: usize = 256 * 1024;
/// Maximum tool calls per response; further ones are dropped.
const CALLS_MAX: usize = 64;

#[derive(Debug, Default)]
pub(super) struct PromptParser {
    /// Text of which nothing is known yet.
    held: String,
    place: Place,
    call_count: usize,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Words for the visitor.
    #[default]
    Text,
    /// Inside a block; the end of it is searched from here on.
    Block { searched: usize },
    /// After a block.
    Between,
}

#[derive(Deserialize)]
struct WrittenCall {
    name: String,
    #[serde(default)]
    arguments: Value,
}

impl PromptParser {
    /// Takes text in.
    pub(super) fn push(&mut self, text: &str, items: &mut VecDeque<ChatItem>) {
        self.held.push_str(text);
        while self.step(items) {}
    }

    /// Gives out what is left, a block without an end as well.
    pub(super) fn finish(&mut self, items: &mut VecDeque<ChatItem>) {
        match self.place {
            Place::Text if self.held.trim_start() == OPEN => self.push_call("", items),
            Place::Text if !self.held.is_empty() => {
                items.push_back(ChatItem::Text(std::mem::take(&mut self.held)));
            }
            Place::Block { .. } => {
                let block = std::mem::take(&mut self.held);
                self.push_call(block.trim_end().trim_end_matches('`'), items);
            }
            Place::Text | Place::Between => {}
        }
        self.held.clear();
    }

    /// Whether a call was found.
    pub(super) fn has_calls(&self) -> bool {
        self.call_count > 0
    }

    /// Does what can be done with the text at hand, and tells whether more can be.
    fn step(&mut self, items: &mut VecDeque<ChatItem>) -> bool {
        match self.place {
            Place::Text | Place::Between => self.seek_block(items),
            Place::Block { searched } => self.seek_end(searched, items),
        }
    }

    fn seek_block(&mut self, items: &mut VecDeque<ChatItem>) -> bool {
        let opening = opening(&self.held);
        let is_text = self.place == Place::Text;
        let (end, is_block) = match opening {
            Opening::At(at) => (at, true),
            Opening::MayBeAt(at) => (at, false),
        };
        let before: String = self.held.drain(..end).collect();
        // White space in front of a call belongs to the call.
        let shown = if is_block { before.trim_end() } else { before.as_str() };
        if is_text && !shown.is_empty() {
            items.push_back(ChatItem::Text(shown.to_owned()));
        }
        if is_block {
            self.held.drain(..OPEN.len());
            self.place = Place::Block { searched: 0 };
        }
        is_block
    }

    fn seek_end(&mut self, searched: usize, items: &mut VecDeque<ChatItem>) -> bool {
        let mut from = searched;
        while let Some(found) = self.held[from..].find(FENCE) {
            let at = from + found;
            let inside = &self.held[..at];
            let is_own_line =
                inside.trim_end_matches([' ', '\t']).ends_with('\n') && !inside.trim().is_empty();
            if is_own_line || serde_json::from_str::<Value>(inside).is_ok() {
                let block = self.held.drain(..at + FENCE.len()).take(at).collect::<String>();
                self.push_call(&block, items);
                self.place = Place::Between;
                return true;
            }
            from = at + 1;
        }
        if self.held.len() > BLOCK_MAX_BYTES {
            let block = std::mem::take(&mut self.held);
            self.push_call(&block, items);
            self.place = Place::Between;
            return false;
        }
        // The last two characters may be the beginning of the fence.
        let tail = self.held.len() - self.held.bytes().rev().take_while(|byte| *byte == b'`').count().min(2);
        self.place = Place::Block { searched: tail.max(from) };
        false
    }

    /// A block that is no call is given back raw, so that whoever checks calls can tell the model.
    fn push_call(&mut self, block: &str, items: &mut VecDeque<ChatItem>) {
        self.call_count += 1;
        if self.call_count > CALLS_MAX {
            return;
        }
        let (name, arguments) = match serde_json::from_str::<WrittenCall>(block.trim()) {
            Ok(WrittenCall { name, arguments: Value::Null }) => (name, String::new()),
            Ok(WrittenCall { name, arguments: Value::String(text) }) => (name, text),
            Ok(WrittenCall { name, arguments }) => (name, arguments.to_string()),
            Err(_) => (String::new(), block.trim().to_owned()),
        };
        items.push_back(ChatItem::ToolCall(complete(ToolCall { name, arguments, ..ToolCall::default() })));
    }
}

enum Opening {
    /// A block opens here.
    At(usize),
    /// From here on it could be one; at the end of the text it certainly is not.
    MayBeAt(usize),
}

fn opening(text: &str) -> Opening {
    for (at, _) in text.match_indices(OPEN) {
        match text[at + OPEN.len()..].chars().next() {
            None => return Opening::MayBeAt(text[..at].trim_end().len()),
            // The word must end here: "tools" does not match.
            Some(next) if next.is_whitespace() || next == '{' => return Opening::At(at),
            Some(_) => {}
        }
    }
    let half = (1..OPEN.len()).rev().find(|length| text.ends_with(&OPEN[..*length])).unwrap_or_default();
    Opening::MayBeAt(text[..text.len() - half].trim_end().len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Items with neighbouring texts joined and ids left out, which are never the same twice.
    fn parse<'a>(pieces: impl IntoIterator<Item = &'a str>) -> (String, Vec<(String, String)>) {
        let (mut parser, mut items) = (PromptParser::default(), VecDeque::new());
        for piece in pieces {
            parser.push(piece, &mut items);
        }
        parser.finish(&mut items);
        let (mut text, mut calls) = (String::new(), Vec::new());
        for item in items {
            match item {
                ChatItem::Text(more) => {
                    assert!(calls.is_empty() && !more.is_empty());
                    text.push_str(&more);
                }
                ChatItem::ToolCall(call) => calls.push((call.name, call.arguments)),
                ChatItem::Done(_) => unreachable!("the parser never ends an answer"),
            }
        }
        (text, calls)
    }

    fn call(name: &str, arguments: &str) -> (String, String) {
        (name.to_owned(), arguments.to_owned())
    }

    #[test]
    fn calls_are_found_and_their_blocks_never_shown() {
        let cases = [
            ("hello  \n", "hello  \n", vec![]),
            (
                "so:\n\n```tool\n{\"name\":\"a\",\"arguments\":{\"x\":1}}\n```\n",
                "so:",
                vec![call("a", "{\"x\":1}")],
            ),
            (
                "```tool {\"name\":\"a\"}``` ```tool{\"name\":\"b\"}```",
                "",
                vec![call("a", "{}"), call("b", "{}")],
            ),
            (
                "```tool\n{\"name\":\"a\",\"arguments\":{\"x\":\"```\"}}\n```",
                "",
                vec![call("a", "{\"x\":\"```\"}")],
            ),
            ("```tool\nnot json\n```\nI found 7.", "", vec![call("", "not json")]),
            ("```tool\n{\"name\":\"a\"}", "", vec![call("a", "{}")]),
            ("```tool", "", vec![call("", "{}")]),
            ("so\n```tool", "so", vec![call("", "{}")]),
            ("```tools\n{}\n``` are code", "```tools\n{}\n``` are code", vec![]),
            ("a `b` ``", "a `b` ``", vec![]),
            ("```tool\n```", "", vec![call("", "{}")]),
        ];
        for (text, shown, calls) in cases {
            assert_eq!(parse([text]), (shown.to_owned(), calls), "{text}");
        }
    }

    #[test]
    fn text_is_not_held_back_longer_than_needed() {
        let (mut parser, mut items) = (PromptParser::default(), VecDeque::new());

        parser.push("one `two", &mut items);

        assert_eq!(items, [ChatItem::Text("one `two".into())]);
    }

    #[test]
    fn a_block_without_end_is_given_back() {
        let block = format!("```tool\n{}", "x".repeat(BLOCK_MAX_BYTES + 1));

        let (text, calls) = parse([block.as_str(), "more"]);

        assert_eq!((text.as_str(), calls.len()), ("", 1));
    }

    proptest! {
        #[test]
        fn any_cut_of_the_text_gives_the_same_items(
            words in prop::collection::vec(
                prop::sample::select(vec![
                    "`", "``", "```", "```tool", "```tools", " ", "\n", "é", "ok", "{", "}",
                    "{\"name\":\"a\"}", "{\"name\":\"a\",\"arguments\":{\"x\":\"```\"}}", "```tool\n{\"name\":\"b\"}\n```",
                ]),
                0..12,
            ),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
        ) {
            let text = words.concat();
            let chars: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let mut at: Vec<usize> = cuts.iter().map(|cut| chars[cut.index(chars.len())]).collect();
            at.extend([0, text.len()]);
            at.sort_unstable();
            let pieces = at.windows(2).map(|ends| &text[ends[0]..ends[1]]);
            let letters = chars.windows(2).map(|ends| &text[ends[0]..ends[1]]);

            let whole = parse([text.as_str()]);

            prop_assert!(!whole.0.contains("```tool\n"), "{}", whole.0);
            prop_assert_eq!(parse(pieces), whole.clone());
            prop_assert_eq!(parse(letters), whole);
        }
    }
}
