//! Cards in a message's metadata: things to look at or to buy, with a picture, a price and a link.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

/// Maximum cards of a message.
pub const CARDS_MAX: usize = 10;
const TITLE_MAX_CHARS: usize = 200;
const TEXT_MAX_CHARS: usize = 500;
const SHORT_MAX_CHARS: usize = 60;
const ADDRESS_MAX_CHARS: usize = 2_048;

/// A card under a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// What it shows.
    pub title: String,
    /// A line about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The address of its picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// What it costs, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<String>,
    /// Where its button leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What its button says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub button: Option<String>,
}

impl Card {
    /// The cards of a list, each as it may be shown.
    ///
    /// # Errors
    /// Which is wrong and why, for people.
    pub fn all(list: &Value) -> Result<Vec<Self>, String> {
        let items = list.as_array().ok_or("cards must be a list")?;
        if items.len() > CARDS_MAX {
            return Err(format!("a message has at most {CARDS_MAX} cards"));
        }
        let read = |(index, item): (usize, &Value)| {
            let card = Self::deserialize(item).map_err(|error| error.to_string()).and_then(Self::checked);
            card.map_err(|error| format!("card {}: {error}", index + 1))
        };
        items.iter().enumerate().map(read).collect()
    }

    fn checked(self) -> Result<Self, String> {
        if self.title.trim().is_empty() {
            return Err("a title is missing".to_owned());
        }
        for (text, max_chars) in [
            (Some(&self.title), TITLE_MAX_CHARS),
            (self.text.as_ref(), TEXT_MAX_CHARS),
            (self.price.as_ref(), SHORT_MAX_CHARS),
            (self.button.as_ref(), SHORT_MAX_CHARS),
        ] {
            if text.is_some_and(|text| text.chars().count() > max_chars) {
                return Err(format!("a text is longer than its {max_chars} characters"));
            }
        }
        for address in [&self.picture, &self.url].into_iter().flatten() {
            let is_web = Url::parse(address)
                .is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.has_host());
            if !is_web || address.chars().count() > ADDRESS_MAX_CHARS {
                return Err(
                    "picture and url are http or https addresses of at most 2048 characters".to_owned()
                );
            }
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_card_is_shown_as_it_was_given() {
        let given = json!([{"title": "Lamp", "price": "19 €", "url": "https://shop.example/lamp"}]);

        let cards = Card::all(&given).unwrap();

        assert_eq!(serde_json::to_value(cards).unwrap(), given);
    }

    #[test]
    fn what_cannot_be_shown_is_refused() {
        let many: Vec<Value> = (0..11).map(|n| json!({"title": n.to_string()})).collect();
        for wrong in [
            json!({}),
            json!([1]),
            json!([{"text": "no title"}]),
            json!([{"title": " "}]),
            json!([{"title": "x".repeat(201)}]),
            json!([{"title": "a", "url": "javascript:alert(1)"}]),
            json!([{"title": "a", "picture": "data:image/svg+xml,<svg/>"}]),
            json!([{"title": "a", "onclick": "alert(1)"}]),
            json!(many),
        ] {
            assert!(Card::all(&wrong).is_err(), "{wrong}");
        }
    }
}
