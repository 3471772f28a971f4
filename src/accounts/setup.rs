//! First set-up: a link printed on the terminal that creates the first org and the platform admin.

use secrecy::SecretString;

use super::service::console_link;
use super::sign_in::{SignInFrom, SignedIn};
use super::{Accounts, MemberFields, checks, error_codes};
use crate::audit::{Act, Note};
use crate::ids;
use crate::model::{OneTimeKind, OneTimeToken, Role};
use crate::refusal::ServiceError;
use crate::wire::ErrorCode;

const HOUR_MS: i64 = 3_600_000;

/// What the first run asks for.
#[derive(Debug, Clone)]
pub struct SetupFields {
    /// The token of the link.
    pub token: String,
    /// The name of the first org.
    pub org_name: String,
    /// The name of its owner.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their password.
    pub password: SecretString,
}

/// The first set-up of the server.
#[derive(Debug, Clone, Copy)]
pub struct FirstSetup<'a> {
    pub(super) accounts: &'a Accounts,
}

impl FirstSetup<'_> {
    /// Whether nobody runs the server yet.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn is_needed(self) -> Result<bool, ServiceError> {
        Ok(!self.accounts.db().members().has_platform_admin().await?)
    }

    /// Makes the setup link, where it is needed; an older one is no longer valid. `base` is this server's address.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn link(self, base: &str) -> Result<Option<String>, ServiceError> {
        if !self.is_needed().await? {
            return Ok(None);
        }
        let token = ids::random_token(ids::SETUP_LINK);
        let stands_for = OneTimeToken { org: None, member: None, credential: None };
        let hours = i64::try_from(self.accounts.settings().setup_link_ttl_h).unwrap_or(i64::MAX / HOUR_MS);
        let (kind, now) = (OneTimeKind::Setup, self.accounts.now());
        self.accounts
            .db()
            .credentials()
            .add_one_time_token(kind, &token.hash(), &stands_for, now, now.plus_ms(hours * HOUR_MS))
            .await?;
        Ok(Some(console_link(base, "setup", token.expose())))
    }

    /// Makes the first org and its owner, who runs the server, and signs them in.
    ///
    /// # Errors
    /// `conflict` once somebody runs the server, `unauthenticated` for the link, `bad_request` for the fields;
    /// the link stays usable after those.
    pub async fn complete(self, fields: SetupFields, from: SignInFrom<'_>) -> Result<SignedIn, ServiceError> {
        self.accounts.sessions().count_attempt(from.address)?;
        if !self.is_needed().await? {
            return Err(ServiceError::new(ErrorCode::Conflict, "this server is set up already"));
        }
        let org_name = checks::name("org_name", &fields.org_name)?;
        let name = checks::name("name", &fields.name)?;
        let email = checks::email(&fields.email)?;
        self.accounts.directory().check_email_is_new(&email).await?;
        let password = secrecy::ExposeSecret::expose_secret(&fields.password);
        crate::auth::check_password(password, &[&email, &name, &org_name])
            .map_err(error_codes::of_password_rules)?;
        let used = self
            .accounts
            .db()
            .credentials()
            .use_one_time_token(OneTimeKind::Setup, &ids::hash_token(&fields.token), self.accounts.now())
            .await?;
        if used.is_none() {
            return Err(error_codes::bad_token("setup_link"));
        }
        let now = self.accounts.now();
        let note = Note::by_request(Act::ServerSetUp, now);
        let org = self.accounts.directory().create_org_noting(note, &org_name).await?;
        let owner = MemberFields {
            email,
            name: Some(name),
            role: Role::Owner,
            platform_admin: true,
            password: Some(fields.password),
        };
        let note = Note::by_request(Act::MemberInvited, now).of_org(org.id);
        let member = self.accounts.directory().create_member_noting(note, org.id, owner).await?;
        self.accounts.sessions().begin_session(member, from).await
    }
}
