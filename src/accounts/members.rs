//! Managing the members of an org.

use rooms::UserId;

use super::member_mails::{MailLanguage, MemberMail};
use super::rights::Manager;
use super::{Accounts, MadeMember, MemberFields, audit_views, checks};
use crate::audit::{Act, Note};
use crate::auth::{Principal, Right};
use crate::limits::{Limit, Source};
use crate::model::{MemberRecord, Patch, Role};
use crate::refusal::ServiceError;
use crate::wire::ErrorCode;

/// More conversations at once nobody answers.
const CAPACITY_MAX: u64 = 1_000;

/// Changes of a member; `None` leaves a field.
#[derive(Debug, Clone, Default)]
pub struct MemberPatch {
    /// Their name.
    pub name: Option<String>,
    /// What they may do.
    pub role: Option<Role>,
    /// Whether they may sign in.
    pub active: Option<bool>,
    /// How many conversations they take at once.
    pub capacity: Patch<u64>,
}

/// Members of the caller's org.
#[derive(Debug, Clone, Copy)]
pub struct Members<'a> {
    pub(super) accounts: &'a Accounts,
}

impl Members<'_> {
    /// Members of the caller's org, oldest first: those after an id.
    ///
    /// # Errors
    /// `forbidden` to visitors.
    pub async fn list(
        self,
        principal: &Principal,
        after: Option<UserId>,
        limit: i64,
    ) -> Result<Vec<MemberRecord>, ServiceError> {
        Right::ListMembers.check(principal)?;
        self.accounts.db().members().list(principal.org, after, limit).await.map_err(ServiceError::from)
    }

    /// Adds a member, who chooses a password by a link, which is mailed to them where this server can; `base` is this
    /// server's address for links.
    ///
    /// # Errors
    /// `forbidden`, `bad_request` for the fields, `conflict` for a known address.
    pub async fn invite(
        self,
        principal: &Principal,
        (email, name): (String, String),
        role: Role,
        language: MailLanguage,
        base: &str,
    ) -> Result<MadeMember, ServiceError> {
        Manager::of(principal)?.may_invite(role)?;
        let fields = MemberFields { email, name: Some(name), role, platform_admin: false, password: None };
        let note = Note::by(principal, Act::MemberInvited, self.accounts.now());
        let member = self.accounts.directory().create_member_noting(note, principal.org, fields).await?;
        let set_password_url = self.accounts.password_links().link(&member, base).await?;
        let is_mailed = self.mail_invite(principal, &member, &set_password_url, language).await?;
        Ok(MadeMember { member, set_password_url, is_mailed })
    }

    /// Mails a new member their link; false where this server cannot, or the caller's org has mailed too many.
    pub(super) async fn mail_invite(
        self,
        principal: &Principal,
        member: &MemberRecord,
        link: &str,
        language: MailLanguage,
    ) -> Result<bool, ServiceError> {
        let org = principal.org.to_string();
        let limits = &self.accounts.parts.base.limits;
        if !self.accounts.can_mail_members() || limits.count(Limit::InviteMails, Source::Token(&org)).is_err()
        {
            return Ok(false);
        }
        let org = self.accounts.directory().org(member.org).await?.name;
        let hours = self.accounts.settings().password_link_ttl_h;
        let mail = MemberMail::Invite { link, org: &org, by: &principal.user.name, hours };
        self.accounts.mail_member(member, &mail, language);
        Ok(true)
    }

    /// Changes a member; who loses rights is signed out everywhere.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `conflict` for the last owner.
    pub async fn change(
        self,
        principal: &Principal,
        id: &str,
        patch: MemberPatch,
    ) -> Result<MemberRecord, ServiceError> {
        let manager = Manager::of(principal)?;
        let before = self.get(principal, id).await?;
        let mut member = before.clone();
        if let Some(name) = &patch.name {
            manager.may_rename(&before)?;
            member.name = checks::name("name", name)?;
        }
        match patch.capacity {
            Patch::Keep => {}
            Patch::Clear => member.capacity = None,
            Patch::Set(count) if count <= CAPACITY_MAX => member.capacity = Some(count),
            Patch::Set(_) => return Err(ServiceError::bad_request("capacity must be 0 to 1000")),
        }
        if member.capacity != before.capacity {
            manager.may_manage(&before)?;
        }
        member.role = patch.role.unwrap_or(before.role);
        member.active = patch.active.unwrap_or(before.active);
        manager.may_set(&before, member.role, member.active)?;
        let loses_rights = member.role != before.role || (before.active && !member.active);
        let act = if before.active && !member.active { Act::MemberRemoved } else { Act::MemberChanged };
        let note = Note::by(principal, act, self.accounts.now())
            .on(member.id)
            .change(audit_views::of_member(&before), audit_views::of_member(&member));
        self.store(&member, loses_rights, note).await?;
        if loses_rights {
            self.accounts.hub().apply_revocations().await;
        }
        Ok(member)
    }

    /// Takes a member's access away; what they wrote stays theirs.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `conflict` for the last owner.
    pub async fn remove(self, principal: &Principal, id: &str) -> Result<(), ServiceError> {
        let patch = MemberPatch { active: Some(false), ..MemberPatch::default() };
        let manager = Manager::of(principal)?;
        let member = self.get(principal, id).await?;
        manager.may_set_access(&member)?;
        self.change(principal, id, patch).await.map(drop)
    }

    pub(super) async fn get(self, principal: &Principal, id: &str) -> Result<MemberRecord, ServiceError> {
        let id: UserId = id.parse().map_err(|_| ServiceError::not_found())?;
        self.accounts.directory().member(principal.org, id).await
    }

    async fn store(self, member: &MemberRecord, ends_access: bool, note: Note) -> Result<(), ServiceError> {
        let db = self.accounts.db().noting(note);
        if db.members().change(member, ends_access, self.accounts.now()).await? {
            Ok(())
        } else {
            Err(ServiceError::new(ErrorCode::Conflict, "an org keeps at least one owner"))
        }
    }
}
