//! What of a transcription are words.

/// The words of a text; signs without a letter or a digit are none, nor is what stands in brackets for a noise.
pub(super) fn said(text: &str) -> &str {
    let text = text.trim();
    let is_noise = [('[', ']'), ('(', ')')].iter().any(|(open, close)| {
        text.starts_with(*open) && text.ends_with(*close) && text.matches(*open).count() == 1
    });
    if is_noise || !text.chars().any(char::is_alphanumeric) { "" } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_and_names_of_noises_are_no_words() {
        let cases = [
            (" When do you open? ", "When do you open?"),
            ("[BLANK_AUDIO]", ""),
            ("(coughing)", ""),
            ("...", ""),
            ("", ""),
            ("(one) and (two)", "(one) and (two)"),
            ("¿Qué?", "¿Qué?"),
        ];
        for (text, expected) in cases {
            assert_eq!(said(text), expected, "{text:?}");
        }
    }
}
