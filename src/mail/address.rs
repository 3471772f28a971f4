//! Addresses: whether a text is one, and which mailbox it leads to.

use lettre::Address;
use lettre::message::Mailbox;
use sha2::{Digest as _, Sha256};

use super::error::MailError;
use crate::ids;

/// The longest address that mail servers take (RFC 5321).
const ADDRESS_MAX_BYTES: usize = 254;

/// Whether a text is one address and nothing else: no name, no second one.
#[must_use]
pub fn is_bare_address(text: &str) -> bool {
    bare(text).is_some()
}

/// What names the mailbox that a bare address leads to: the SHA-256 of the address in lower case, with its domain in
/// ASCII and without a `+tag`. `None` where the text is no bare address.
#[must_use]
pub fn mailbox_hash(text: &str) -> Option<String> {
    let address = bare(text)?.email.to_string().to_lowercase();
    let (user, domain) = address.rsplit_once('@')?;
    let untagged = user.split_once('+').map(|(untagged, _)| untagged).filter(|untagged| !untagged.is_empty());
    let mailbox = format!("{}@{domain}", untagged.unwrap_or(user));
    Some(ids::hex(&Sha256::digest(mailbox)))
}

fn bare(text: &str) -> Option<Mailbox> {
    if text.len() > ADDRESS_MAX_BYTES || text.contains(['<', '>', ',', ';', '"', ' ']) {
        return None;
    }
    mailbox("", text).ok().filter(|mailbox| mailbox.name.is_none())
}

pub(super) fn mailbox(field: &'static str, text: &str) -> Result<Mailbox, MailError> {
    let bad = || MailError::BadAddress { field };
    if text.chars().any(char::is_control) {
        return Err(bad());
    }
    let given: Mailbox = text.trim().parse().map_err(|_| bad())?;
    if given.email.domain().is_ascii() {
        return Ok(given);
    }
    // Every server knows the ASCII form of a domain (RFC 5891); only the part before the @ has none.
    let domain = url::Host::parse(given.email.domain()).map_err(|_| bad())?.to_string();
    let email = Address::new(given.email.user(), domain).map_err(|_| bad())?;
    Ok(Mailbox::new(given.name, email))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_bare_address_is_none() {
        for text in ["ann@example.com", "ann+tag@sub.example.com"] {
            assert!(is_bare_address(text), "{text}");
        }
        for text in [
            "",
            "ann",
            "ann@",
            "@example.com",
            "a@b@c",
            "Ann <ann@example.com>",
            "<ann@example.com>",
            "ann@example.com\nBcc: x@y.z",
            "ann@example.com, eve@example.com",
        ] {
            assert!(!is_bare_address(text), "{text}");
        }
    }

    #[test]
    fn addresses_of_one_mailbox_have_one_hash() {
        let ann = mailbox_hash("ann@bücher.example").unwrap();
        for same in ["ANN@bücher.example", "Ann+shop@BÜCHER.example", "ann+a+b@xn--bcher-kva.example"] {
            assert_eq!(mailbox_hash(same).as_ref(), Some(&ann), "{same}");
        }
        for other in ["anne@bücher.example", "ann@example.com", "+ann@bücher.example", "+eve@bücher.example"]
        {
            assert_ne!(mailbox_hash(other).unwrap(), ann, "{other}");
        }
        assert_ne!(mailbox_hash("+ann@example.com"), mailbox_hash("+eve@example.com"));
        assert_eq!(mailbox_hash("Ann <ann@example.com>"), None);
    }
}
