//! Filters reasoning in tags out of a model's text, because some servers stream it as ordinary text.

/// Tags that enclose a model's reasoning.
const TAGS: [&str; 4] = ["think", "thinking", "thought", "reasoning"];
/// The longest tag, `</reasoning>`, in bytes: so much at most is held back to see whether it becomes one.
const TAG_MAX_BYTES: usize = 12;

/// Reads text as it comes and lets through what is meant for the reader.
#[derive(Debug, Default)]
pub(super) struct ReasoningFilter {
    /// The end of what came, which may become a tag.
    held: String,
    is_thinking: bool,
    has_thought: bool,
    has_spoken: bool,
}

/// A tag where it stands.
struct Tag {
    at: usize,
    bytes: usize,
    is_end: bool,
}

impl ReasoningFilter {
    /// Takes the next piece; gives what may be shown of it and of what was held back.
    pub(super) fn take(&mut self, piece: &str) -> String {
        self.held.push_str(piece);
        let mut said = String::new();
        while let Some(tag) = first_tag(&self.held) {
            let before: String = self.held.drain(..tag.at).collect();
            self.held.drain(..tag.bytes);
            // A closing tag without an opening one: the server removed the opening tag, and the text before it was reasoning.
            if tag.is_end && !self.is_thinking && !self.has_spoken {
                said.clear();
            } else if !self.is_thinking {
                self.say(&before, &mut said);
            }
            self.is_thinking = !tag.is_end;
            self.has_thought = true;
        }
        let keep = held_back(&self.held);
        let rest: String = self.held.drain(..self.held.len() - keep).collect();
        if !self.is_thinking {
            self.say(&rest, &mut said);
        }
        self.has_spoken |= !said.is_empty();
        said
    }

    /// Gives what was held back when the answer ends; what was never closed stays thought.
    pub(super) fn finish(&mut self) -> String {
        let mut said = String::new();
        let rest = std::mem::take(&mut self.held);
        if !self.is_thinking {
            self.say(&rest, &mut said);
        }
        said
    }

    /// Between a thought and the answer stand empty lines, which belong to neither.
    fn say(&self, text: &str, said: &mut String) {
        let is_first = !self.has_spoken && said.is_empty() && self.has_thought;
        said.push_str(if is_first { text.trim_start() } else { text });
    }
}

fn first_tag(text: &str) -> Option<Tag> {
    text.match_indices('<').find_map(|(at, _)| {
        let end = text[at..].find('>')? + 1;
        let inside = &text[at + 1..at + end - 1];
        let (name, is_end) = inside.strip_prefix('/').map_or((inside, false), |name| (name, true));
        let is_tag = TAGS.iter().any(|tag| tag.eq_ignore_ascii_case(name.trim()));
        is_tag.then_some(Tag { at, bytes: end, is_end })
    })
}

/// How many bytes at the end may become a tag with what comes next.
fn held_back(text: &str) -> usize {
    let Some(at) = text.rfind('<') else { return 0 };
    let open = &text[at..];
    let inside = open[1..].trim_start_matches('/').to_ascii_lowercase();
    let may_be_tag = open.len() <= TAG_MAX_BYTES
        && !open.contains('>')
        && TAGS.iter().any(|tag| tag.starts_with(inside.trim_end()));
    if may_be_tag { open.len() } else { 0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn whole(pieces: &[&str]) -> String {
        let mut filter = ReasoningFilter::default();
        let mut said: String = pieces.iter().map(|piece| filter.take(piece)).collect();
        said.push_str(&filter.finish());
        said
    }

    #[test]
    fn what_is_thought_in_tags_is_not_said() {
        for (pieces, said) in [
            (vec!["<think>plan</think>\n\nHello!"], "Hello!"),
            (vec!["<th", "ink>\nSec", "ret plan\n</thi", "nk>", "\n\nHello!"], "Hello!"),
            (vec!["<thinking>a</thinking>Yes"], "Yes"),
            (vec!["<THINK>a</THINK> Yes"], "Yes"),
            (vec!["<reasoning>a < b and <b>c</b></reasoning>Yes"], "Yes"),
            (vec!["secret plan</think>\nHello!"], "Hello!"),
            (vec!["<think>never closed"], ""),
            (vec!["<think>one</think>A<think>two</think>B"], "AB"),
            (vec!["a < b, <b>bold</b> and <thin air>"], "a < b, <b>bold</b> and <thin air>"),
            (vec!["ends with <thi"], "ends with <thi"),
            (vec![""], ""),
        ] {
            assert_eq!(whole(&pieces), said, "{pieces:?}");
        }
    }

    proptest! {
        #[test]
        fn where_a_stream_is_cut_changes_nothing(cuts in prop::collection::vec(0_usize..60, 0..8)) {
            let text = "<think>a plan ü</think>\n\nHéllo <b>you</b>, 1 < 2 <thinking>x</thinking>end";
            let mut at: Vec<usize> = cuts.into_iter().filter(|at| text.is_char_boundary(*at) && *at < text.len()).collect();
            at.extend([0, text.len()]);
            at.sort_unstable();
            let pieces: Vec<&str> = at.windows(2).map(|ends| &text[ends[0]..ends[1]]).collect();

            prop_assert_eq!(whole(&pieces), "Héllo <b>you</b>, 1 < 2 end");
        }
    }
}
