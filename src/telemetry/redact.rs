//! Masks secrets in log lines, one whole line at a time.

use regex::bytes::{Captures, Regex};
use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::LazyLock;
use tracing::Metadata;
use tracing_subscriber::fmt::MakeWriter;

/// What is masked; the named part in front of a secret stays, so that one sees what was there.
/// Words of a secret in quotes end at the quote, also where the quotes are escaped inside JSON.
const SECRETS: &str = r#"(?x-u)
    (?P<token> \b sb[avkptscf]_ | swk_ | \b whs_ | \b sk- ) [A-Za-z0-9_\-]{8,}
  | (?P<name> (?i: passw(?:or)?d | secret | api[_-]?key | master[_-]?key | authorization | cookie | token )
      \\*["']? \s* [=:] \s* (?:Some\()? )
      (?: \\+"(?:[^"\\]|\\+[^"\\])*\\+"
        | "(?:[^"\\]|\\.)*"
        | '[^']*'
        | (?:(?i:bearer|basic|digest)\s+)? [^\s"'&,;{}\[\]()\\]+ )
  | (?P<bearer> \b (?i:bearer) \s+ ) [A-Za-z0-9._~+/=\-]+
  | (?P<jwt> \b eyJ ) [A-Za-z0-9_\-]{4,} \. [A-Za-z0-9_\-]{4,} (?: \. [A-Za-z0-9_\-]* )?
  | (?P<url> :// ) [^/\s"'\\]+ @
  | [^\s"'<>@,;:=()\[\]{}\\/]+ (?: @ | %40 ) [A-Za-z0-9\x80-\xff\-]+ (?: \. [A-Za-z0-9\x80-\xff\-]+ )+
"#;

const MASK: &[u8] = b"***";

static PATTERN: LazyLock<Regex> = LazyLock::new(|| Regex::new(SECRETS).expect("a test compiles the pattern"));

/// Masks the secrets in a text.
pub fn redact(text: &str) -> String {
    String::from_utf8_lossy(&redact_bytes(text.as_bytes())).into_owned()
}

fn redact_bytes(line: &[u8]) -> Cow<'_, [u8]> {
    PATTERN.replace_all(line, |found: &Captures<'_>| {
        let kept = ["token", "name", "bearer", "jwt", "url"].iter().find_map(|name| found.name(name));
        let kept = kept.map(|kept| kept.as_bytes()).unwrap_or_default();
        let whole = &found[0];
        match found.name("name") {
            Some(_) => [kept, &mask_like(&whole[kept.len()..])].concat(),
            None if whole.ends_with(b"@") => [kept, MASK, b"@"].concat(),
            None => [kept, MASK].concat(),
        }
    })
}

/// Keeps the quotes around a masked value, so that a JSON line stays JSON.
fn mask_like(value: &[u8]) -> Vec<u8> {
    let quote_end = value.iter().position(|byte| *byte != b'\\').unwrap_or_default();
    match value.get(quote_end) {
        Some(quote @ (b'"' | b'\'')) => {
            let quotes = [&value[..quote_end], &[*quote]].concat();
            [quotes.as_slice(), MASK, &quotes].concat()
        }
        _ => MASK.to_vec(),
    }
}

/// Makes writers that mask what they are given. The log formats a whole line before it writes it in one call.
#[derive(Debug)]
pub(super) struct Redacting<M> {
    inner: M,
}

impl<M> Redacting<M> {
    pub(super) fn new(inner: M) -> Self {
        Self { inner }
    }
}

impl<'a, M: MakeWriter<'a>> MakeWriter<'a> for Redacting<M> {
    type Writer = RedactingWriter<M::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        RedactingWriter { inner: self.inner.make_writer() }
    }

    fn make_writer_for(&'a self, metadata: &Metadata<'_>) -> Self::Writer {
        RedactingWriter { inner: self.inner.make_writer_for(metadata) }
    }
}

#[derive(Debug)]
pub(super) struct RedactingWriter<W> {
    inner: W,
}

impl<W: Write> Write for RedactingWriter<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.inner.write_all(&redact_bytes(line))?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids;
    use proptest::prelude::*;

    #[test]
    fn every_kind_of_token_is_masked_behind_its_prefix() {
        for prefix in ids::TOKEN_PREFIXES {
            let token = ids::random_token(prefix);

            assert_eq!(redact(&format!("came with {}.", token.expose())), format!("came with {prefix}***."));
        }
    }

    #[test]
    fn secrets_are_masked_and_the_words_around_them_stay() {
        let cases = [
            ("key sk-proj-abcdefgh1234 used", "key sk-*** used"),
            ("Authorization: Bearer abc.def-1", "Authorization: ***"),
            ("sent bearer abc.def-1 upstream", "sent bearer *** upstream"),
            ("Authorization: Basic dXNlcjpwYXNz", "Authorization: ***"),
            ("jwt eyJhbGciOi.eyJzdWIi.c2ln end", "jwt eyJ*** end"),
            ("mail to alice.b+c@example.co.uk failed", "mail to *** failed"),
            ("mail=alice%40example.com&x=1", "mail=***&x=1"),
            ("for <müller@büro.de>", "for <***>"),
            ("password=hunter2&user=bob", "password=***&user=bob"),
            ("db_password: 'two words' next", "db_password: '***' next"),
            (r#"{"password":"two \"quoted\" words","a":1}"#, r#"{"password":"***","a":1}"#),
            (r#""{\"password\":\"two words\",\"a\":1}""#, r#""{\"password\":\"***\",\"a\":1}""#),
            ("identity_secret=Some(\"two words\")", "identity_secret=Some(\"***\")"),
            ("X-Api-Key: abcdef", "X-Api-Key: ***"),
            ("at postgres://user:p@ss@db:5432/x", "at postgres://***@db:5432/x"),
        ];
        for (text, expected) in cases {
            assert_eq!(redact(text), expected);
        }
    }

    #[test]
    fn ordinary_lines_stay_as_they_are() {
        let lines = [
            "agent 7 took over room 0199-abc",
            "wrote tokens_in=120 tokens_out=7 to disk-usage-report",
            "listening on http://127.0.0.1:8080/socket.io/chat",
            "the bearer of bad news? risk-assessment-of-the-year",
            "subscribe_to_everything",
        ];
        for line in lines {
            let expected = line.replace("bearer of", "bearer ***");
            assert_eq!(redact(line), expected);
        }
    }

    proptest! {
        #[test]
        fn a_token_between_any_texts_never_passes(before in ".{0,20}", after in ".{0,20}") {
            let token = "sbt_canaryCANARYcanary";

            // The prefix counts only at the start of a word.
            let line = format!("{before} {token}{after}");

            prop_assert!(!redact(&line).contains("canaryCANARYcanary"), "{}", line);
        }

        #[test]
        fn masking_twice_changes_nothing_more(line in r#"[ -~]{0,60}(password=|sk-|Bearer )?[ -~]{0,40}"#) {
            let once = redact(&line);

            prop_assert_eq!(redact(&once), once);
        }
    }
}
