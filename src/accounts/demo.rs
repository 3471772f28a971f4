//! Creates the demo org, its owner and its channel.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rooms::{ChannelId, OrgId};
use url::Url;

use super::{Accounts, MemberFields};
use crate::ids;
use crate::model::{ChannelChange, Role};
use crate::refusal::ServiceError;

/// Where the database remembers which channel the demo's is: `org:channel`.
const DEMO_CHANNEL: &str = "demo_channel";
const DEMO_EMAIL: &str = "demo@example.com";

/// How to sign in to the demo; printed once, where it is made.
#[derive(Clone)]
pub struct DemoCredentials {
    /// The demo's org.
    pub org: OrgId,
    /// The address.
    pub email: &'static str,
    /// The password.
    pub password: String,
}

impl Accounts {
    /// Makes the demo where the settings ask for it and there is no org yet; `base` is this server's address.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn ensure_demo(&self, base: &str) -> Result<Option<DemoCredentials>, ServiceError> {
        let is_first = self.db().orgs().list(None, 1).await?.is_empty();
        if !self.settings().demo || !is_first {
            return Ok(None);
        }
        let org = self.directory().create_org("Demo").await?;
        let password = URL_SAFE_NO_PAD.encode(ids::random_bytes::<15>());
        let owner = MemberFields {
            email: DEMO_EMAIL.to_owned(),
            name: Some("Demo".to_owned()),
            role: Role::Owner,
            platform_admin: true,
            password: Some(password.as_str().into()),
        };
        self.directory().create_member(org.id, owner).await?;
        let made = self.directory().create_channel(org.id, "Demo site", &self.demo_origins(base)).await?;
        let change = ChannelChange { has_assistant: Some(true), ..ChannelChange::default() };
        let changed =
            self.db().channels().change(org.id, made.channel.id, &change, None, None, self.now()).await;
        changed?;
        let place = format!("{}:{}", org.id, made.channel.id);
        self.db().facts().set(DEMO_CHANNEL, &place).await?;
        Ok(Some(DemoCredentials { org: org.id, email: DEMO_EMAIL, password }))
    }

    /// The public key of the demo's channel, while the server shows the demo.
    ///
    /// # Errors
    /// `not_found`, `unavailable`.
    pub async fn demo_channel_key(&self) -> Result<String, ServiceError> {
        if !self.settings().demo {
            return Err(ServiceError::not_found());
        }
        let place = self.db().facts().get(DEMO_CHANNEL).await?;
        let parse = |place: String| {
            let (org, channel) = place.split_once(':')?;
            Some((org.parse::<OrgId>().ok()?, channel.parse::<ChannelId>().ok()?))
        };
        let (org, channel) = place.and_then(parse).ok_or_else(ServiceError::not_found)?;
        let found = self.db().channels().get(org, channel).await?;
        found.map(|channel| channel.key).ok_or_else(ServiceError::not_found)
    }

    /// On loopback an empty list accepts everybody; elsewhere the demo page itself must be on it.
    fn demo_origins(&self, base: &str) -> Vec<String> {
        if self.settings().listen.ip().is_loopback() {
            return Vec::new();
        }
        let base = Url::parse(base).ok();
        base.map(|url| url.origin().ascii_serialization()).into_iter().collect()
    }
}
