//! Extracts the text of a PDF page by page, so that an unreadable page loses only itself.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pdf_extract::{Document, PlainTextOutput, output_doc_page};

use super::pdf_repair::candidates;

/// Pages of one file.
const PAGES_MAX: usize = 1_000;

/// The pages of a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pages {
    /// The number and text of each page that was read.
    pub(super) texts: Vec<(u32, String)>,
    /// Those that could not be read.
    pub(super) unreadable: Vec<u32>,
}

/// Reads a file. `skipped` pages are left out as unreadable; `on_page` gets the number of each page before it is read.
///
/// # Errors
/// Words for people when nothing of it can be read.
pub(super) fn read(bytes: &[u8], skipped: &[u32], on_page: &mut dyn FnMut(u32)) -> Result<Pages, String> {
    let document = open(bytes)?;
    let count = document.get_pages().len();
    if count > PAGES_MAX {
        return Err(format!("a PDF has at most {PAGES_MAX} pages"));
    }
    let mut pages = Pages::default();
    for number in (1_u32..).take(count) {
        if skipped.contains(&number) {
            pages.unreadable.push(number);
            continue;
        }
        on_page(number);
        // The library panics where a file breaks the format's rules.
        match catch_unwind(AssertUnwindSafe(|| text(&document, number))) {
            Ok(Some(text)) => pages.texts.push((number, text)),
            Ok(None) | Err(_) => pages.unreadable.push(number),
        }
    }
    if pages.texts.is_empty() {
        return Err("none of its pages can be read".to_owned());
    }
    if pages.texts.iter().all(|(_, text)| text.trim().is_empty()) {
        return Err("the file holds no text; scanned pages must be recognised first".to_owned());
    }
    Ok(pages)
}

fn text(document: &Document, number: u32) -> Option<String> {
    let mut text = String::new();
    output_doc_page(document, &mut PlainTextOutput::new(&mut text), number).ok()?;
    Some(text)
}

fn open(bytes: &[u8]) -> Result<Document, String> {
    let mut is_locked = false;
    for candidate in candidates(bytes) {
        let opened = catch_unwind(|| Document::load_mem(&candidate).ok());
        let Ok(Some(mut document)) = opened else { continue };
        if document.is_encrypted() && document.decrypt("").is_err() {
            is_locked = true;
            continue;
        }
        if !document.get_pages().is_empty() {
            return Ok(document);
        }
    }
    Err(if is_locked {
        "the file is protected by a password".to_owned()
    } else {
        "the file is no PDF, or is damaged".to_owned()
    })
}
