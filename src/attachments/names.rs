//! Sanitises file names.

use crate::pictures::PictureKind;

/// Longer names are cut before their ending.
const STEM_MAX_CHARS: usize = 100;
/// The name of a file that came without one.
const NAMELESS: &str = "picture";

/// A name that fits what the file is: without folders, without characters that hide or turn letters, and with an
/// ending of its kind, so that whoever saves it does not save a program.
pub(super) fn shown_name(given: &str, kind: PictureKind) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|character| !is_hidden(*character)).collect();
    let plain = plain.trim().trim_matches('.');
    let ends_well = |ending: &str| kind.endings().iter().any(|known| ending.eq_ignore_ascii_case(known));
    let (stem, ending) = match plain.rsplit_once('.').filter(|(_, ending)| ends_well(ending)) {
        Some((stem, ending)) => (stem, ending),
        None => (plain, kind.endings()[0]),
    };
    let stem: String = stem.chars().take(STEM_MAX_CHARS).collect();
    let stem = if stem.trim().is_empty() { NAMELESS } else { stem.trim() };
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
            assert_eq!(shown_name(given, PictureKind::Png), shown, "{given:?}");
        }
        assert_eq!(shown_name(&long, PictureKind::Gif), format!("{}.gif", "x".repeat(100)));
        assert_eq!(shown_name("photo.jpeg", PictureKind::Jpeg), "photo.jpeg");
    }
}
