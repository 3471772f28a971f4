//! Small words that sound by their place in the sentence.

use super::context::Sound;
use super::lexicon::{Lexicon, Use, group};
use super::stress::Stress;

/// The phonemes of a word that is not simply looked up.
pub(super) fn pronounce(lexicon: &Lexicon, word: &str, used: Use<'_>) -> Option<String> {
    let sound = used.following.sound;
    let fixed = |phonemes: &str| Some(phonemes.to_owned());
    match word {
        "a" | "A" => fixed(if used.tag == "DT" { "ɐ" } else { "ˈA" }),
        "am" if sound != Sound::Pause && !used.tag.starts_with("NN") && used.stress == Stress::Kept => {
            fixed("ɐm")
        }
        "AM" if used.tag.starts_with("NN") => lexicon.spell(word),
        "am" | "Am" | "AM" => lexicon.gold.get("am").map(str::to_owned),
        "AN" if used.tag.starts_with("NN") => lexicon.spell(word),
        "an" | "An" | "AN" => fixed("ɐn"),
        "I" if used.tag == "PRP" => fixed("ˌI"),
        "by" | "By" | "BY" if group(used.tag) == "ADV" => fixed("bˈI"),
        "TO" if !matches!(used.tag, "TO" | "IN") => None,
        "to" | "To" | "TO" => match sound {
            Sound::Vowel => fixed("tʊ"),
            Sound::Consonant => fixed("tə"),
            Sound::Pause => lexicon.gold.get("to").map(str::to_owned),
        },
        "IN" if used.tag == "NNP" => None,
        "in" | "In" | "IN" => fixed(if sound == Sound::Pause || used.tag != "IN" { "ˈɪn" } else { "ɪn" }),
        "THE" if used.tag != "DT" => None,
        "the" | "The" | "THE" => fixed(if sound == Sound::Vowel { "ði" } else { "ðə" }),
        "used" | "Used" | "USED" => {
            let was_custom = matches!(used.tag, "VBD" | "JJ") && used.following.is_to;
            let tag = if was_custom { "VBD" } else { "DEFAULT" };
            lexicon.look_up("used", Use { tag, stress: Stress::Kept, ..used })
        }
        _ => None,
    }
}
