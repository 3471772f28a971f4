//! Sanitises file names.

/// Longer names are cut before their ending.
const STEM_MAX_CHARS: usize = 100;

/// A name that fits what the file is: without folders, without characters that hide or turn letters, and with an
/// ending of its kind, so that whoever saves it does not save a program.
pub(super) fn shown_name(given: &str, endings: &[&str], nameless: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|character| !is_hidden(*character)).collect();
    let plain = plain.trim().trim_matches('.');
    let ends_well = |ending: &str| endings.iter().any(|known| ending.eq_ignore_ascii_case(known));
    let (stem, ending) = match plain.rsplit_once('.').filter(|(_, ending)| ends_well(ending)) {
        Some((stem, ending)) => (stem, ending),
        None => (plain, endings[0]),
    };
    let stem: String = stem.chars().take(STEM_MAX_CHARS).collect();
    let stem = if stem.trim().is_empty() { nameless } else { stem.trim() };
    format!("{stem}.{ending}")
}

/// Control characters, and those that change the direction of text or have no width.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{61c}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::DocumentKind;
    use crate::pictures::PictureKind;

    fn shown_picture(given: &str, kind: PictureKind) -> String {
        shown_name(given, kind.endings(), "picture")
    }

    #[test]
    fn a_name_fits_the_content_and_hides_nothing() {
        let long = "x".repeat(300);
        for (given, shown) in [
            ("cat.png", "cat.png"),
            ("Katze 🐈.PNG", "Katze 🐈.PNG"),
            ("../../etc/passwd", "passwd.png"),
            ("C:\\pictures\\cat.png", "cat.png"),
            ("invoice.pdf.exe", "invoice.pdf.exe.png"),
            ("\u{202e}gnp.exe", "gnp.exe.png"),
            ("a\0b\r\nc.png", "abc.png"),
            ("", "picture.png"),
            ("...", "picture.png"),
            (".png", "png.png"),
        ] {
            assert_eq!(shown_picture(given, PictureKind::Png), shown, "{given:?}");
        }
        assert_eq!(shown_picture(&long, PictureKind::Gif), format!("{}.gif", "x".repeat(100)));
        assert_eq!(shown_picture("photo.jpeg", PictureKind::Jpeg), "photo.jpeg");
    }

    #[test]
    fn a_document_is_never_saved_as_a_program_or_a_page() {
        for (given, kind, shown) in [
            ("invoice.pdf", DocumentKind::Pdf, "invoice.pdf"),
            ("invoice.pdf.exe", DocumentKind::Pdf, "invoice.pdf.exe.pdf"),
            ("..\\..\\run.bat", DocumentKind::Text, "run.bat.txt"),
            ("page.html", DocumentKind::Text, "page.html.txt"),
            ("NOTES.LOG", DocumentKind::Text, "NOTES.LOG"),
            ("report\u{202e}xcod.exe", DocumentKind::Docx, "reportxcod.exe.docx"),
            ("macros.docm", DocumentKind::Docx, "macros.docm.docx"),
            ("/", DocumentKind::Odt, "document.odt"),
        ] {
            assert_eq!(shown_name(given, kind.endings(), "document"), shown, "{given:?}");
        }
    }
}
