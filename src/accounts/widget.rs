//! Starting a widget session: identifies the visitor and returns the channel's configuration.

use std::net::IpAddr;

use rooms::UserId;

use super::identity::{IdentityFields, guest_name};
use super::{Accounts, checks};
use crate::clock::DAY_MS;
use crate::hub::kept_page;
use crate::ids;
use crate::model::{
    ChannelRecord, ConversationRecord, NewVisitor, VisitedPage, VisitorChange, VisitorRecord,
};
use crate::refusal::ServiceError;
use crate::wire::WireError;

/// What a widget says when it begins.
#[derive(Debug, Clone)]
pub struct WidgetRequest {
    /// The channel's public key.
    pub channel_key: String,
    /// The token it kept from before.
    pub visitor_token: Option<String>,
    /// Who the page says this is.
    pub identity: Option<IdentityFields>,
    /// The page.
    pub page: Option<VisitedPage>,
    /// The language.
    pub locale: Option<String>,
    /// What the browser says of itself.
    pub browser: Option<String>,
    /// From where it comes.
    pub address: IpAddr,
}

/// What a widget is told.
#[derive(Debug, Clone)]
pub struct WidgetSession {
    /// The visitor's token, new or kept.
    pub token: String,
    /// The visitor.
    pub visitor: VisitorRecord,
    /// Whether they have never been here.
    pub is_new: bool,
    /// Their conversation that is not closed.
    pub conversation: Option<ConversationRecord>,
    /// The channel.
    pub channel: ChannelRecord,
}

/// What a browser says of itself is cut after so many Unicode code points.
const BROWSER_MAX_CHARS: usize = 300;

/// A visitor and the token that still names them.
struct Known {
    visitor: VisitorRecord,
    token: Option<String>,
    is_new: bool,
}

/// Sessions of widgets.
#[derive(Debug, Clone, Copy)]
pub struct WidgetSessions<'a> {
    pub(super) accounts: &'a Accounts,
}

impl WidgetSessions<'_> {
    /// Begins a widget's session. A wrong identity changes nothing.
    ///
    /// # Errors
    /// `not_found` for the key, `forbidden` for the origin and to strangers while the org is suspended, `unauthenticated`
    /// for the identity.
    pub async fn open(
        self,
        request: WidgetRequest,
        origin: Option<&str>,
        host: Option<&str>,
    ) -> Result<WidgetSession, ServiceError> {
        let found = self.accounts.db().channels().by_key(&request.channel_key).await?;
        let channel = found.ok_or_else(ServiceError::not_found)?;
        self.accounts.check_address(request.address, channel.org)?;
        self.accounts.check_channel_origin(&channel, origin, host)?;
        let identity = match request.identity {
            Some(fields) => Some(self.accounts.identities().prove(&channel, fields).await?),
            None => None,
        };
        let kept = self.kept_visitor(&channel, request.visitor_token).await?;
        let known = match identity {
            Some(identity) => {
                let unnamed = kept.as_ref().map(|(visitor, _)| visitor);
                let (visitor, is_new) =
                    self.accounts.identities().visitor_of(&channel, &identity, unnamed).await?;
                let token = kept.filter(|(kept, _)| kept.id == visitor.id).map(|(_, token)| token);
                Known { visitor, token, is_new }
            }
            None => match kept {
                Some((visitor, token)) => Known { visitor, token: Some(token), is_new: false },
                None => self.new_visitor(&channel).await?,
            },
        };
        let browser = request.browser.map(|text| text.chars().take(BROWSER_MAX_CHARS).collect());
        let change = VisitorChange {
            page: request.page,
            locale: request.locale.as_deref().and_then(checks::known_locale),
            browser,
            address: Some(request.address.to_string()),
            ..VisitorChange::default()
        };
        self.finish(channel, known, change).await
    }

    async fn kept_visitor(
        self,
        channel: &ChannelRecord,
        token: Option<String>,
    ) -> Result<Option<(VisitorRecord, String)>, ServiceError> {
        let Some(token) = token.filter(|token| token.starts_with(ids::VISITOR_TOKEN)) else {
            return Ok(None);
        };
        let found =
            self.accounts.db().visitors().by_token(&ids::hash_token(&token), self.accounts.now()).await;
        let found = found?;
        Ok(found.filter(|visitor| visitor.channel == channel.id).map(|visitor| (visitor, token)))
    }

    async fn new_visitor(self, channel: &ChannelRecord) -> Result<Known, ServiceError> {
        if self.accounts.db().orgs().suspended().has(channel.org) {
            return Err(WireError::org_suspended().into());
        }
        let new = NewVisitor {
            id: UserId(ids::new_number()),
            org: channel.org,
            channel: channel.id,
            external_id: None,
            name: guest_name(),
            email: None,
            verified: false,
            profile_verified: false,
        };
        let visitor = self.accounts.db().visitors().add(&new, self.accounts.now()).await?;
        Ok(Known { visitor, token: None, is_new: true })
    }

    async fn finish(
        self,
        channel: ChannelRecord,
        known: Known,
        change: VisitorChange,
    ) -> Result<WidgetSession, ServiceError> {
        let Known { visitor, token, is_new } = known;
        let settings = self.accounts.parts.org_settings.effective(channel.org, Some(channel.id)).await;
        let keeps_query = settings?.keep_page_query;
        let page = change.page.map(|page| kept_page(page, keeps_query));
        let change = VisitorChange { page, ..change };
        let updated =
            self.accounts.db().visitors().change(visitor.org, visitor.id, &change, self.accounts.now()).await;
        updated?;
        let visitor = visitor.with(change);
        let token = match token {
            Some(token) => token,
            None => self.give_token(&visitor).await?,
        };
        let conversation = self.accounts.hub().visitor_changed(visitor.clone()).await?;
        Ok(WidgetSession { token, visitor, is_new, conversation, channel })
    }

    async fn give_token(self, visitor: &VisitorRecord) -> Result<String, ServiceError> {
        let token = ids::random_token(ids::VISITOR_TOKEN);
        let days = i64::try_from(self.accounts.settings().visitor_token_ttl_d).unwrap_or(i64::MAX / DAY_MS);
        let expires_at = self.accounts.now().plus_ms(days * DAY_MS);
        self.accounts
            .db()
            .visitors()
            .add_token(visitor.org, visitor.id, &token.hash(), self.accounts.now(), expires_at)
            .await?;
        Ok(token.into_string())
    }
}
