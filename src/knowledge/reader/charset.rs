//! Decodes text of unknown encoding: by byte order mark and validity, then the declared charset, then detection.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};

/// How far a page is looked through for a declaration. Browsers stop at 1,024 bytes and read again where it comes late.
const PRESCAN_BYTES: usize = 64 * 1024;
/// How much is looked at to see UTF-16 without a mark.
const ZEROS_BYTES: usize = 4_096;
/// So many characters of several bytes are no coincidence.
const PROVEN_CHARS: usize = 4;

/// What a body is, as far as that decides where a declaration can stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Markup {
    Html,
    None,
}

/// The text of bytes. `declared` is the label that came beside them.
pub(super) fn decode(bytes: &[u8], declared: Option<&str>, markup: Markup) -> String {
    if let Some(text) = utf32(bytes) {
        return text;
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned();
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return encoding.decode_without_bom_handling(bytes).0.into_owned();
    }
    let label = |label: &str| Encoding::for_label(label.trim().as_bytes());
    let inside = || (markup == Markup::Html).then(|| declared_inside(bytes)).flatten();
    let declared = declared.and_then(label).or_else(inside);
    if let Ok(text) = std::str::from_utf8(bytes)
        && !is_denied_by(text, declared)
    {
        return text.to_owned();
    }
    let text = declared
        .filter(|encoding| *encoding != UTF_8)
        .map(|encoding| encoding.decode_without_bom_handling(bytes));
    if let Some((text, false)) = text {
        return text.into_owned();
    }
    likely(bytes).decode_without_bom_handling(bytes).0.into_owned()
}

/// The text of a file that somebody gives, in whatever encoding it is; `None` where it is none.
///
/// It looks at each byte a few times and may take a while for a large file.
#[must_use]
pub fn text_of_file(bytes: &[u8]) -> Option<String> {
    let text = decode(bytes, None, Markup::None);
    let is_text =
        |one: char| !one.is_control() || matches!(one, '\t' | '\n' | '\r' | '\u{c}' | '\u{1a}' | '\u{85}');
    let damaged = text.matches(char::REPLACEMENT_CHARACTER).count();
    (text.chars().all(is_text) && damaged * 20 <= text.chars().count()).then_some(text)
}

/// Whether a declaration speaks against UTF-8 that the bytes could also be. Text of several bytes a character that is
/// valid UTF-8 by chance is short.
fn is_denied_by(text: &str, declared: Option<&'static Encoding>) -> bool {
    if text.is_ascii() {
        // Only an encoding with escapes says something else with the same bytes.
        return text.contains("\u{1b}$");
    }
    let Some(declared) = declared.filter(|encoding| *encoding != UTF_8) else { return false };
    !declared.is_single_byte() && text.chars().filter(|one| !one.is_ascii()).count() < PROVEN_CHARS
}

fn likely(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    let guess = detector.guess(None, Utf8Detection::Allow);
    // A text with one damaged place is better read with a mark there than as another encoding.
    if is_mostly_utf8(bytes) { UTF_8 } else { guess }
}

/// Whether most bytes beyond ASCII belongs to valid UTF-8.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut valid, mut invalid) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|one| !one.is_ascii()).count();
        invalid += usize::from(!chunk.invalid().is_empty());
    }
    valid >= PROVEN_CHARS && invalid * 5 <= valid
}

/// UTF-32 with its mark, which the encodings of the web do not know.
fn utf32(bytes: &[u8]) -> Option<String> {
    let number: fn([u8; 4]) -> u32 = match bytes {
        [0xff, 0xfe, 0, 0, ..] => u32::from_le_bytes,
        [0, 0, 0xfe, 0xff, ..] => u32::from_be_bytes,
        _ => return None,
    };
    let (numbers, _) = bytes[4..].as_chunks::<4>();
    let one = |bytes: &[u8; 4]| char::from_u32(number(*bytes)).unwrap_or(char::REPLACEMENT_CHARACTER);
    Some(numbers.iter().map(one).collect())
}

/// UTF-16 by its zeros: every second byte of the letters, digits and spaces of a European text, or of its markup.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let (pairs, _) = bytes[..bytes.len().min(ZEROS_BYTES)].as_chunks::<2>();
    let zeros = |place: usize| pairs.iter().filter(|pair| pair[place] == 0).count();
    let (first, second) = (zeros(0), zeros(1));
    match () {
        () if pairs.len() < 2 => None,
        () if second * 10 >= pairs.len() && first * 20 <= second => Some(UTF_16LE),
        () if first * 10 >= pairs.len() && second * 20 <= first => Some(UTF_16BE),
        () => None,
    }
}

/// The encoding that a page names in an XML declaration or in a `meta`, looked for as the WHATWG's prescan does:
/// comments and the insides of scripts are passed over, and attributes are read as a parser reads them.
fn declared_inside(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(PRESCAN_BYTES)];
    let xml = head.strip_prefix(b"<?xml").and_then(|rest| {
        let end = rest.iter().position(|byte| *byte == b'>')?;
        let declaration = String::from_utf8_lossy(&rest[..end]).into_owned();
        let value =
            declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start().to_owned();
        let quote = value.chars().next().filter(|one| matches!(one, '"' | '\''))?;
        value[1..].split(quote).next().and_then(|label| Encoding::for_label(label.as_bytes()))
    });
    xml.or_else(|| meta(head)).map(|encoding| match encoding {
        // Text that reads as ASCII so far is not UTF-16.
        encoding if encoding == UTF_16LE || encoding == UTF_16BE => UTF_8,
        encoding if encoding == X_USER_DEFINED => WINDOWS_1252,
        encoding => encoding,
    })
}

fn meta(head: &[u8]) -> Option<&'static Encoding> {
    let mut rest = head;
    while let Some(at) = rest.iter().position(|byte| *byte == b'<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix(b"!--") {
            rest = after(comment, b"-->")?;
            continue;
        }
        let name_length = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let name = rest[..name_length].to_ascii_lowercase();
        let (attributes, next) = attributes(&rest[name_length..]);
        if name == b"meta" {
            if let Some(encoding) = of_meta(&attributes) {
                return Some(encoding);
            }
            rest = next;
        } else if matches!(name.as_slice(), b"script" | b"style" | b"title" | b"noscript" | b"textarea") {
            let end = [b"</".as_slice(), &name].concat();
            rest = after(next, &end)?;
        } else if name_length > 0 {
            rest = next;
        }
    }
    None
}

fn after<'a>(bytes: &'a [u8], end: &[u8]) -> Option<&'a [u8]> {
    let at = bytes.windows(end.len()).position(|window| window.eq_ignore_ascii_case(end))?;
    Some(&bytes[at + end.len()..])
}

fn of_meta(attributes: &[(String, String)]) -> Option<&'static Encoding> {
    let value = |name: &str| attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    if let Some(label) = value("charset") {
        return Encoding::for_label(label.trim().as_bytes());
    }
    value("http-equiv").filter(|name| name.trim().eq_ignore_ascii_case("content-type"))?;
    let content = value("content")?.to_ascii_lowercase();
    content.match_indices("charset").find_map(|(at, word)| {
        let value = content[at + word.len()..].trim_start().strip_prefix('=')?.trim_start();
        let label = value.trim_start_matches(['"', '\'']).split(['"', '\'', ';', ' ', '\t', '\n']).next()?;
        Encoding::for_label(label.as_bytes())
    })
}

/// The attributes of a tag whose name has been read, and what follows the tag.
fn attributes(bytes: &[u8]) -> (Vec<(String, String)>, &[u8]) {
    let mut found = Vec::new();
    let mut rest = bytes;
    loop {
        rest = skip(rest, |byte| byte.is_ascii_whitespace() || byte == b'/');
        match rest.first() {
            None => return (found, rest),
            Some(b'>') => return (found, &rest[1..]),
            Some(_) => {}
        }
        let name_length = rest[1..]
            .iter()
            .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'=' | b'>' | b'/'))
            .map_or(rest.len(), |at| at + 1);
        let name = String::from_utf8_lossy(&rest[..name_length]).to_ascii_lowercase();
        rest = skip(&rest[name_length..], |byte| byte.is_ascii_whitespace());
        let mut value = String::new();
        if let Some(given) = rest.strip_prefix(b"=") {
            let given = skip(given, |byte| byte.is_ascii_whitespace());
            let (raw, next) = match given.first() {
                Some(quote @ (b'"' | b'\'')) => {
                    let inside = &given[1..];
                    let end = inside.iter().position(|byte| byte == quote).unwrap_or(inside.len());
                    (&inside[..end], &inside[(end + 1).min(inside.len())..])
                }
                _ => {
                    let ends = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'>';
                    let end = given.iter().position(ends).unwrap_or(given.len());
                    given.split_at(end)
                }
            };
            value = String::from_utf8_lossy(raw).into_owned();
            rest = next;
        }
        found.push((name, value));
    }
}

fn skip(bytes: &[u8], is_skipped: impl Fn(u8) -> bool) -> &[u8] {
    let count = bytes.iter().take_while(|byte| is_skipped(**byte)).count();
    &bytes[count..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(label: &str, text: &str) -> Vec<u8> {
        let (bytes, _, is_lossy) = Encoding::for_label(label.as_bytes()).unwrap().encode(text);
        assert!(!is_lossy, "{label} {text}");
        bytes.into_owned()
    }

    fn page(head: &str, label: &str, text: &str) -> String {
        let html = format!("<html><head>{head}<title>x</title></head><body><p>{text}</p></body></html>");
        decode(&encoded(label, &html), None, Markup::Html)
    }

    const RUSSIAN: &str = "Магазин открыт с девяти до шести часов";
    const GERMAN: &str = "Öffnungszeiten für große Räume: täglich, Gebühr 5 €";
    const JAPANESE: &str = "営業時間は午前九時から午後六時までです";

    #[test]
    fn a_page_is_read_in_the_encoding_its_meta_names() {
        let late = format!("<style>{}</style><meta charset=windows-1251>", "a{}".repeat(2_000));
        for (head, label, text) in [
            ("<meta charset=\"windows-1251\">", "windows-1251", RUSSIAN),
            ("<META  CHARSET = 'windows-1251' />", "windows-1251", RUSSIAN),
            ("<meta data-x=1 charset=koi8-r>", "koi8-r", RUSSIAN),
            (
                "<meta http-equiv=Content-Type content='text/html;charset = iso-8859-5'>",
                "iso-8859-5",
                RUSSIAN,
            ),
            (
                "<meta content=\"text/html; charset=x-sjis\" http-equiv=\"content-type\">",
                "shift_jis",
                JAPANESE,
            ),
            ("<meta charset=euc-jp>", "euc-jp", JAPANESE),
            ("<script charset=utf-8 src=a.js></script><meta charset=windows-1251>", "windows-1251", RUSSIAN),
            ("<script>'<meta charset=utf-8>'</script><meta charset=windows-1251>", "windows-1251", RUSSIAN),
            ("<!-- <meta charset=utf-8> --><meta charset=windows-1251>", "windows-1251", RUSSIAN),
            ("<meta name=a content='charset=utf-8'><meta charset=windows-1251>", "windows-1251", RUSSIAN),
            (late.as_str(), "windows-1251", RUSSIAN),
        ] {
            assert!(page(head, label, text).contains(text), "{head}");
        }
    }

    #[test]
    fn what_the_bytes_deny_is_not_believed() {
        assert!(page("<meta charset=windows-1252>", "utf-8", GERMAN).contains(GERMAN));
        assert!(page("<meta charset=utf-8>", "windows-1252", GERMAN).contains(GERMAN));
        assert!(page("<meta charset=utf-16>", "utf-8", GERMAN).contains(GERMAN));
        assert!(page("<meta charset=shift_jis>", "utf-8", GERMAN).contains(GERMAN));
        let bytes = encoded("windows-1251", RUSSIAN);
        assert_eq!(decode(&bytes, Some("utf-8"), Markup::None), RUSSIAN);
    }

    #[test]
    fn what_is_not_declared_is_detected() {
        assert!(page("", "windows-1252", GERMAN).contains(GERMAN));
        assert!(page("", "windows-1251", RUSSIAN).contains(RUSSIAN));
        assert!(page("", "shift_jis", JAPANESE).contains(JAPANESE));
        assert_eq!(decode(&encoded("iso-2022-jp", JAPANESE), None, Markup::None), JAPANESE);
        assert_eq!(decode("Größe \u{1f600}".as_bytes(), None, Markup::None), "Größe \u{1f600}");
    }

    #[test]
    fn a_text_that_only_mentions_an_encoding_is_not_read_in_it() {
        let text = "Set charset=utf-16 or <meta charset=koi8-r> in the editor: Größe, envío";
        assert_eq!(decode(text.as_bytes(), None, Markup::None), text);
        let page = "<p>Write charset=windows-1251 in the head: ñandú y café</p>";
        assert_eq!(decode(page.as_bytes(), None, Markup::Html), page);
    }

    #[test]
    fn sixteen_and_thirty_two_bits_are_read_with_a_mark_and_without() {
        let text = "El envío tarda dos días.\nГотово.";
        let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let wide: Vec<u8> = text.chars().flat_map(|one| u32::from(one).to_le_bytes()).collect();
        for bytes in [
            [&[0xff, 0xfe], le.as_slice()].concat(),
            [&[0xfe, 0xff], be.as_slice()].concat(),
            [&[0xff, 0xfe, 0, 0], wide.as_slice()].concat(),
            [&[0xef, 0xbb, 0xbf], text.as_bytes()].concat(),
            le,
            be,
        ] {
            assert_eq!(decode(&bytes, None, Markup::None), text);
        }
    }

    #[test]
    fn one_damaged_place_does_not_spoil_the_rest() {
        let bytes = [GERMAN.as_bytes(), b" \xff ", GERMAN.as_bytes()].concat();
        assert!(decode(&bytes, Some("utf-8"), Markup::None).starts_with(GERMAN));
    }

    #[test]
    fn what_is_declared_beside_the_bytes_comes_first() {
        let bytes = encoded("iso-8859-2", "Żółta łódź płynie");
        assert_eq!(decode(&bytes, Some(" ISO-8859-2 "), Markup::None), "Żółta łódź płynie");
        assert_eq!(decode(b"plain", Some("no-such"), Markup::None), "plain");
    }
}
