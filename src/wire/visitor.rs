//! What visitors tell of themselves and of the page they are on.

use serde::Deserialize;

use crate::model::Attributes;

/// `visitor:update`.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[schema(as = VisitorUpdate)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "VisitorUpdate", optional_fields))]
pub struct VisitorUpdateData {
    /// Their name.
    #[serde(default)]
    pub name: Option<String>,
    /// Their mail address.
    #[serde(default)]
    pub email: Option<String>,
    /// Their telephone number.
    #[serde(default)]
    pub phone: Option<String>,
    /// Texts, numbers and booleans by name; null removes one, and what is not named stays.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    #[cfg_attr(test, ts(optional, type = "Record<string, string | number | boolean | null>"))]
    pub attributes: Option<Attributes>,
}

/// `page:view`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct PageViewData {
    /// Its address.
    pub url: String,
    /// Its title.
    #[serde(default)]
    pub title: Option<String>,
    /// Where they came from.
    #[serde(default)]
    pub referrer: Option<String>,
}
