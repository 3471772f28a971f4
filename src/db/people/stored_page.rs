//! The page a visitor is on, and their attributes, as they are stored.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::{Attributes, MainVisitor, VisitedPage};

#[derive(Serialize, Deserialize)]
struct StoredPage {
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    referrer: Option<String>,
}

/// Who stands for a person, of the columns of a visitor merged into them.
pub(in crate::db) fn main_visitor(id: Option<&str>, name: Option<&str>) -> Option<MainVisitor> {
    Some(MainVisitor { id: id?.parse().ok()?, name: name?.into() })
}

/// A page as it is stored.
pub(in crate::db) fn stored_page(page: &VisitedPage) -> String {
    let VisitedPage { url, title, referrer } = page.clone();
    serde_json::to_string(&StoredPage { url, title, referrer }).expect("plain data")
}

/// A page as it was stored; `None` where it is not one of ours.
pub(in crate::db) fn parse_page(json: &str) -> Option<VisitedPage> {
    let StoredPage { url, title, referrer } = serde_json::from_str(json).ok()?;
    Some(VisitedPage { url, title, referrer })
}

/// Attributes as they are stored.
pub(in crate::db) fn stored_attributes(attributes: &Attributes) -> String {
    serde_json::to_string(attributes).expect("plain data")
}

/// Attributes as they were stored; none where they are not ours.
pub(in crate::db) fn parse_attributes(json: Option<&str>) -> Arc<Attributes> {
    Arc::new(json.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_stored_under_these_names() {
        let page = VisitedPage { url: Some("https://a.example/x".to_owned()), title: None, referrer: None };

        let stored = r#"{"url":"https://a.example/x","title":null,"referrer":null}"#;
        assert_eq!(stored_page(&page), stored);
        assert_eq!(parse_page(stored), Some(page));
        assert_eq!(parse_page("{}"), Some(VisitedPage { url: None, title: None, referrer: None }));
        assert_eq!(parse_page("no JSON"), None);
    }
}
