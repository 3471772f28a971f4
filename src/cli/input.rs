//! Reading a password from standard input.

use std::io::{BufRead, Read as _};

use secrecy::SecretString;

use super::output::Failure;
use crate::wire::ErrorCode;

/// Longer lines are no passwords.
const LINE_MAX_BYTES: u64 = 4_096;

/// The first line, without its end.
pub(super) fn read_password(input: &mut dyn BufRead) -> Result<SecretString, Failure> {
    let mut line = String::new();
    let unreadable = |_| Failure::new(ErrorCode::BadRequest, "standard input cannot be read as text");
    input.take(LINE_MAX_BYTES).read_line(&mut line).map_err(unreadable)?;
    let password = line.trim_end_matches(['\n', '\r']);
    if password.is_empty() {
        return Err(Failure::new(ErrorCode::BadRequest, "standard input holds no password"));
    }
    Ok(SecretString::from(password))
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
    fn nothing_is_no_password() {
        assert!(read_password(&mut "\n".as_bytes()).is_err());
        assert!(read_password(&mut "".as_bytes()).is_err());
    }
}
