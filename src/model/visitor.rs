//! Visitors, and the page they are on.

use std::sync::Arc;

use rooms::{ChannelId, OrgId, Timestamp, User, UserId, UserKind};
use serde_json::{Map, Value};

/// What is said of a visitor besides name and addresses: texts, numbers and booleans by name.
pub type Attributes = Map<String, Value>;

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

/// What a visitor agreed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitorConsent {
    /// The channel that asked.
    pub channel_id: ChannelId,
    /// In the words that they read.
    pub text: String,
    /// When, in milliseconds since 1970.
    pub accepted_at: i64,
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
    /// Their telephone number.
    pub phone: Option<String>,
    /// All their attributes.
    pub attributes: Option<Arc<Attributes>>,
    /// Their language.
    pub locale: Option<String>,
    /// Where they are.
    pub page: Option<VisitedPage>,
    /// Whether name and address are proven.
    pub profile_verified: Option<bool>,
    /// What their browser says of itself.
    pub browser: Option<String>,
    /// From where they come.
    pub address: Option<String>,
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
    /// Their telephone number.
    pub phone: Option<String>,
    /// What else is said of them.
    pub attributes: Arc<Attributes>,
    /// Who stands for the person they were merged into; for agents only.
    pub merged_into: Option<MainVisitor>,
}

/// The visitor who stands for a person, of several who were merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MainVisitor {
    /// Their id.
    pub id: UserId,
    /// Their name.
    pub name: Arc<str>,
}

/// A visitor who was merged into another.
#[derive(Debug, Clone)]
pub struct VisitorMerge {
    /// Who was merged.
    pub visitor: MainVisitor,
    /// Into whom.
    pub into: UserId,
    /// By whom.
    pub by: User,
    /// When.
    pub at: Timestamp,
}

/// What became of a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeOutcome {
    /// The visitor who stood for their person until now was merged.
    Merged(UserId),
    /// They were one person already.
    SamePerson,
    /// One of them is not of the org.
    Unknown,
    /// More visitors than a person may have.
    TooMany,
}

/// What became of taking a merge back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnmergeOutcome {
    /// It was taken back.
    Unmerged,
    /// The visitor is not merged into anybody.
    NotMerged,
    /// It was made too long ago.
    TooLate,
}

/// A page that a visitor was on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageVisit {
    /// The page.
    pub page: VisitedPage,
    /// When they came to it.
    pub at: Timestamp,
}

/// What a visitor's token lets in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitorPass {
    /// Their org.
    pub org: OrgId,
    /// Their channel.
    pub channel: ChannelId,
    /// Who they are.
    pub user: User,
    /// Until when.
    pub expires_at: Timestamp,
}

impl VisitorRecord {
    /// The visitor after a change.
    #[must_use]
    pub fn with(self, change: VisitorChange) -> Self {
        Self {
            name: change.name.map_or(self.name, Into::into),
            email: change.email.or(self.email),
            locale: change.locale.or(self.locale),
            page: change.page.or(self.page),
            phone: change.phone.or(self.phone),
            attributes: change.attributes.unwrap_or(self.attributes),
            profile_verified: change.profile_verified.unwrap_or(self.profile_verified),
            ..self
        }
    }

    /// Who stands for the person they are of: themself, unless they were merged into another.
    #[must_use]
    pub fn main(&self) -> UserId {
        self.merged_into.as_ref().map_or(self.id, |main| main.id)
    }

    /// The visitor as a user of a room.
    #[must_use]
    pub fn user(&self) -> User {
        User { id: self.id, kind: UserKind::Visitor, name: self.name.clone() }
    }
}
