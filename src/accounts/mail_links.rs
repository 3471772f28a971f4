//! Links that members ask for by mail: to choose a new password, and to sign in without one.

use secrecy::SecretString;

use super::member_mails::{MailLanguage, MemberMail};
use super::service::console_link;
use super::sign_in::{SignInFrom, SignedIn};
use super::{Accounts, checks, error_codes};
use crate::ids;
use crate::limits::{Limit, Source};
use crate::model::{MemberRecord, OneTimeKind, OneTimeToken};
use crate::refusal::{ServiceError, log_unanswered};
use crate::wire::ErrorCode;

const MINUTE_MS: i64 = 60_000;

/// What a mailed link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPurpose {
    /// Choosing a new password.
    Password,
    /// Signing in.
    SignIn,
}

/// Links that members ask for by mail.
#[derive(Debug, Clone, Copy)]
pub struct MailLinks<'a> {
    pub(super) accounts: &'a Accounts,
}

impl MailLinks<'_> {
    /// Mails a link to the active member of this address, if there is one. What comes back, and when, does not depend
    /// on that.
    ///
    /// # Errors
    /// `unavailable` where this server cannot mail links, `rate_limited` by address.
    pub fn request(
        self,
        email: &str,
        purpose: LinkPurpose,
        language: MailLanguage,
        from: SignInFrom<'_>,
    ) -> Result<(), ServiceError> {
        if !self.accounts.can_mail_members() {
            let words = "this server mails no links: it needs the settings smtp_url and public_url";
            return Err(ServiceError::new(ErrorCode::Unavailable, words));
        }
        let limits = &self.accounts.parts.base.limits;
        limits.count(Limit::SignInMails, Source::Address(from.address))?;
        let Ok(email) = checks::email(email) else { return Ok(()) };
        // A known device has a count of its own, so that nobody who asks in somebody's name keeps their mails from them.
        let device = self.accounts.known_device(from.device, &email);
        let asks = device.as_ref().map_or(email.as_str(), |device| &device.key);
        // Silently: a refusal would say nothing to whoever asks for themselves, and nothing is mailed that often.
        if limits.count(Limit::SignInMails, Source::Token(asks)).is_err() {
            return Ok(());
        }
        let accounts = self.accounts.clone();
        self.accounts.parts.base.spawn_until_stop(async move {
            if let Err(error) = accounts.mail_links().mail(&email, purpose, language).await {
                log_unanswered(&error, "could not make a link to be mailed");
            }
        });
        Ok(())
    }

    async fn mail(
        self,
        email: &str,
        purpose: LinkPurpose,
        language: MailLanguage,
    ) -> Result<(), ServiceError> {
        let member = self.accounts.db().members().by_email(email).await?;
        let Some(member) = member.filter(|member| member.active) else { return Ok(()) };
        let minutes = self.accounts.settings().mail_link_ttl_minutes;
        let (kind, page) = match purpose {
            LinkPurpose::Password => (OneTimeKind::Password, "password"),
            LinkPurpose::SignIn => (OneTimeKind::SignIn, "link"),
        };
        let link = self.link(&member, kind, page, minutes).await?;
        let mail = match purpose {
            LinkPurpose::Password => MemberMail::Password { link: &link, minutes },
            LinkPurpose::SignIn => MemberMail::SignIn { link: &link, minutes },
        };
        self.accounts.mail_member(&member, &mail, language);
        Ok(())
    }

    async fn link(
        self,
        member: &MemberRecord,
        kind: OneTimeKind,
        page: &str,
        minutes: u64,
    ) -> Result<String, ServiceError> {
        let token = ids::random_token(ids::PASSWORD_LINK);
        let stands_for = OneTimeToken { org: Some(member.org), member: Some(member.id), credential: None };
        let now = self.accounts.now();
        let expires_at = now.plus_ms(i64::try_from(minutes).unwrap_or(i64::MAX / MINUTE_MS) * MINUTE_MS);
        let stored = self.accounts.db().credentials();
        stored.add_one_time_token(kind, &token.hash(), &stands_for, now, expires_at).await?;
        Ok(console_link(&self.accounts.settings().link_base(), page, token.expose()))
    }

    /// Signs in the member a link was mailed to, and uses the link up.
    ///
    /// # Errors
    /// `unauthenticated` for the link, `rate_limited`, `second_step_required`.
    pub async fn sign_in(self, token: &SecretString, from: SignInFrom<'_>) -> Result<SignedIn, ServiceError> {
        use secrecy::ExposeSecret as _;
        self.accounts.sessions().count_attempt(from.address)?;
        let refused = || error_codes::bad_token("sign_in_link");
        let hash = ids::hash_token(token.expose_secret());
        let stored = self.accounts.db().credentials();
        let used = stored.use_one_time_token(OneTimeKind::SignIn, &hash, self.accounts.now()).await?;
        let (org, id) = used.and_then(|used| used.org.zip(used.member)).ok_or_else(refused)?;
        let member = self.accounts.db().members().get(org, id).await?;
        let member = member.filter(|member| member.active).ok_or_else(refused)?;
        self.accounts.sessions().after_first_step(member, from).await
    }
}
