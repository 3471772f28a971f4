//! Creates and updates stored orgs, members, channels and tokens. It needs no running server.

use std::sync::Arc;
use std::time::Duration;

use rooms::{ChannelId, OrgId, Timestamp, User, UserId};
use secrecy::SecretString;
use serde_json::json;

use super::channels::MadeChannel;
use super::{audit_views, checks, error_codes};
use crate::audit::{Act, Note};
use crate::auth::{PasswordKey, PasswordOrigin, Passwords, check_password};
use crate::clock::{DAY_MS, SharedClock};
use crate::crypto::MasterKeys;
use crate::db::{Db, DbError};
use crate::ids::{self, Token};
use crate::model::{
    ApiToken, MemberRecord, NewChannel, NewMember, OrgRecord, Role, SettingChange, SettingChangeId,
    SettingPlace, TokenRights, identity_secret_field,
};
use crate::refusal::ServiceError;

/// A hundred years: what lives longer lives for ever.
const TOKEN_DAYS_MAX: i64 = 36_500;

/// Makes and finds what is stored. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Directory {
    db: Db,
    keys: Option<Arc<MasterKeys>>,
    passwords: Passwords,
    clock: SharedClock,
    /// For how many days new orgs keep conversations.
    conversation_days: u64,
}

/// A member to add.
#[derive(Debug, Clone)]
pub struct MemberFields {
    /// Their address.
    pub email: String,
    /// Their name; the address up to its `@` where it is not said.
    pub name: Option<String>,
    /// What they may do.
    pub role: Role,
    /// Whether they run the whole server.
    pub platform_admin: bool,
    /// Their password, where they have one already.
    pub password: Option<SecretString>,
}

/// A member and the link by which they choose a password.
#[derive(Debug, Clone)]
pub struct MadeMember {
    /// The member.
    pub member: MemberRecord,
    /// The link; whoever has it can set the password once.
    pub set_password_url: String,
    /// Whether it was mailed to them.
    pub is_mailed: bool,
}

/// Whom an API token acts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenOwner {
    /// A member.
    Agent(UserId),
    /// The server of an org.
    Org(OrgId),
}

/// A token to make.
#[derive(Debug, Clone, Copy, Default)]
pub struct NewToken<'a> {
    /// What it is called; as its owner where it is not said.
    pub name: Option<&'a str>,
    /// What it may do.
    pub rights: TokenRights,
    /// How many days it lives; for ever without.
    pub lives_d: Option<u64>,
}

impl Directory {
    /// A directory over a database.
    #[must_use]
    pub fn new(db: Db, keys: Arc<MasterKeys>, clock: SharedClock) -> Self {
        Self { keys: Some(keys), ..Self::without_keys(db, clock) }
    }

    /// A directory for commands that seal nothing, and so need not know where the master key is.
    #[must_use]
    pub fn without_keys(db: Db, clock: SharedClock) -> Self {
        Self { db, keys: None, passwords: Passwords::new(), clock, conversation_days: 0 }
    }

    /// The same directory, in which a password waits at most so long for its turn.
    #[must_use]
    pub fn with_password_wait(self, wait_max: Duration) -> Self {
        Self { passwords: self.passwords.waiting_at_most(wait_max), ..self }
    }

    /// The same directory, whose new orgs keep conversations for so many days; 0 keeps them.
    #[must_use]
    pub fn with_conversation_days(self, conversation_days: u64) -> Self {
        Self { conversation_days, ..self }
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// What seals secrets.
    #[must_use]
    ///
    /// # Panics
    /// In a directory without keys.
    pub fn keys(&self) -> &MasterKeys {
        self.keys.as_deref().expect("only commands that seal nothing have no keys")
    }

    pub(super) fn passwords(&self) -> &Passwords {
        &self.passwords
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp(self.clock.now_ms())
    }

    /// Makes an org.
    ///
    /// # Errors
    /// `bad_request` for its name, `unavailable`.
    pub async fn create_org(&self, name: &str) -> Result<OrgRecord, ServiceError> {
        self.add_org(name, None).await
    }

    /// Makes an org, and says so in the audit log.
    ///
    /// # Errors
    /// `bad_request` for its name, `unavailable`.
    pub async fn create_org_noting(&self, note: Note, name: &str) -> Result<OrgRecord, ServiceError> {
        self.add_org(name, Some(note)).await
    }

    async fn add_org(&self, name: &str, note: Option<Note>) -> Result<OrgRecord, ServiceError> {
        let name = checks::name("name", name)?;
        let (id, created_at) = (OrgId(ids::new_number()), self.now());
        let org = OrgRecord { id, name, created_at, suspension: None, delete_at: None };
        let db = self.noting(note.map(|note| note.on(org.id).made(json!({ "name": org.name }))));
        db.orgs().add(org.id, &org.name, org.created_at).await?;
        self.db
            .settings()
            .change(SettingPlace { org: Some(org.id), channel: None }, self.first_settings())
            .await?;
        Ok(org)
    }

    /// What is set for a new org, and can be changed as everything else.
    fn first_settings(&self) -> Vec<SettingChange> {
        let keeps_for_days = SettingChange {
            id: SettingChangeId::new(),
            channel_id: None,
            field: "conversation_days".into(),
            old_value: None,
            new_value: Some(self.conversation_days.to_string()),
            member_id: None,
            member_name: User::system().name.to_string(),
            created_at: self.now().0,
        };
        if self.conversation_days == 0 { Vec::new() } else { vec![keeps_for_days] }
    }

    /// The database, whose next transaction that commits has this row in the audit log.
    fn noting(&self, note: Option<Note>) -> Db {
        note.map_or_else(|| self.db.clone(), |note| self.db.noting(note))
    }

    /// Makes a channel with its public key and its secret for signing identities.
    ///
    /// # Errors
    /// `not_found` for the org, `bad_request` for the fields, `unavailable`.
    pub async fn create_channel(
        &self,
        org: OrgId,
        name: &str,
        origins: &[String],
    ) -> Result<MadeChannel, ServiceError> {
        self.add_channel(org, name, origins, None).await
    }

    /// Makes a channel, and says so in the audit log.
    ///
    /// # Errors
    /// `not_found` for the org, `bad_request` for the fields, `unavailable`.
    pub async fn create_channel_noting(
        &self,
        note: Note,
        org: OrgId,
        name: &str,
        origins: &[String],
    ) -> Result<MadeChannel, ServiceError> {
        self.add_channel(org, name, origins, Some(note)).await
    }

    async fn add_channel(
        &self,
        org: OrgId,
        name: &str,
        origins: &[String],
        note: Option<Note>,
    ) -> Result<MadeChannel, ServiceError> {
        let (name, origins) = (checks::name("name", name)?, checks::origins(origins)?);
        self.org(org).await?;
        let id = ChannelId(ids::new_number());
        let (identity_secret, sealed_identity_secret) = self.new_identity_secret(org, id);
        let key = ids::random_token(ids::CHANNEL_KEY).into_string();
        let new = NewChannel { id, org, name, key, origins, sealed_identity_secret };
        let shown = json!({ "name": new.name, "origins": new.origins });
        let db = self.noting(note.map(|note| note.on(id).made(shown)));
        db.channels().add(&new, self.now()).await?;
        let channel = self.db.channels().get(org, id).await?;
        let channel =
            channel.ok_or_else(|| ServiceError::broken("a channel is gone right after it was made"))?;
        Ok(MadeChannel { channel, identity_secret })
    }

    pub(super) fn new_identity_secret(&self, org: OrgId, channel: ChannelId) -> (String, String) {
        let secret = ids::hex(&ids::random_bytes::<32>());
        let sealed = self.keys().seal(&org.to_string(), &identity_secret_field(channel), &secret);
        (secret, sealed)
    }

    /// Adds a member.
    ///
    /// # Errors
    /// `not_found` for the org, `bad_request` for the fields, `conflict` for a known address.
    pub async fn create_member(
        &self,
        org: OrgId,
        fields: MemberFields,
    ) -> Result<MemberRecord, ServiceError> {
        self.add_member(org, fields, None).await
    }

    /// Adds a member, and says so in the audit log.
    ///
    /// # Errors
    /// `not_found` for the org, `bad_request` for the fields, `conflict` for a known address.
    pub async fn create_member_noting(
        &self,
        note: Note,
        org: OrgId,
        fields: MemberFields,
    ) -> Result<MemberRecord, ServiceError> {
        self.add_member(org, fields, Some(note)).await
    }

    async fn add_member(
        &self,
        org: OrgId,
        fields: MemberFields,
        note: Option<Note>,
    ) -> Result<MemberRecord, ServiceError> {
        let email = checks::email(&fields.email)?;
        let name = match &fields.name {
            Some(name) => checks::name("name", name)?,
            None => checks::name("name", email.split('@').next().unwrap_or_default())?,
        };
        let org_name = self.org(org).await?.name;
        let password_hash = match fields.password {
            Some(password) => {
                let origin = PasswordOrigin::by(PasswordKey::Org(org));
                Some(self.hash(password, &[&email, &name, &org_name], origin).await?)
            }
            None => None,
        };
        let new = NewMember {
            id: UserId(ids::new_number()),
            org,
            email,
            name,
            role: fields.role,
            platform_admin: fields.platform_admin,
            password_hash,
        };
        let (role, platform_admin) = (new.role.as_str(), new.platform_admin);
        let shown =
            json!({ "email": new.email, "name": new.name, "role": role, "platform_admin": platform_admin });
        let db = self.noting(note.map(|note| note.on(new.id).made(shown)));
        db.members().add(&new, self.now()).await?;
        self.member(org, new.id).await
    }

    /// Deletes an API token of an org, and says so in the audit log. A running server closes its sockets.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn delete_token_noting(
        &self,
        note: Note,
        org: OrgId,
        id: UserId,
    ) -> Result<ApiToken, ServiceError> {
        let tokens = self.db.credentials().api_tokens(org).await?;
        let token = tokens.into_iter().find(|token| token.id == id).ok_or_else(ServiceError::not_found)?;
        let db = self.db.noting(note.on(id).gone(audit_views::of_token(&token)));
        if !db.credentials().remove_api_token(org, id, self.now()).await? {
            return Err(ServiceError::not_found());
        }
        Ok(token)
    }

    /// Checks that nobody signs in with this email address yet.
    ///
    /// # Errors
    /// `conflict` when a member does.
    pub(super) async fn check_email_is_new(&self, email: &str) -> Result<(), ServiceError> {
        match self.db.members().by_email(email).await? {
            Some(_) => Err(DbError::Taken { what: "email address" }.into()),
            None => Ok(()),
        }
    }

    /// Sets the password of an account from the shell; its sessions and sockets end.
    ///
    /// # Errors
    /// `not_found` for an unknown address, `bad_request` for the password.
    pub async fn set_password(&self, email: &str, password: SecretString) -> Result<UserId, ServiceError> {
        let email = checks::email(email)?;
        let member = self.db.members().by_email(&email).await?;
        let member = member.ok_or_else(ServiceError::not_found)?;
        let hash =
            self.hash(password, &[&email, &member.name], PasswordOrigin::by(PasswordKey::House)).await?;
        let note = Note::by_shell(Some(member.org), Act::PasswordSet, self.now()).on(member.id);
        let db = self.db.noting(note);
        db.members().set_password(member.org, member.id, &hash, false, self.now()).await?;
        Ok(member.id)
    }

    /// Ends two-step sign-in of an account; false where it was off.
    ///
    /// # Errors
    /// `not_found` for an unknown address.
    pub async fn reset_two_step(&self, email: &str) -> Result<(UserId, bool), ServiceError> {
        let member = self.db.members().by_email(&checks::email(email)?).await?;
        let member = member.ok_or_else(ServiceError::not_found)?;
        let note = Note::by_shell(Some(member.org), Act::TwoStepReset, self.now()).on(member.id);
        let db = self.noting(member.has_two_step.then_some(note));
        Ok((member.id, db.two_step().remove(member.org, member.id).await?))
    }

    /// Makes an API token. It is shown once.
    ///
    /// # Errors
    /// `not_found` for the org or the agent, `bad_request` for the name.
    pub async fn create_token(
        &self,
        owner: TokenOwner,
        new: NewToken<'_>,
    ) -> Result<(ApiToken, Token), ServiceError> {
        self.add_token(owner, new, None).await
    }

    /// Makes an API token, and says so in the audit log of its org.
    ///
    /// # Errors
    /// `not_found` for the org or the agent, `bad_request` for the name.
    pub async fn create_token_noting(
        &self,
        note: impl FnOnce(OrgId) -> Note + Send,
        owner: TokenOwner,
        new: NewToken<'_>,
    ) -> Result<(ApiToken, Token), ServiceError> {
        self.add_token(owner, new, Some(Box::new(note))).await
    }

    async fn add_token(
        &self,
        owner: TokenOwner,
        new: NewToken<'_>,
        note: Option<Box<dyn FnOnce(OrgId) -> Note + Send + '_>>,
    ) -> Result<(ApiToken, Token), ServiceError> {
        let (org, member, default_name) = match owner {
            TokenOwner::Agent(id) => {
                let found = self.db.members().of_any_org(id).await?;
                let member = found.filter(|member| member.active).ok_or_else(ServiceError::not_found)?;
                (member.org, Some(id), member.name)
            }
            TokenOwner::Org(id) => (id, None, self.org(id).await?.name),
        };
        let name = new.name.map_or(Ok(default_name), |name| checks::name("name", name))?;
        let token = ids::random_token(ids::API_TOKEN);
        let id = UserId(ids::new_number());
        let days =
            new.lives_d.map(|days| i64::try_from(days).unwrap_or(i64::MAX / DAY_MS).min(TOKEN_DAYS_MAX));
        let record = ApiToken {
            id,
            org,
            member,
            name,
            rights: new.rights,
            created_at: self.now(),
            expires_at: days.map(|days| self.now().plus_ms(days * DAY_MS)),
            used_at: None,
        };
        let db = self.noting(note.map(|note| note(org).on(id).made(audit_views::of_token(&record))));
        db.credentials().add_api_token(&record, &token.hash()).await?;
        Ok((record, token))
    }

    pub(super) async fn hash(
        &self,
        password: SecretString,
        names: &[&str],
        origin: PasswordOrigin,
    ) -> Result<String, ServiceError> {
        check_password(secrecy::ExposeSecret::expose_secret(&password), names)
            .map_err(error_codes::of_password_rules)?;
        self.passwords.hash(password, origin).await.map_err(error_codes::of_passwords)
    }

    pub(super) async fn org(&self, id: OrgId) -> Result<OrgRecord, ServiceError> {
        self.db.orgs().get(id).await?.ok_or_else(ServiceError::not_found)
    }

    pub(super) async fn member(&self, org: OrgId, id: UserId) -> Result<MemberRecord, ServiceError> {
        self.db.members().get(org, id).await?.ok_or_else(ServiceError::not_found)
    }
}
