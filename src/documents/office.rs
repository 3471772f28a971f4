//! Which office file an archive is, by the names of its parts.

use super::archive::{Part, parts};
use super::{DocumentError, DocumentKind};

/// The main parts of Office Open XML.
const MAIN_PARTS: [(&str, DocumentKind); 3] = [
    ("word/document.xml", DocumentKind::Docx),
    ("xl/workbook.xml", DocumentKind::Xlsx),
    ("ppt/presentation.xml", DocumentKind::Pptx),
];
const CONTENT_TYPES: &str = "[Content_Types].xml";
/// The part that says which OpenDocument it is; it stands first, and as it is.
const MIMETYPE: &str = "mimetype";
/// Where macros of both families stand.
const MACRO_FOLDERS: &[&str] = &["basic/", "scripts/", "xl/macrosheets/", "xl/dialogsheets/"];
/// Folders of parts that run something.
const CONTROL_FOLDERS: &[&str] = &["/activex/"];
/// Binary parts that are no programs.
const HARMLESS_BINARIES: &[&str] = &["printersettings", "customproperty"];
/// Endings of programs, and of archives and shortcuts that lead to some.
const PROGRAM_ENDINGS: &[&str] = &[
    "exe", "dll", "com", "scr", "msi", "bat", "cmd", "ps1", "vbs", "vbe", "js", "jse", "wsf", "hta", "lnk",
    "jar", "class", "dex", "apk", "so", "sh", "py", "php", "html", "htm", "svg", "swf", "xll", "zip",
];
/// Where office programs keep pictures, drawings among them.
const PICTURE_FOLDERS: [&str; 4] = ["word/media", "xl/media", "ppt/media", "pictures"];

/// Which office file it is.
pub(super) fn kind_of(bytes: &[u8]) -> Result<DocumentKind, DocumentError> {
    let parts = parts(bytes)?;
    let open_document = open_document_of(&parts);
    let has = |name: &str| parts.iter().any(|part| part.name == name);
    let mut main = MAIN_PARTS.iter().filter(|(name, _)| has(name));
    let kind = match (open_document, main.next(), main.next()) {
        (Some(kind), None, None) if !has(CONTENT_TYPES) => kind,
        (None, Some((_, kind)), None) if has(CONTENT_TYPES) => *kind,
        (None, None, None) => return Err(DocumentError::Unknown),
        // Two documents in one, or one without what belongs to it.
        _ => return Err(DocumentError::Malformed),
    };
    if parts.iter().any(|part| is_program(part.name)) {
        return Err(DocumentError::Program);
    }
    Ok(kind)
}

fn open_document_of(parts: &[Part<'_>]) -> Option<DocumentKind> {
    let first = parts.first().filter(|part| part.name == MIMETYPE && part.is_stored)?;
    [DocumentKind::Odt, DocumentKind::Ods, DocumentKind::Odp]
        .into_iter()
        .find(|kind| kind.media_type().as_bytes() == first.packed)
}

fn is_program(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", &name));
    let (stem, ending) = file.rsplit_once('.').unwrap_or((file, ""));
    let is_binary = ending == "bin" && !HARMLESS_BINARIES.iter().any(|known| stem.starts_with(known));
    let is_macro = file.contains("vbaproject") || file.contains("vbadata");
    let is_drawing = ending == "svg" && PICTURE_FOLDERS.contains(&folder);
    is_binary
        || is_macro
        || PROGRAM_ENDINGS.contains(&ending) && !is_drawing
        || MACRO_FOLDERS.iter().any(|known| name.starts_with(known))
        || CONTROL_FOLDERS.iter().any(|known| format!("/{folder}/").contains(known))
}
