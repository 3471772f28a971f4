//! Sign-in, sign-out, and socket tickets.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::net::IpAddr;

use secrecy::SecretString;

use super::member_mails::{MailLanguage, MemberMail};
use super::{Accounts, checks, error_codes};
use crate::audit::{Act, Note};
use crate::auth::{PasswordKey, PasswordOrigin, Principal, Right};
use crate::ids::{self, Token};
use crate::limits::{Limit, Source, network_of};
use crate::model::{
    AgentSession, MemberRecord, OneTimeKind, OneTimeToken, OrgRecord, SessionId, SessionOrigin,
};
use crate::refusal::ServiceError;
use crate::wire::ErrorCode;

const HOUR_MS: i64 = 3_600_000;
/// What a browser says of itself is cut after so many Unicode code points.
const BROWSER_MAX_CHARS: usize = 300;
/// Groups of accounts that do not exist: guesses at them stand in so many turns, as those at a few orgs do.
const NOBODY_GROUPS: u64 = 16;

/// Where a sign-in comes from.
#[derive(Debug, Clone, Copy)]
pub struct SignInFrom<'a> {
    /// The address.
    pub address: IpAddr,
    /// The mark that the browser kept from an earlier sign-in.
    pub device: Option<&'a str>,
    /// What the browser says of itself.
    pub browser: Option<&'a str>,
    /// The language of the browser, such as `es-MX`; empty where it says none.
    pub locale: &'a str,
}

impl SignInFrom<'_> {
    fn origin(self) -> SessionOrigin {
        let device = self.browser.map(|text| text.chars().take(BROWSER_MAX_CHARS).collect());
        SessionOrigin { device, address: self.address.to_string() }
    }
}

/// A sign-in that succeeded.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who.
    pub member: MemberRecord,
    /// The token of the session, for the cookie.
    pub token: Token,
    /// How long the session lives.
    pub lives_s: u64,
    /// The mark by which this browser is known the next time.
    pub device: String,
}

/// Sign-in, sign-out and socket tickets.
#[derive(Debug, Clone, Copy)]
pub struct Sessions<'a> {
    pub(super) accounts: &'a Accounts,
}

impl Sessions<'_> {
    /// Signs a member in. An unknown account takes the same time as a wrong password.
    ///
    /// # Errors
    /// `unauthenticated`, `rate_limited`, `second_step_required`.
    pub async fn sign_in(
        self,
        email: &str,
        password: SecretString,
        from: SignInFrom<'_>,
    ) -> Result<SignedIn, ServiceError> {
        // An invalid address is answered like an unknown one.
        let email = checks::email(email).unwrap_or_default();
        self.count_sign_in(&email, from)?;
        let member = self.accounts.db().members().by_email(&email).await?;
        let hash =
            member.as_ref().filter(|member| member.active).and_then(|member| member.password_hash.clone());
        let origin = self.password_origin(&email, member.as_ref(), from);
        let verified = self.accounts.directory().passwords().verify(hash, password, origin).await;
        match member {
            Some(member) if verified.map_err(error_codes::of_passwords)? => {
                self.after_first_step(member, from).await
            }
            _ => {
                error_codes::count("password");
                Err(ServiceError::new(ErrorCode::Unauthenticated, "wrong email address or password"))
            }
        }
    }

    /// Signs the caller's session out; its sockets close. An API token stays.
    ///
    /// # Errors
    /// `unavailable`, `forbidden` with the reason `acting` in another org.
    pub async fn sign_out(self, principal: &Principal) -> Result<(), ServiceError> {
        let Some(session) = principal.session() else { return Ok(()) };
        Right::ReadOwnAccount.check(principal)?;
        let now = self.accounts.now();
        let db = self.accounts.db().noting(Note::by(principal, Act::SignedOut, now).on(session));
        db.credentials().end_session(principal.org, session, now).await?;
        self.accounts.hub().apply_revocations().await;
        Ok(())
    }

    /// A ticket that opens one socket for the caller's session.
    ///
    /// # Errors
    /// `forbidden` to callers who have a token for sockets already, `two_step_required`.
    pub async fn socket_ticket(self, principal: &Principal) -> Result<Token, ServiceError> {
        if !principal.credential.starts_with("session:") {
            return Err(ServiceError::forbidden("tickets are for signed-in agents; use your token itself"));
        }
        Right::OpenSocket.check(principal)?;
        let ticket = ids::random_token(ids::SOCKET_TICKET);
        let token = OneTimeToken {
            org: Some(principal.org),
            member: Some(principal.user.id),
            credential: Some(principal.credential.to_string()),
        };
        let lives_ms =
            i64::try_from(self.accounts.settings().socket_ticket_ttl_s * 1_000).unwrap_or(i64::MAX);
        let (kind, now) = (OneTimeKind::SocketTicket, self.accounts.now());
        self.accounts
            .db()
            .credentials()
            .add_one_time_token(kind, &ticket.hash(), &token, now, now.plus_ms(lives_ms))
            .await?;
        Ok(ticket)
    }

    /// The caller as a member, with their org.
    ///
    /// # Errors
    /// `forbidden` to callers who are no members.
    pub async fn me(self, principal: &Principal) -> Result<(MemberRecord, OrgRecord), ServiceError> {
        Right::ReadOwnAccount.check(principal)?;
        let member = self.accounts.directory().member(principal.org, principal.user.id).await?;
        Ok((member, self.accounts.directory().org(principal.org).await?))
    }

    pub(super) async fn begin_session(
        self,
        member: MemberRecord,
        from: SignInFrom<'_>,
    ) -> Result<SignedIn, ServiceError> {
        let token = ids::random_token(ids::AGENT_SESSION);
        let hours = self.accounts.settings().session_ttl_h;
        let lives_ms = i64::try_from(hours).unwrap_or(i64::MAX / HOUR_MS) * HOUR_MS;
        let session = AgentSession {
            id: SessionId::new(),
            org: member.org,
            member: member.id,
            expires_at: self.accounts.now().plus_ms(lives_ms),
            seen_at: self.accounts.now(),
            verified_at: self.accounts.now(),
        };
        let origin = from.origin();
        let now = self.accounts.now();
        let db = self.accounts.db().noting(Note::by_member(&member, Act::SignedIn, now).on(session.id));
        db.credentials().add_session(&session, &token.hash(), &origin, now).await?;
        self.tell_of_new_device(&member, from);
        let device = self.accounts.mark_device(&member.email);
        Ok(SignedIn { member, token, lives_s: hours * 3_600, device })
    }

    /// Mails a member that they were signed in on a browser that is not known.
    fn tell_of_new_device(self, member: &MemberRecord, from: SignInFrom<'_>) {
        let is_known = self.accounts.known_device(from.device, &member.email).is_some();
        if is_known || !self.accounts.can_mail_members() {
            return;
        }
        let origin = from.origin();
        let mail = MemberMail::NewDevice {
            device: origin.device.as_deref().unwrap_or("-"),
            address: &origin.address,
            at: self.accounts.now(),
        };
        self.accounts.mail_member(member, &mail, MailLanguage::of(from.locale));
    }

    /// In whose turn a password is checked.
    pub(super) fn password_origin(
        self,
        email: &str,
        member: Option<&MemberRecord>,
        from: SignInFrom<'_>,
    ) -> PasswordOrigin {
        if let Some(device) = self.accounts.known_device(from.device, email) {
            return PasswordOrigin::by(PasswordKey::Device(hash_of(&device.key)));
        }
        let group = u8::try_from(hash_of(email) % NOBODY_GROUPS).unwrap_or_default();
        PasswordOrigin {
            from: PasswordKey::Address(network_of(from.address)),
            of: member.map_or(PasswordKey::Nobody(group), |member| PasswordKey::Org(member.org)),
        }
    }

    /// Counts a sign-in. A known device has a count of its own, so that nobody who guesses locks its owner out.
    pub(super) fn count_sign_in(self, email: &str, from: SignInFrom<'_>) -> Result<(), ServiceError> {
        let limits = &self.accounts.parts.base.limits;
        if let Some(device) = self.accounts.known_device(from.device, email) {
            return limits.count(Limit::LoginAttempts, Source::Token(&device.key));
        }
        self.count_attempt(from.address)?;
        let account_from_here = format!("{email} {}", network_of(from.address));
        limits.count(Limit::LoginAttempts, Source::Token(&account_from_here))?;
        limits.count(Limit::AccountAttempts, Source::Token(email))
    }

    /// Counts an attempt to prove who one is.
    pub(super) fn count_attempt(self, address: IpAddr) -> Result<(), ServiceError> {
        self.accounts.parts.base.limits.count(Limit::LoginAttempts, Source::Address(address))
    }
}

fn hash_of(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
