//! Language detection.

use whichlang::Lang;

/// The languages that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Spanish.
    Spanish,
    /// Hebrew.
    Hebrew,
    /// Another.
    Other(&'static str),
}

impl Language {
    /// Its two-letter code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
            Self::Hebrew => "he",
            Self::Other(code) => code,
        }
    }
}

/// Fewer letters than this do not tell a language: "jump 13" is not Swedish.
const TELLING_LETTERS: usize = 20;

/// The language of a text that is long enough to show one; Hebrew is known by its letters.
#[must_use]
pub fn known_language_of(text: &str) -> Option<Language> {
    let letters = text.chars().filter(|character| character.is_alphabetic()).count();
    let language = language_of(text);
    let is_known = letters >= TELLING_LETTERS || language == Language::Hebrew;
    (letters > 0 && is_known).then_some(language)
}

/// The likeliest language of a text; Hebrew by its letters, the rest by what is usual in it.
#[must_use]
pub fn language_of(text: &str) -> Language {
    let (hebrew, letters) = text.chars().filter(|character| character.is_alphabetic()).fold(
        (0, 0),
        |(hebrew, all), character| {
            (hebrew + usize::from(('\u{0590}'..='\u{05FF}').contains(&character)), all + 1)
        },
    );
    if hebrew * 2 > letters {
        return Language::Hebrew;
    }
    match whichlang::detect_language(text) {
        Lang::Eng => Language::English,
        Lang::Spa => Language::Spanish,
        Lang::Ara => Language::Other("ar"),
        Lang::Cmn => Language::Other("zh"),
        Lang::Deu => Language::Other("de"),
        Lang::Fra => Language::Other("fr"),
        Lang::Hin => Language::Other("hi"),
        Lang::Ita => Language::Other("it"),
        Lang::Jpn => Language::Other("ja"),
        Lang::Kor => Language::Other("ko"),
        Lang::Nld => Language::Other("nl"),
        Lang::Por => Language::Other("pt"),
        Lang::Rus => Language::Other("ru"),
        Lang::Swe => Language::Other("sv"),
        Lang::Tur => Language::Other("tr"),
        Lang::Vie => Language::Other("vi"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_words_show_no_language() {
        for text in
            ["jump 13", "jump 9", "operator: dan test", "ok", "13", "", "??", "ORD-2291 please", "hola"]
        {
            assert_eq!(known_language_of(text), None, "{text:?}");
        }
        for (text, code) in [
            ("where is the lamp that I ordered?", "en"),
            ("¿dónde está la lámpara que he pedido?", "es"),
            ("איפה?", "he"),
            ("Wo bleibt denn meine Bestellung?", "de"),
        ] {
            assert_eq!(known_language_of(text).map(Language::code), Some(code), "{text:?}");
        }
    }

    #[test]
    fn languages_are_told_apart() {
        assert_eq!(language_of("where is my order?"), Language::English);
        assert_eq!(language_of("¿dónde está mi pedido?"), Language::Spanish);
        assert_eq!(language_of("איפה ההזמנה שלי?"), Language::Hebrew);
        assert_eq!(language_of("Wo ist meine Bestellung?").code(), "de");
    }
}
