//! Listing and updating settings on behalf of a principal, at the levels of their own org.

use rooms::{ChannelId, OrgId, User};
use serde_json::{Map, Value};

use super::service::demands_two_step;
use super::{Change, Level, Nature, OrgSettings, SettingsError, Shown};
use crate::audit::{Act, Note};
use crate::auth::{Principal, Right};
use crate::model::{SettingChange, SettingChangeId};
use crate::refusal::ServiceError;
use crate::wire::WireError;

impl OrgSettings {
    /// Every setting as a level sees it.
    ///
    /// # Errors
    /// `forbidden`, `not_found` for another org's channel.
    pub async fn shown_to(&self, principal: &Principal, level: Level) -> Result<Vec<Shown>, ServiceError> {
        match level {
            Level::Platform => Right::ManagePlatformSettings.check(principal)?,
            Level::Org(_) | Level::Channel(..) => Right::ReadSettings.check(principal)?,
        }
        self.must_be_own(principal, level).await?;
        Ok(self.shown(level).await?)
    }

    /// Sets fields by name, all or none; null inherits again.
    ///
    /// # Errors
    /// `forbidden` naming a technical field that the caller may not set, `bad_request` naming a field and what is
    /// allowed, `not_found` for another org's channel.
    pub async fn change_by(
        &self,
        principal: &Principal,
        level: Level,
        values: Map<String, Value>,
    ) -> Result<Vec<Shown>, ServiceError> {
        match level {
            Level::Platform => Right::ManagePlatformSettings.check(principal)?,
            Level::Org(_) | Level::Channel(..) => Right::ChangeSettings.check(principal)?,
        }
        self.must_be_own(principal, level).await?;
        let changes = OrgSettings::check(level, values)?;
        for change in &changes {
            let is_technical = level != Level::Platform && change.field.nature == Nature::Technical;
            if is_technical && !self.may_set_technical(principal).await? {
                let name = change.field.name;
                return Err(WireError {
                    reason: Some("technical_setting"),
                    ..WireError::forbidden(format!("{name} is set by the platform admin"))
                }
                .into());
            }
        }
        let note = self.note_of(principal, level, &changes).await?;
        self.change_noting(note, level, &principal.user, &changes).await?;
        Ok(self.shown(level).await?)
    }

    /// Sets fields from the shell, as [`OrgSettings::change_by`] does; a running server follows by the row of the audit log.
    ///
    /// # Errors
    /// `bad_request` naming a field and what is allowed.
    pub async fn change_by_shell(
        &self,
        level: Level,
        values: Map<String, Value>,
    ) -> Result<Vec<Shown>, ServiceError> {
        let changes = OrgSettings::check(level, values)?;
        let org = match level {
            Level::Platform => None,
            Level::Org(org) | Level::Channel(org, _) => Some(org),
        };
        let note = Note::by_shell(org, Act::SettingsChanged, self.now());
        let note = self.with_values(note, level, &changes).await?;
        self.change_noting(note, level, &User::system(), &changes).await?;
        if changes.iter().any(demands_two_step) {
            self.db().two_step().revoke_sockets_without(org, self.now()).await?;
        }
        Ok(self.shown(level).await?)
    }

    /// Who changed which setting, newest first, below an id.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn history_for(
        &self,
        principal: &Principal,
        of_platform: bool,
        before: Option<SettingChangeId>,
        limit: i64,
    ) -> Result<Vec<SettingChange>, ServiceError> {
        let right = if of_platform { Right::ManagePlatformSettings } else { Right::ReadSettingHistory };
        right.check(principal)?;
        let org = (!of_platform).then_some(principal.org);
        Ok(self.history(org, before, limit).await?)
    }

    /// Sets a field back to what it was before a change, where that was made; this is a change like any other. Gives the
    /// settings of that level.
    ///
    /// # Errors
    /// As [`OrgSettings::change_by`]; `bad_request` for a value that is not allowed any more, `not_found` for a change
    /// that is not of the caller's org, and for one of a channel that is gone.
    pub async fn restore_by(
        &self,
        principal: &Principal,
        of_platform: bool,
        id: &str,
    ) -> Result<Vec<Shown>, ServiceError> {
        let right = if of_platform { Right::ManagePlatformSettings } else { Right::ReadSettingHistory };
        right.check(principal)?;
        let id: SettingChangeId = id.parse().map_err(|_| WireError::not_found())?;
        let org = (!of_platform).then_some(principal.org);
        let change = self.db().settings().change_of(org, id).await?.ok_or_else(WireError::not_found)?;
        let level = match (org, change.channel_id) {
            (None, _) => Level::Platform,
            (Some(org), None) => Level::Org(org),
            (Some(org), Some(channel)) => Level::Channel(org, channel),
        };
        let before = change.old_value.as_deref().and_then(|json| serde_json::from_str(json).ok());
        let values = Map::from_iter([(change.field, before.unwrap_or(Value::Null))]);
        self.change_by(principal, level, values).await
    }

    /// Whether the caller may set technical fields of their org: the platform admin, and owners where they are let.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn may_set_technical(&self, principal: &Principal) -> Result<bool, ServiceError> {
        if Right::ChangeTechnicalSettings.allows(principal.kind) {
            return Ok(true);
        }
        if !Right::ChangeTechnicalSettingsWhereLet.allows(principal.kind) {
            return Ok(false);
        }
        let settings = self.effective(principal.org, None).await?;
        Ok(settings.owners_set_technical)
    }

    /// What the audit log says of changes at a level.
    async fn note_of(
        &self,
        principal: &Principal,
        level: Level,
        changes: &[Change],
    ) -> Result<Note, ServiceError> {
        let note = Note::by(principal, Act::SettingsChanged, self.now());
        let note = self.with_values(note, level, changes).await?;
        Ok(if level == Level::Platform { note.of_platform() } else { note })
    }

    /// What was set before, and what is set now.
    async fn with_values(&self, note: Note, level: Level, changes: &[Change]) -> Result<Note, ServiceError> {
        let set_before = self.values_at(level).await?;
        let field = |change: &Change| change.field.name.to_owned();
        let before: Map<String, Value> = changes
            .iter()
            .map(|change| (field(change), set_before.get(change.field.name).cloned().unwrap_or_default()))
            .collect();
        let after: Map<String, Value> =
            changes.iter().map(|change| (field(change), change.value.clone().unwrap_or_default())).collect();
        let note = note.change(before.into(), after.into());
        Ok(match level {
            Level::Platform | Level::Org(_) => note,
            Level::Channel(_, channel) => note.on(channel),
        })
    }

    /// A level must be of the caller's org; a channel must exist in it.
    async fn must_be_own(&self, principal: &Principal, level: Level) -> Result<(), ServiceError> {
        match level {
            Level::Platform => Ok(()),
            Level::Org(org) if org == principal.org => Ok(()),
            Level::Channel(org, channel) if org == principal.org => self.must_exist(org, channel).await,
            Level::Org(_) | Level::Channel(..) => Err(WireError::not_found().into()),
        }
    }

    async fn must_exist(&self, org: OrgId, channel: ChannelId) -> Result<(), ServiceError> {
        let found = self.db().channels().get(org, channel).await?;
        found.map(drop).ok_or_else(|| WireError::not_found().into())
    }
}

impl From<SettingsError> for ServiceError {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::Storage(error) => error.into(),
            error => WireError::bad_request(error.to_string()).into(),
        }
    }
}
