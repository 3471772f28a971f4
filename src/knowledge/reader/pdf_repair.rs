//! Repairs damaged PDFs: strips surrounding bytes and rebuilds the cross-reference table.

use std::borrow::Cow;

/// Objects of one file that a new table is made for.
const OBJECTS_MAX: usize = 200_000;
/// How far into the file its head is looked for.
const HEAD_BYTES: usize = 64 * 1024;

/// The file as it came, then what it may have been, the likeliest first.
pub(super) fn candidates(bytes: &[u8]) -> impl Iterator<Item = Cow<'_, [u8]>> {
    let end = find_last(bytes, b"%%EOF").map_or(bytes.len(), |at| at + b"%%EOF".len());
    let head = find(&bytes[..bytes.len().min(HEAD_BYTES)], b"%PDF-").unwrap_or(0);
    let inner = &bytes[head.min(end)..end];
    let cut = (end < bytes.len()).then_some(Cow::Borrowed(&bytes[..end]));
    let bare = (head > 0).then_some(Cow::Borrowed(inner));
    std::iter::once(Cow::Borrowed(bytes))
        .chain(cut)
        .chain(bare)
        .chain(std::iter::once_with(move || with_new_table(inner)).flatten().map(Cow::Owned))
}

/// The file with a new table of the objects that are found in it.
fn with_new_table(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut objects: Vec<(u32, usize)> = Vec::new();
    let mut at = 0;
    while let Some(next) = find(&bytes[at..], b" obj") {
        let word = at + next;
        at = word + 1;
        if let Some(object) = object_before(bytes, word) {
            objects.push(object);
        }
        if objects.len() > OBJECTS_MAX {
            return None;
        }
    }
    let root = root(bytes, &objects)?;
    // If a number is defined twice, the last definition counts.
    objects.reverse();
    objects.sort_by_key(|(number, _)| *number);
    objects.dedup_by_key(|(number, _)| *number);
    let size = objects.last()?.0.checked_add(1)?;
    let mut file = bytes.to_vec();
    file.push(b'\n');
    let table = file.len();
    let mut lines = String::from("xref\n0 1\n0000000000 65535 f \n");
    for (number, place) in &objects {
        lines.push_str(&format!("{number} 1\n{place:010} 00000 n \n"));
    }
    lines.push_str(&format!("trailer\n<< /Size {size} /Root {root} 0 R >>\nstartxref\n{table}\n%%EOF\n"));
    file.extend(lines.bytes());
    Some(file)
}

/// The number and the place of the object whose word `obj` follows the space at `word`.
fn object_before(bytes: &[u8], word: usize) -> Option<(u32, usize)> {
    let digits =
        |end: usize| bytes[..end].iter().rev().take(10).take_while(|byte| byte.is_ascii_digit()).count();
    let generation = word.checked_sub(digits(word)).filter(|start| *start < word)?;
    let end = generation.checked_sub(1).filter(|at| bytes[*at].is_ascii_whitespace())?;
    let start = end.checked_sub(digits(end)).filter(|start| *start < end)?;
    let number = std::str::from_utf8(&bytes[start..end]).ok()?.parse().ok()?;
    (number > 0).then_some((number, start))
}

/// The number of the catalogue: the last one that a trailer names, or the object that says that it is it.
fn root(bytes: &[u8], objects: &[(u32, usize)]) -> Option<u32> {
    let named = find_last(bytes, b"/Root").and_then(|at| {
        let rest = &bytes[at + b"/Root".len()..];
        let number: String = rest
            .iter()
            .skip_while(|byte| byte.is_ascii_whitespace())
            .take_while(|byte| byte.is_ascii_digit())
            .map(|byte| char::from(*byte))
            .collect();
        number.parse().ok()
    });
    named.or_else(|| {
        let at = find(bytes, b"/Catalog")?;
        let before = objects.iter().filter(|(_, place)| *place < at);
        before.max_by_key(|(_, place)| *place).map(|(number, _)| *number)
    })
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn find_last(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).rposition(|window| window == wanted)
}
