//! Masks a secret but for the few characters by which its owner recognises it.

/// Shorter secrets show nothing at all: too little would stay hidden.
const SHORTEST_SHOWN: usize = 16;
/// How many characters of the end are shown.
const TAIL_CHARS: usize = 4;
/// A prefix such as `sk-` or `sbt_` ends within this many characters.
const PREFIX_CHARS: usize = 4;

/// Makes the hint of a secret, such as `sk-...aBcD`.
pub fn hint(secret: &str) -> String {
    let chars: Vec<char> = secret.chars().collect();
    if chars.len() < SHORTEST_SHOWN {
        return "...".to_owned();
    }
    let prefix_end = chars[..PREFIX_CHARS].iter().position(|c| matches!(c, '-' | '_'));
    let prefix: String = prefix_end.map(|end| chars[..=end].iter().collect()).unwrap_or_default();
    let tail: String = chars[chars.len() - TAIL_CHARS..].iter().collect();
    format!("{prefix}...{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_shows_the_prefix_and_the_last_four_characters() {
        assert_eq!(hint("sk-proj-0123456789aBcD"), "sk-...aBcD");
        assert_eq!(hint("sbt_0123456789abcdefWxYz"), "sbt_...WxYz");
    }

    #[test]
    fn a_secret_without_a_prefix_shows_only_its_end() {
        assert_eq!(hint("0123456789abcdefWxYz"), "...WxYz");
    }

    #[test]
    fn a_short_secret_shows_nothing() {
        assert_eq!(hint("hunter2"), "...");
        assert_eq!(hint(""), "...");
    }

    #[test]
    fn a_secret_of_many_byte_characters_is_cut_between_them() {
        assert_eq!(hint("äöüäöüäöüäöüäöüäöüñççé"), "...ñççé");
    }
}
