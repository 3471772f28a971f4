//! Who may do what with accounts. The one place where roles decide.

use rooms::UserId;

use crate::auth::{Principal, PrincipalKind};
use crate::db::{MemberRecord, Role};
use crate::wire::WireError;

/// A member who changes members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Manager {
    pub(super) id: UserId,
    pub(super) role: Role,
    pub(super) platform_admin: bool,
}

impl Manager {
    /// The caller, where they are a member.
    pub(super) fn of(principal: &Principal) -> Result<Self, WireError> {
        match principal.kind {
            PrincipalKind::Agent { role, platform_admin } => {
                Ok(Self { id: principal.user.id, role, platform_admin })
            }
            PrincipalKind::Visitor { .. } | PrincipalKind::Server => {
                Err(WireError::forbidden("your role may not do this"))
            }
        }
    }

    /// Whether the caller may give this role.
    pub(super) fn may_give(self, role: Role) -> Result<(), WireError> {
        match self.role {
            Role::Owner => Ok(()),
            Role::Admin if role <= Role::Admin => Ok(()),
            Role::Admin => Err(WireError::forbidden("only owners manage owners")),
            Role::Agent => Err(WireError::forbidden("your role may not do this")),
        }
    }

    /// Whether the caller may change this member's role, access or password.
    pub(super) fn may_manage(self, member: &MemberRecord) -> Result<(), WireError> {
        self.may_give(member.role)?;
        // Otherwise an owner could make a password link for who runs the server, and be them.
        if member.platform_admin && !self.platform_admin {
            return Err(WireError::forbidden("only platform admins manage platform admins"));
        }
        Ok(())
    }

    /// Whether the caller may rename this member: everybody their own name.
    pub(super) fn may_rename(self, member: &MemberRecord) -> Result<(), WireError> {
        if self.id == member.id { Ok(()) } else { self.may_manage(member) }
    }

    /// Whether the caller may set this role and access.
    pub(super) fn may_set(self, member: &MemberRecord, role: Role, active: bool) -> Result<(), WireError> {
        if role == member.role && active == member.active {
            return Ok(());
        }
        if self.id == member.id {
            return Err(WireError::forbidden("nobody changes their own role or access; ask another owner"));
        }
        self.may_manage(member)?;
        self.may_give(role)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rooms::{ChannelId, OrgId, Timestamp, User, UserKind};

    use super::*;
    use crate::auth::Right;

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
        }
    }

    fn manager(id: u128, role: Role) -> Manager {
        Manager { id: UserId(id), role, platform_admin: false }
    }

    fn principal(kind: PrincipalKind) -> Principal {
        Principal {
            org: OrgId(1),
            user: User { id: UserId(1), kind: UserKind::Agent, name: "A".into() },
            kind,
            credential: Arc::from("session:1"),
            expires_at: None,
            page: None,
            message_max_chars: None,
        }
    }

    #[test]
    fn each_right_asks_for_its_role() {
        let agent = |role| principal(PrincipalKind::Agent { role, platform_admin: false });
        let root = principal(PrincipalKind::Agent { role: Role::Owner, platform_admin: true });
        let server = principal(PrincipalKind::Server);
        let visitor = principal(PrincipalKind::Visitor { channel: ChannelId(1) });

        for (right, allowed) in [
            (Right::See, [true, true, true, true, true, false]),
            (Right::Work, [true, true, true, true, false, false]),
            (Right::Manage, [false, true, true, true, false, false]),
            (Right::RunPlatform, [false, false, false, true, false, false]),
        ] {
            let callers =
                [&agent(Role::Agent), &agent(Role::Admin), &agent(Role::Owner), &root, &server, &visitor];
            assert_eq!(callers.map(|caller| right.check(caller).is_ok()), allowed, "{right:?}");
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
            let outcome = manager(1, caller).may_manage(&member(2, target, false));
            assert_eq!(outcome.is_ok(), allowed, "{caller:?} {target:?}");
        }
    }

    #[test]
    fn an_admin_makes_nobody_an_owner() {
        let admin = manager(1, Role::Admin);

        assert!(admin.may_set(&member(2, Role::Agent, false), Role::Admin, true).is_ok());
        assert!(admin.may_set(&member(2, Role::Agent, false), Role::Owner, true).is_err());
    }

    #[test]
    fn nobody_changes_their_own_role_or_access_but_everybody_their_name() {
        let (owner, own) = (manager(1, Role::Owner), member(1, Role::Owner, false));

        assert!(owner.may_set(&own, Role::Agent, true).is_err());
        assert!(owner.may_set(&own, Role::Owner, false).is_err());
        assert!(owner.may_set(&own, Role::Owner, true).is_ok());
        assert!(manager(3, Role::Agent).may_rename(&member(3, Role::Agent, false)).is_ok());
        assert!(manager(3, Role::Agent).may_rename(&member(4, Role::Agent, false)).is_err());
    }

    #[test]
    fn who_runs_the_server_is_managed_by_their_like_alone() {
        let root = member(2, Role::Owner, true);

        assert!(manager(1, Role::Owner).may_manage(&root).is_err());
        assert!(Manager { platform_admin: true, ..manager(1, Role::Owner) }.may_manage(&root).is_ok());
    }
}
