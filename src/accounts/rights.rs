//! Which members a member may manage, by both their roles.

use crate::auth::{Principal, Right};
use crate::model::{MemberRecord, Role};
use crate::refusal::ServiceError;

/// Who changes members: a member, or whoever has the shell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manager<'a>(&'a Principal);

impl<'a> Manager<'a> {
    /// The caller, where they are a member or have the shell.
    pub(super) fn of(principal: &'a Principal) -> Result<Self, ServiceError> {
        if !principal.is_shell() {
            Right::RenameSelf.check(principal)?;
        }
        Ok(Self(principal))
    }

    /// Whether the caller may give this role.
    pub(super) fn may_give(self, role: Role) -> Result<(), ServiceError> {
        Right::ManageMembers.check(self.0)?;
        if role > Role::Admin {
            Right::ManageOwners.check(self.0)?;
        }
        Ok(())
    }

    /// Whether the caller may invite somebody with this role.
    pub(super) fn may_invite(self, role: Role) -> Result<(), ServiceError> {
        self.may_give(role)?;
        Ok(Right::SetAccess.check(self.0)?)
    }

    /// Whether the caller may change this member's role, access, password or two-step sign-in.
    pub(super) fn may_set_access(self, member: &MemberRecord) -> Result<(), ServiceError> {
        self.may_manage(member)?;
        Ok(Right::SetAccess.check(self.0)?)
    }

    /// Whether the caller may change what this member is called and how they look.
    pub(super) fn may_manage(self, member: &MemberRecord) -> Result<(), ServiceError> {
        self.may_give(member.role)?;
        // Otherwise an owner could create a password link for a platform admin and sign in as them.
        if member.platform_admin {
            Right::ManagePlatformAdmins.check(self.0)?;
        }
        Ok(())
    }

    /// Whether the caller may rename this member: everybody their own name.
    pub(super) fn may_rename(self, member: &MemberRecord) -> Result<(), ServiceError> {
        if self.0.user.id == member.id { Ok(()) } else { self.may_manage(member) }
    }

    /// Whether the caller may set this member's picture: everybody their own.
    pub(super) fn may_set_picture(self, member: &MemberRecord) -> Result<(), ServiceError> {
        if self.0.user.id != member.id {
            return self.may_manage(member);
        }
        Ok(Right::SetOwnPicture.check(self.0)?)
    }

    /// Whether the caller may set this role and access.
    pub(super) fn may_set(self, member: &MemberRecord, role: Role, active: bool) -> Result<(), ServiceError> {
        if role == member.role && active == member.active {
            return Ok(());
        }
        if self.0.user.id == member.id {
            return Err(ServiceError::forbidden(
                "nobody changes their own role or access; ask another owner",
            ));
        }
        self.may_set_access(member)?;
        self.may_give(role)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rooms::{OrgId, Timestamp, User, UserId, UserKind};

    use super::*;
    use crate::auth::PrincipalKind;

    fn member(id: u128, role: Role, platform_admin: bool) -> MemberRecord {
        MemberRecord {
            id: UserId(id),
            org: OrgId(1),
            email: "a@example.com".to_owned(),
            name: "A".to_owned(),
            role,
            platform_admin,
            active: true,
            password_hash: None,
            created_at: Timestamp(0),
            capacity: None,
            picture: None,
            has_two_step: false,
        }
    }

    fn principal(id: u128, role: Role, platform_admin: bool) -> Principal {
        Principal {
            org: OrgId(1),
            user: User { id: UserId(id), kind: UserKind::Agent, name: "A".into() },
            kind: PrincipalKind::Agent { role, platform_admin },
            credential: Arc::from("session:1"),
            expires_at: None,
            page: None,
            message_max_chars: None,
            blocked: crate::model::BlockedVisitors::default(),
            standing: crate::auth::Standing::default(),
        }
    }

    #[test]
    fn admins_manage_agents_and_admins_and_only_owners_manage_owners() {
        for (caller, target, allowed) in [
            (Role::Agent, Role::Agent, false),
            (Role::Admin, Role::Agent, true),
            (Role::Admin, Role::Admin, true),
            (Role::Admin, Role::Owner, false),
            (Role::Owner, Role::Owner, true),
        ] {
            let outcome = Manager(&principal(1, caller, false)).may_manage(&member(2, target, false));
            assert_eq!(outcome.is_ok(), allowed, "{caller:?} {target:?}");
        }
    }

    #[test]
    fn an_admin_makes_nobody_an_owner() {
        let admin = principal(1, Role::Admin, false);
        let admin = Manager(&admin);

        assert!(admin.may_set(&member(2, Role::Agent, false), Role::Admin, true).is_ok());
        assert!(admin.may_set(&member(2, Role::Agent, false), Role::Owner, true).is_err());
    }

    #[test]
    fn nobody_changes_their_own_role_or_access_but_everybody_their_name() {
        let (owner, own) = (principal(1, Role::Owner, false), member(1, Role::Owner, false));
        let owner = Manager(&owner);
        let agent = principal(3, Role::Agent, false);
        let agent = Manager(&agent);

        assert!(owner.may_set(&own, Role::Agent, true).is_err());
        assert!(owner.may_set(&own, Role::Owner, false).is_err());
        assert!(owner.may_set(&own, Role::Owner, true).is_ok());
        assert!(agent.may_rename(&member(3, Role::Agent, false)).is_ok());
        assert!(agent.may_rename(&member(4, Role::Agent, false)).is_err());
    }

    #[test]
    fn who_runs_the_server_is_managed_by_their_like_alone_and_from_the_shell() {
        let root = member(2, Role::Owner, true);

        assert!(Manager(&principal(1, Role::Owner, false)).may_manage(&root).is_err());
        assert!(Manager(&principal(1, Role::Owner, true)).may_manage(&root).is_ok());
        assert!(Manager(&Principal::of_shell(OrgId(1))).may_set(&root, Role::Agent, false).is_ok());
    }
}
