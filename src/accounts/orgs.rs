//! Making orgs, for platform admins.

use super::member_mails::MailLanguage;
use super::{Accounts, MadeMember, MemberFields, checks};
use crate::audit::{Act, Note};
use crate::auth::{Principal, Right};
use crate::model::{OrgRecord, Role};
use crate::refusal::ServiceError;

/// Orgs, for platform admins.
#[derive(Debug, Clone, Copy)]
pub struct Orgs<'a> {
    pub(super) accounts: &'a Accounts,
}

impl Orgs<'_> {
    /// Makes an org and its first owner, who chooses a password by a link, which is mailed to them where this server can;
    /// `base` is this server's address.
    ///
    /// # Errors
    /// `forbidden`, `bad_request` for the fields, `conflict` for a known address.
    pub async fn create(
        self,
        principal: &Principal,
        name: &str,
        owner_email: &str,
        owner_name: Option<String>,
        language: MailLanguage,
        base: &str,
    ) -> Result<(OrgRecord, MadeMember), ServiceError> {
        Right::CreateOrg.check(principal)?;
        let email = checks::email(owner_email)?;
        let owner_name = owner_name.map(|name| checks::name("owner.name", &name)).transpose()?;
        self.accounts.directory().check_email_is_new(&email).await?;
        let now = self.accounts.now();
        let note = Note::by(principal, Act::OrgMade, now).of_platform();
        let org = self.accounts.directory().create_org_noting(note, name).await?;
        let (role, platform_admin) = (Role::Owner, false);
        let fields = MemberFields { email, name: owner_name, role, platform_admin, password: None };
        let note = Note::by(principal, Act::MemberInvited, now).of_org(org.id);
        let member = self.accounts.directory().create_member_noting(note, org.id, fields).await?;
        let set_password_url = self.accounts.password_links().link(&member, base).await?;
        let members = self.accounts.members();
        let is_mailed = members.mail_invite(principal, &member, &set_password_url, language).await?;
        Ok((org, MadeMember { member, set_password_url, is_mailed }))
    }
}
