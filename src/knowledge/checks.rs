//! Validates knowledge that people write and returns it in its stored form.

use url::Url;

use super::KnowledgeError;
use super::pair_fields::PairFields;

const TITLE_MAX_CHARS: usize = 200;
/// A question is one sentence or two; what is longer is a document.
const QUESTION_MAX_CHARS: usize = 500;
/// An answer is shown whole in a chat.
const ANSWER_MAX_CHARS: usize = 4_000;
/// Each phrasing costs a vector.
const PHRASINGS_MAX: usize = 20;
/// Pairs in one request: more than a shop has, little enough for one transaction.
pub(super) const PAIRS_PER_REQUEST_MAX: usize = 500;
const VECTOR_STORE_ID_MAX_CHARS: usize = 100;

/// A title; it may be empty where the source brings its own.
pub(super) fn title(text: &str) -> Result<String, KnowledgeError> {
    line("title", text, TITLE_MAX_CHARS)
}

/// The title that a page gives itself, cut to what is kept.
pub(super) fn own_title(text: &str) -> String {
    let plain: String = text.chars().map(|one| if one.is_control() { ' ' } else { one }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(TITLE_MAX_CHARS).collect()
}

/// A question on one line.
pub(super) fn question(text: &str) -> Result<String, KnowledgeError> {
    filled("question", line("question", text, QUESTION_MAX_CHARS)?)
}

/// A question, its answer and other ways of asking, each once.
pub(super) fn pair(fields: &PairFields) -> Result<PairFields, KnowledgeError> {
    let question = question(&fields.question)?;
    let answer = filled("answer", text("answer", &fields.answer, ANSWER_MAX_CHARS)?)?;
    let mut phrasings: Vec<String> = Vec::new();
    for phrasing in &fields.phrasings {
        let phrasing = line("phrasings", phrasing, QUESTION_MAX_CHARS)?;
        if !phrasing.is_empty() && phrasing != question && !phrasings.contains(&phrasing) {
            phrasings.push(phrasing);
        }
    }
    if phrasings.len() > PHRASINGS_MAX {
        return Err(KnowledgeError::TooLarge(format!("a question has at most {PHRASINGS_MAX} phrasings")));
    }
    Ok(PairFields { question, phrasings, answer })
}

/// An address of a page. Where it may stand is the gateway's business.
pub(super) fn page_url(text: &str) -> Result<Url, KnowledgeError> {
    let malformed = || KnowledgeError::Malformed("url must be an http or https address".to_owned());
    let mut url = Url::parse(text.trim()).map_err(|_| malformed())?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(malformed());
    }
    url.set_fragment(None);
    Ok(url)
}

/// An id such as `vs_abc123`.
pub(super) fn vector_store_id(text: &str) -> Result<String, KnowledgeError> {
    let text = text.trim();
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if text.is_empty() || !is_plain || text.len() > VECTOR_STORE_ID_MAX_CHARS {
        return Err(KnowledgeError::Malformed("vector_store_id must be an id such as vs_abc123".to_owned()));
    }
    Ok(text.to_owned())
}

fn line(field: &str, given: &str, max_chars: usize) -> Result<String, KnowledgeError> {
    let joined = given.split_whitespace().collect::<Vec<_>>().join(" ");
    if joined.chars().any(char::is_control) {
        return Err(KnowledgeError::Malformed(format!("{field} must not hold control characters")));
    }
    text(field, &joined, max_chars)
}

fn text(field: &str, given: &str, max_chars: usize) -> Result<String, KnowledgeError> {
    let given = given.trim();
    if given.chars().count() > max_chars {
        return Err(KnowledgeError::TooLarge(format!("{field} has at most {max_chars} characters")));
    }
    Ok(given.to_owned())
}

fn filled(field: &str, text: String) -> Result<String, KnowledgeError> {
    if text.is_empty() {
        Err(KnowledgeError::Malformed(format!("{field} must not be empty")))
    } else {
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_kept_trimmed_and_each_phrasing_once() {
        let given = PairFields {
            question: "  Where   is it? ".to_owned(),
            phrasings: vec![
                "where".to_owned(),
                " where ".to_owned(),
                String::new(),
                "Where is it?".to_owned(),
            ],
            answer: " Here.\n\nAnd there. ".to_owned(),
        };

        let kept = pair(&given).unwrap();

        assert_eq!(kept.question, "Where is it?");
        assert_eq!(kept.phrasings, ["where"]);
        assert_eq!(kept.answer, "Here.\n\nAnd there.");
    }

    #[test]
    fn what_is_empty_or_too_long_is_refused() {
        let with = |question: &str, answer: &str| PairFields {
            question: question.to_owned(),
            phrasings: Vec::new(),
            answer: answer.to_owned(),
        };

        assert!(matches!(pair(&with(" ", "x")), Err(KnowledgeError::Malformed(_))));
        assert!(matches!(pair(&with("x", "")), Err(KnowledgeError::Malformed(_))));
        assert!(matches!(pair(&with(&"x".repeat(501), "x")), Err(KnowledgeError::TooLarge(_))));
        assert!(matches!(pair(&with("x", &"x".repeat(4_001))), Err(KnowledgeError::TooLarge(_))));
    }

    #[test]
    fn a_page_has_a_web_address() {
        assert_eq!(page_url("https://shop.example/faq#top").unwrap().as_str(), "https://shop.example/faq");
        for wrong in ["", "faq", "ftp://shop.example", "javascript:alert(1)", "file:///etc/passwd"] {
            assert!(page_url(wrong).is_err(), "{wrong}");
        }
    }
}
