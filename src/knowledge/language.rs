//! Language detection for passages.

use whichlang::{Lang, detect_language};

/// The language of a text, such as `en`. Short texts may be taken for a neighbour's.
pub(super) fn of_text(text: &str) -> &'static str {
    match detect_language(text) {
        Lang::Ara => "ar",
        Lang::Cmn => "zh",
        Lang::Deu => "de",
        Lang::Eng => "en",
        Lang::Fra => "fr",
        Lang::Hin => "hi",
        Lang::Ita => "it",
        Lang::Jpn => "ja",
        Lang::Kor => "ko",
        Lang::Nld => "nl",
        Lang::Por => "pt",
        Lang::Rus => "ru",
        Lang::Spa => "es",
        Lang::Swe => "sv",
        Lang::Tur => "tr",
        Lang::Vie => "vi",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_of_a_chat_are_told_apart() {
        assert_eq!(of_text("how long does it take for my order to be delivered?"), "en");
        assert_eq!(of_text("¿cuántos días tarda en llegar el envío?"), "es");
    }
}
