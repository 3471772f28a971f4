//! Orgs that are made by whoever wants one, where the platform allows it: the address is confirmed by a mailed link
//! before anything is made.

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use super::member_mails::{MailLanguage, MemberMail};
use super::service::console_link;
use super::sign_in::{SignInFrom, SignedIn};
use super::{Accounts, MemberFields, checks, error_codes};
use crate::auth::check_password;
use crate::ids;
use crate::limits::{Limit, Source};
use crate::model::{OneTimeKind, OneTimeToken, PLATFORM, Role};
use crate::refusal::{ServiceError, log_unanswered};
use crate::wire::ErrorCode;

const MINUTE_MS: i64 = 60_000;

/// Registration of orgs.
#[derive(Debug, Clone, Copy)]
pub struct Registration<'a> {
    pub(super) accounts: &'a Accounts,
}

/// Who wants an org; it is kept beside the hash of the link's token until the link is used.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RegistrationFields {
    /// The name of the org.
    pub org_name: String,
    /// The name of its owner.
    pub name: String,
    /// Their address.
    pub email: String,
}

impl Registration<'_> {
    /// Whether anybody may make an org: the platform says so, and this server can mail links.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn is_open(self) -> Result<bool, ServiceError> {
        let settings = self.accounts.parts.org_settings.effective(PLATFORM, None).await?;
        Ok(settings.self_registration && self.accounts.can_mail_members())
    }

    /// Mails a link that makes the org. What comes back does not depend on whether the address is known; its owner is
    /// mailed so.
    ///
    /// # Errors
    /// `forbidden` where nobody may, `bad_request` for the fields, `rate_limited`.
    pub async fn request(
        self,
        fields: RegistrationFields,
        language: MailLanguage,
        from: SignInFrom<'_>,
    ) -> Result<(), ServiceError> {
        self.must_be_open().await?;
        let fields = RegistrationFields {
            org_name: checks::name("org_name", &fields.org_name)?,
            name: checks::name("name", &fields.name)?,
            email: checks::email(&fields.email)?,
        };
        let limits = &self.accounts.parts.base.limits;
        limits.count(Limit::Registrations, Source::Address(from.address))?;
        limits.count(Limit::AllRegistrations, Source::Token("all"))?;
        // Silently: nothing is mailed to one address that often, whoever asks.
        if limits.count(Limit::SignInMails, Source::Token(&fields.email)).is_err() {
            return Ok(());
        }
        let accounts = self.accounts.clone();
        self.accounts.parts.base.spawn_until_stop(async move {
            if let Err(error) = accounts.registration().mail(fields, language).await {
                log_unanswered(&error, "could not make a link that makes an org");
            }
        });
        Ok(())
    }

    async fn mail(self, fields: RegistrationFields, language: MailLanguage) -> Result<(), ServiceError> {
        let base = self.accounts.settings().link_base();
        let (name, to) = (fields.name.clone(), fields.email.clone());
        if self.accounts.db().members().by_email(&fields.email).await?.is_some() {
            let link = format!("{base}/console/login");
            self.accounts.mail_person(&to, &name, &MemberMail::KnownAddress { link: &link }, language);
            return Ok(());
        }
        let minutes = self.accounts.settings().mail_link_ttl_minutes;
        let token = ids::random_token(ids::SETUP_LINK);
        let kept = serde_json::to_string(&fields).map_err(ServiceError::internal)?;
        let stands_for = OneTimeToken { org: None, member: None, credential: Some(kept) };
        let now = self.accounts.now();
        let expires_at = now.plus_ms(i64::try_from(minutes).unwrap_or(i64::MAX / MINUTE_MS) * MINUTE_MS);
        let stored = self.accounts.db().credentials();
        stored
            .add_one_time_token(OneTimeKind::Registration, &token.hash(), &stands_for, now, expires_at)
            .await?;
        let link = console_link(&base, "register", token.expose());
        let mail = MemberMail::Registration { link: &link, minutes, org: &fields.org_name };
        self.accounts.mail_person(&to, &name, &mail, language);
        Ok(())
    }

    /// Makes the org of a link and its owner, and signs them in; the link is used up.
    ///
    /// # Errors
    /// `forbidden` where nobody may any more, `unauthenticated` for the link, `bad_request` for the password (the link
    /// stays usable after that), `conflict` where the address is known by now.
    pub async fn complete(
        self,
        token: &SecretString,
        password: SecretString,
        from: SignInFrom<'_>,
    ) -> Result<SignedIn, ServiceError> {
        self.accounts.sessions().count_attempt(from.address)?;
        self.must_be_open().await?;
        let refused = || error_codes::bad_token("registration_link");
        let hash = ids::hash_token(token.expose_secret());
        let (stored, now) = (self.accounts.db().credentials(), self.accounts.now());
        let known = stored.one_time_token(OneTimeKind::Registration, &hash, now).await?;
        let kept = known.and_then(|known| known.credential).ok_or_else(refused)?;
        let fields: RegistrationFields = serde_json::from_str(&kept).map_err(ServiceError::internal)?;
        // Before the link is used: another password may be tried with it.
        check_password(password.expose_secret(), &[&fields.email, &fields.name, &fields.org_name])
            .map_err(error_codes::of_password_rules)?;
        if stored.use_one_time_token(OneTimeKind::Registration, &hash, now).await?.is_none() {
            return Err(refused());
        }
        let directory = self.accounts.directory();
        directory.check_email_is_new(&fields.email).await?;
        let org = directory.create_org(&fields.org_name).await?;
        let owner = MemberFields {
            email: fields.email,
            name: Some(fields.name),
            role: Role::Owner,
            platform_admin: false,
            password: Some(password),
        };
        let member = directory.create_member(org.id, owner).await?;
        tracing::info!(org.id = %org.id, "org {} was registered", org.id);
        self.accounts.sessions().begin_session(member, from).await
    }

    async fn must_be_open(self) -> Result<(), ServiceError> {
        if self.is_open().await? {
            return Ok(());
        }
        Err(ServiceError::new(ErrorCode::Forbidden, "orgs are made by the platform's admins here"))
    }
}
