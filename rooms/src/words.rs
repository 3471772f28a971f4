//! Matches handoff words: whole words, with case, accents and simple plurals folded.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Words used where neither channel nor org sets its own: ten English, nine Spanish (PRODUCT.md section 2).
const DEFAULTS: [&str; 19] = [
    "human",
    "agent",
    "real person",
    "speak to someone",
    "talk to someone",
    "representative",
    "operator",
    "live agent",
    "supervisor",
    "manager",
    "humano",
    "agente",
    "persona real",
    "hablar con alguien",
    "representante",
    "operador",
    "agente en vivo",
    "supervisor",
    "gerente",
];

/// The words and phrases that ask for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandoffWords {
    phrases: Vec<Phrase>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Phrase {
    original: String,
    words: Vec<String>,
}

impl Default for HandoffWords {
    fn default() -> Self {
        Self::new(DEFAULTS)
    }
}

impl HandoffWords {
    /// Words and phrases of one's own; what holds no letter or digit is left out.
    pub fn new<'a>(phrases: impl IntoIterator<Item = &'a str>) -> Self {
        let mut kept: Vec<Phrase> = Vec::new();
        for original in phrases {
            let words = fold_words(original);
            if !words.is_empty() && !kept.iter().any(|phrase| phrase.words == words) {
                kept.push(Phrase { original: original.to_owned(), words });
            }
        }
        Self { phrases: kept }
    }

    /// Every phrase, as it was configured.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.phrases.iter().map(|phrase| phrase.original.as_str())
    }

    /// The phrases that `text` contains, as they were configured; empty where it asks for nobody.
    #[must_use]
    pub fn found_in(&self, text: &str) -> Vec<&str> {
        let words = fold_words(text);
        self.phrases
            .iter()
            .filter(|phrase| {
                words.windows(phrase.words.len()).any(|window| matches_phrase(window, &phrase.words))
            })
            .map(|phrase| phrase.original.as_str())
            .collect()
    }
}

fn matches_phrase(window: &[String], phrase: &[String]) -> bool {
    window.iter().zip(phrase).all(|(said, wanted)| is_same_or_plural(said, wanted))
}

fn is_same_or_plural(said: &str, wanted: &str) -> bool {
    said.strip_prefix(wanted).is_some_and(|rest| matches!(rest, "" | "s" | "es"))
}

/// Words of letters and digits, lower case, without accents.
#[must_use]
pub fn fold_words(text: &str) -> Vec<String> {
    let folded: String =
        text.nfkd().filter(|character| !is_combining_mark(*character)).flat_map(char::to_lowercase).collect();
    folded
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(text: &str) -> bool {
        !HandoffWords::default().found_in(text).is_empty()
    }

    #[test]
    fn a_person_is_asked_for_in_english_and_spanish() {
        for text in [
            "I want a human",
            "HUMAN!",
            "give me an agent, please",
            "are there any agents?",
            "can I speak to someone?",
            "I need to talk to\nsomeone now",
            "let me see your manager's boss",
            "real person please",
            "Quiero un humano",
            "quiero hablar con alguien.",
            "¿Hay algún agente en vivo?",
            "páseme con un REPRESENTANTE",
            "una persona réal",
            "¿puedo ver al gerente?",
            "operadores",
            "Human?",
            "is this a human or a bot",
            "humans only please",
            "AGENT",
            "agent agent agent",
            "could you get me a real person on the line",
            "I'd like to speak to someone about my bill",
            "Please let me talk to someone",
            "representative",
            "connect me with a sales representative",
            "operator, please",
            "live agent now",
            "I want your supervisor",
            "get me the store manager",
            "who are the managers here?",
            "¿eres humano?",
            "humanos, por favor",
            "necesito un agente",
            "¿hay agentes disponibles?",
            "Quiero una PERSONA REAL",
            "puedo hablar con alguien de ventas",
            "representantes",
            "un operador ya",
            "ponme con tu supervisor",
            "los supervisores",
            "el gerente de la tienda",
            "exijo al GERENTE",
            "agente-en-vivo",
            "Húmano",
        ] {
            assert!(asks(text), "{text}");
        }
    }

    #[test]
    fn words_inside_other_words_ask_for_nobody() {
        for text in [
            "humanity is great",
            "a humane answer",
            "the reagent arrived",
            "agenticness",
            "management",
            "cooperator",
            "I spoke to someone else's dog about talk shows",
            "humanoide",
            "agencia",
            "la gerencia",
            "operadora2",
            "person real",
            "my agenda is full",
            "agentive suffixes",
            "superhuman strength",
            "inhuman conditions",
            "subhuman",
            "the operatory table",
            "micromanagers",
            "speak to some one",
            "I talk to nobody",
            "representation matters",
            "supervision",
            "managerial",
            "personal real estate",
            "humanidad",
            "sobrehumano",
            "agentes2",
            "operadoras",
            "gerencial",
            "hablar conmigo",
            "representación",
            "supervisión",
            "personas",
            "",
            "🙂",
        ] {
            assert!(!asks(text), "{text}");
        }
    }

    #[test]
    fn own_words_replace_the_defaults() {
        let words = HandoffWords::new(["señor", "  ", "!!"]);

        assert_eq!(words.found_in("Un SENOR, por favor"), ["señor"]);
        assert!(words.found_in("human").is_empty());
    }
}
