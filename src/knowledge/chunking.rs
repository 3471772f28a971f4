//! Cuts documents into passages: along headings first, then where a text may be cut.

use text_splitter::{ChunkConfig, MarkdownSplitter, TextSplitter};

use super::{language, words};
use crate::db::NewChunk;

/// A passage is shown whole in a chat: a few sentences. Smaller ones lose what they are about.
const PASSAGE_CHARS: std::ops::Range<usize> = 300..900;
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

impl Section {
    /// The same without control characters: files bring them, and databases refuse some.
    pub(super) fn without_control(self) -> Self {
        let clean =
            |text: String| text.replace(|one: char| one.is_control() && !matches!(one, '\n' | '\t'), "");
        Self {
            path: self.path.into_iter().map(clean).collect(),
            heading: self.heading.map(clean),
            text: clean(self.text),
        }
    }
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
pub(super) fn passages(
    title: &str,
    url: Option<&str>,
    sections: &[Section],
    is_markdown: bool,
) -> Vec<NewChunk> {
    let mut passages = Vec::new();
    for section in sections {
        let names = std::iter::once(title).chain(section.path.iter().map(String::as_str));
        let place = names.filter(|name| !name.is_empty()).collect::<Vec<_>>().join(TITLE_SEPARATOR);
        for text in cut(&section.text, is_markdown) {
            passages.push(passage(&place, section.heading.as_deref(), text, url));
        }
    }
    passages
}

fn cut(text: &str, is_markdown: bool) -> Vec<String> {
    let config = ChunkConfig::new(PASSAGE_CHARS);
    if is_markdown {
        MarkdownSplitter::new(config).chunks(text).map(str::to_owned).collect()
    } else {
        TextSplitter::new(config).chunks(text).map(str::to_owned).collect()
    }
}

fn passage(place: &str, heading: Option<&str>, text: String, url: Option<&str>) -> NewChunk {
    let about = heading.unwrap_or_default();
    NewChunk {
        pair: None,
        language: language::of_text(&text).to_owned(),
        title: place.to_owned(),
        question: heading.filter(|heading| heading.ends_with('?')).map(str::to_owned),
        url: url.map(str::to_owned),
        question_terms: heading.map(|heading| words::of_question(heading).join(" ")).into_iter().collect(),
        terms: words::of_text(&format!("{about} {text}")).join(" "),
        vectors: Vec::new(),
        text,
    }
}

/// The texts whose vectors a passage is found by: as a whole, then each way of asking its question.
pub(super) fn texts_to_embed(chunk: &NewChunk, phrasings: &[String]) -> Vec<String> {
    let about = chunk.question.as_deref().or_else(|| chunk.title.rsplit(TITLE_SEPARATOR).next());
    let mut texts = vec![format!("{} {}", about.unwrap_or_default(), chunk.text).trim().to_owned()];
    texts.extend(chunk.question.iter().cloned());
    texts.extend(phrasings.iter().cloned());
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let found = passages("Guide", None, &[Section { path: vec![], heading: None, text }], false);

        assert!(found.len() > 5);
        assert!(found.iter().all(|one| one.text.chars().count() <= PASSAGE_CHARS.end));
        for number in 0..200 {
            assert!(found.iter().any(|one| one.text.contains(&format!("number{number} "))), "{number}");
        }
    }

    #[test]
    fn a_heading_that_asks_is_the_question() {
        let found = passages("FAQ", None, &markdown_sections("## Do you ship?\nYes."), true);

        assert_eq!(found[0].question.as_deref(), Some("Do you ship?"));
        assert_eq!(found[0].title, "FAQ › Do you ship?");
        assert_eq!(texts_to_embed(&found[0], &[]), ["Do you ship? Yes.", "Do you ship?"]);
    }
}
