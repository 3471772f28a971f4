//! Forms of words: plurals, the past, and what is going on. They sound as the end of their stem asks.

use super::lexicon::{Lexicon, Use};
use super::stress::{Stress, is_vowel};

/// The phonemes of a word as a form of one that the dictionaries have.
pub(super) fn inflected(lexicon: &Lexicon, word: &str, used: Use<'_>) -> Option<String> {
    let going_on =
        Use { stress: if used.stress == Stress::Kept { Stress::Raised } else { used.stress }, ..used };
    let s = stem_of_s(lexicon, word).and_then(|stem| Some(add_s(&lexicon.look_up(&stem, used)?)));
    let ed = || stem_of_ed(lexicon, word).and_then(|stem| Some(add_ed(&lexicon.look_up(stem, used)?)));
    let ing =
        || stem_of_ing(lexicon, word).and_then(|stem| Some(add_ing(&lexicon.look_up(&stem, going_on)?)));
    s.or_else(ed).or_else(ing)
}

fn stem_of_s(lexicon: &Lexicon, word: &str) -> Option<String> {
    let stem = word.strip_suffix('s').filter(|stem| stem.len() > 1)?;
    if !stem.ends_with('s') && lexicon.knows(stem) {
        return Some(stem.to_owned());
    }
    let apostrophe = word.strip_suffix("'s");
    let es = word.strip_suffix("es").filter(|_| word.len() > 4 && !word.ends_with("ies"));
    if let Some(stem) = apostrophe.or(es).filter(|stem| lexicon.knows(stem)) {
        return Some(stem.to_owned());
    }
    let ies = word.strip_suffix("ies").filter(|_| word.len() > 4)?;
    Some(format!("{ies}y")).filter(|stem| lexicon.knows(stem))
}

fn stem_of_ed<'a>(lexicon: &Lexicon, word: &'a str) -> Option<&'a str> {
    let stem = word.strip_suffix('d').filter(|stem| stem.len() > 2)?;
    if !stem.ends_with('d') && lexicon.knows(stem) {
        return Some(stem);
    }
    let stem = word.strip_suffix("ed").filter(|_| word.len() > 4 && !word.ends_with("eed"))?;
    Some(stem).filter(|stem| lexicon.knows(stem))
}

fn stem_of_ing(lexicon: &Lexicon, word: &str) -> Option<String> {
    let stem = word.strip_suffix("ing").filter(|stem| stem.len() > 1)?;
    if stem.len() > 2 && lexicon.knows(stem) {
        return Some(stem.to_owned());
    }
    let with_e = format!("{stem}e");
    if lexicon.knows(&with_e) {
        return Some(with_e);
    }
    // "shipping": the consonant is doubled; "panicking" has a "k" more.
    let single = stem.get(..stem.len() - 1).filter(|single| {
        let (last, before) = (stem.bytes().last(), single.bytes().last());
        stem.ends_with("ck")
            || (last == before && last.is_some_and(|last| b"bcdgklmnprstvxz".contains(&last)))
    })?;
    Some(single).filter(|single| stem.len() > 2 && lexicon.knows(single)).map(str::to_owned)
}

/// The stem as a plural, a possessive or the form of "he".
fn add_s(stem: &str) -> String {
    let ending = match stem.chars().last() {
        Some('p' | 't' | 'k' | 'f' | 'θ') => "s",
        Some('s' | 'z' | 'ʃ' | 'ʒ' | 'ʧ' | 'ʤ') => "ᵻz",
        _ => "z",
    };
    format!("{stem}{ending}")
}

/// The stem in the past.
fn add_ed(stem: &str) -> String {
    let mut last = stem.chars().rev();
    match (last.next(), last.next()) {
        (Some('p' | 'k' | 'f' | 'θ' | 'ʃ' | 's' | 'ʧ'), _) => format!("{stem}t"),
        (Some('t'), Some(before)) if is_flapped_after(before) => format!("{}Tᵻd", &stem[..stem.len() - 1]),
        (Some('d' | 't'), _) => format!("{stem}ᵻd"),
        _ => format!("{stem}d"),
    }
}

/// The stem as it goes on.
fn add_ing(stem: &str) -> String {
    let mut last = stem.chars().rev();
    match (last.next(), last.next()) {
        (Some('t'), Some(before)) if is_flapped_after(before) => format!("{}Tɪŋ", &stem[..stem.len() - 1]),
        _ => format!("{stem}ɪŋ"),
    }
}

/// Whether an American "t" between this sound and a vowel is a flap.
fn is_flapped_after(sound: char) -> bool {
    sound == 'ɹ' || (is_vowel(sound) && !"Qaɒɔɜᵻ".contains(sound))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_sound_as_their_stem_asks() {
        for (stem, s, ed, ing) in [
            ("ʃˈɪp", "ʃˈɪps", "ʃˈɪpt", "ʃˈɪpɪŋ"),
            ("ˈɔɹdəɹ", "ˈɔɹdəɹz", "ˈɔɹdəɹd", "ˈɔɹdəɹɪŋ"),
            ("wˈAt", "wˈAts", "wˈATᵻd", "wˈATɪŋ"),
            ("ɹəfˈʌnd", "ɹəfˈʌndz", "ɹəfˈʌndᵻd", "ɹəfˈʌndɪŋ"),
            ("ɪksʧˈAnʤ", "ɪksʧˈAnʤᵻz", "ɪksʧˈAnʤd", "ɪksʧˈAnʤɪŋ"),
        ] {
            assert_eq!(
                (add_s(stem), add_ed(stem), add_ing(stem)),
                (s.into(), ed.into(), ing.into()),
                "{stem}"
            );
        }
    }
}
