//! Removes Markdown and emoji: what remains is what a person would read out.

/// Longer addresses are not links.
pub(super) const LINK_MAX_BYTES: usize = 2_048;

/// The lines of a text that are to be read, without their markup. A line that goes on in the next one is joined to it.
pub(super) fn plain_lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut is_code = false;
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            is_code = !is_code;
            continue;
        }
        if is_code || is_rule(trimmed) {
            continue;
        }
        let (body, begins) = without_prefix(trimmed);
        let body = without_inline(body);
        let goes_on = !begins && body.starts_with(char::is_lowercase);
        match lines.last_mut().filter(|last| goes_on && may_go_on_in_next_line(last)) {
            Some(last) => {
                last.push(' ');
                last.push_str(&body);
            }
            None => lines.push(body),
        }
    }
    lines.retain(|line| line.contains(char::is_alphanumeric));
    lines
}

/// Whether a line that begins in lower case may belong to this one.
pub(super) fn may_go_on_in_next_line(line: &str) -> bool {
    line.ends_with(|one: char| one.is_alphanumeric() || one == ',')
}

/// A line between sections, or between the head of a table and its rows.
fn is_rule(line: &str) -> bool {
    line.len() > 2 && line.chars().all(|one| matches!(one, '-' | '*' | '_' | '=' | '|' | ':' | ' '))
}

/// The line without the marks of quotes, headings and lists, and whether it had one.
fn without_prefix(line: &str) -> (&str, bool) {
    let quoted = line.trim_start_matches(['>', ' ']);
    let heading = quoted.trim_start_matches('#');
    if heading.len() < quoted.len() && heading.starts_with(' ') {
        return (heading.trim_matches(['#', ' ']), true);
    }
    let bullet = ["- ", "* ", "+ ", "• ", "– "].iter().find_map(|mark| quoted.strip_prefix(mark));
    let body = bullet.unwrap_or(quoted).trim_start();
    let task = ["[ ] ", "[x] ", "[X] "].iter().find_map(|mark| body.strip_prefix(mark));
    (task.unwrap_or(body), body.len() < line.len())
}

/// A line without links, emphasis, tags and emoji.
fn without_inline(line: &str) -> String {
    let mut plain = String::new();
    let mut rest = line;
    while let Some(character) = rest.chars().next() {
        if let Some((shown, after)) = link(rest).or_else(|| tag(rest)) {
            plain.push_str(&without_inline(shown));
            rest = after;
            continue;
        }
        rest = &rest[character.len_utf8()..];
        let is_inside_word =
            plain.ends_with(char::is_alphanumeric) && rest.starts_with(char::is_alphanumeric);
        match character {
            '`' => {}
            '~' if rest.starts_with('~') || plain.ends_with('~') => {}
            // A star between spaces is one; so is an underscore inside a name.
            '*' if !(plain.ends_with(' ') && rest.starts_with(' ')) => {}
            '_' if !is_inside_word => {}
            '\\' if rest.starts_with(|one: char| one.is_ascii_punctuation()) => {}
            '|' => plain.push_str(", "),
            _ if is_picture(character) => plain.push(' '),
            _ => plain.push(character),
        }
    }
    let joined = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    joined.trim_matches([',', ' ']).replace(" ,", ",")
}

/// The begin of a text in which the end of a link or tag is looked for, so that many begins do not take long.
fn window(text: &str) -> &str {
    &text[..text.floor_char_boundary(LINK_MAX_BYTES)]
}

/// What a link or a picture shows, and what follows it: `[text](address)`, `![text](address)`.
fn link(text: &str) -> Option<(&str, &str)> {
    let body = text.strip_prefix('!').unwrap_or(text).strip_prefix('[')?;
    let (shown, _) = window(body).split_once("](")?;
    let after = &body[shown.len() + "](".len()..];
    let (address, _) = window(after).split_once(')')?;
    let after = &after[address.len() + ")".len()..];
    (!shown.contains(['[', ']']) && !address.contains(char::is_whitespace)).then_some((shown, after))
}

/// An address in angle brackets, or nothing for a tag.
fn tag(text: &str) -> Option<(&str, &str)> {
    let body = text.strip_prefix('<')?;
    let (inside, _) = window(body).split_once('>')?;
    let after = &body[inside.len() + ">".len()..];
    if inside.contains("://") || (inside.contains('@') && !inside.contains(' ')) {
        return Some((inside, after));
    }
    let is_tag = inside.trim_start_matches('/').starts_with(|one: char| one.is_ascii_alphabetic());
    (is_tag && inside.len() < 100).then_some((" ", after))
}

/// Emoji, arrows of pictures and what joins them.
fn is_picture(character: char) -> bool {
    matches!(u32::from(character), 0x200d | 0x20e3 | 0x2600..=0x27bf | 0x2b00..=0x2bff | 0xfe00..=0xfe0f | 0x1f000..=0x1faff | 0xe0000..=0xe007f)
}
