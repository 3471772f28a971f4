//! Hostile documents: reference cycles, deep recursion, endless text.

/// Names with contents. Each is valid enough to be read, and small enough to be uploaded.
pub(super) fn hostile_documents() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        (
            "ring.pdf",
            pdf(&[
                "<< /Type /Catalog /Pages 2 0 R >>",
                "<< /Type /Pages /Count 2 /Kids [2 0 R 3 0 R] >>",
                "<< /Type /Pages /Count 1 /Parent 2 0 R /Kids [2 0 R] >>",
            ]),
        ),
        ("drawn-by-itself.pdf", drawn_by_itself()),
        (
            "deep-array.pdf",
            pdf(&[
                "<< /Type /Catalog /Pages 2 0 R >>",
                &format!("<< /Type /Pages /Count 1 /Kids {}{} >>", "[".repeat(50_000), "]".repeat(50_000)),
            ]),
        ),
        ("word.txt", vec![b'a'; 3_000_000]),
        ("brackets.md", vec![b'['; 3_000_000]),
        ("quotes.md", b"> ".repeat(1_000_000)),
        (
            "lists.md",
            (0..2_000).flat_map(|depth| format!("{}- a\n", "  ".repeat(depth % 500)).into_bytes()).collect(),
        ),
        ("marks.md", b"*_~`".repeat(500_000)),
    ]
}

/// A page whose form draws itself, and again.
fn drawn_by_itself() -> Vec<u8> {
    let stream = "/F Do /F Do";
    let form = format!(
        "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 4 0 R >> >> /Length {} >>\nstream\n{stream}\nendstream",
        stream.len()
    );
    pdf(&[
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /XObject << /F 4 0 R >> >> >>",
        &form,
    ])
}

/// A PDF of these objects, with a table of where they are (ISO 32000-1 section 7.5.4).
fn pdf(objects: &[&str]) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", at + 1).as_bytes());
    }
    let table = file.len();
    file.extend_from_slice(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).as_bytes());
    for place in places {
        file.extend_from_slice(format!("{place:010} 00000 n \n").as_bytes());
    }
    let end = format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1);
    file.extend_from_slice(end.as_bytes());
    file
}
