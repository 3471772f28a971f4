//! Notices that a text goes in circles, which Whisper does with noise and music.

/// Tokens of the longest circle that is looked for.
const CIRCLE_MAX: usize = 16;
/// How often the same tokens may follow one another: a person says "no, no, no".
const ROUNDS: usize = 4;
/// A single token may come this often: digits are single tokens.
const SINGLE_ROUNDS: usize = 8;

/// When the last tokens are a circle: the length of the text up to the end of its first round.
pub(super) fn circle(tokens: &[u32]) -> Option<usize> {
    (1..=CIRCLE_MAX).find_map(|length| {
        let rounds = if length == 1 { SINGLE_ROUNDS } else { ROUNDS };
        let begin = tokens.len().checked_sub(length * rounds)?;
        let tail = &tokens[begin..];
        let repeats = tail.iter().zip(&tail[length..]).all(|(token, next)| token == next);
        repeats.then_some(begin + length)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_is_cut_to_its_first_round() {
        assert_eq!(circle(&[]), None);
        assert_eq!(circle(&[1, 2, 3, 1, 2, 3, 1, 2, 3]), None, "three rounds are speech");
        assert_eq!(circle(&[9, 1, 2, 1, 2, 1, 2, 1, 2]), Some(3));
        assert_eq!(circle(&[5; 7]), None);
        assert_eq!(circle(&[4, 5, 5, 5, 5, 5, 5, 5, 5]), Some(2));
    }
}
