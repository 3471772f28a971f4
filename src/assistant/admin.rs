//! What people set of the assistant: settings with inheritance, providers with their keys, prices; and what they
//! see of its use. Who may do what is decided here.

use rooms::{ChannelId, OrgId};
use serde_json::{Map, Value};

use super::fault::of_storage as fault;
use super::service::Assistant;
use crate::auth::{Principal, Right};
use crate::db::{ChannelRecord, PriceRow, SettingChange, UsageDay, UsageRow};
use crate::org_settings::{Effective, Level, Nature, OrgSettings, SettingsError, Shown};
use crate::usage::{Prices, Standing};
use crate::wire::{ErrorCode, WireError};

/// Longest name of a model in the price table.
const MODEL_MAX_CHARS: usize = 200;

impl Assistant {
    /// What holds for a channel.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn settings_of(&self, channel: &ChannelRecord) -> Result<std::sync::Arc<Effective>, WireError> {
        let found = self.parts.org_settings.effective(channel.org, Some(channel.id)).await;
        found.map_err(|error| fault(&error))
    }

    /// Every setting as a level sees it.
    ///
    /// # Errors
    /// `forbidden`, `not_found` for another org's channel.
    pub async fn settings(&self, principal: &Principal, level: Level) -> Result<Vec<Shown>, WireError> {
        match level {
            Level::Platform => Right::ManagePlatformSettings.check(principal)?,
            Level::Org(_) | Level::Channel(..) => Right::ReadSettings.check(principal)?,
        }
        self.must_be_own(principal, level).await?;
        self.parts.org_settings.shown(level).await.map_err(|error| fault(&error))
    }

    /// Sets fields by name, all or none; null inherits again.
    ///
    /// # Errors
    /// `forbidden` naming a technical field that the caller may not set, `bad_request` naming a field and what is
    /// allowed, `not_found` for another org's channel.
    pub async fn change_settings(
        &self,
        principal: &Principal,
        level: Level,
        values: Map<String, Value>,
    ) -> Result<Vec<Shown>, WireError> {
        Right::ChangeSettings.check(principal)?;
        self.must_be_own(principal, level).await?;
        let changes = OrgSettings::check(level, values).map_err(settings_fault)?;
        for change in &changes {
            if level == Level::Platform {
                Right::ManagePlatformSettings.check(principal)?;
            } else if change.field.nature == Nature::Technical && !self.may_set_technical(principal).await? {
                let name = change.field.name;
                return Err(WireError {
                    reason: Some("technical_setting"),
                    ..WireError::forbidden(format!("{name} is set by the platform admin"))
                });
            }
        }
        self.parts.org_settings.change(level, &principal.user, &changes).await.map_err(settings_fault)?;
        if changes.iter().any(|change| change.field.name == "handoff_words") {
            self.refresh_rules(principal.org).await?;
        }
        self.parts.org_settings.shown(level).await.map_err(|error| fault(&error))
    }

    /// Who changed which setting, newest first, below an id.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn setting_history(
        &self,
        principal: &Principal,
        of_platform: bool,
        before: Option<&str>,
        limit: i64,
    ) -> Result<Vec<SettingChange>, WireError> {
        let right = if of_platform { Right::ManagePlatformSettings } else { Right::ReadSettingHistory };
        right.check(principal)?;
        let org = (!of_platform).then_some(principal.org);
        self.parts.org_settings.history(org, before, limit).await.map_err(|error| fault(&error))
    }

    /// Whether the caller may set technical fields of their org: the platform admin, and owners where they are let.
    pub(super) async fn may_set_technical(&self, principal: &Principal) -> Result<bool, WireError> {
        if Right::ChangeTechnicalSettings.allows(principal.kind) {
            return Ok(true);
        }
        if !Right::ChangeTechnicalSettingsWhereLet.allows(principal.kind) {
            return Ok(false);
        }
        let settings =
            self.parts.org_settings.effective(principal.org, None).await.map_err(|error| fault(&error))?;
        Ok(settings.owners_set_technical)
    }

    /// A level must be of the caller's org; a channel must exist in it.
    async fn must_be_own(&self, principal: &Principal, level: Level) -> Result<(), WireError> {
        match level {
            Level::Platform => Ok(()),
            Level::Org(org) if org == principal.org => Ok(()),
            Level::Channel(org, channel) if org == principal.org => self.must_exist(org, channel).await,
            Level::Org(_) | Level::Channel(..) => Err(WireError::not_found()),
        }
    }

    async fn must_exist(&self, org: OrgId, channel: ChannelId) -> Result<(), WireError> {
        let found = self.parts.hub.db().channel(org, channel).await.map_err(|error| fault(&error))?;
        found.map(drop).ok_or_else(WireError::not_found)
    }

    /// Makes new handoff words hold in live rooms.
    async fn refresh_rules(&self, org: OrgId) -> Result<(), WireError> {
        let db = self.parts.hub.db();
        let mut after = String::new();
        loop {
            let page = db.channels(org, &after, 200).await.map_err(|error| fault(&error))?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.id.to_string();
            for channel in &page {
                self.parts.hub.channel_changed(channel).await;
            }
        }
    }

    /// Where the caller's org stands today and this month.
    ///
    /// # Errors
    /// `forbidden` to visitors.
    pub async fn usage(&self, principal: &Principal) -> Result<Standing, WireError> {
        Right::ReadUsage.check(principal)?;
        self.parts.usage.standing(principal.org).await.map_err(|error| fault(&error))
    }

    /// Sums by day from a day on (`YYYY-MM-DD`).
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn usage_days(&self, principal: &Principal, from: &str) -> Result<Vec<UsageDay>, WireError> {
        Right::ReadUsageEvents.check(principal)?;
        self.parts.usage.days(principal.org, from).await.map_err(|error| fault(&error))
    }

    /// Events, newest first, below an id.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn usage_events(
        &self,
        principal: &Principal,
        before: &str,
        limit: i64,
    ) -> Result<Vec<UsageRow>, WireError> {
        Right::ReadUsageEvents.check(principal)?;
        self.parts.usage.events(principal.org, before, limit).await.map_err(|error| fault(&error))
    }

    /// The prices that hold.
    ///
    /// # Errors
    /// `forbidden`.
    pub fn prices(&self, principal: &Principal) -> Result<std::sync::Arc<Prices>, WireError> {
        Right::ReadPrices.check(principal)?;
        Ok(self.parts.usage.prices())
    }

    /// Sets what a model costs from a day on.
    ///
    /// # Errors
    /// `forbidden`, `bad_request`.
    pub async fn set_price(&self, principal: &Principal, price: PriceRow) -> Result<(), WireError> {
        Right::SetPrices.check(principal)?;
        let is_day = price.valid_from.parse::<jiff::civil::Date>().is_ok() && price.valid_from.len() == 10;
        if !is_day {
            return Err(WireError::bad_request("valid_from must be a day such as 2026-11-21"));
        }
        let model = price.model.trim();
        if model.is_empty() || model.chars().count() > MODEL_MAX_CHARS {
            return Err(WireError::bad_request("model must be the name of a model"));
        }
        let amounts = [
            price.input_nano_usd,
            price.cached_input_nano_usd,
            price.output_nano_usd,
            price.audio_input_nano_usd,
            price.audio_output_nano_usd,
            price.cached_audio_input_nano_usd.unwrap_or(0),
        ];
        if amounts.iter().any(|amount| *amount < 0) {
            return Err(WireError::bad_request("prices must not be negative"));
        }
        self.parts.usage.set_price(&price).await.map_err(|error| fault(&error))
    }
}

fn settings_fault(error: SettingsError) -> WireError {
    match error {
        SettingsError::Storage(error) => fault(&error),
        error => WireError::new(ErrorCode::BadRequest, error.to_string()),
    }
}
