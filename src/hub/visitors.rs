//! What visitors and their pages tell of them: name, addresses, attributes, and the page they are on.

use std::sync::Arc;

use rooms::{OrgId, UserId};
use serde_json::Value;

use super::registry::Hub;
use crate::auth::{Principal, PrincipalKind, Right};
use crate::limits::{Limit, Source};
use crate::mail::is_bare_address;
use crate::model::{
    Attributes, PageVisit, VisitedPage, VisitorChange, VisitorConsent, VisitorHistory, VisitorRecord,
};
use crate::org_settings::is_attribute_name;
use crate::refusal::ServiceError;
use crate::wire::{ErrorCode, PageViewData, VisitorUpdateData};

const NAME_MAX_CHARS: usize = 120;
/// The longest address mail can be sent to (RFC 5321).
const EMAIL_MAX_CHARS: usize = 254;
const PHONE_MAX_CHARS: usize = 40;
const ATTRIBUTES_MAX: usize = 50;
const ATTRIBUTE_MAX_CHARS: usize = 500;
/// Maximum size of all attributes of a visitor as JSON, in bytes.
const ATTRIBUTES_MAX_BYTES: usize = 8_192;
/// Maximum size of what `page:view` says, in bytes.
const PAGE_VIEW_MAX_BYTES: usize = 2_048;
/// Addresses of pages are cut, not refused: the visitor did not choose them.
const PAGE_URL_MAX_CHARS: usize = 2_048;
const PAGE_TITLE_MAX_CHARS: usize = 300;
/// Conversations, tickets, calls and files of a visitor that an agent is shown, of each so many.
const HISTORY_MAX: i64 = 20;

/// The attribute by which a visitor agrees to what their channel asks (`consent_text`).
pub const CONSENT_ATTRIBUTE: &str = "consent";

impl Hub {
    /// Remembers what a visitor tells of themself. Name and address that a token has proven stay.
    ///
    /// # Errors
    /// `forbidden` for anyone but visitors, `bad_request` and `too_large` for what cannot be kept: nothing is changed.
    pub async fn update_visitor(
        self: &Arc<Self>,
        principal: &Principal,
        source: Source<'_>,
        update: VisitorUpdateData,
    ) -> Result<VisitorRecord, ServiceError> {
        self.check_visitor(principal)?;
        self.base.limits.count(Limit::VisitorUpdates, source)?;
        let update = check_update(update)?;
        if update.attributes.as_ref().is_some_and(agrees) {
            // Kept also where the attributes have no room left for it.
            self.store_consent(principal).await?;
        }
        let (org, id) = (principal.org, principal.user.id);
        let decide = |visitor: &VisitorRecord| {
            let may_name = !visitor.profile_verified;
            Ok::<_, ServiceError>(VisitorChange {
                name: update.name.filter(|_| may_name),
                email: update.email.filter(|_| may_name),
                phone: update.phone,
                attributes: update
                    .attributes
                    .map(|changes| merge(&visitor.attributes, changes))
                    .transpose()?
                    .map(Arc::new),
                ..VisitorChange::default()
            })
        };
        let updated = self.db().visitors().update(org, id, self.base.now(), decide).await?;
        let visitor = updated.ok_or_else(ServiceError::not_found)??;
        self.visitor_changed(visitor.clone()).await?;
        Ok(visitor)
    }

    /// Stores that a visitor agreed to what their channel asks.
    async fn store_consent(&self, principal: &Principal) -> Result<(), ServiceError> {
        let Some(channel) = principal.channel() else { return Ok(()) };
        let settings = self.org_settings.effective(principal.org, Some(channel)).await?;
        let text = settings.consent_text.trim();
        if text.is_empty() {
            return Ok(());
        }
        let (org, id) = (principal.org, principal.user.id);
        Ok(self.db().visitors().add_consent(org, id, (channel, text), self.base.now()).await?)
    }

    /// Remembers which page a visitor is on now.
    ///
    /// # Errors
    /// `forbidden` for anyone but visitors, `too_large` above 2 KiB.
    pub async fn view_page(
        self: &Arc<Self>,
        principal: &Principal,
        source: Source<'_>,
        view: PageViewData,
    ) -> Result<(), ServiceError> {
        let channel = self.check_visitor(principal)?;
        let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        if view.url.len() + text(&view.title) + text(&view.referrer) > PAGE_VIEW_MAX_BYTES {
            return Err(ServiceError::new(ErrorCode::TooLarge, "a page view has at most 2048 bytes"));
        }
        self.base.limits.count(Limit::PageViews, source)?;
        let (org, id) = (principal.org, principal.user.id);
        let keeps_query = self.org_settings.effective(org, Some(channel)).await?.keep_page_query;
        let page = VisitedPage { url: Some(view.url), title: view.title, referrer: view.referrer };
        let page = kept_page(page, keeps_query);
        let change = VisitorChange { page: Some(page), ..VisitorChange::default() };
        let decide = |_: &VisitorRecord| Ok::<_, ServiceError>(change);
        let updated = self.db().visitors().update(org, id, self.base.now(), decide).await?;
        self.visitor_changed(updated.ok_or_else(ServiceError::not_found)??).await?;
        Ok(())
    }

    /// A visitor of the caller's org, and the pages they were on, the newest first.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn visitor(
        &self,
        principal: &Principal,
        id: &str,
    ) -> Result<(VisitorRecord, Vec<PageVisit>), ServiceError> {
        Right::ListConversations.check(principal)?;
        let id: UserId = id.parse().map_err(|_| ServiceError::not_found())?;
        let org: OrgId = principal.org;
        let visitor = self.db().visitors().get(org, id).await?.ok_or_else(ServiceError::not_found)?;
        let visits = self.db().visitors().page_visits(org, id).await?;
        Ok((visitor, visits))
    }

    /// What a visitor of the caller's org agreed to, the newest first.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn visitor_consents(
        &self,
        principal: &Principal,
        visitor: UserId,
    ) -> Result<Vec<VisitorConsent>, ServiceError> {
        Right::ListConversations.check(principal)?;
        Ok(self.db().visitors().consents(principal.org, visitor).await?)
    }

    /// What a visitor of the caller's org did before.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn visitor_history(
        &self,
        principal: &Principal,
        id: &str,
    ) -> Result<VisitorHistory, ServiceError> {
        Right::ListConversations.check(principal)?;
        let id: UserId = id.parse().map_err(|_| ServiceError::not_found())?;
        let visitors = self.db().visitors();
        let visitor = visitors.get(principal.org, id).await?.ok_or_else(ServiceError::not_found)?;
        Ok(visitors.history(&visitor, HISTORY_MAX).await?)
    }

    fn check_visitor(&self, principal: &Principal) -> Result<rooms::ChannelId, ServiceError> {
        Right::UseWidget.check(principal)?;
        match principal.kind {
            PrincipalKind::Visitor { channel, .. } => Ok(channel),
            _ => Err(ServiceError::not_found()),
        }
    }
}

/// The page a visitor is on, cut to what is kept: addresses without query and fragment, which often hold what is
/// nobody else's to know, unless `keeps_query`.
#[must_use]
pub fn kept_page(page: VisitedPage, keeps_query: bool) -> VisitedPage {
    let cut = |text: &str, max_chars| text.chars().take(max_chars).collect::<String>();
    let address = |url: Option<String>| {
        url.map(|url| {
            let end = if keeps_query { None } else { url.find(['?', '#']) };
            cut(&url[..end.unwrap_or(url.len())], PAGE_URL_MAX_CHARS)
        })
    };
    VisitedPage {
        url: address(page.url),
        title: page.title.map(|title| cut(&title, PAGE_TITLE_MAX_CHARS)),
        referrer: address(page.referrer),
    }
}

/// An update whose parts can each be kept, without spaces around them.
fn check_update(update: VisitorUpdateData) -> Result<VisitorUpdateData, ServiceError> {
    let name = update.name.map(|text| check_line("name", &text, NAME_MAX_CHARS)).transpose()?;
    let email = update.email.map(|text| check_line("email", &text, EMAIL_MAX_CHARS)).transpose()?;
    if email.as_ref().is_some_and(|email| !is_bare_address(email)) {
        return Err(ServiceError::bad_request("email must be an address such as ana@example.com"));
    }
    let phone = update.phone.map(|text| check_line("phone", &text, PHONE_MAX_CHARS)).transpose()?;
    if phone.as_ref().is_some_and(|phone| !is_phone(phone)) {
        return Err(ServiceError::bad_request("phone must be a telephone number such as +34 600 000 000"));
    }
    if let Some(attributes) = &update.attributes {
        attributes.iter().try_for_each(|(name, value)| check_attribute(name, value))?;
    }
    Ok(VisitorUpdateData { name, email, phone, attributes: update.attributes })
}

fn check_attribute(name: &str, value: &Value) -> Result<(), ServiceError> {
    if !is_attribute_name(name) {
        return Err(ServiceError::bad_request("an attribute's name is 1 to 64 of A-Z a-z 0-9 _ . -"));
    }
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
        Value::String(text) if text.chars().count() <= ATTRIBUTE_MAX_CHARS => Ok(()),
        Value::String(_) => {
            Err(ServiceError::new(ErrorCode::TooLarge, "an attribute has at most 500 characters"))
        }
        Value::Array(_) | Value::Object(_) => {
            Err(ServiceError::bad_request("an attribute is a text, a number, true, false or null"))
        }
    }
}

/// The attributes after `changes`, of which null takes one away.
fn merge(attributes: &Attributes, changes: Attributes) -> Result<Attributes, ServiceError> {
    let mut merged = attributes.clone();
    for (name, value) in changes {
        if value.is_null() {
            merged.remove(&name);
        } else {
            merged.insert(name, value);
        }
    }
    let byte_count = serde_json::to_string(&merged).map_or(usize::MAX, |json| json.len());
    if merged.len() > ATTRIBUTES_MAX || byte_count > ATTRIBUTES_MAX_BYTES {
        return Err(ServiceError::new(
            ErrorCode::TooLarge,
            "a visitor has at most 50 attributes of 8192 bytes in all",
        ));
    }
    Ok(merged)
}

/// A text on one line that is not empty, without spaces around it.
///
/// # Errors
/// `bad_request`, `too_large`.
pub fn check_line(field: &str, text: &str, max_chars: usize) -> Result<String, ServiceError> {
    let text = text.trim();
    if text.is_empty() || text.chars().any(char::is_control) {
        return Err(ServiceError::bad_request(format!("{field} must be a text on one line")));
    }
    if text.chars().count() > max_chars {
        return Err(ServiceError::new(
            ErrorCode::TooLarge,
            format!("{field} has at most {max_chars} characters"),
        ));
    }
    Ok(text.to_owned())
}

/// Whether a text may be dialled: at least three digits, and what people write between them.
fn is_phone(text: &str) -> bool {
    let is_plain = text.chars().all(|c| c.is_ascii_digit() || " +-./()".contains(c));
    is_plain && text.chars().filter(char::is_ascii_digit).count() >= 3
}

/// Whether what a visitor tells says that they agree.
fn agrees(attributes: &Attributes) -> bool {
    attributes.get(CONSENT_ATTRIBUTE) == Some(&Value::Bool(true))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn attributes(value: Value) -> Attributes {
        value.as_object().expect("an object").clone()
    }

    #[test]
    fn addresses_of_pages_lose_query_and_fragment() {
        let given = |url: &str| VisitedPage {
            url: Some(url.to_owned()),
            title: Some("Is it #1?".to_owned()),
            referrer: Some(url.to_owned()),
        };
        for (url, kept) in [
            ("https://shop.example/cart?token=secret#top", "https://shop.example/cart"),
            ("https://shop.example/#access_token=secret", "https://shop.example/"),
            ("https://shop.example/a#b?c", "https://shop.example/a"),
            ("https://shop.example/plain", "https://shop.example/plain"),
        ] {
            let short = kept_page(given(url), false);
            assert_eq!((short.url.as_deref(), short.referrer.as_deref()), (Some(kept), Some(kept)));
            assert_eq!(short.title.as_deref(), Some("Is it #1?"));
            assert_eq!(kept_page(given(url), true), given(url));
        }
    }

    #[test]
    fn null_takes_an_attribute_away_and_the_others_stay() {
        let before = attributes(json!({"plan": "free", "seats": 3}));

        let after = merge(&before, attributes(json!({"plan": null, "city": "Graz"}))).unwrap();

        assert_eq!(Value::Object(after), json!({"seats": 3, "city": "Graz"}));
    }

    #[test]
    fn attributes_are_bounded_all_together() {
        let many: Attributes = (0..50).map(|n| (format!("a{n}"), json!(n))).collect();
        assert!(merge(&Attributes::new(), many.clone()).is_ok());
        assert_eq!(merge(&many, attributes(json!({"more": 1}))).unwrap_err().code(), ErrorCode::TooLarge);

        let long: Attributes = (0..17).map(|n| (format!("a{n}"), json!("x".repeat(490)))).collect();
        assert_eq!(merge(&Attributes::new(), long).unwrap_err().code(), ErrorCode::TooLarge);
    }

    #[test]
    fn what_cannot_be_kept_is_refused() {
        let update = |value: Value| check_update(serde_json::from_value(value).expect("an update"));
        assert!(
            update(json!({"name": " Ana ", "email": "ana@example.com", "phone": "+34 (600) 12-34"})).is_ok()
        );
        for wrong in [
            json!({"name": " "}),
            json!({"name": "a\nb"}),
            json!({"email": "ana"}),
            json!({"email": "Ana <ana@example.com>"}),
            json!({"phone": "call me"}),
            json!({"phone": "+-"}),
            json!({"attributes": {"a b": 1}}),
            json!({"attributes": {"": 1}}),
            json!({"attributes": {"a": [1]}}),
            json!({"attributes": {"a": {}}}),
        ] {
            assert_eq!(update(wrong.clone()).unwrap_err().code(), ErrorCode::BadRequest, "{wrong}");
        }
        for large in [json!({"name": "x".repeat(121)}), json!({"attributes": {"a": "x".repeat(501)}})] {
            assert_eq!(update(large).unwrap_err().code(), ErrorCode::TooLarge);
        }
    }
}
