//! Stress marks of phonemes: `ˈ` primary, `ˌ` secondary, each right before the vowel that it stresses.

pub(super) const PRIMARY: char = 'ˈ';
pub(super) const SECONDARY: char = 'ˌ';

/// A change of a word's stress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stress {
    /// As in the dictionary.
    Kept,
    /// Primary becomes secondary, and what is secondary goes.
    Lowered,
    /// A word that has none gets a secondary one: it begins with a capital.
    Raised,
    /// Secondary becomes primary, and a word that has none gets one: it is written in capitals.
    Primary,
}

pub(super) fn is_vowel(phoneme: char) -> bool {
    "AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻ".contains(phoneme)
}

pub(super) fn is_consonant(phoneme: char) -> bool {
    "bdfhjklmnpstvwzðŋɡɹɾʃʒʤʧθ".contains(phoneme)
}

/// How long phonemes are: diphthongs and affricates count twice.
pub(super) fn weight(phonemes: &str) -> usize {
    phonemes.chars().map(|phoneme| if "AIOQWYʤʧ".contains(phoneme) { 2 } else { 1 }).sum()
}

/// The phonemes with their stress changed.
pub(super) fn apply(phonemes: &str, stress: Stress) -> String {
    let (has_primary, has_secondary) = (phonemes.contains(PRIMARY), phonemes.contains(SECONDARY));
    match stress {
        Stress::Lowered if has_primary => {
            phonemes.replace(SECONDARY, "").replace(PRIMARY, &SECONDARY.to_string())
        }
        Stress::Raised if !has_primary && !has_secondary => before_first_vowel(phonemes, SECONDARY),
        Stress::Primary if !has_primary && has_secondary => phonemes.replace(SECONDARY, &PRIMARY.to_string()),
        Stress::Primary if !has_primary => before_first_vowel(phonemes, PRIMARY),
        Stress::Kept | Stress::Lowered | Stress::Raised | Stress::Primary => phonemes.to_owned(),
    }
}

fn before_first_vowel(phonemes: &str, mark: char) -> String {
    match phonemes.find(is_vowel) {
        Some(at) => format!("{}{mark}{}", &phonemes[..at], &phonemes[at..]),
        None => phonemes.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stress_is_removed_lowered_and_raised() {
        for (phonemes, stress, expected) in [
            ("ˌʌndəɹstˈænd", Stress::Lowered, "ʌndəɹstˌænd"),
            ("wɛn", Stress::Raised, "wˌɛn"),
            ("ˈOpən", Stress::Raised, "ˈOpən"),
            ("wˌɪl", Stress::Primary, "wˈɪl"),
            ("wɛn", Stress::Primary, "wˈɛn"),
            ("s", Stress::Primary, "s"),
            ("wɛn", Stress::Kept, "wɛn"),
        ] {
            assert_eq!(apply(phonemes, stress), expected, "{phonemes} {stress:?}");
        }
    }
}
