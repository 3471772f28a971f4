//! Reads a sentence chunk by chunk.

use super::chunk::{Chunk, Place, Reading};
use super::symbols::{clean, spoken};
use super::{abbreviations, codes, dates, money, phones, times, units, web};

/// The order matters: `9-5` is a time before it is a range, `12/24/2026` a date before it is a code.
const READERS: [fn(Place<'_>) -> Option<Reading>; 8] = [
    web::read,
    money::read,
    phones::read,
    times::read,
    dates::read,
    units::read,
    abbreviations::read,
    codes::read,
];

/// A sentence in words, letters and punctuation; it ends with a mark, since the voice falls there.
pub(in super::super) fn normalise(text: &str) -> String {
    let clean = clean(text);
    let chunks: Vec<Chunk<'_>> = clean.split_whitespace().map(Chunk::new).collect();
    let mut words = String::new();
    let mut before = "";
    let mut at = 0;
    while at < chunks.len() {
        let place = Place { chunks: &chunks[at..], before };
        let reading = READERS.iter().find_map(|read| read(place));
        let reading = reading.unwrap_or_else(|| Reading::one(spoken(place.this().core)));
        let end = at + reading.count;
        let last = chunks[end - 1];
        let takes_stop = reading.takes_stop && end < chunks.len();
        let close = if takes_stop { last.close.strip_prefix('.').unwrap_or(last.close) } else { last.close };
        // The brackets of an area code are inside what was read.
        let first = chunks[at];
        let is_inside = first.core.contains(')') || (reading.count > 1 && first.close.starts_with(')'));
        push(&mut words, if is_inside { "" } else { first.open }, &reading.words, close);
        before = if close.is_empty() { last.core } else { "" };
        at = end;
    }
    let words = words.trim();
    let needs_end =
        words.ends_with(char::is_alphanumeric) || words.ends_with([')', '.']) && ends_with_letters(words);
    if needs_end { format!("{words}.") } else { words.to_owned() }
}

fn push(words: &mut String, open: &str, reading: &str, close: &str) {
    let spoken_marks =
        |marks: &str| marks.replace(['[', '{'], "(").replace([']', '}'], ")").replace(['"', '\''], "");
    // A mark that stands alone belongs to the word before it; only a dash is spaced.
    let joins = reading.is_empty() && open.is_empty() && !close.starts_with('—');
    if !words.is_empty() && !joins {
        words.push(' ');
    }
    words.push_str(&spoken_marks(open));
    words.push_str(reading);
    words.push_str(&spoken_marks(close));
}

/// Whether a text ends in letters that are named, whose full stop is not its own, or in a bracket.
fn ends_with_letters(words: &str) -> bool {
    let last = words.rsplit(' ').next().unwrap_or_default();
    words.ends_with(')')
        || (!last.ends_with("..")
            && last.as_bytes().chunks(2).all(|pair| matches!(pair, [b'A'..=b'Z', b'.'])))
}
