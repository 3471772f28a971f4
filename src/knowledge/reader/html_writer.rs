//! Writes the elements of a page as plain Markdown: headings, paragraphs, lists, rows, code and links.
//!
//! Emphasis is left out: it says nothing to a search, and inside a word it would cut the word in two.

use dom_query::NodeRef;

/// Longer addresses are not for people.
const LINK_MAX_CHARS: usize = 500;
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "section",
    "article",
    "main",
    "ul",
    "ol",
    "dl",
    "table",
    "blockquote",
    "pre",
    "figure",
    "figcaption",
    "details",
    "address",
    "form",
    "fieldset",
    "header",
    "body",
    "hr",
    "center",
];
const LINES: &[&str] = &["br", "li", "tr", "dt", "dd", "summary", "option", "caption", "legend"];

/// The Markdown written so far.
#[derive(Debug, Default)]
pub(super) struct Writer {
    text: String,
    /// Line breaks that stand before the next word.
    breaks: usize,
    has_space: bool,
    code_depth: usize,
    /// Where the words of each open link begin, with its address.
    links: Vec<(usize, Option<String>)>,
}

impl Writer {
    pub(super) fn enter(&mut self, node: &NodeRef<'_>) {
        if node.is_text() {
            self.words(&node.text());
            return;
        }
        let Some(name) = node.node_name() else { return };
        match name.as_ref() {
            "pre" => {
                self.break_line(2);
                self.mark("```\n");
                self.code_depth += 1;
            }
            "a" => {
                let address = node.attr("href").filter(|href| is_shown(href)).map(|href| href.to_string());
                self.links.push((self.text.len(), address));
            }
            "img" => {
                if let Some(alt) = node.attr("alt") {
                    self.words(&format!(" {alt} "));
                }
            }
            "td" | "th" => {
                if node.prev_element_sibling().is_some() {
                    self.words(" | ");
                }
            }
            name => self.enter_block(name),
        }
    }

    fn enter_block(&mut self, name: &str) {
        if let Some(level) = heading(name) {
            self.break_line(2);
            self.mark(&format!("{} ", "#".repeat(level)));
        } else if BLOCKS.contains(&name) {
            self.break_line(2);
        } else if LINES.contains(&name) {
            self.break_line(1);
            if name == "li" {
                self.mark("- ");
            }
        }
    }

    pub(super) fn leave(&mut self, node: &NodeRef<'_>) {
        let Some(name) = node.node_name() else { return };
        match name.as_ref() {
            "pre" => {
                self.code_depth = self.code_depth.saturating_sub(1);
                if !self.text.ends_with('\n') {
                    self.text.push('\n');
                }
                self.text.push_str("```");
                self.break_line(2);
            }
            "a" => self.end_link(),
            name if heading(name).is_some() || BLOCKS.contains(&name) => self.break_line(2),
            "li" | "tr" | "dt" | "dd" | "summary" => self.break_line(1),
            _ => {}
        }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    fn break_line(&mut self, count: usize) {
        self.breaks = self.breaks.max(count);
        self.has_space = false;
    }

    /// What opens a line.
    fn mark(&mut self, mark: &str) {
        self.flush();
        self.text.push_str(mark);
    }

    fn words(&mut self, text: &str) {
        if self.code_depth > 0 {
            self.flush();
            self.text.push_str(text);
            return;
        }
        for one in text.chars() {
            // A no-break space is one too; the others that look empty stay as they are.
            if one.is_whitespace() {
                self.has_space = true;
                continue;
            }
            self.flush();
            self.text.push(one);
        }
    }

    fn flush(&mut self) {
        if self.breaks > 0 && !self.text.is_empty() && !self.ends_with_mark() {
            self.text.push_str(if self.breaks > 1 { "\n\n" } else { "\n" });
        } else if self.has_space && !self.text.is_empty() && !self.text.ends_with([' ', '\n']) {
            self.text.push(' ');
        }
        self.breaks = 0;
        self.has_space = false;
    }

    /// Whether a mark waits for its words: those of a block inside it follow on the same line.
    fn ends_with_mark(&self) -> bool {
        let line = self.text.rsplit('\n').next().unwrap_or_default();
        line == "- " || line.ends_with("# ") && line.trim_end().bytes().all(|byte| byte == b'#')
    }

    fn end_link(&mut self) {
        let Some((start, Some(address))) = self.links.pop() else { return };
        let words = self.text[start.min(self.text.len())..].to_owned();
        let is_plain = !words.trim().is_empty() && !words.trim().contains(['\n', '[', ']']);
        if is_plain && words.trim() != address {
            let (lead, _) = words.split_at(words.len() - words.trim_start().len());
            let lead = lead.to_owned();
            self.text.truncate(start);
            self.text.push_str(&lead);
            self.text.push_str(&format!("[{}]({address})", words.trim()));
        }
    }
}

fn heading(name: &str) -> Option<usize> {
    let level = name.strip_prefix('h')?.parse().ok()?;
    (1..=6).contains(&level).then_some(level)
}

/// Whether an address is one that people follow.
fn is_shown(href: &str) -> bool {
    let lower = href.trim().to_ascii_lowercase();
    let is_web = ["http://", "https://", "mailto:", "tel:", "/"].iter().any(|start| lower.starts_with(start));
    is_web && lower.len() <= LINK_MAX_CHARS && !lower.contains([' ', ')', '(', '<', '>', '\n'])
}
