//! Validates fields that people enter and returns them in their stored form.

use rooms::UserId;

use crate::hub::check_line;
use crate::org_settings;
use crate::refusal::ServiceError;
use crate::wire::ErrorCode;

const NAME_MAX_CHARS: usize = 120;
/// The longest address mail can be sent to.
const EMAIL_MAX_CHARS: usize = 254;
const ORIGINS_MAX: usize = 100;
const GREETING_MAX_CHARS: usize = 1_000;
const WORDS_MAX: usize = 100;
const WORD_MAX_CHARS: usize = 100;
/// A channel may allow its visitors as much as agents may write.
const VISITOR_MESSAGE_MAX_CHARS: i64 = 10_000;

/// The id of a visitor; what is none is somebody unknown.
pub(super) fn visitor(id: &str) -> Result<UserId, ServiceError> {
    id.parse().map_err(|_| ServiceError::not_found())
}

/// A name: not empty, on one line.
pub(super) fn name(field: &str, text: &str) -> Result<String, ServiceError> {
    check_line(field, text, NAME_MAX_CHARS)
}

/// An address for mail, in lower case: one account has one spelling.
pub(super) fn email(text: &str) -> Result<String, ServiceError> {
    let text = text.trim().to_lowercase();
    let is_plain = !text.chars().any(|c| c.is_control() || c.is_whitespace());
    let parts = text.split_once('@').filter(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !domain.contains('@') && !domain.starts_with('.')
    });
    if !is_plain || parts.is_none() || text.chars().count() > EMAIL_MAX_CHARS {
        return Err(ServiceError::bad_request("email must be an address such as ana@example.com"));
    }
    Ok(text)
}

/// A colour such as `#2f92ad`.
pub(super) fn color(text: &str) -> Result<String, ServiceError> {
    if org_settings::is_color(text) {
        return Ok(text.to_lowercase());
    }
    Err(ServiceError::bad_request("color must be written as #rrggbb"))
}

/// Origins as browsers send them: scheme, host and port, nothing more.
pub(super) fn origins(texts: &[String]) -> Result<Vec<String>, ServiceError> {
    if texts.len() > ORIGINS_MAX {
        return Err(ServiceError::new(ErrorCode::TooLarge, "a channel has at most 100 origins"));
    }
    let mut kept: Vec<String> = Vec::with_capacity(texts.len());
    for text in texts {
        let origin = org_settings::origin(text).ok_or_else(|| {
            ServiceError::bad_request("an origin is a scheme and a host, such as https://www.example.com")
        })?;
        if !kept.contains(&origin) {
            kept.push(origin);
        }
    }
    Ok(kept)
}

/// A greeting; it may be empty.
pub(super) fn greeting(text: &str) -> Result<String, ServiceError> {
    if text.chars().count() > GREETING_MAX_CHARS {
        return Err(too_long("greeting", GREETING_MAX_CHARS));
    }
    Ok(text.trim().to_owned())
}

/// A language such as `en` or `pt-BR`.
pub(super) fn locale(text: &str) -> Result<String, ServiceError> {
    known_locale(text)
        .ok_or_else(|| ServiceError::bad_request("locale must be a language such as en or pt-BR"))
}

/// The language a browser named, where it is one.
pub(super) fn known_locale(text: &str) -> Option<String> {
    org_settings::is_language(text).then(|| text.to_owned())
}

/// Words that ask for a person.
pub(super) fn handoff_words(words: &[String]) -> Result<Vec<String>, ServiceError> {
    if words.len() > WORDS_MAX {
        return Err(ServiceError::new(ErrorCode::TooLarge, "handoff_words holds at most 100 words"));
    }
    words.iter().map(|word| short("handoff_words", word, WORD_MAX_CHARS)).collect()
}

/// The longest message of a channel's visitors; 0 means the server's setting.
pub(super) fn visitor_message_max_chars(count: i64) -> Result<i64, ServiceError> {
    if (0..=VISITOR_MESSAGE_MAX_CHARS).contains(&count) {
        return Ok(count);
    }
    Err(ServiceError::bad_request("visitor_message_max_chars must be 0 (the server's setting) to 10000"))
}

/// A text that is not empty.
pub(super) fn short(field: &str, text: &str, max_chars: usize) -> Result<String, ServiceError> {
    let text = text.trim();
    if text.is_empty() || text.chars().any(char::is_control) {
        return Err(ServiceError::bad_request(format!(
            "{field} must not be empty or hold control characters"
        )));
    }
    if text.chars().count() > max_chars {
        return Err(too_long(field, max_chars));
    }
    Ok(text.to_owned())
}

fn too_long(field: &str, max_chars: usize) -> ServiceError {
    ServiceError::new(ErrorCode::TooLarge, format!("{field} has at most {max_chars} characters"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_kept_once() {
        let given = ["https://a.example".to_owned(), "https://A.example/".to_owned()];

        assert_eq!(origins(&given).unwrap(), vec!["https://a.example".to_owned()]);
    }

    #[test]
    fn an_email_address_has_one_spelling() {
        assert_eq!(email(" Ana@Example.COM ").unwrap(), "ana@example.com".to_owned());
        for wrong in ["", "ana", "@example.com", "ana@", "a b@example.com", "a@b@c", "a@.com"] {
            assert!(email(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_color_has_six_digits() {
        assert_eq!(color("#2F92AD").unwrap(), "#2f92ad".to_owned());
        for wrong in ["", "2f92ad", "#fff", "#2f92ag", "red", "#2f92ad0"] {
            assert!(color(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn names_are_on_one_line_and_not_too_long() {
        assert_eq!(name("name", "  Ana ").unwrap(), "Ana".to_owned());
        assert!(name("name", "  ").is_err());
        assert!(name("name", "a\nb").is_err());
        assert_eq!(name("name", &"x".repeat(121)).unwrap_err().code(), ErrorCode::TooLarge);
    }
}
