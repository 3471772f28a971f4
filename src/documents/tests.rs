//! Files as they are and as they pretend to be.

use proptest::prelude::*;

use super::*;

const DOCX: &str = "word/document.xml";
const TYPES: &str = "[Content_Types].xml";
const ODT: &[u8] = b"application/vnd.oasis.opendocument.text";

/// A part of an archive in the making.
#[derive(Clone)]
struct Part {
    name: String,
    local_name: Option<String>,
    bytes: Vec<u8>,
    method: u16,
    flags: u16,
    /// What the directory says that it unpacks into, where that is not what is there.
    unpacked: Option<u32>,
    /// Where the directory says that it stands, where that is not where it stands.
    offset: Option<u32>,
}

fn part(name: &str, bytes: &[u8]) -> Part {
    let (name, bytes) = (name.to_owned(), bytes.to_vec());
    Part { name, local_name: None, bytes, method: 0, flags: 0, unpacked: None, offset: None }
}

/// An archive of these parts, as archivers write it.
fn archive(parts: &[Part]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for part in parts {
        let offset = part.offset.unwrap_or(u32::try_from(file.len()).unwrap());
        let size = u32::try_from(part.bytes.len()).unwrap();
        let local_name = part.local_name.as_ref().unwrap_or(&part.name);
        file.extend(b"PK\x03\x04\x14\0");
        file.extend(part.flags.to_le_bytes());
        file.extend(part.method.to_le_bytes());
        file.extend([0; 8]);
        file.extend(size.to_le_bytes());
        file.extend(part.unpacked.unwrap_or(size).to_le_bytes());
        file.extend(u16::try_from(local_name.len()).unwrap().to_le_bytes());
        file.extend([0; 2]);
        file.extend(local_name.bytes());
        file.extend(&part.bytes);
        directory.extend(b"PK\x01\x02\x14\0\x14\0");
        directory.extend(part.flags.to_le_bytes());
        directory.extend(part.method.to_le_bytes());
        directory.extend([0; 8]);
        directory.extend(size.to_le_bytes());
        directory.extend(part.unpacked.unwrap_or(size).to_le_bytes());
        directory.extend(u16::try_from(part.name.len()).unwrap().to_le_bytes());
        directory.extend([0; 12]);
        directory.extend(offset.to_le_bytes());
        directory.extend(part.name.bytes());
    }
    let (from, size) = (file.len(), directory.len());
    let count = u16::try_from(parts.len()).unwrap().to_le_bytes();
    file.extend(directory);
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend(count);
    file.extend(count);
    file.extend(u32::try_from(size).unwrap().to_le_bytes());
    file.extend(u32::try_from(from).unwrap().to_le_bytes());
    file.extend([0; 2]);
    file
}

fn docx_with(more: &[Part]) -> Vec<u8> {
    let mut parts = vec![part(TYPES, b"<Types/>"), part("_rels/.rels", b"<x/>"), part(DOCX, b"<w/>")];
    parts.extend_from_slice(more);
    archive(&parts)
}

fn odt() -> Vec<u8> {
    archive(&[part("mimetype", ODT), part("content.xml", b"<o/>"), part("META-INF/manifest.xml", b"<m/>")])
}

fn pdf() -> Vec<u8> {
    b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nstartxref\n0\n%%EOF\n".to_vec()
}

#[track_caller]
fn refuses(bytes: &[u8], error: DocumentError) {
    assert_eq!(recognise(bytes, "file.txt"), Err(error));
}

#[test]
fn every_kind_is_known_by_its_content_whatever_it_is_called() {
    let open = |kind: DocumentKind| archive(&[part("mimetype", kind.media_type().as_bytes())]);
    let office = |main: &str| archive(&[part(TYPES, b"<Types/>"), part(main, b"<x/>")]);
    for (bytes, kind) in [
        (pdf(), DocumentKind::Pdf),
        (b"%PDF-2.0\n%%EOF".to_vec(), DocumentKind::Pdf),
        (office("word/document.xml"), DocumentKind::Docx),
        (office("xl/workbook.xml"), DocumentKind::Xlsx),
        (office("ppt/presentation.xml"), DocumentKind::Pptx),
        (open(DocumentKind::Odt), DocumentKind::Odt),
        (open(DocumentKind::Ods), DocumentKind::Ods),
        (open(DocumentKind::Odp), DocumentKind::Odp),
        (odt(), DocumentKind::Odt),
        ("¡hola!\r\n\tשלום 🙂\n".into(), DocumentKind::Text),
        (b"\xEF\xBB\xBFwith a mark".to_vec(), DocumentKind::Text),
        (b"caf\xe9;\x80 5\r\n".to_vec(), DocumentKind::Text),
        (b"\xFF\xFEh\0i\0".to_vec(), DocumentKind::Text),
        (b"\xFE\xFF\0h\0i".to_vec(), DocumentKind::Text),
    ] {
        for name in ["", "x.exe", "x.html", "picture.png"] {
            assert_eq!(recognise(&bytes, name), Ok(kind), "{name}");
        }
    }
    assert_eq!(recognise(b"a;b\n1;2\n", "Table.CSV"), Ok(DocumentKind::Csv));
    assert_eq!(
        recognise(b"PK;Name\n1;Ana\n", "table.csv"),
        Ok(DocumentKind::Csv),
        "archives begin otherwise"
    );
    assert_eq!(recognise(&pdf(), "table.csv"), Ok(DocumentKind::Pdf), "a name makes no other kind");
}

#[test]
fn a_drawing_is_no_program_where_office_programs_keep_pictures() {
    for name in ["word/media/image2.svg", "Word/Media/IMAGE2.SVG"] {
        assert_eq!(recognise(&docx_with(&[part(name, b"<svg/>")]), ""), Ok(DocumentKind::Docx), "{name}");
    }
    for (main, name, kind) in [
        ("ppt/presentation.xml", "ppt/media/image1.svg", DocumentKind::Pptx),
        ("xl/workbook.xml", "xl/media/image1.svg", DocumentKind::Xlsx),
    ] {
        let file = archive(&[part(TYPES, b"<Types/>"), part(main, b"<x/>"), part(name, b"<svg/>")]);
        assert_eq!(recognise(&file, ""), Ok(kind), "{name}");
    }
    let open =
        archive(&[part("mimetype", ODT), part("content.xml", b"<o/>"), part("Pictures/1.svg", b"<svg/>")]);
    assert_eq!(recognise(&open, ""), Ok(DocumentKind::Odt));

    for name in ["a.svg", "word/a.svg", "word/media/deeper/a.svg", "word/media/a.svg.js", "word/media/a.html"]
    {
        refuses(&docx_with(&[part(name, b"<svg/>")]), DocumentError::Program);
    }
}

#[test]
fn files_that_office_programs_write_are_known() {
    let odt = include_bytes!("testdata/written.odt");
    let xlsx = include_bytes!("testdata/written.xlsx");

    assert_eq!((recognise(odt, ""), recognise(xlsx, "")), (Ok(DocumentKind::Odt), Ok(DocumentKind::Xlsx)));
}

#[test]
fn what_is_nothing_that_is_taken_is_refused() {
    refuses(b"", DocumentError::Empty);
    for unknown in [
        &b"MZ\x90\0\x03\0\0\0"[..],
        b"\x7fELF\x02\x01\x01\0",
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0",
        b"Rar!\x1a\x07\0",
        b"\x1f\x8b\x08\0\0\0",
        b"\xFF\xFEh\0\0\xd8",
        b"\xFF\xFEh",
        b"text\0with a hole",
        b"bell\x07",
    ] {
        refuses(unknown, DocumentError::Unknown);
    }
    for markup in [
        "<html><script>",
        "\n\n <!DOCTYPE html>",
        "<svg onload=x>",
        "<?xml version=\"1.0\"?>",
        "#!/bin/sh\n",
        "\u{feff}<script>",
    ] {
        refuses(markup.as_bytes(), DocumentError::Unknown);
    }
    refuses(&archive(&[part("a.txt", b"a")]), DocumentError::Unknown);
    refuses(&archive(&[part("META-INF/MANIFEST.MF", b"x"), part("A.class", b"x")]), DocumentError::Unknown);
    refuses(&archive(&[part("mimetype", b"application/epub+zip")]), DocumentError::Unknown);
    refuses(
        &archive(&[part("mimetype", b"application/vnd.oasis.opendocument.text-template")]),
        DocumentError::Unknown,
    );
    let not_first = archive(&[part("content.xml", b"x"), part("mimetype", ODT)]);
    refuses(&not_first, DocumentError::Unknown);
}

#[test]
fn what_is_two_things_at_once_is_refused() {
    let mut pdf_and_zip = pdf();
    pdf_and_zip.extend(docx_with(&[]));
    refuses(&pdf_and_zip, DocumentError::Malformed);
    // An archive whose comment is the end of a PDF.
    let mut in_comment = b"%PDF-1.7\n".to_vec();
    let mut zip = docx_with(&[]);
    let comment = b"\n%%EOF\n";
    let length = zip.len();
    zip[length - 2..].copy_from_slice(&u16::try_from(comment.len()).unwrap().to_le_bytes());
    in_comment.extend(zip);
    in_comment.extend(comment);
    refuses(&in_comment, DocumentError::Malformed);
    let mut program_first = b"MZ".to_vec();
    program_first.extend(docx_with(&[]));
    refuses(&program_first, DocumentError::Unknown);
    let mut more_behind = docx_with(&[]);
    more_behind.extend(b"<html>");
    refuses(&more_behind, DocumentError::Malformed);
    let mut behind_pdf = pdf();
    behind_pdf.extend(b"<script>alert(1)</script>");
    refuses(&behind_pdf, DocumentError::Malformed);
    refuses(b"%PDF-x.y\n%%EOF", DocumentError::Malformed);
    refuses(b"%PDF-1.4 without an end", DocumentError::Malformed);
    refuses(&docx_with(&[part("xl/workbook.xml", b"x")]), DocumentError::Malformed);
    let both = archive(&[part("mimetype", ODT), part(TYPES, b"x"), part(DOCX, b"x")]);
    refuses(&both, DocumentError::Malformed);
    refuses(&archive(&[part(DOCX, b"x")]), DocumentError::Malformed);
}

#[test]
fn macros_and_programs_are_refused() {
    for name in [
        "word/vbaProject.bin",
        "word/VBAPROJECT.BIN",
        "word/vbaData.xml",
        "word/renamed.bin",
        "xl/macrosheets/sheet1.xml",
        "word/activeX/activeX1.xml",
        "word/embeddings/oleObject1.bin",
        "word/embeddings/setup.exe",
        "word/media/page.html",
        "run.VBS",
    ] {
        refuses(&docx_with(&[part(name, b"x")]), DocumentError::Program);
    }
    for name in ["Basic/Standard/Module1.xml", "Scripts/python/run.py"] {
        refuses(&archive(&[part("mimetype", ODT), part(name, b"x")]), DocumentError::Program);
    }
    let printer = docx_with(&[part("word/printerSettings/printerSettings1.bin", b"x")]);
    assert_eq!(recognise(&printer, ""), Ok(DocumentKind::Docx));
}

#[test]
fn encrypted_parts_are_refused() {
    for flags in [1, 1 << 6, 1 << 13] {
        let secret = Part { flags, ..part("word/secret.xml", b"x") };
        refuses(&docx_with(&[secret]), DocumentError::Encrypted);
    }
    let streamed = Part { flags: 1 << 3, ..part("word/a.xml", b"x") };
    assert_eq!(recognise(&docx_with(&[streamed]), ""), Ok(DocumentKind::Docx));
}

#[test]
fn what_would_unpack_into_too_much_is_refused() {
    let packed = |unpacked: u32| Part { method: 8, unpacked: Some(unpacked), ..part("word/a.xml", b"xxxx") };
    refuses(&docx_with(&[packed(17 << 20)]), DocumentError::Bomb);
    refuses(&docx_with(&[packed(u32::MAX)]), DocumentError::Bomb);
    assert_eq!(recognise(&docx_with(&[packed(15 << 20)]), ""), Ok(DocumentKind::Docx));
    let many: Vec<Part> =
        (0..300).map(|n| Part { name: format!("word/{n}.xml"), ..packed(4 << 20) }).collect();
    refuses(&docx_with(&many), DocumentError::Bomb);
    // Many names for the same bytes.
    let same: Vec<Part> =
        (0..20).map(|n| Part { offset: Some(0), ..part(&format!("word/{n}.xml"), b"x") }).collect();
    refuses(&docx_with(&same), DocumentError::Malformed);
}

#[test]
fn an_archive_that_could_be_read_in_two_ways_is_refused() {
    for name in ["../evil.xml", "a/../../evil.xml", "/etc/passwd", "C:evil.xml", "a\\b.xml", ""] {
        refuses(&docx_with(&[part(name, b"x")]), DocumentError::Malformed);
    }
    refuses(&docx_with(&[part("word/a.xml", b"x"), part("WORD/A.xml", b"y")]), DocumentError::Malformed);
    let other_name =
        Part { local_name: Some("word/vbaProject.bin".into()), ..part("word/harmless_name.xml", b"x") };
    refuses(&docx_with(&[other_name]), DocumentError::Malformed);
    refuses(&docx_with(&[Part { method: 12, ..part("word/a.xml", b"x") }]), DocumentError::Malformed);
    refuses(&docx_with(&[Part { unpacked: Some(9), ..part("word/a.xml", b"x") }]), DocumentError::Malformed);
    let whole = docx_with(&[]);
    let counted = whole.len() - 12;
    for count in [0_u16, 2, 4, 65_535] {
        let mut wrong = whole.clone();
        wrong[counted - 2..counted].copy_from_slice(&count.to_le_bytes());
        wrong[counted..counted + 2].copy_from_slice(&count.to_le_bytes());
        refuses(&wrong, DocumentError::Malformed);
    }
    assert_eq!(recognise(&whole[..2], ""), Ok(DocumentKind::Text), "two letters are no archive yet");
    for length in 3..whole.len() {
        assert!(recognise(&whole[..length], "").is_err(), "cut to {length}");
    }
}

proptest! {
    #[test]
    fn no_bytes_are_too_odd_to_be_looked_at(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        (from, flips) in (0..400_usize, prop::collection::vec((0..2_000_usize, any::<u8>()), 0..6)),
    ) {
        let _any = recognise(&bytes, "a.txt");
        let mut broken = odt();
        for (at, byte) in flips {
            let length = broken.len();
            broken[at % length] = byte;
        }
        let _any = recognise(&broken, "a.odt");
        let _any = recognise(&broken[from.min(broken.len())..], "a.odt");
        let mut behind = docx_with(&[]);
        behind.extend(&bytes);
        prop_assert!(bytes.is_empty() || recognise(&behind, "").is_err());
    }
}
