//! Addresses of e-mail and of pages: `support@example.com`, `https://example.com/returns`.

use super::chunk::{Place, Reading};
use super::codes::spelled;
use super::numbers::digits;

/// Endings of addresses that are said as words; others of two letters are spelled.
const SPOKEN: [&str; 4] = ["co", "me", "us", "tv"];
/// Endings by which an address without `www` is known.
const ENDINGS: [&str; 20] = [
    "com", "org", "net", "edu", "gov", "io", "co", "uk", "de", "fr", "es", "eu", "us", "ca", "au", "app",
    "dev", "shop", "store", "info",
];

pub(super) fn read(place: Place<'_>) -> Option<Reading> {
    let core = place.this().core;
    if let Some((name, domain)) = core.split_once('@') {
        let is_address = !name.is_empty() && domain.contains('.') && !domain.contains('@');
        return is_address.then(|| Reading::one(format!("{} at {}", path(name), host(domain))));
    }
    let lower = core.to_ascii_lowercase();
    let bare = ["https://", "http://"].iter().find_map(|scheme| lower.strip_prefix(scheme));
    let bare_start = core.len() - bare.unwrap_or(&lower).len();
    let address = &core[bare_start..];
    let without_www =
        address.get(..4).filter(|begin| begin.eq_ignore_ascii_case("www.")).map(|_| &address[4..]);
    let is_marked = bare.is_some() || without_www.is_some();
    let address = without_www.unwrap_or(address);
    // What follows a question mark is for machines.
    let address = address.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let (domain, rest) = address.split_once('/').unwrap_or((address, ""));
    if !domain.contains('.') || !(is_marked || has_ending(domain)) {
        return None;
    }
    let rest: String = rest
        .split('/')
        .filter(|part| !part.is_empty())
        .map(|part| format!(" slash {}", path(part)))
        .collect();
    Some(Reading::one(format!("{}{rest}", host(domain))))
}

fn has_ending(domain: &str) -> bool {
    let labels: Vec<&str> = domain.split('.').collect();
    let are_labels = labels.iter().all(|label| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    });
    // A sentence may lack a space after its full stop: "soon.We".
    let is_small = labels.last().is_some_and(|last| ENDINGS.contains(last));
    are_labels && is_small && labels[0].len() > 1
}

fn host(domain: &str) -> String {
    let labels: Vec<&str> = domain.split('.').collect();
    let last = labels.len() - 1;
    let label = |(index, label): (usize, &&str)| {
        let is_code = index > 0 && index == last && label.len() == 2 && !SPOKEN.contains(label);
        if is_code { spelled(label) } else { path(label) }
    };
    labels.iter().enumerate().map(label).collect::<Vec<_>>().join(" dot ")
}

/// The words, digits and marks of a part of an address.
fn path(text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_same = |one: char| {
            one.is_alphabetic() == first.is_alphabetic() && one.is_ascii_digit() == first.is_ascii_digit()
        };
        let run = rest.find(|one| !is_same(one)).unwrap_or(rest.len());
        let length = if first.is_alphanumeric() { run } else { first.len_utf8() };
        let (part, after) = rest.split_at(length);
        rest = after;
        words.push(match first {
            '.' => "dot".to_owned(),
            '-' => "dash".to_owned(),
            '_' => "underscore".to_owned(),
            '+' => "plus".to_owned(),
            _ if first.is_ascii_digit() => digits(part),
            // Written small, so that no capital raises its voice.
            _ if first.is_alphabetic() => part.to_lowercase(),
            _ => continue,
        });
    }
    words.join(" ")
}
