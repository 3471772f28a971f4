//! Sentences of an answer that is still being written.

use super::markup::{LINK_MAX_BYTES, may_go_on_in_next_line};
use super::split::sentences;

/// Gives the sentences of a text as soon as they are whole, however its pieces come: the same as [`sentences`] gives for
/// all of it.
#[derive(Debug, Clone, Default)]
pub struct SentenceStream {
    text: String,
    given_count: usize,
}

impl SentenceStream {
    /// A further piece of the text; gives the sentences that are whole with it.
    pub fn push(&mut self, piece: &str) -> Vec<String> {
        self.text.push_str(piece);
        let known = &self.text[..self.text.len() - undecided_bytes(&self.text)];
        let mut found: Vec<String> = sentences(known).collect();
        let is_line_over = known.len() == self.text.len() && known.ends_with('\n');
        // The last one may go on, unless its line is over and no further line can be joined to it.
        found.pop_if(|last| !is_line_over || may_go_on_in_next_line(last));
        let new = found.split_off(self.given_count.min(found.len()));
        self.given_count += new.len();
        new
    }

    /// What is left to be given of the whole text, of which everything that was pushed is the beginning.
    #[must_use]
    pub fn rest_of(&self, whole: &str) -> Vec<String> {
        sentences(whole).skip(self.given_count).collect()
    }
}

/// The length of an end in which something may still become a link or a tag. It begins with the first bracket: one may
/// stand in another.
fn undecided_bytes(text: &str) -> usize {
    let recent = &text[text.floor_char_boundary(text.len().saturating_sub(2 * LINK_MAX_BYTES))..];
    let is_undecided = |(at, open): (usize, &str)| {
        let rest = &recent[at + open.len()..];
        if open == "<" { !rest.contains('>') } else { is_open_link(rest) }
    };
    let is_any = recent.match_indices(['[', '<']).any(is_undecided);
    recent.find(['[', '<']).filter(|_| is_any).map_or(0, |at| recent.len() - at)
}

/// Whether what follows a `[` may still become a link.
fn is_open_link(rest: &str) -> bool {
    let Some((_, after)) = rest.split_once(']') else { return true };
    match after.strip_prefix('(') {
        Some(address) => !address.contains(|one: char| one == ')' || one.is_whitespace()),
        None => after.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stream(pieces: &[&str]) -> Vec<Vec<String>> {
        let mut stream = SentenceStream::default();
        let mut given: Vec<Vec<String>> = pieces.iter().map(|piece| stream.push(piece)).collect();
        given.push(stream.rest_of(&pieces.concat()));
        given
    }

    #[test]
    fn a_sentence_is_given_with_the_beginning_of_the_next() {
        assert_eq!(
            stream(&["We open", " at 9.", " Come", " in."]),
            [vec![], vec![], vec!["We open at 9.".to_owned()], vec![], vec!["Come in.".to_owned()]]
        );
    }

    #[test]
    fn a_line_that_is_over_is_given_at_once() {
        assert_eq!(
            stream(&["Let me look.\n", "It is on its way."]),
            [vec!["Let me look.".to_owned()], vec![], vec!["It is on its way.".to_owned()]]
        );
    }

    #[test]
    fn what_may_become_a_link_is_waited_for() {
        assert_eq!(
            stream(&["See\n[our", " page](x.example", "). Good."]).concat(),
            sentences("See\n[our page](x.example). Good.").collect::<Vec<_>>()
        );
    }

    /// Texts as models write them, markup that does not end included.
    fn any_text() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            4 => "[A-Za-zñÁ¿¡]{1,8}",
            3 => Just(" ".to_owned()),
            3 => "[.!?…。] ?",
            1 => prop::sample::select(vec![
                "\n", "\n\n", "\n- ", "\n1. ", "# ", "**", "*", "`", "_", "~", "~~", "```\n", "\n---\n", "[", "](", "](a.example)",
                "[1]", "[x](y)", "<", "<br>", ">", ")", "| ", "\\", "\"", "e.g. ", "Dr. ", "3.90 ", ", ", ": ", "🎉",
            ]).prop_map(str::to_owned),
        ];
        prop::collection::vec(part, 0..60).prop_map(|parts| parts.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

        /// A failure prints the text, where it was cut, and the seed.
        #[test]
        fn however_a_text_is_cut_its_sentences_are_those_of_the_whole(
            text in any_text(),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..40),
        ) {
            let mut cuts: Vec<usize> =
                cuts.iter().map(|cut| text.floor_char_boundary(cut.index(text.len() + 1))).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&str> = cuts.windows(2).map(|cut| &text[cut[0]..cut[1]]).collect();

            prop_assert_eq!(stream(&pieces).concat(), sentences(&text).collect::<Vec<_>>());
        }
    }
}
