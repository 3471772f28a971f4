//! Tokenises text into words, identically for every language, both databases, questions and passages.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Words looked for of one question; a longer one says more than a search can use.
const QUESTION_WORDS_MAX: usize = 24;

/// Letters of each part of a word that a line's end cuts in two.
const PART_MAX_CHARS: usize = 50;

/// Words that stand in every question and so say nothing of what is asked (English, Spanish).
const EMPTY_WORDS: &str = "a am an and are at be by can could did do does for from get had has have how i if in into is \
    it its just like may me my no not of on or our please so some that the their there these they this to us was we \
    what when where which who why will with would you your \
    al algo como con cual cuales cuando cuanta cuantas cuanto cuantos de del desde donde el ella ellos en entre era es \
    esa ese eso esta estan estar este esto ha hace hacer hago han hay he la las le les lo los mi mis muy no nos o para \
    pero por porque puede pueden puedo que quien quiero se ser si sin sobre son su sus te tengo tiene tienen tu tus un \
    una unas uno unos usted ustedes y ya yo";

/// The words of a text in their order: without case and accents, endings of number and gender cut.
///
/// A word that a line's end cuts in two is there whole as well, after the others.
pub(super) fn of_text(text: &str) -> Vec<String> {
    let mut words = split(text);
    words.extend(cut_by_lines(text).iter().flat_map(|word| split(word)));
    words.into_iter().map(stem).collect()
}

/// The words a question is about, each once; where it has none that say anything, all of them.
pub(super) fn of_question(text: &str) -> Vec<String> {
    let mut all = split(text);
    all.extend(cut_by_lines(text).iter().flat_map(|word| split(word)));
    let is_empty = |word: &String| EMPTY_WORDS.split_whitespace().any(|empty| empty == word);
    let telling: Vec<String> = all.iter().filter(|word| !is_empty(word)).cloned().collect();
    let kept = if telling.is_empty() { all } else { telling };
    let mut seen = BTreeSet::new();
    let stems = kept.into_iter().map(stem).filter(|word| seen.insert(word.clone()));
    stems.take(QUESTION_WORDS_MAX).collect()
}

/// What questions are counted by: their words, whatever their case, accents and marks.
pub(super) fn fold(text: &str) -> String {
    split(text).join(" ")
}

fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut letters = text
        .nfkd()
        .filter(|one| !is_combining_mark(*one) && !is_ignorable(*one))
        .flat_map(char::to_lowercase)
        .peekable();
    while let Some(one) = letters.next() {
        if !is_letter_or_digit(one) {
            if one == '*' && word.chars().next_back().is_some_and(char::is_alphabetic) {
                // Emphasis inside a word, as in **D**elivery, is no end of it.
                while letters.next_if_eq(&'*').is_some() {}
                if letters.peek().is_some_and(|next| next.is_alphabetic()) {
                    continue;
                }
            }
            words.push(std::mem::take(&mut word));
        } else if is_unspaced(one) {
            // Languages without spaces are found by their characters.
            words.extend([std::mem::take(&mut word), one.to_string()]);
        } else {
            word.push(one);
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

/// Words that a hyphen cuts at the end of a line, put together.
fn cut_by_lines(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, hyphen) in text.match_indices(['-', '\u{2010}', '\u{ad}']) {
        let rest = &text[at + hyphen.len()..];
        let line_end = rest.trim_start_matches([' ', '\t', '\r']);
        let Some(next) = line_end.strip_prefix('\n') else { continue };
        let next = next.trim_start_matches([' ', '\t', '>']);
        let is_part = |one: &char| one.is_alphabetic() || is_ignorable(*one) || is_combining_mark(*one);
        let head: String = text[..at].chars().rev().take(PART_MAX_CHARS).take_while(is_part).collect();
        let tail: String = next.chars().take(PART_MAX_CHARS).take_while(is_part).collect();
        if !head.is_empty() && !tail.is_empty() {
            found.push(head.chars().rev().chain(tail.chars()).collect());
        }
    }
    found
}

/// Characters that are not seen and say nothing to a search: soft hyphens, joiners and spaces without width, marks
/// of direction, and the stroke that only lengthens an Arabic word.
fn is_ignorable(one: char) -> bool {
    matches!(
        one,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{640}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Whether a character is part of a word for both databases: letters in boxes are symbols to one of them. The marks of
/// repetition and of shortening in Thai and Lao are letters by their class only.
fn is_letter_or_digit(one: char) -> bool {
    const NO_LETTERS: [char; 4] = ['\u{e2f}', '\u{e46}', '\u{eaf}', '\u{ec6}'];
    one.is_alphanumeric() && !NO_LETTERS.contains(&one) && !matches!(one, '\u{1f100}'..='\u{1f1ff}')
}

/// Letters of Han, Hiragana, Katakana and Thai; their marks and signs are no words.
fn is_unspaced(one: char) -> bool {
    matches!(
        one,
        '\u{0e00}'..='\u{0e7f}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
    )
}

/// Cuts what makes a plural or a gender, in English and Spanish alike; numbers and codes stay whole.
fn stem(mut word: String) -> String {
    if !word.is_ascii() || word.bytes().any(|byte| byte.is_ascii_digit()) {
        return word;
    }
    if word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") {
        word.pop();
    }
    if word.len() > 4 && word.ends_with(['a', 'e', 'o']) {
        word.pop();
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_plurals_do_not_matter() {
        assert_eq!(of_text("¿Dónde están los ENVÍOS?"), of_text("donde estan los envio"));
        assert_eq!(of_text("Bikes, colores, frames"), of_text("bike color frame"));
    }

    #[test]
    fn codes_stay_whole() {
        assert_eq!(of_question("Is SKU 4471b2s in stock?"), ["sku", "4471b2s", "stock"]);
    }

    #[test]
    fn a_question_of_empty_words_keeps_them() {
        assert_eq!(of_question("How can I?"), ["how", "can", "i"]);
        assert!(of_question("¿?").is_empty());
    }

    #[test]
    fn a_word_holds_letters_and_digits_only() {
        let hostile = "\"a\" OR b* NEAR(c) 'd' & e | f ! g:* <-> \\ -- ; drop";

        assert!(of_text(hostile).iter().flat_map(|word| word.chars()).all(char::is_alphanumeric));
    }

    #[test]
    fn languages_without_spaces_are_found_by_character() {
        assert_eq!(of_text("配送料 abc"), ["配", "送", "料", "abc"]);
    }

    #[test]
    fn marks_of_languages_without_spaces_are_no_words() {
        for (question, words) in [
            ("コーヒー・紅茶", "コーヒー紅茶"),
            ("฿500 ค่าส่ง", "500 คาสง"),
            ("๏ ราคา ๚ ๛", "ราคา"),
            ("゠カフェ゠", "カフェ"),
        ] {
            let found = of_question(question);
            assert!(found.iter().flat_map(|word| word.chars()).all(char::is_alphanumeric), "{found:?}");
            assert!(!found.is_empty(), "{question}");
            assert!(
                !found.iter().any(|word| ["・", "฿", "๏", "๚", "๛", "゠"].contains(&word.as_str())),
                "{words}"
            );
        }
        assert!(of_question("・ ฿ ？").is_empty());
    }

    #[test]
    fn what_is_not_seen_inside_a_word_does_not_cut_it() {
        let word = of_text("Gesamtkonzept");
        for text in [
            "Ge\u{ad}samt\u{ad}kon\u{ad}zept",
            "Gesamt\u{200c}konzept",
            "Gesamt\u{200b}konzept",
            "Gesamt\u{2060}kon\u{feff}zept",
            "\u{202a}Gesamt\u{200e}konzept\u{202c}",
            "**G**esamtkonzept",
            "Gesamt***kon***zept",
        ] {
            assert_eq!(of_text(text), word, "{text:?}");
            assert_eq!(of_question(text), word, "{text:?}");
        }
        assert_eq!(
            of_text("\u{645}\u{62c}\u{640}\u{640}\u{627}\u{646}\u{64a}"),
            of_text("\u{645}\u{62c}\u{627}\u{646}\u{64a}")
        );
        assert_eq!(of_text("30 * 50, 3*4, * item"), ["30", "50", "3", "4", "item"]);
    }

    #[test]
    fn a_word_cut_by_a_lines_end_is_found_whole_and_in_its_parts() {
        for text in
            ["Gesamt-\nkonzept", "Gesamt- \r\n  konzept", "Gesamt\u{2010}\nkonzept", "Gesamt\u{ad}\nkonzept"]
        {
            let words = of_text(text);
            for word in ["gesamtkonzept", "gesamt", "konzept"] {
                assert!(words.contains(&stem(word.to_owned())), "{text:?} {word}: {words:?}");
            }
        }
        assert_eq!(of_text("- one\n- two"), ["one", "two"]);
        assert_eq!(of_text("a well-\nknown shop").len(), 5);
    }
}
