//! Whoever runs the platform, at work in an org that they are no member of: its people are told who it is and why, by
//! mail, in their console and in their audit log, and it is over after a while.

use rooms::OrgId;
use serde_json::json;

use super::Accounts;
use super::member_mails::{MailLanguage, MemberMail};
use crate::audit::{Act, Note, append_to_both};
use crate::auth::{Principal, Right};
use crate::hub::check_line;
use crate::model::{Acting, MemberRecord, OrgRecord, Role};
use crate::refusal::ServiceError;

const REASON_MAX_CHARS: usize = 300;
const MINUTE_MS: i64 = 60_000;
/// Members of an org that are looked through for owners to mail.
const MEMBERS_MAX: i64 = 500;

/// Platform admins who act for orgs.
#[derive(Debug, Clone, Copy)]
pub struct ActingFor<'a> {
    pub(super) accounts: &'a Accounts,
}

impl ActingFor<'_> {
    /// Lets the caller's session act for another org for `acting_minutes`, or for that much longer; its owners are mailed.
    ///
    /// # Errors
    /// `forbidden` to all but platform admins who signed in, `not_found`, `bad_request` for the reason, `conflict` for the
    /// caller's own org.
    pub async fn begin(
        self,
        principal: &Principal,
        id: &str,
        reason: &str,
    ) -> Result<(Acting, OrgRecord), ServiceError> {
        Right::ActForOrg.check(principal)?;
        let session = principal
            .session()
            .ok_or_else(|| ServiceError::forbidden("acting for an org takes a sign-in; tokens cannot"))?;
        let org = self.org(id).await?;
        if org.id == principal.org {
            return Err(ServiceError::conflict("this is your own org"));
        }
        let reason = check_line("reason", reason, REASON_MAX_CHARS)?;
        let now = self.accounts.now();
        let minutes = self.accounts.settings().acting_minutes;
        let acting = Acting {
            org_id: org.id,
            session_id: session,
            member_name: principal.user.name.to_string(),
            reason,
            began_at: now.0,
            ends_at: now.plus_ms(i64::try_from(minutes).unwrap_or(i64::MAX / MINUTE_MS) * MINUTE_MS).0,
        };
        let note = Note::by_platform(principal, Act::ActingBegun, org.id, now)
            .made(json!({ "reason": acting.reason, "minutes": minutes }));
        self.accounts.db().noting(note.clone()).acting().begin(&acting).await?;
        self.accounts.db().audit().append(note.of_platform().into()).await?;
        tracing::info!(org.id = %org.id, "a platform admin acts for the org {}", org.id);
        self.mail_owners(&org, &acting, minutes).await?;
        Ok((acting, org))
    }

    /// Ends what the caller's session does for an org; to end it again changes nothing.
    ///
    /// # Errors
    /// `forbidden` to all but platform admins, `not_found`.
    pub async fn end(self, principal: &Principal, id: &str) -> Result<(), ServiceError> {
        // Not `check`: whoever leaves need not show once more who they are.
        if !Right::ActForOrg.allows(principal.kind) {
            return Err(ServiceError::forbidden("only platform admins act for orgs"));
        }
        let org = self.org(id).await?;
        let Some(session) = principal.session() else { return Ok(()) };
        let note = Note::by_platform(principal, Act::ActingEnded, org.id, self.accounts.now());
        if self.accounts.db().acting().end(org.id, session).await? {
            append_to_both(self.accounts.db(), note).await?;
        }
        Ok(())
    }

    /// Who acts for the caller's org now.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn in_org(self, org: OrgId) -> Result<Vec<Acting>, ServiceError> {
        Ok(self.accounts.db().acting().of_org(org, self.accounts.now()).await?)
    }

    async fn org(self, id: &str) -> Result<OrgRecord, ServiceError> {
        self.accounts.directory().org(id.parse().map_err(|_| ServiceError::not_found())?).await
    }

    async fn mail_owners(self, org: &OrgRecord, acting: &Acting, minutes: u64) -> Result<(), ServiceError> {
        if !self.accounts.can_mail_members() {
            return Ok(());
        }
        let members = self.accounts.db().members().list(org.id, None, MEMBERS_MAX).await?;
        let is_told = |member: &&MemberRecord| member.active && member.role == Role::Owner;
        for owner in members.iter().filter(is_told) {
            let by = &acting.member_name;
            let mail = MemberMail::Acting { by, org: &org.name, reason: &acting.reason, minutes };
            self.accounts.mail_member(owner, &mail, MailLanguage::default());
        }
        Ok(())
    }
}
