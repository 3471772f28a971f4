//! Two-step sign-in of one's own account: setting it up, ending it, new recovery codes; and ending it for a member who
//! has lost their device.

use super::member_mails::{MailLanguage, MemberMail};
use super::rights::Manager;
use super::sign_in::SignInFrom;
use super::{Accounts, error_codes};
use crate::auth::{Principal, Right, TotpKey, TypedCode, qr_svg, recovery_codes};
use crate::limits::{Limit, Source};
use crate::model::{MemberRecord, TwoStepRecord, two_step_field};
use crate::refusal::ServiceError;
use crate::wire::{ErrorCode, WireError};

/// Two-step sign-in.
#[derive(Debug, Clone, Copy)]
pub struct TwoStepSignIn<'a> {
    pub(super) accounts: &'a Accounts,
}

/// How a member stands to two-step sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TwoStepState {
    /// What is stored, if anything is.
    pub record: Option<TwoStepRecord>,
    /// Whether their org demands it.
    pub is_demanded: bool,
}

/// A key to be taken into an authenticator app.
#[derive(Debug)]
pub struct TwoStepKey {
    /// The key, to be typed.
    pub key: String,
    /// The address an app opens.
    pub uri: String,
    /// The address as a QR code.
    pub qr_svg: String,
}

impl TwoStepSignIn<'_> {
    /// How the caller stands to it.
    ///
    /// # Errors
    /// `forbidden` to callers who are no members.
    pub async fn state(self, principal: &Principal) -> Result<TwoStepState, ServiceError> {
        Right::ReadOwnAccount.check(principal)?;
        let record = self.accounts.db().two_step().get(principal.org, principal.user.id).await?;
        Ok(TwoStepState { record, is_demanded: self.is_demanded(principal).await? })
    }

    /// Makes a key for the caller, which counts once a code has confirmed it; an older unconfirmed one is forgotten.
    ///
    /// # Errors
    /// `forbidden` to callers who are no members, `conflict` where one is confirmed.
    pub async fn begin(self, principal: &Principal) -> Result<TwoStepKey, ServiceError> {
        Right::ManageOwnTwoStep.check(principal)?;
        let member = self.accounts.directory().member(principal.org, principal.user.id).await?;
        let totp = TotpKey::random();
        let key = totp.to_base32();
        let field = two_step_field(member.id);
        let sealed = self.accounts.directory().keys().seal(&member.org.to_string(), &field, &key);
        let (stored, now) = (self.accounts.db().two_step(), self.accounts.now());
        if !stored.begin(member.org, member.id, &sealed, now).await? {
            return Err(ServiceError::conflict("two-step sign-in is on; end it first"));
        }
        let uri = totp.uri(&member.email);
        Ok(TwoStepKey { key, qr_svg: qr_svg(&uri), uri })
    }

    /// Turns it on with a first code; gives the recovery codes, which cannot be shown again.
    ///
    /// # Errors
    /// `forbidden` to callers who are no members, `bad_request` for the code, `conflict` where nothing is to be confirmed.
    pub async fn confirm(
        self,
        principal: &Principal,
        code: &str,
        from: SignInFrom<'_>,
    ) -> Result<Vec<String>, ServiceError> {
        Right::ManageOwnTwoStep.check(principal)?;
        let member = self.accounts.directory().member(principal.org, principal.user.id).await?;
        let nothing = || ServiceError::conflict("there is no key that a code could confirm");
        let known = self.accounts.db().two_step().get(member.org, member.id).await?.ok_or_else(nothing)?;
        if known.confirmed_at.is_some() {
            return Err(nothing());
        }
        self.count_code(&member, from)?;
        let step = match TypedCode::parse(code) {
            TypedCode::App(code) => self.step_of(&member, &code).await?,
            TypedCode::Recovery(_) => None,
        };
        let step = step.ok_or_else(wrong_code)?;
        let (codes, hashes) = new_codes();
        let (stored, now) = (self.accounts.db().two_step(), self.accounts.now());
        if !stored.confirm(member.org, member.id, step, &hashes, now).await? {
            return Err(nothing());
        }
        self.tell(&member, &MemberMail::TwoStepOn, from);
        Ok(codes)
    }

    /// Makes new recovery codes in place of the caller's; they cannot be shown again.
    ///
    /// # Errors
    /// `forbidden` to callers who are no members, `conflict` where it is not on.
    pub async fn renew_recovery_codes(
        self,
        principal: &Principal,
        from: SignInFrom<'_>,
    ) -> Result<Vec<String>, ServiceError> {
        Right::ManageOwnTwoStep.check(principal)?;
        let member = self.accounts.directory().member(principal.org, principal.user.id).await?;
        if !member.has_two_step {
            return Err(ServiceError::conflict("two-step sign-in is off"));
        }
        let (codes, hashes) = new_codes();
        let (stored, now) = (self.accounts.db().two_step(), self.accounts.now());
        stored.replace_recovery_codes(member.org, member.id, &hashes, now).await?;
        self.tell(&member, &MemberMail::NewRecoveryCodes, from);
        Ok(codes)
    }

    /// Ends it for the caller, who shows a code once more. Where it is off, nothing changes.
    ///
    /// # Errors
    /// `forbidden` to callers who are no members, `bad_request` for the code, `conflict` where the org demands it.
    pub async fn end(
        self,
        principal: &Principal,
        code: &str,
        from: SignInFrom<'_>,
    ) -> Result<(), ServiceError> {
        Right::ManageOwnTwoStep.check(principal)?;
        let member = self.accounts.directory().member(principal.org, principal.user.id).await?;
        if !member.has_two_step {
            return Ok(());
        }
        if self.is_demanded(principal).await? {
            return Err(ServiceError::conflict("your org demands two-step sign-in"));
        }
        self.count_code(&member, from)?;
        if !self.accept(&member, code).await? {
            return Err(wrong_code());
        }
        if self.accounts.db().two_step().remove(member.org, member.id).await? {
            self.tell(&member, &MemberMail::TwoStepOff, from);
        }
        Ok(())
    }

    /// Ends it for a member of the caller's org, such as one who has lost their device. Where it is off, nothing
    /// changes.
    ///
    /// # Errors
    /// `forbidden` to those who may not manage the member, `not_found`.
    pub async fn reset(
        self,
        principal: &Principal,
        id: &str,
        from: SignInFrom<'_>,
    ) -> Result<(), ServiceError> {
        let manager = Manager::of(principal)?;
        let member = self.accounts.members().get(principal, id).await?;
        manager.may_set_access(&member)?;
        if member.id == principal.user.id {
            return Err(ServiceError::forbidden("your own is ended in your account, with a code"));
        }
        if self.accounts.db().two_step().remove(member.org, member.id).await? {
            self.tell(&member, &MemberMail::TwoStepReset { by: &principal.user.name }, from);
        }
        Ok(())
    }

    /// Whether a code is one of the member's now; it is used up by that.
    pub(super) async fn accept(self, member: &MemberRecord, code: &str) -> Result<bool, ServiceError> {
        let stored = self.accounts.db().two_step();
        let is_right = match TypedCode::parse(code) {
            TypedCode::App(code) => match self.step_of(member, &code).await? {
                Some(step) => stored.accept_step(member.org, member.id, step).await?,
                None => false,
            },
            TypedCode::Recovery(code) => {
                let hash = TypedCode::hash_of_recovery(&code);
                stored.use_recovery_code(member.org, member.id, &hash).await?
            }
        };
        if !is_right {
            error_codes::count("two_step");
        }
        Ok(is_right)
    }

    /// Counts a code that is tried. A known device has a count of its own, so that nobody who guesses locks its owner
    /// out.
    pub(super) fn count_code(self, member: &MemberRecord, from: SignInFrom<'_>) -> Result<(), ServiceError> {
        self.accounts.sessions().count_attempt(from.address)?;
        let device = self.accounts.known_device(from.device, &member.email);
        let source = device.as_ref().map_or(member.email.as_str(), |device| &device.key);
        self.accounts.parts.base.limits.count(Limit::TwoStepAttempts, Source::Token(source))
    }

    /// Whether the caller's org demands it.
    pub(super) async fn is_demanded(self, principal: &Principal) -> Result<bool, ServiceError> {
        Ok(self.accounts.parts.org_settings.effective(principal.org, None).await?.require_two_step)
    }

    async fn step_of(self, member: &MemberRecord, code: &str) -> Result<Option<u64>, ServiceError> {
        use secrecy::ExposeSecret as _;
        let field = two_step_field(member.id);
        let sealed = self.accounts.db().secrets().get(member.org, &field).await?;
        let Some(sealed) = sealed else { return Ok(None) };
        let opened = self.accounts.directory().keys().open(&member.org.to_string(), &field, &sealed);
        let opened = opened.map_err(ServiceError::internal)?;
        let key = TotpKey::from_base32(opened.expose_secret())
            .ok_or_else(|| ServiceError::broken("a key of two-step sign-in is not of our making"))?;
        let now_s = u64::try_from(self.accounts.now().0 / 1_000).unwrap_or_default();
        Ok(key.step_of(code, now_s))
    }

    fn tell(self, member: &MemberRecord, mail: &MemberMail<'_>, from: SignInFrom<'_>) {
        if self.accounts.can_mail_members() {
            self.accounts.mail_member(member, mail, MailLanguage::of(from.locale));
        }
    }
}

fn new_codes() -> (Vec<String>, Vec<String>) {
    let codes = recovery_codes();
    let hashes = codes.iter().map(|code| TypedCode::hash_of_recovery(code)).collect();
    (codes, hashes)
}

/// The refusal of a code inside the account, where the caller is known already.
fn wrong_code() -> ServiceError {
    WireError { reason: Some("wrong_code"), ..WireError::new(ErrorCode::BadRequest, "the code is wrong") }
        .into()
}
