//! What a conversation is about: what was noticed in the newest message of its visitor.

use std::sync::Arc;

/// The language of an insight while no message was long enough to show one (BCP 47, RFC 5646 section 4.1).
pub const UNDETERMINED: &str = "und";

/// What the newest message of a visitor is about and how they feel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insight {
    /// What they want, such as `question` or `complaint`.
    pub intent: Arc<str>,
    /// `positive`, `neutral` or `negative`.
    pub sentiment: Arc<str>,
    /// The language, as a two-letter code, or [`UNDETERMINED`].
    pub language: Arc<str>,
}

/// What one message is about by its words alone. It is committed with the message and becomes the insight there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classification {
    /// What its writer wants.
    pub intent: Arc<str>,
    /// How they feel.
    pub sentiment: Arc<str>,
    /// The language, where the text is long enough to show it.
    pub language: Option<Arc<str>>,
}

impl Classification {
    /// The insight after `before`: a message too short to show its language leaves what was known of it.
    #[must_use]
    pub fn after(self, before: Option<&Insight>) -> Insight {
        let known = || before.map(|insight| insight.language.clone());
        let language = self.language.or_else(known).unwrap_or_else(|| UNDETERMINED.into());
        Insight { intent: self.intent, sentiment: self.sentiment, language }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn short(intent: &str) -> Classification {
        Classification { intent: intent.into(), sentiment: "neutral".into(), language: None }
    }

    #[test]
    fn a_message_too_short_to_show_its_language_leaves_what_was_known_of_it() {
        let spanish = Classification { language: Some("es".into()), ..short("order") };

        assert_eq!(&*short("greeting").after(None).language, UNDETERMINED);
        let known = spanish.after(None);
        let then = short("thanks").after(Some(&known));
        assert_eq!((&*then.intent, &*then.language), ("thanks", "es"));
    }
}
