//! Converts the bytes of a document of any kind into passages.

use serde::{Deserialize, Serialize};

use super::super::checks;
use super::charset::{self, Markup};
use super::chunking::{self, Section};
use super::read_chunk::ReadChunk;
use super::{encoding, html, pdf};

/// Unreadable pages that a warning names one by one.
const NAMED_MAX: usize = 20;

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::knowledge) enum DocumentKind {
    Html,
    Markdown,
    Text,
    Pdf,
}

/// What is to be read, besides the bytes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::knowledge) struct ReadRequest {
    pub(in crate::knowledge) kind: DocumentKind,
    /// The label of the encoding that came beside the bytes.
    pub(in crate::knowledge) charset: Option<String>,
    /// The Content-Encoding that came beside them.
    pub(in crate::knowledge) content_encoding: String,
    /// What the source is called; empty where it brings its own title.
    pub(in crate::knowledge) title: String,
    /// What it is called where it brings none.
    pub(in crate::knowledge) fallback_title: Option<String>,
    /// Most bytes once it is decompressed.
    pub(in crate::knowledge) max_bytes: usize,
    pub(in crate::knowledge) max_passages: usize,
    /// Pages of a PDF that ended a reader.
    pub(in crate::knowledge) skipped_pages: Vec<u32>,
}

/// A document as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::knowledge) struct ReadDocument {
    pub(in crate::knowledge) title: Option<String>,
    pub(in crate::knowledge) passages: Vec<ReadChunk>,
    /// What was left out.
    pub(in crate::knowledge) warning: Option<String>,
}

/// Reads a document; `on_page` gets the number of each page of a PDF before it is read.
///
/// # Errors
/// Words for people when it cannot be read.
pub(super) fn read_document(
    request: &ReadRequest,
    bytes: Vec<u8>,
    on_page: &mut dyn FnMut(u32),
) -> Result<ReadDocument, String> {
    let bytes = encoding::decode(bytes, &request.content_encoding, request.max_bytes)?;
    let text = |markup| charset::decode(&bytes, request.charset.as_deref(), markup);
    let (mut own_title, mut warning) = (None, None);
    let sections = match request.kind {
        DocumentKind::Html => {
            let page = html::read(&text(Markup::Html))?;
            own_title = page.title;
            chunking::markdown_sections(&page.markdown)
        }
        DocumentKind::Markdown => chunking::markdown_sections(&text(Markup::None)),
        DocumentKind::Text => vec![Section { path: Vec::new(), heading: None, text: text(Markup::None) }],
        DocumentKind::Pdf => {
            let pages = pdf::read(&bytes, &request.skipped_pages, on_page)?;
            warning = warning_of(&pages.unreadable);
            pages.texts.into_iter().map(page_section).collect()
        }
    };
    let own_title = own_title.map(|title| checks::own_title(&title)).filter(|title| !title.is_empty());
    let title = own_title.or_else(|| request.fallback_title.clone());
    let shown = if request.title.is_empty() { title.as_deref().unwrap_or_default() } else { &request.title };
    let passages = chunking::passages(shown, &sections, request.max_passages)?;
    if passages.is_empty() {
        return Err("it holds no text".to_owned());
    }
    Ok(ReadDocument { title, passages, warning })
}

fn page_section((number, text): (u32, String)) -> Section {
    Section { path: vec![format!("p. {number}")], heading: None, text }
}

fn warning_of(unreadable: &[u32]) -> Option<String> {
    let named: Vec<String> = unreadable.iter().take(NAMED_MAX).map(u32::to_string).collect();
    let more = unreadable.len().saturating_sub(NAMED_MAX);
    match (unreadable.len(), more) {
        (0, _) => None,
        (1, _) => Some(format!("page {} could not be read and was left out", named[0])),
        (_, 0) => Some(format!("pages {} could not be read and were left out", named.join(", "))),
        (_, more) => {
            Some(format!("pages {} and {more} more could not be read and were left out", named.join(", ")))
        }
    }
}
