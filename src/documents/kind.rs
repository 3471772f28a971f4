//! The kinds of documents, and which one a file is.

use super::{DocumentError, archive, office, pdf, text};

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    /// A PDF.
    Pdf,
    /// Plain text.
    Text,
    /// Plain text whose name says that it is a table.
    Csv,
    /// A text of Office Open XML.
    Docx,
    /// A spreadsheet of Office Open XML.
    Xlsx,
    /// A presentation of Office Open XML.
    Pptx,
    /// A text of OpenDocument.
    Odt,
    /// A spreadsheet of OpenDocument.
    Ods,
    /// A presentation of OpenDocument.
    Odp,
}

impl DocumentKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Pdf,
        Self::Text,
        Self::Csv,
        Self::Docx,
        Self::Xlsx,
        Self::Pptx,
        Self::Odt,
        Self::Ods,
        Self::Odp,
    ];

    /// Its media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Text => "text/plain",
            Self::Csv => "text/csv",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pptx => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            Self::Odt => "application/vnd.oasis.opendocument.text",
            Self::Ods => "application/vnd.oasis.opendocument.spreadsheet",
            Self::Odp => "application/vnd.oasis.opendocument.presentation",
        }
    }

    /// The endings of its files, the usual one first.
    #[must_use]
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &["pdf"],
            Self::Text => &["txt", "log", "md"],
            Self::Csv => &["csv"],
            Self::Docx => &["docx"],
            Self::Xlsx => &["xlsx"],
            Self::Pptx => &["pptx"],
            Self::Odt => &["odt"],
            Self::Ods => &["ods"],
            Self::Odp => &["odp"],
        }
    }

    /// The name by which settings have it: its usual ending.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.endings()[0]
    }
}

/// What a file is by its content; its name only tells a table from other plain text.
///
/// # Errors
/// Why it is no document that is taken.
pub fn recognise(bytes: &[u8], name: &str) -> Result<DocumentKind, DocumentError> {
    if bytes.is_empty() {
        return Err(DocumentError::Empty);
    }
    if pdf::begins(bytes) {
        return pdf::check(bytes).map(|()| DocumentKind::Pdf);
    }
    if archive::begins(bytes) {
        return office::kind_of(bytes);
    }
    text::check(bytes)?;
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending.trim());
    Ok(if ending.eq_ignore_ascii_case("csv") { DocumentKind::Csv } else { DocumentKind::Text })
}
