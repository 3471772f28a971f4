//! Visitors, and the page they are on.

use std::sync::Arc;

use rooms::{ChannelId, OrgId, User, UserId, UserKind};

/// The page a visitor is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitedPage {
    /// Its address.
    pub url: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Where they came from.
    pub referrer: Option<String>,
}

/// A visitor to add.
#[derive(Debug, Clone)]
pub struct NewVisitor {
    /// The id they will have, unless their external id is known.
    pub id: UserId,
    /// Their org.
    pub org: OrgId,
    /// Their channel.
    pub channel: ChannelId,
    /// The site's own id of them.
    pub external_id: Option<String>,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: Option<String>,
    /// Whether the site vouched for them.
    pub verified: bool,
    /// Whether it vouched for their name and address too.
    pub profile_verified: bool,
}

/// What is learnt of a visitor; `None` leaves a field.
#[derive(Debug, Clone, Default)]
pub struct VisitorChange {
    /// Their name.
    pub name: Option<String>,
    /// Their address.
    pub email: Option<String>,
    /// Their language.
    pub locale: Option<String>,
    /// Where they are.
    pub page: Option<VisitedPage>,
    /// Whether name and address are proven.
    pub profile_verified: Option<bool>,
}

/// A visitor.
#[derive(Debug, Clone)]
pub struct VisitorRecord {
    /// Their id.
    pub id: UserId,
    /// Their org.
    pub org: OrgId,
    /// Their channel.
    pub channel: ChannelId,
    /// The site's own id of them.
    pub external_id: Option<String>,
    /// Their name.
    pub name: Arc<str>,
    /// Their address.
    pub email: Option<String>,
    /// Whether the site vouched for them.
    pub verified: bool,
    /// Whether it vouched for their name and address too.
    pub profile_verified: bool,
    /// Their language.
    pub locale: Option<String>,
    /// Where they are.
    pub page: Option<VisitedPage>,
}

impl VisitorRecord {
    /// The visitor as a user of a room.
    #[must_use]
    pub fn user(&self) -> User {
        User { id: self.id, kind: UserKind::Visitor, name: self.name.clone() }
    }
}
