//! In which language a message is written.

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

/// The language of a text; Hebrew by its letters, the rest by what is usual in it.
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
    fn languages_are_told_apart() {
        assert_eq!(language_of("where is my order?"), Language::English);
        assert_eq!(language_of("¿dónde está mi pedido?"), Language::Spanish);
        assert_eq!(language_of("איפה ההזמנה שלי?"), Language::Hebrew);
        assert_eq!(language_of("Wo ist meine Bestellung?").code(), "de");
    }
}
