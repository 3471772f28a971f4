//! Text from outside, made fit for mails and for what is mailed.

/// A text on one line: without control characters, what turns the direction of what follows, and spaces beyond one.
#[must_use]
pub fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|one| if one.is_control() { ' ' } else { one }).collect();
    plain(&spaced).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A line without control characters, and without those that turn the direction of what follows.
#[must_use]
pub fn plain(line: &str) -> String {
    let turns = |one: char| matches!(one, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}');
    line.chars().filter(|one| (!one.is_control() || *one == '\t') && !turns(*one)).collect()
}

/// A line in which no mail program finds a link or an address, but for these where they stand whole: schemes are left
/// out, and a space stands behind the dots of names.
#[must_use]
pub fn without_links_but(line: &str, kept: &[String]) -> String {
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((begin, end)) = find_kept(rest, kept) {
        text.push_str(&without_links(&rest[..begin]));
        text.push_str(&rest[begin..end]);
        rest = &rest[end..];
    }
    text.push_str(&without_links(rest));
    text
}

/// Where the first of these addresses stands and nothing goes on behind it.
fn find_kept(text: &str, kept: &[String]) -> Option<(usize, usize)> {
    let whole = kept.iter().filter(|address| !address.is_empty()).flat_map(|address| {
        text.match_indices(address.as_str()).map(|(begin, _)| (begin, begin + address.len()))
    });
    whole
        .filter(|(begin, end)| {
            let before = text[..*begin].chars().next_back();
            before.is_none_or(|one| one.is_whitespace() || "([<\"'*_".contains(one))
                && ends_there(&text[*end..])
        })
        .min_by_key(|(begin, end)| (*begin, std::cmp::Reverse(*end)))
}

/// Whether an address ends before this.
fn ends_there(rest: &str) -> bool {
    let mut letters = rest.chars();
    match letters.next() {
        None => true,
        Some(one) if one.is_whitespace() || ")]>\"'*_,;!".contains(one) => true,
        Some('.' | '?' | ':') => letters.next().is_none_or(char::is_whitespace),
        Some(_) => false,
    }
}

fn without_links(text: &str) -> String {
    text.split(' ').map(word_without_links).collect::<Vec<_>>().join(" ")
}

fn word_without_links(word: &str) -> String {
    let mut rest = word.to_owned();
    while let Some(end) = rest.find("://") {
        let is_of_scheme = |one: char| one.is_ascii_alphanumeric() || matches!(one, '+' | '-' | '.');
        let begin = rest[..end].trim_end_matches(is_of_scheme).len();
        rest.replace_range(begin..end + "://".len(), "");
    }
    for scheme in ["mailto:", "tel:", "javascript:", "data:"] {
        while let Some(begin) = rest.to_ascii_lowercase().find(scheme) {
            rest.replace_range(begin..begin + scheme.len(), "");
        }
    }
    let mut broken = String::with_capacity(rest.len());
    let mut letters = rest.chars().peekable();
    let mut last = None;
    while let Some(one) = letters.next() {
        broken.push(one);
        let is_in_name = last.is_some_and(char::is_alphanumeric)
            && letters.peek().is_some_and(|next| next.is_alphabetic());
        if one == '.' && is_in_name {
            broken.push(' ');
        }
        last = Some(one);
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_holds_nothing_that_breaks_or_turns_it() {
        assert_eq!(one_line(" A\r\nna \u{202e} b\u{7}"), "A na b");
        assert_eq!(plain("a\u{202e}b\u{7}\tc"), "ab\tc");
    }

    #[test]
    fn an_address_that_is_kept_is_kept_whole_or_not_at_all() {
        let kept = ["https://shop.example".to_owned(), "https://shop.example/delivery?a=b".to_owned()];
        for (line, text) in [
            ("See https://shop.example.", "See https://shop.example."),
            (
                "[Delivery](https://shop.example/delivery?a=b), or https://evil.example",
                "[Delivery](https://shop.example/delivery?a=b), or evil. example",
            ),
            ("https://shop.example.evil.example", "shop. example. evil. example"),
            ("https://shop.example@evil.example", "shop. example@evil. example"),
            ("https://shop.example/other", "shop. example/other"),
            ("https://shop.example?to=evil.example", "shop. example?to=evil. example"),
            ("https://evil.example/https://shop.example", "evil. example/shop. example"),
            ("evil://https://shop.example x", "shop. example x"),
        ] {
            assert_eq!(without_links_but(line, &kept), text, "{line}");
        }
        assert_eq!(without_links_but("https://shop.example", &[]), "shop. example");
    }

    #[test]
    fn links_are_broken_and_other_words_stay() {
        for (line, broken) in [
            ("see https://evil.example/a?b=c now", "see evil. example/a?b=c now"),
            ("HTTPS://evil.example", "evil. example"),
            ("(http://https://evil.example)", "(evil. example)"),
            ("hthttp://tp://evil.example", "evil. example"),
            ("www.evil.example", "www. evil. example"),
            (
                "write to eve@evil.example or mailto:eve@evil.example",
                "write to eve@evil. example or eve@evil. example",
            ),
            ("maimailto:lto:eve@evil.example", "eve@evil. example"),
            ("It costs 3.14. Really... yes", "It costs 3.14. Really... yes"),
            ("Is it 10:30?  Two  spaces", "Is it 10:30?  Two  spaces"),
        ] {
            assert_eq!(without_links(line), broken, "{line}");
        }
    }
}
