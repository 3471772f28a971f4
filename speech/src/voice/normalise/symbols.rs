//! Characters: what is a letter, a pause, a word or nothing.

use super::numbers::digits;

/// The text with one kind of apostrophe, dash and space, and without what cannot be said.
pub(super) fn clean(text: &str) -> String {
    let mut clean = String::new();
    for character in text.chars() {
        match character {
            '‘' | '’' | 'ʼ' | '`' | '´' => clean.push('\''),
            '“' | '”' | '«' | '»' | '„' => clean.push('"'),
            '‐' | '‑' | '‒' => clean.push('-'),
            '―' => clean.push('—'),
            '•' | '·' | '|' => clean.push_str(", "),
            '→' | '⇒' => clean.push_str(" to "),
            '½' => clean.push_str(" one half"),
            '¼' => clean.push_str(" one quarter"),
            '¾' => clean.push_str(" three quarters"),
            _ if character.is_alphanumeric() || character.is_ascii_graphic() || is_known(character) => {
                clean.push(character)
            }
            // Spaces of all kinds, control characters, emoji.
            _ => clean.push(' '),
        }
    }
    clean.replace("...", "…").replace("--", "—").replace('—', " — ")
}

fn is_known(character: char) -> bool {
    matches!(
        character,
        '€' | '£' | '¥' | '₹' | '°' | '²' | '³' | '–' | '—' | '…' | '−' | '×' | '÷' | '±' | '§'
    )
}

/// A word with its symbols, and digits that nothing else has read, in words.
pub(super) fn spoken(core: &str) -> String {
    let mut spoken = String::new();
    for character in core.chars() {
        let word = match character {
            '&' => "and",
            '+' => "plus",
            '=' => "equals",
            '@' => "at",
            '%' => "percent",
            '°' => "degrees",
            '×' => "times",
            '÷' => "divided by",
            '±' => "plus or minus",
            '§' => "section",
            '$' => "dollars",
            '€' => "euros",
            '£' => "pounds",
            '<' => "less than",
            '>' => "greater than",
            '~' => "about",
            '–' => "—",
            '*' | '_' | '\\' | '^' | '#' | '/' | '"' | '[' | ']' | '{' | '}' | '−' | '²' | '³' | '¥'
            | '₹' => "",
            '0'..='9' => &digits(&character.to_string()),
            _ => {
                spoken.push(character);
                continue;
            }
        };
        spoken.push_str(&format!(" {word} "));
    }
    spoken.split_whitespace().collect::<Vec<_>>().join(" ")
}
