//! What a word is: the same for every language, for both databases, and for questions and passages.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Words looked for of one question; a longer one says more than a search can use.
const QUESTION_WORDS_MAX: usize = 24;

/// Words that stand in every question and so say nothing of what is asked (English, Spanish).
const EMPTY_WORDS: &str = "a am an and are at be by can could did do does for from get had has have how i if in into is \
    it its just like may me my no not of on or our please so some that the their there these they this to us was we \
    what when where which who why will with would you your \
    al algo como con cual cuales cuando cuanta cuantas cuanto cuantos de del desde donde el ella ellos en entre era es \
    esa ese eso esta estan estar este esto ha hace hacer hago han hay he la las le les lo los mi mis muy no nos o para \
    pero por porque puede pueden puedo que quien quiero se ser si sin sobre son su sus te tengo tiene tienen tu tus un \
    una unas uno unos usted ustedes y ya yo";

/// The words of a text in their order: without case and accents, endings of number and gender cut.
pub(super) fn of_text(text: &str) -> Vec<String> {
    split(text).into_iter().map(stem).collect()
}

/// The words a question is about, each once; where it has none that say anything, all of them.
pub(super) fn of_question(text: &str) -> Vec<String> {
    let all = split(text);
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
    for one in text.nfkd().filter(|one| !is_combining_mark(*one)).flat_map(char::to_lowercase) {
        if is_unspaced(one) {
            // Languages without spaces are found by their characters.
            words.extend([std::mem::take(&mut word), one.to_string()]);
        } else if one.is_alphanumeric() {
            word.push(one);
        } else {
            words.push(std::mem::take(&mut word));
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

/// Han, Hiragana, Katakana and Thai.
fn is_unspaced(one: char) -> bool {
    matches!(one, '\u{0e00}'..='\u{0e7f}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
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
}
