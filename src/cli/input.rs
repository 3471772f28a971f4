//! Reading passwords, keys and secrets from standard input.

use std::io::{BufRead, Read as _};

use clap::ArgMatches;
use secrecy::SecretString;

use super::output::Failure;
use super::terminal::Terminal;
use crate::wire::ErrorCode;

/// Longer lines are no secrets.
const LINE_MAX_BYTES: u64 = 8_192;

/// The first line, without its end.
pub(super) fn read_password(input: &mut dyn BufRead) -> Result<SecretString, Failure> {
    read_secret(input, "password")
}

/// The first line, without its end; `what` says what it should be. A line that is too long is refused: half a secret
/// would be stored as if it were the whole.
pub(super) fn read_secret(input: &mut dyn BufRead, what: &str) -> Result<SecretString, Failure> {
    let refused = |words: String| Failure::new(ErrorCode::BadRequest, words);
    let mut line = String::new();
    let read = input.take(LINE_MAX_BYTES).read_line(&mut line);
    let byte_count = read.map_err(|_| refused("standard input cannot be read as text".to_owned()))?;
    let secret = line.trim_end_matches(['\n', '\r']);
    if secret.is_empty() {
        return Err(refused(format!("standard input holds no {what}")));
    }
    if u64::try_from(byte_count).is_ok_and(|count| count == LINE_MAX_BYTES) && !line.ends_with('\n') {
        return Err(refused(format!("the first line of standard input is too long for a {what}")));
    }
    Ok(SecretString::from(secret))
}

/// The secret on standard input, where the flag of this name says that there is one.
pub(super) fn secret_of(
    args: &ArgMatches,
    flag: &str,
    terminal: &mut Terminal<'_>,
) -> Result<Option<SecretString>, Failure> {
    args.get_flag(flag).then(|| read_secret(terminal.input, "secret")).transpose()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn a_password_is_the_first_line_exactly() {
        for (given, read) in [
            ("correct horse\n", "correct horse"),
            ("correct horse\r\nsecond", "correct horse"),
            (" with spaces \n", " with spaces "),
            ("no end", "no end"),
        ] {
            let password = read_password(&mut given.as_bytes()).unwrap();
            assert_eq!(password.expose_secret(), read);
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_refused_rather_than_cut() {
        let max = usize::try_from(LINE_MAX_BYTES).unwrap();
        let line = |bytes: usize| "x".repeat(bytes) + "\n";

        assert!(read_secret(&mut line(max - 1).as_bytes(), "key").is_ok());
        assert!(read_secret(&mut line(max).as_bytes(), "key").is_err());
        assert!(read_secret(&mut line(max * 3).as_bytes(), "key").is_err());
    }

    #[test]
    fn nothing_is_no_password() {
        assert!(read_password(&mut "\n".as_bytes()).is_err());
        assert!(read_password(&mut "".as_bytes()).is_err());
    }
}
