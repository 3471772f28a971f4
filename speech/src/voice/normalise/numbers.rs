//! Numbers in words.

const ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] =
    ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const SCALES: [(u64, &str); 4] = [
    (1_000_000_000_000, "trillion"),
    (1_000_000_000, "billion"),
    (1_000_000, "million"),
    (1_000, "thousand"),
];
/// Longer numbers without separators are names of something, and their digits are read.
const DIGITS_MAX: usize = 15;

/// A number as it is written: digits, perhaps with commas between thousands and a fraction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Number {
    pub(super) is_negative: bool,
    /// The digits before the point, without commas.
    pub(super) whole: String,
    /// The digits after it.
    pub(super) fraction: Option<String>,
    /// Whether thousands are separated.
    pub(super) is_grouped: bool,
}

impl Number {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (is_negative, text) = match text.strip_prefix(['-', '−']) {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = match text.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (text, None),
        };
        if fraction.is_some_and(|fraction| !are_digits(fraction)) || (whole.is_empty() && fraction.is_none())
        {
            return None;
        }
        let mut groups = whole.split(',');
        let first = groups.next()?;
        let is_grouped = whole.contains(',');
        let fits = if is_grouped { (1..=3).contains(&first.len()) } else { true };
        if !fits
            || !(are_digits(first) || whole.is_empty())
            || !groups.all(|group| group.len() == 3 && are_digits(group))
        {
            return None;
        }
        let whole: String = whole.split(',').collect();
        (whole.len() <= DIGITS_MAX).then(|| Self {
            is_negative,
            whole: if whole.is_empty() { "0".to_owned() } else { whole },
            fraction: fraction.map(str::to_owned),
            is_grouped,
        })
    }

    pub(super) fn value(&self) -> u64 {
        self.whole.parse().unwrap_or(0)
    }

    pub(super) fn is_one(&self) -> bool {
        self.whole == "1" && self.fraction.is_none()
    }

    pub(super) fn words(&self) -> String {
        let sign = if self.is_negative { "minus " } else { "" };
        let point = self.fraction.as_ref().map(|fraction| format!(" point {}", digits(fraction)));
        format!("{sign}{}{}", cardinal(self.value()), point.unwrap_or_default())
    }
}

pub(super) fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// "one thousand two hundred thirty four".
pub(super) fn cardinal(number: u64) -> String {
    for (scale, name) in SCALES {
        if number >= scale {
            return joined(&format!("{} {name}", cardinal(number / scale)), number % scale);
        }
    }
    match number {
        100.. => joined(&format!("{} hundred", small(number / 100)), number % 100),
        20.. => joined(TENS.get(index(number / 10)).copied().unwrap_or_default(), number % 10),
        _ => small(number).to_owned(),
    }
}

fn joined(head: &str, rest: u64) -> String {
    if rest == 0 { head.to_owned() } else { format!("{head} {}", cardinal(rest)) }
}

fn small(number: u64) -> &'static str {
    ONES.get(index(number)).copied().unwrap_or_default()
}

fn index(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// "twenty third".
pub(super) fn ordinal(number: u64) -> String {
    let words = cardinal(number);
    let (head, last) = words.rsplit_once(' ').map_or(("", words.as_str()), |(head, last)| (head, last));
    let last = match last {
        "one" => "first".to_owned(),
        "two" => "second".to_owned(),
        "three" => "third".to_owned(),
        "five" => "fifth".to_owned(),
        "eight" => "eighth".to_owned(),
        "nine" => "ninth".to_owned(),
        "twelve" => "twelfth".to_owned(),
        _ => last.strip_suffix('y').map_or_else(|| format!("{last}th"), |stem| format!("{stem}ieth")),
    };
    if head.is_empty() { last } else { format!("{head} {last}") }
}

/// "nineteen oh five", "two thousand five", "twenty twenty six"; for 1100 to 2999.
pub(super) fn year(number: u64) -> String {
    let (century, rest) = (number / 100, number % 100);
    match rest {
        _ if century % 10 == 0 && rest < 10 => cardinal(number),
        0 => format!("{} hundred", cardinal(century)),
        1..=9 => format!("{} oh {}", cardinal(century), small(rest)),
        _ => format!("{} {}", cardinal(century), cardinal(rest)),
    }
}

/// Digit by digit.
pub(super) fn digits(text: &str) -> String {
    let names = text.bytes().filter(u8::is_ascii_digit).map(|digit| small(u64::from(digit - b'0')));
    names.collect::<Vec<_>>().join(" ")
}

/// The plural or the singular of a unit after a number.
pub(super) fn counted<'a>(number: &Number, (singular, plural): (&'a str, &'a str)) -> &'a str {
    if number.is_one() { singular } else { plural }
}
