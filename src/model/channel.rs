//! Channels: what one installed widget says about itself.

use rooms::{ChannelId, OrgId, Timestamp};

use super::patch::Patch;

/// A channel to make.
#[derive(Debug, Clone)]
pub struct NewChannel {
    /// The id it will have.
    pub id: ChannelId,
    /// Its org.
    pub org: OrgId,
    /// Its name.
    pub name: String,
    /// Its public key.
    pub key: String,
    /// The origins that may use it.
    pub origins: Vec<String>,
    /// The sealed secret for signing identities.
    pub sealed_identity_secret: String,
}

/// A channel.
#[derive(Debug, Clone)]
pub struct ChannelRecord {
    /// Its id.
    pub id: ChannelId,
    /// Its org.
    pub org: OrgId,
    /// Its name.
    pub name: String,
    /// Its public key.
    pub key: String,
    /// The origins that may use it; empty: pages of this server, and every one while `public_url` is on loopback.
    pub origins: Vec<String>,
    /// The colour of the widget.
    pub color: String,
    /// The greeting of the widget.
    pub greeting: String,
    /// The language of the widget, where it is not the browser's.
    pub locale: Option<String>,
    /// Whether visitors may ask for a person.
    pub handoff_enabled: bool,
    /// Words that ask for a person; empty inherits.
    pub handoff_words: Vec<String>,
    /// The longest message of a visitor, in Unicode code points; 0 means the server's setting.
    pub visitor_message_max_chars: i64,
    /// Whether an assistant answers.
    pub has_assistant: bool,
    /// Who issues the site's own tokens.
    pub issuer: Option<String>,
    /// For whom they are issued.
    pub issuer_audience: Option<String>,
    /// Where the issuer's keys are; without it, a shared secret verifies.
    pub issuer_jwks_url: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Changes of a channel; `None` leaves a field.
#[derive(Debug, Clone, Default)]
pub struct ChannelChange {
    /// Its name.
    pub name: Option<String>,
    /// Its origins.
    pub origins: Option<Vec<String>>,
    /// Its colour.
    pub color: Option<String>,
    /// Its greeting.
    pub greeting: Option<String>,
    /// Its language.
    pub locale: Patch<String>,
    /// Whether an assistant answers.
    pub has_assistant: Option<bool>,
    /// Whether visitors may ask for a person.
    pub handoff_enabled: Option<bool>,
    /// Words that ask for a person.
    pub handoff_words: Option<Vec<String>>,
    /// The longest message of a visitor.
    pub visitor_message_max_chars: Option<i64>,
    /// Issuer, audience, and the address of its keys.
    pub issuer: Patch<(String, String, Option<String>)>,
}
