//! Managing the members of an org.

use rooms::{OrgId, UserId};

use super::rights::Manager;
use super::{Accounts, MadeMember, MemberFields, checks};
use crate::auth::{Principal, Right};
use crate::model::{MemberRecord, OrgRecord, Role};
use crate::refusal::ServiceError;
use crate::wire::ErrorCode;

/// Changes of a member; `None` leaves a field.
#[derive(Debug, Clone, Default)]
pub struct MemberPatch {
    /// Their name.
    pub name: Option<String>,
    /// What they may do.
    pub role: Option<Role>,
    /// Whether they may sign in.
    pub active: Option<bool>,
}

impl Accounts {
    /// Members of the caller's org, oldest first: those after an id.
    ///
    /// # Errors
    /// `forbidden` to visitors.
    pub async fn members(
        &self,
        principal: &Principal,
        after: Option<UserId>,
        limit: i64,
    ) -> Result<Vec<MemberRecord>, ServiceError> {
        Right::ListMembers.check(principal)?;
        self.db().members().list(principal.org, after, limit).await.map_err(ServiceError::from)
    }

    /// Adds a member, who chooses a password by a link; `base` is this server's address for links.
    ///
    /// # Errors
    /// `forbidden`, `bad_request` for the fields, `conflict` for a known address.
    pub async fn invite(
        &self,
        principal: &Principal,
        email: String,
        name: String,
        role: Role,
        base: &str,
    ) -> Result<MadeMember, ServiceError> {
        Manager::of(principal)?.may_give(role)?;
        let fields = MemberFields { email, name: Some(name), role, platform_admin: false, password: None };
        let member = self.directory().create_member(principal.org, fields).await?;
        let set_password_url = self.password_link(&member, base).await?;
        Ok(MadeMember { member, set_password_url })
    }

    /// Changes a member; who loses rights is signed out everywhere.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `conflict` for the last owner.
    pub async fn change_member(
        &self,
        principal: &Principal,
        id: &str,
        patch: MemberPatch,
    ) -> Result<MemberRecord, ServiceError> {
        let manager = Manager::of(principal)?;
        let before = self.member_of(principal, id).await?;
        let mut member = before.clone();
        if let Some(name) = &patch.name {
            manager.may_rename(&before)?;
            member.name = checks::name("name", name)?;
        }
        member.role = patch.role.unwrap_or(before.role);
        member.active = patch.active.unwrap_or(before.active);
        manager.may_set(&before, member.role, member.active)?;
        let loses_rights = member.role != before.role || (before.active && !member.active);
        self.store_member(&member, loses_rights).await?;
        if loses_rights {
            self.hub().apply_revocations().await;
        }
        Ok(member)
    }

    /// Takes a member's access away; what they wrote stays theirs.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `conflict` for the last owner.
    pub async fn remove_member(&self, principal: &Principal, id: &str) -> Result<(), ServiceError> {
        let patch = MemberPatch { active: Some(false), ..MemberPatch::default() };
        let manager = Manager::of(principal)?;
        let member = self.member_of(principal, id).await?;
        manager.may_manage(&member)?;
        self.change_member(principal, id, patch).await.map(drop)
    }

    /// Every org, oldest first: those after an id.
    ///
    /// # Errors
    /// `forbidden` to all but platform admins.
    pub async fn orgs(
        &self,
        principal: &Principal,
        after: Option<OrgId>,
        limit: i64,
    ) -> Result<Vec<OrgRecord>, ServiceError> {
        Right::ListOrgs.check(principal)?;
        self.db().orgs().list(after, limit).await.map_err(ServiceError::from)
    }

    /// Makes an org and its first owner, who chooses a password by a link; `base` is this server's address.
    ///
    /// # Errors
    /// `forbidden`, `bad_request` for the fields, `conflict` for a known address.
    pub async fn create_org(
        &self,
        principal: &Principal,
        name: &str,
        owner_email: &str,
        owner_name: Option<String>,
        base: &str,
    ) -> Result<(OrgRecord, MadeMember), ServiceError> {
        Right::CreateOrg.check(principal)?;
        let email = checks::email(owner_email)?;
        let owner_name = owner_name.map(|name| checks::name("owner.name", &name)).transpose()?;
        if self.db().members().by_email(&email).await?.is_some() {
            return Err(ServiceError::new(ErrorCode::Conflict, "the email address already exists"));
        }
        let org = self.directory().create_org(name).await?;
        let (role, platform_admin) = (Role::Owner, false);
        let fields = MemberFields { email, name: owner_name, role, platform_admin, password: None };
        let member = self.directory().create_member(org.id, fields).await?;
        let set_password_url = self.password_link(&member, base).await?;
        Ok((org, MadeMember { member, set_password_url }))
    }

    pub(super) async fn member_of(
        &self,
        principal: &Principal,
        id: &str,
    ) -> Result<MemberRecord, ServiceError> {
        let id: UserId = id.parse().map_err(|_| ServiceError::not_found())?;
        self.directory().member(principal.org, id).await
    }

    async fn store_member(&self, member: &MemberRecord, ends_access: bool) -> Result<(), ServiceError> {
        let stored = self.db().members().change(member, ends_access, self.now()).await;
        if stored? {
            Ok(())
        } else {
            Err(ServiceError::new(ErrorCode::Conflict, "an org keeps at least one owner"))
        }
    }
}
