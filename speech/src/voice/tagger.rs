//! Parts of speech by an averaged perceptron, as Penn Treebank tags: "close" is another word in "we close" than in
//! "close to".

use super::table::Table;
use crate::LoadError;

/// What stands before and after a sentence.
const BEFORE: [&str; 2] = ["-START2-", "-START-"];
const AFTER: [&str; 2] = ["-END-", "-END2-"];
/// The tag of a word about which nothing is known.
const NOUN: &str = "NN";
const TAGS_MAX: usize = 128;

/// The tagger's weights.
#[derive(Debug)]
pub(super) struct Tagger {
    tags: Vec<String>,
    tagged: Table,
    frequent: Table,
    features: Table,
}

impl Tagger {
    pub(super) fn new(
        tags: Vec<u8>,
        tagged: Table,
        frequent: Table,
        features: Table,
    ) -> Result<Self, LoadError> {
        let tags = String::from_utf8(tags).map_err(|_| LoadError::Damaged("a tag is not UTF-8"))?;
        let tags: Vec<String> = tags.split('\n').take(TAGS_MAX).map(str::to_owned).collect();
        Ok(Self { tags, tagged, frequent, features })
    }

    /// A tag for each word or mark of a sentence.
    pub(super) fn tag<'a>(&'a self, words: &[&str]) -> Vec<&'a str> {
        let known: Vec<String> = words.iter().map(|word| self.known_form(word)).collect();
        let context: Vec<&str> =
            BEFORE.into_iter().chain(known.iter().map(String::as_str)).chain(AFTER).collect();
        let mut tags: Vec<&str> = Vec::new();
        for (index, word) in words.iter().enumerate() {
            let tag = self.tagged.get(word).unwrap_or_else(|| {
                let before =
                    |distance: usize| index.checked_sub(distance).map_or(BEFORE[2 - distance], |at| tags[at]);
                self.predict(&features(word, &context[index..index + 5], index == 0, [before(2), before(1)]))
            });
            tags.push(tag);
        }
        tags
    }

    fn predict(&self, features: &[String]) -> &str {
        let mut scores = vec![0.0_f32; self.tags.len()];
        let mut is_known = false;
        for weights in features.iter().filter_map(|feature| self.features.get(feature)) {
            is_known = true;
            for (tag, weight) in weights.split(' ').filter_map(|one| one.split_once(':')) {
                let score = tag.parse::<usize>().ok().and_then(|tag| scores.get_mut(tag));
                if let Some((score, weight)) = score.zip(weight.parse::<f32>().ok()) {
                    *score += weight;
                }
            }
        }
        let by_score = |one: &(&f32, &String), other: &(&f32, &String)| {
            one.0.total_cmp(other.0).then_with(|| one.1.cmp(other.1))
        };
        let best = scores.iter().zip(&self.tags).max_by(by_score).filter(|_| is_known);
        best.map_or(NOUN, |(_, tag)| tag)
    }

    /// A word as it stands in features: by itself when it is frequent, by its shape when it is not.
    fn known_form(&self, word: &str) -> String {
        let is_number = word.starts_with(|first: char| first.is_ascii_digit());
        let form = if word.contains('-') && !word.starts_with('-') {
            "!HYPHEN".to_owned()
        } else if is_number && word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit()) {
            "!YEAR".to_owned()
        } else if is_number {
            "!DIGITS".to_owned()
        } else {
            word.to_lowercase()
        };
        if self.frequent.get(&form).is_some() { form } else { format!("<{}>", shape(word)) }
    }
}

/// How a word is written: in capitals, with a capital, in small letters.
fn shape(word: &str) -> String {
    let mut characters = word.chars();
    let first_is_capital = characters.next().is_some_and(char::is_uppercase);
    let rest = characters.as_str();
    let is_upper = |text: &str| text.chars().all(|one| !one.is_lowercase());
    let is_lower = |text: &str| text.chars().all(|one| !one.is_uppercase());
    if word.chars().all(char::is_alphabetic) && !word.is_empty() {
        let shape = match (first_is_capital, rest.is_empty()) {
            (false, _) if is_lower(word) => "x",
            (true, true) => "X1",
            (true, false) if is_upper(word) => "XX",
            (true, false) if is_lower(rest) => "Xx",
            _ => "xX",
        };
        return shape.to_owned();
    }
    if word.chars().all(|one| one.is_ascii_digit()) {
        return "d".to_owned();
    }
    let kind = |one: char| match one {
        _ if one.is_numeric() => 'd',
        _ if one.is_alphabetic() => 'x',
        _ => one,
    };
    word.chars().take(4).map(kind).collect()
}

/// What the tag of a word is decided by; `context` is two words before, the word, and two after.
fn features(word: &str, context: &[&str], is_first: bool, before: [&str; 2]) -> Vec<String> {
    let [two_before, one_before, this, one_after, two_after] = context else { return Vec::new() };
    let [tag_two_before, tag_before] = before;
    vec![
        "b".to_owned(),
        format!("s3={}", ending(word)),
        format!("p1={}", word.chars().next().unwrap_or_default()),
        format!("w={this}"),
        format!("sh={}", shape(word)),
        if is_first { "i0" } else { "i+" }.to_owned(),
        format!("t-1={tag_before}"),
        format!("t-2={tag_two_before}"),
        format!("t-12={tag_before},{tag_two_before}"),
        format!("w-1={one_before}"),
        format!("s3-1={}", ending(one_before)),
        format!("w-2={two_before}"),
        format!("w+1={one_after}"),
        format!("s3+1={}", ending(one_after)),
        format!("w+2={two_after}"),
    ]
}

/// The last three characters.
fn ending(word: &str) -> &str {
    word.char_indices().rev().nth(2).map_or(word, |(begin, _)| &word[begin..])
}

#[cfg(test)]
mod tests {
    use super::super::table::write_table;
    use super::*;

    fn tagger() -> Tagger {
        let table = |entries: &[(&'static str, &str)]| {
            let entries = entries.iter().map(|(key, value)| (*key, (*value).to_owned()));
            Table::parse(write_table(entries).unwrap()).unwrap()
        };
        Tagger::new(
            b"DT\nNN\nVB".to_vec(),
            table(&[("the", "DT")]),
            table(&[("the", ""), ("close", "")]),
            table(&[("w=close", "1:1 2:1.5"), ("t-1=DT", "1:2"), ("b", "9:1 x 0:y")]),
        )
        .unwrap()
    }

    #[test]
    fn the_words_around_decide() {
        assert_eq!(tagger().tag(&["close"]), ["VB"]);
        assert_eq!(tagger().tag(&["the", "close"]), ["DT", "NN"]);
        assert!(tagger().tag(&[]).is_empty());
    }

    #[test]
    fn shapes_are_those_of_the_training() {
        for (word, expected) in [
            ("café", "x"),
            ("Anna", "Xx"),
            ("A", "X1"),
            ("USB", "XX"),
            ("iPhone", "xX"),
            ("42", "d"),
            ("e-m2", "x-xd"),
        ] {
            assert_eq!(shape(word), expected, "{word}");
        }
        assert_eq!((ending("café"), ending("ab"), ending("")), ("afé", "ab", ""));
    }
}
