//! Splits documents into passages: at headings first, then at paragraph, sentence and word boundaries.

use super::super::{language, words};
use super::read_chunk::ReadChunk;
use crate::model::NewChunk;

/// A passage is shown whole in a chat: a few sentences. Smaller ones lose what they are about.
const PASSAGE_CHARS: std::ops::Range<usize> = 300..900;
/// Data inside an address is left out from this length on; shorter ones are examples that somebody writes about.
const DATA_MIN_BYTES: usize = 64;
const HEADING_MAX_CHARS: usize = 200;
const TITLE_SEPARATOR: &str = " › ";

/// A part of a document under one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section {
    /// Where it stands in the document, from the outside in.
    pub(super) path: Vec<String>,
    /// The innermost heading, which says what the part is about.
    pub(super) heading: Option<String>,
    /// What it says.
    pub(super) text: String,
}

/// A text without control characters, which databases refuse, and without the data of `data:` addresses.
fn clean(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("data:") {
        let data = &rest[at..];
        let end =
            data.find(|one: char| one.is_whitespace() || matches!(one, ')' | '"' | '\'' | '>' | '<' | ']'));
        let end = end.unwrap_or(data.len());
        let is_data = end >= DATA_MIN_BYTES && data[..end].contains(',');
        kept.push_str(&rest[..at]);
        if !is_data {
            kept.push_str(&data[..end]);
        }
        rest = &data[end..];
    }
    kept.push_str(rest);
    kept.retain(|one| !one.is_control() || matches!(one, '\n' | '\t'));
    kept
}

/// The parts of a Markdown document.
pub(super) fn markdown_sections(text: &str) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut path: Vec<(usize, String)> = Vec::new();
    let mut body = String::new();
    let mut fence: Option<&str> = None;
    for line in text.lines() {
        let trimmed = line.trim_start();
        match fence {
            Some(mark) if trimmed.starts_with(mark) => fence = None,
            None if trimmed.starts_with("```") => fence = Some("```"),
            None if trimmed.starts_with("~~~") => fence = Some("~~~"),
            _ => {}
        }
        match heading(line).filter(|_| fence.is_none()) {
            Some((level, name)) => {
                push_section(&mut sections, &path, &mut body);
                path.retain(|(above, _)| *above < level);
                path.push((level, name));
            }
            None => {
                body.push_str(line);
                body.push('\n');
            }
        }
    }
    push_section(&mut sections, &path, &mut body);
    sections
}

fn push_section(sections: &mut Vec<Section>, path: &[(usize, String)], body: &mut String) {
    let text = std::mem::take(body).trim().to_owned();
    if text.is_empty() {
        return;
    }
    let path: Vec<String> = path.iter().map(|(_, name)| name.clone()).collect();
    sections.push(Section { heading: path.last().cloned(), path, text });
}

/// The level and name of a heading written with `#`.
fn heading(line: &str) -> Option<(usize, String)> {
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    let name = line.get(level..)?;
    if !(1..=6).contains(&level) || !name.starts_with([' ', '\t']) {
        return None;
    }
    let name = name.trim().trim_end_matches('#').trim_matches(['*', '_', ' ']);
    let cut: String = name.chars().take(HEADING_MAX_CHARS).collect();
    (!cut.is_empty()).then_some((level, cut))
}

/// The passages of a document's parts.
///
/// # Errors
/// Words for people when there are more than `max_passages`.
pub(super) fn passages(
    title: &str,
    sections: &[Section],
    max_passages: usize,
) -> Result<Vec<ReadChunk>, String> {
    let mut passages = Vec::new();
    for section in sections {
        let path: Vec<String> = section.path.iter().map(|name| clean(name)).collect();
        let names = std::iter::once(title).chain(path.iter().map(String::as_str));
        let place = names.filter(|name| !name.is_empty()).collect::<Vec<_>>().join(TITLE_SEPARATOR);
        let heading = section.heading.as_deref().map(clean);
        let text = clean(&section.text);
        for part in cut(&text) {
            if passages.len() == max_passages {
                return Err(format!(
                    "it has more than {max_passages} passages, and a source has at most {max_passages}; split it"
                ));
            }
            passages.push(passage(&place, heading.as_deref(), part));
        }
    }
    Ok(passages)
}

/// Parts of at most `PASSAGE_CHARS.end` characters, cut where a text may be cut. One look at each character.
fn cut(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let part = &rest[..end_of_part(rest)];
        let shown = part.trim();
        if !shown.is_empty() {
            parts.push(shown);
        }
        rest = rest[part.len()..].trim_start();
    }
    parts
}

/// Where the first part of a text ends: the best place to cut that is neither too early nor too late.
fn end_of_part(text: &str) -> usize {
    let mut ends = [None::<usize>; 4];
    let mut before = ['\0'; 2];
    for (count, (at, one)) in text.char_indices().enumerate() {
        if count == PASSAGE_CHARS.end {
            return ends.into_iter().flatten().next().unwrap_or(at);
        }
        // A paragraph, a line, a sentence, a word; what stands first is better.
        let is_sentence = one.is_whitespace() && matches!(before[1], '.' | '!' | '?' | ':' | '…')
            || matches!(before[1], '。' | '！' | '？');
        let kinds = [one == '\n' && before[1] == '\n', one == '\n', is_sentence, one.is_whitespace()];
        if count >= PASSAGE_CHARS.start {
            for (end, is_end) in ends.iter_mut().zip(kinds) {
                if is_end {
                    *end = Some(at);
                }
            }
        }
        before = [before[1], one];
    }
    text.len()
}

fn passage(place: &str, heading: Option<&str>, text: &str) -> ReadChunk {
    let about = heading.unwrap_or_default();
    ReadChunk {
        language: language::of_text(text).to_owned(),
        title: place.to_owned(),
        question: heading.filter(|heading| heading.ends_with('?')).map(str::to_owned),
        question_terms: heading.map(|heading| words::of_question(heading).join(" ")).into_iter().collect(),
        terms: words::of_text(&format!("{about} {text}")).join(" "),
        text: text.to_owned(),
    }
}

impl ReadChunk {
    /// The passage as it is stored, found at `url`.
    pub(in crate::knowledge) fn into_chunk(self, url: Option<&str>) -> NewChunk {
        NewChunk {
            pair: None,
            language: self.language,
            title: self.title,
            question: self.question,
            text: self.text,
            url: url.map(str::to_owned),
            question_terms: self.question_terms,
            terms: self.terms,
            vectors: Vec::new(),
        }
    }
}

/// The texts whose vectors a passage is found by: as a whole, then each way of asking its question.
pub(in crate::knowledge) fn texts_to_embed(chunk: &NewChunk, phrasings: &[String]) -> Vec<String> {
    let about = chunk.question.as_deref().or_else(|| chunk.title.rsplit(TITLE_SEPARATOR).next());
    let mut texts = vec![format!("{} {}", about.unwrap_or_default(), chunk.text).trim().to_owned()];
    texts.extend(chunk.question.iter().cloned());
    texts.extend(phrasings.iter().cloned());
    texts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    #[test]
    fn parts_know_the_headings_above_them() {
        let text = "intro\n# Shop\n## Delivery\n### How long?\nTwo days.\n## Returns\n30 days.\n";

        let found = markdown_sections(text);

        let paths: Vec<String> = found.iter().map(|section| section.path.join("/")).collect();
        assert_eq!(paths, ["", "Shop/Delivery/How long?", "Shop/Returns"]);
        assert_eq!(found[1].text, "Two days.");
    }

    #[test]
    fn a_hash_in_code_or_in_a_word_is_no_heading() {
        let found = markdown_sections("# A\n```sh\n# not one\n```\n#tag\n");

        assert_eq!(found.len(), 1);
        assert!(found[0].text.contains("# not one") && found[0].text.contains("#tag"));
    }

    #[test]
    fn long_parts_are_cut_and_lose_nothing() {
        let text: String =
            (0..200).map(|number| format!("Sentence number{number} says something. ")).collect();
        let found = passages("Guide", &[Section { path: vec![], heading: None, text }], 100).unwrap();

        assert!(found.len() > 5);
        assert!(found.iter().all(|one| one.text.chars().count() <= PASSAGE_CHARS.end));
        for number in 0..200 {
            assert!(found.iter().any(|one| one.text.contains(&format!("number{number} "))), "{number}");
        }
    }

    #[test]
    fn a_heading_that_asks_is_the_question() {
        let found = passages("FAQ", &markdown_sections("## Do you ship?\nYes."), 100).unwrap();

        assert_eq!(found[0].question.as_deref(), Some("Do you ship?"));
        assert_eq!(found[0].title, "FAQ › Do you ship?");
        assert_eq!(
            texts_to_embed(&found[0].clone().into_chunk(None), &[]),
            ["Do you ship? Yes.", "Do you ship?"]
        );
    }

    #[test]
    fn any_text_is_cut_in_linear_time_and_loses_no_letter() {
        for unit in ["a", "[", "[[[[ ", "# ", "\n", "語", "word ", "a.b ", "```\n", "| - ", "\u{200b}", "> "]
        {
            let text = unit.repeat(500_000 / unit.len());
            let started = clock::instant();

            let sections = markdown_sections(&text);
            let found = passages("T", &sections, 1_000_000).unwrap();

            let letters = |text: &str| text.chars().filter(|one| one.is_alphanumeric()).count();
            let kept: usize = found.iter().map(|one| letters(&one.text)).sum();
            assert_eq!(kept, letters(&text), "{unit:?}");
            assert!(found.iter().all(|one| one.text.chars().count() <= PASSAGE_CHARS.end), "{unit:?}");
            // Quadratic work on half a megabyte takes many minutes.
            assert!(started.elapsed().as_secs() < 60, "{unit:?} took {:?}", started.elapsed());
        }
    }

    #[test]
    fn a_text_is_cut_between_paragraphs_before_words() {
        let text = format!("{}\n\n{}", "one two. ".repeat(50), "three four ".repeat(60));

        let parts = cut(&text);

        assert_eq!(parts[0], "one two. ".repeat(50).trim());
        assert!(parts[1].starts_with("three"));
    }

    #[test]
    fn data_addresses_are_left_out_and_words_about_them_stay() {
        let data = "QUJD".repeat(100);
        let text =
            format!("See ![shop](data:image/png;base64,{data}) here, data: none, data:a,b and metadata:x.");

        assert_eq!(clean(&text), "See ![shop]() here, data: none, data:a,b and metadata:x.");
    }

    #[test]
    fn too_many_passages_are_refused() {
        let sections = markdown_sections("# a\none\n# b\ntwo\n# c\nthree\n");
        assert!(passages("T", &sections, 2).unwrap_err().contains("at most 2"));
    }
}
