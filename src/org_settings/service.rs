//! Reads, caches and updates values; every change is recorded with its author.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use dashmap::DashMap;
use futures_util::future::BoxFuture;
use rooms::{ChannelId, OrgId, Timestamp, User};
use serde_json::{Map, Value};

use super::effective::{Effective, check};
use super::fields::{FIELDS, Field, Kind, Levels, field};
use crate::audit::{Note, RetentionDays};
use crate::clock::SharedClock;
use crate::db::{Db, DbError};
use crate::model::{PLATFORM, SettingChange, SettingChangeId, SettingPlace};

/// At which level values are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// For every org.
    Platform,
    /// For every channel of an org.
    Org(OrgId),
    /// For one channel.
    Channel(OrgId, ChannelId),
}

impl Level {
    fn place(self) -> SettingPlace {
        match self {
            Self::Platform => SettingPlace { org: None, channel: None },
            Self::Org(org) => SettingPlace { org: Some(org), channel: None },
            Self::Channel(org, channel) => SettingPlace { org: Some(org), channel: Some(channel) },
        }
    }

    fn allows(self, field: &Field) -> bool {
        match self {
            Self::Platform => true,
            Self::Org(_) => field.levels != Levels::Platform,
            Self::Channel(..) => field.levels == Levels::All,
        }
    }

    /// The levels whose values hold here, the nearest last.
    fn path(self) -> Vec<Self> {
        match self {
            Self::Platform => vec![Self::Platform],
            Self::Org(org) => vec![Self::Platform, Self::Org(org)],
            Self::Channel(org, _) => vec![Self::Platform, Self::Org(org), self],
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Org(_) => "org",
            Self::Channel(..) => "channel",
        }
    }
}

/// One field as a level sees it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The field.
    pub field: &'static Field,
    /// The value that holds.
    pub value: Value,
    /// `default`, `platform`, `org` or `channel`.
    pub source: &'static str,
    /// The value that would hold without one of this level.
    pub inherited_value: Value,
    /// Where that comes from: `default` or a level above this one.
    pub inherited_source: &'static str,
    /// Whether it may be set at this level at all.
    pub is_settable: bool,
}

/// A new value of a field; `None` inherits again.
#[derive(Debug, Clone)]
pub struct Change {
    /// The field.
    pub field: &'static Field,
    /// Its value.
    pub value: Option<Value>,
}

/// Whether a change demands two-step sign-in from now on.
#[must_use]
pub fn demands_two_step(change: &Change) -> bool {
    change.field.name == "require_two_step" && change.value == Some(Value::Bool(true))
}

/// Why values were not changed; then none was.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say what the fields are")]
pub enum SettingsError {
    #[error("there is no field {name}")]
    Unknown { name: String },
    #[error("{name} cannot be set here; set it for the {level}")]
    WrongLevel { name: &'static str, level: &'static str },
    #[error("{name} {reason}")]
    BadValue { name: &'static str, reason: String },
    #[error("could not store the settings")]
    Storage(#[from] DbError),
}

/// Hears of changed settings before whoever changed them gets an answer.
pub trait SettingsListener: std::fmt::Debug + Send + Sync {
    /// These fields of a level have changed, and so what holds there and below.
    fn changed<'a>(&'a self, level: Level, changes: &'a [Change]) -> BoxFuture<'a, ()>;
}

/// The settings of orgs and channels. Cheap to clone.
#[derive(Debug, Clone)]
pub struct OrgSettings {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    db: Db,
    clock: SharedClock,
    /// What holds, by org and channel; emptied at every change, for a change at the top is felt below.
    cache: DashMap<(OrgId, Option<ChannelId>), Arc<Effective>>,
    /// How many changes this process has made.
    changes: AtomicU64,
    /// Not kept alive from here: listeners have settings themselves.
    listener: OnceLock<Weak<dyn SettingsListener>>,
}

/// Values kept ready; beyond it the cache starts again.
const CACHE_MAX: usize = 10_000;

impl OrgSettings {
    /// Settings over a database.
    #[must_use]
    pub fn new(db: Db, clock: SharedClock) -> Self {
        Self {
            shared: Arc::new(Shared {
                db,
                clock,
                cache: DashMap::new(),
                changes: AtomicU64::new(0),
                listener: OnceLock::new(),
            }),
        }
    }

    /// Sets who hears of changes; only the first call counts.
    pub fn listen(&self, listener: Weak<dyn SettingsListener>) {
        // A second call would be a mistake in wiring.
        let _first_counts = self.shared.listener.set(listener);
    }

    pub(super) fn db(&self) -> &Db {
        &self.shared.db
    }

    /// What holds for a channel, or for an org as a whole.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn effective(&self, org: OrgId, channel: Option<ChannelId>) -> Result<Arc<Effective>, DbError> {
        if let Some(known) = self.shared.cache.get(&(org, channel)) {
            return Ok(known.clone());
        }
        let changes = self.shared.changes.load(Ordering::SeqCst);
        let level = channel.map_or(Level::Org(org), |channel| Level::Channel(org, channel));
        let mut values = Map::new();
        for one in level.path() {
            values.extend(
                self.values_at(one).await?.into_iter().filter(|(name, value)| !is_inherited(name, value)),
            );
        }
        let effective = Arc::new(Effective::from_values(values));
        if self.shared.cache.len() >= CACHE_MAX {
            self.shared.cache.clear();
        }
        self.shared.cache.insert((org, channel), effective.clone());
        if self.shared.changes.load(Ordering::SeqCst) != changes {
            // The value may predate a change that has already cleared the cache.
            self.shared.cache.remove(&(org, channel));
        }
        Ok(effective)
    }

    /// Every field as a level sees it.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn shown(&self, level: Level) -> Result<Vec<Shown>, DbError> {
        let (mut above, own) = (HashMap::new(), self.values_at(level).await?);
        let path = level.path();
        for one in path.iter().take(path.len() - 1) {
            let values = self.values_at(*one).await?.into_iter();
            let values = values.filter(|(name, value)| !is_inherited(name, value));
            above.extend(values.map(|(name, value)| (name, (one.name(), value))));
        }
        Ok(FIELDS.iter().map(|field| shown_at(level, field, &own, &above)).collect())
    }

    /// Checks new values by name for a level; all of them or none.
    ///
    /// # Errors
    /// The first that is not allowed.
    pub fn check(level: Level, values: Map<String, Value>) -> Result<Vec<Change>, SettingsError> {
        values
            .into_iter()
            .map(|(name, value)| {
                let field = field(&name).ok_or(SettingsError::Unknown { name })?;
                if !level.allows(field) {
                    let level = if field.levels == Levels::Org { "org" } else { "platform" };
                    return Err(SettingsError::WrongLevel { name: field.name, level });
                }
                if value.is_null() {
                    return Ok(Change { field, value: None });
                }
                check(field, &value)
                    .map_err(|reason| SettingsError::BadValue { name: field.name, reason })?;
                Ok(Change { field, value: Some(value) })
            })
            .collect()
    }

    /// Stores checked values and who set them, and tells the listener.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn change(&self, level: Level, by: &User, changes: &[Change]) -> Result<(), SettingsError> {
        self.change_in(self.db(), level, by, changes).await
    }

    /// The same with a row of the audit log, in one transaction.
    pub(super) async fn change_noting(
        &self,
        note: Note,
        level: Level,
        by: &User,
        changes: &[Change],
    ) -> Result<(), SettingsError> {
        self.change_in(&self.db().noting(note), level, by, changes).await
    }

    async fn change_in(
        &self,
        db: &Db,
        level: Level,
        by: &User,
        changes: &[Change],
    ) -> Result<(), SettingsError> {
        let now = self.now();
        let stored: Vec<SettingChange> = changes
            .iter()
            .map(|change| SettingChange {
                id: SettingChangeId::new(),
                field: change.field.name.to_owned(),
                old_value: None,
                new_value: change.value.as_ref().map(Value::to_string),
                member_id: Some(by.id),
                member_name: by.name.to_string(),
                channel_id: None,
                created_at: now.0,
            })
            .collect();
        db.settings().change(level.place(), stored).await?;
        self.forget();
        if let Some(listener) = self.shared.listener.get().and_then(Weak::upgrade) {
            listener.changed(level, changes).await;
        }
        Ok(())
    }

    /// Changes at a level and below it, newest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn history(
        &self,
        org: Option<OrgId>,
        before: Option<SettingChangeId>,
        limit: i64,
    ) -> Result<Vec<SettingChange>, DbError> {
        self.shared.db.settings().changes(org, before, limit).await
    }

    /// Forgets the values kept ready, after another process has changed some.
    pub fn forget(&self) {
        self.shared.changes.fetch_add(1, Ordering::SeqCst);
        self.shared.cache.clear();
    }

    pub(super) fn now(&self) -> Timestamp {
        Timestamp(self.shared.clock.now_ms())
    }

    pub(super) async fn values_at(&self, level: Level) -> Result<Map<String, Value>, DbError> {
        let rows = self.shared.db.settings().at(level.place()).await?;
        Ok(rows
            .into_iter()
            .filter_map(|(name, value)| Some((name, serde_json::from_str(&value).ok()?)))
            .collect())
    }
}

impl RetentionDays for OrgSettings {
    fn audit_days(&self, org: Option<OrgId>) -> BoxFuture<'_, Result<u64, DbError>> {
        Box::pin(async move {
            let settings = self.effective(org.unwrap_or(PLATFORM), None).await?;
            Ok(settings.audit_retention_days)
        })
    }
}

/// A field as a level sees it, by its own values and those above it.
fn shown_at(
    level: Level,
    field: &'static Field,
    own: &Map<String, Value>,
    above: &HashMap<String, (&'static str, Value)>,
) -> Shown {
    let inherited = above.get(field.name);
    let (inherited_source, inherited_value) =
        inherited.cloned().unwrap_or_else(|| ("default", field.default_value()));
    let own = own.get(field.name).filter(|value| !is_inherited(field.name, value));
    let (source, value) = match own {
        Some(value) => (level.name(), value.clone()),
        None => (inherited_source, inherited_value.clone()),
    };
    Shown { field, value, source, inherited_value, inherited_source, is_settable: level.allows(field) }
}

/// Whether a stored value says that what holds above it holds here too.
fn is_inherited(name: &str, value: &Value) -> bool {
    let inherits = field(name).is_some_and(|field| matches!(field.kind, Kind::ListOrInherited(..)));
    inherits && value.as_array().is_some_and(Vec::is_empty)
}
