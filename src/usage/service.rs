//! Meters usage, records it, and refuses requests over a limit.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use dashmap::DashMap;
use rooms::{OrgId, Timestamp};
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;

use super::calendar::{day_of, day_start, month_start, month_start_of, next_midnight, next_month};
use super::limits::{Limit, LimitNumbers, budget_left_nano_usd, limits, voice_left_ms};
use super::tally::{Tally, numbers_of};
use super::unpriced::Unpriced;
use super::warning::passed;
use super::{Exceeded, FallbackPrice, LimitWarning, Numbers, Prices, Refused, UsageEvent, UsageKind};
use crate::audit::Note;
use crate::base::Base;
use crate::bus::{Bus, News};
use crate::clock::SharedClock;
use crate::db::{Db, DbError};
use crate::guard::Guard;
use crate::model::{PriceRow, SecurityEvent, SecurityKind, UsageDay, UsageEventId, UsageRow};
use crate::org_settings::{Effective, LimitMode, OrgSettings};
use crate::refusal::log_unanswered;

/// How often an event is tried again, each time after twice the wait: about four minutes in all.
const WRITES_MAX: u32 = 10;
const FIRST_WAIT: Duration = Duration::from_millis(250);
/// A reply that takes more tokens than this, or costs more, is an event of security.
const HIGH_TOKENS: u64 = 2_000;
const HIGH_COST_NANO_USD: u64 = 50_000_000;
/// Warnings that wait to be told; they are rare. What does not fit is in the log and on the page of usage only.
const WARNINGS_MAX: usize = 64;

/// What an org has used and may use. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Usage {
    pub(super) shared: Arc<Shared>,
}

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) db: Db,
    pub(super) clock: SharedClock,
    guard: Guard,
    bus: Bus,
    pub(super) org_settings: OrgSettings,
    prices: RwLock<Arc<Prices>>,
    pub(super) tallies: DashMap<OrgId, Tally>,
    unpriced: Unpriced,
    warnings: OnceLock<mpsc::Sender<LimitWarning>>,
    pub(super) tasks: TaskTracker,
}

/// Where an org stands today and this month.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Numbers of today.
    pub today: Numbers,
    /// Numbers of this month.
    pub month: Numbers,
    /// The limits of a day, by the names of the numbers.
    pub day_limits: LimitNumbers,
    /// The limits of a month.
    pub month_limits: LimitNumbers,
    /// Every limit that is set.
    pub limits: Vec<Limit>,
    /// Whether a reached limit stops what it counts, where it says nothing of its own.
    pub is_hard: bool,
    /// When the day ends, in milliseconds since 1970.
    pub resets_at_ms: i64,
    /// Models that counted at the fallback price since the start.
    pub unpriced_models: Vec<String>,
}

impl Usage {
    /// Usage over a database.
    #[must_use]
    pub fn new(base: Base, org_settings: OrgSettings) -> Self {
        let Base { db, clock, tasks, guard, bus, .. } = base;
        let prices = RwLock::new(Arc::new(Prices::with(Vec::new())));
        let (tallies, unpriced, warnings) = (DashMap::new(), Unpriced::default(), OnceLock::new());
        Self {
            shared: Arc::new(Shared {
                db,
                clock,
                guard,
                bus,
                org_settings,
                prices,
                tallies,
                unpriced,
                warnings,
                tasks,
            }),
        }
    }

    /// Hears from now on of limits that are nearly or wholly used up, each mark once. The first caller alone hears.
    #[must_use]
    pub fn listen(&self) -> mpsc::Receiver<LimitWarning> {
        let (warnings, waiting) = mpsc::channel(WARNINGS_MAX);
        // A second listener gets a channel that is closed.
        let _heard_already = self.shared.warnings.set(warnings);
        waiting
    }

    /// Reads the platform's own prices.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn load_prices(&self) -> Result<(), DbError> {
        let prices = Arc::new(Prices::with(self.shared.db.prices().list().await?));
        *self.shared.prices.write().unwrap_or_else(PoisonError::into_inner) = prices;
        self.shared.unpriced.clear();
        Ok(())
    }

    /// The prices that hold.
    #[must_use]
    pub fn prices(&self) -> Arc<Prices> {
        self.shared.prices.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sets what a model costs from a day on, and says so in the audit log.
    ///
    /// # Errors
    /// When storage fails.
    pub(super) async fn set_price(&self, price: &PriceRow, note: Note) -> Result<(), DbError> {
        self.shared.db.noting(note).prices().put(price, self.shared.clock.now_ms()).await?;
        self.load_prices().await
    }

    pub(super) fn now(&self) -> Timestamp {
        Timestamp(self.shared.clock.now_ms())
    }

    /// Where work goes on when whoever asked for it is gone.
    pub(super) fn tasks(&self) -> &TaskTracker {
        &self.shared.tasks
    }

    /// Counts an event and has it written; gives its cost in billionths of a US dollar.
    pub async fn record(&self, event: UsageEvent) -> u64 {
        let event = event.plausible();
        let now = self.shared.clock.now_ms();
        let day = day_of(now);
        let settings = self.shared.org_settings.effective(event.org, None).await;
        let settings = settings.unwrap_or_else(|_| Arc::new(Effective::from_values(serde_json::Map::new())));
        let prices = self.prices();
        let cost = prices.cost_nano_usd(&event, &day, FallbackPrice::of(&settings));
        let has_tokens = event.input_tokens > 0 || event.output_tokens > 0;
        if has_tokens
            && prices.of(&event.model, &day).is_none()
            && self.shared.unpriced.note(event.org, &event.model)
        {
            let model = &event.model;
            tracing::warn!(
                model,
                "model {model} has no price and counts at the fallback price; set one with POST /api/v1/platform/prices"
            );
        }
        self.report_high_usage(&event, cost);
        self.count(event.org, numbers_of(&event, cost)).await;
        let row = row(event, cost, now);
        let db = self.shared.db.clone();
        self.shared.tasks.spawn(async move { write(&db, &row, &day).await });
        cost
    }

    /// Reports a single request that was large.
    fn report_high_usage(&self, event: &UsageEvent, cost_nano_usd: u64) {
        let tokens = event.input_tokens.saturating_add(event.output_tokens);
        let is_reply = event.kind == UsageKind::Chat;
        if !is_reply || (tokens <= HIGH_TOKENS && cost_nano_usd <= HIGH_COST_NANO_USD) {
            return;
        }
        self.shared.guard.report(SecurityEvent {
            kind: SecurityKind::HighUsage,
            org: Some(event.org),
            channel: event.channel,
            address: event.address,
            user_agent: None,
            request_id: event.request_id.clone(),
        });
    }

    /// Where an org stands.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn standing(&self, org: OrgId) -> Result<Standing, DbError> {
        let settings = self.shared.org_settings.effective(org, None).await?;
        let tally = self.tally(org).await?;
        let all = limits(&settings, &tally.today, &tally.this_month);
        Ok(Standing {
            today: tally.today,
            month: tally.this_month,
            day_limits: LimitNumbers::of(&settings, false),
            month_limits: LimitNumbers::of(&settings, true),
            limits: all.into_iter().filter(|limit| limit.allowed > 0.0).collect(),
            is_hard: settings.limit_mode == LimitMode::Hard,
            resets_at_ms: next_midnight(self.shared.clock.now_ms()),
            unpriced_models: self.shared.unpriced.of(org),
        })
    }

    /// Orgs that have used most of a limit, those nearest to one first, as far as this process has counted for them.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn near_limits(&self) -> Result<Vec<(OrgId, Vec<Limit>)>, DbError> {
        let orgs: Vec<OrgId> = self.shared.tallies.iter().map(|tally| *tally.key()).collect();
        let mut near = Vec::new();
        for org in orgs {
            let settings = self.shared.org_settings.effective(org, None).await?;
            let tally = self.tally(org).await?;
            let mut limits = limits(&settings, &tally.today, &tally.this_month);
            limits.retain(Limit::is_near);
            if !limits.is_empty() {
                near.push((org, limits));
            }
        }
        let nearest = |limits: &[Limit]| limits.iter().map(Limit::share).fold(0.0, f64::max);
        near.sort_by(|(_, one), (_, other)| nearest(other).total_cmp(&nearest(one)));
        Ok(near)
    }

    /// What an org may still spend today and this month, in billionths of a US dollar; `None` where nothing limits it.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn budget_left_nano_usd(&self, org: OrgId) -> Result<Option<u64>, DbError> {
        let settings = self.shared.org_settings.effective(org, None).await?;
        let tally = self.tally(org).await?;
        Ok(budget_left_nano_usd(&limits(&settings, &tally.today, &tally.this_month)))
    }

    /// How long a further call of an org may take, in milliseconds, running calls counted in; `None` where nothing limits
    /// it.
    ///
    /// # Errors
    /// [`Refused::Exceeded`] when the minutes of the day or month are used up.
    pub async fn voice_left_ms(&self, org: OrgId) -> Result<Option<u64>, Refused> {
        let settings = self.shared.org_settings.effective(org, None).await?;
        if settings.max_voice_minutes_per_day == 0 && settings.max_voice_minutes_per_month == 0 {
            return Ok(None);
        }
        let now = self.now();
        let calls = self.shared.db.calls();
        let today = calls.seconds_since(org, Timestamp(day_start(now.0)), now).await?;
        let month = calls.seconds_since(org, Timestamp(month_start(now.0)), now).await?;
        voice_left_ms(&settings, (today * 1_000, month * 1_000)).map_err(|(limit, limits)| {
            let used_ms = if limit.is_monthly { month } else { today } * 1_000;
            let resets_at_ms = if limit.is_monthly { next_month(now.0) } else { next_midnight(now.0) };
            let current = Numbers::of_voice(used_ms).view();
            Refused::Exceeded(Exceeded { limit: limit.name, current, limits, resets_at_ms })
        })
    }

    /// Sums of an org from a day on.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn days(&self, org: OrgId, from_day: &str) -> Result<Vec<UsageDay>, DbError> {
        self.shared.db.usage().days(org, from_day).await
    }

    /// Events of an org, newest first, below an id.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn events(
        &self,
        org: OrgId,
        before: Option<UsageEventId>,
        limit: i64,
    ) -> Result<Vec<UsageRow>, DbError> {
        self.shared.db.usage().events(org, before, limit).await
    }

    /// Counts what an org has used at another node.
    pub fn count_elsewhere(&self, org: OrgId, numbers: [u64; 5]) {
        // Whoever has not asked yet reads it from storage.
        if let Some(mut tally) = self.shared.tallies.get_mut(&org) {
            tally.today.add(Numbers::of_told(numbers));
            tally.this_month.add(Numbers::of_told(numbers));
        }
    }

    /// Reads the numbers of every org again, where another node may have counted unheard. None gets smaller: what is
    /// counted here may not be stored yet.
    pub async fn count_again(&self) {
        let now = self.shared.clock.now_ms();
        let (day, month) = (day_of(now), month_start_of(now));
        let orgs: Vec<OrgId> = self.shared.tallies.iter().map(|tally| *tally.key()).collect();
        for org in orgs {
            let days = match self.shared.db.usage().days(org, &month).await {
                Ok(days) => days,
                Err(error) => return log_unanswered(&error, "could not read again what orgs have used"),
            };
            let stored = Tally::of(&days, &day, &month);
            if let Some(mut tally) = self.shared.tallies.get_mut(&org).filter(|tally| tally.day == day) {
                tally.today.at_least(stored.today);
                tally.this_month.at_least(stored.this_month);
            }
        }
    }

    async fn count(&self, org: OrgId, numbers: Numbers) {
        self.shared.bus.tell(|| News::Used { org, numbers: numbers.told() });
        if self.tally(org).await.is_err() {
            return;
        }
        // Both under one lock: of calls that end together exactly one passes a mark.
        let (before, after) = {
            let Some(mut tally) = self.shared.tallies.get_mut(&org) else { return };
            let before = tally.clone();
            tally.today.add(numbers);
            tally.this_month.add(numbers);
            (before, tally.clone())
        };
        let Ok(settings) = self.shared.org_settings.effective(org, None).await else { return };
        for warning in passed(org, &settings, (&before, &after), self.shared.clock.now_ms()) {
            self.warn(warning);
        }
    }

    fn warn(&self, warning: LimitWarning) {
        let LimitWarning { org, limit, percent, .. } = warning;
        tracing::warn!(org.id = %org, limit, "org {org} has used {percent} % of {limit}");
        if let Some(listener) = self.shared.warnings.get()
            && listener.try_send(warning).is_err()
        {
            tracing::warn!(org.id = %org, limit, "the agents of org {org} were not told of it");
        }
    }

    /// The numbers of an org now; the first asker loads what is stored.
    pub(super) async fn tally(&self, org: OrgId) -> Result<Tally, DbError> {
        let now = self.shared.clock.now_ms();
        let (day, month) = (day_of(now), month_start_of(now));
        if !self.shared.tallies.contains_key(&org) {
            let days = self.shared.db.usage().days(org, &month).await?;
            // Counted events are written later than this, so whoever comes first has not read them yet.
            self.shared.tallies.entry(org).or_insert_with(|| Tally::of(&days, &day, &month));
        }
        let mut tally = self.shared.tallies.entry(org).or_default();
        if tally.day != day {
            tally.day = day;
            tally.today = Numbers::default();
        }
        if tally.month != month {
            tally.month = month;
            tally.this_month = Numbers::default();
        }
        Ok(tally.clone())
    }
}

async fn write(db: &Db, row: &UsageRow, day: &str) {
    let mut wait = FIRST_WAIT;
    for _ in 0..WRITES_MAX {
        match db.usage().add(row, day).await {
            Ok(()) => return,
            Err(error) => tracing::warn!(%error, "could not store a usage event; retrying"),
        }
        tokio::time::sleep(wait).await;
        wait *= 2;
    }
    let (org, kind, cost) = (&row.org_id, &row.kind, row.cost_nano_usd);
    tracing::error!(org.id = %org, kind, cost_nano_usd = cost, "lost a usage event of org {org}");
}

fn row(event: UsageEvent, cost: u64, now: i64) -> UsageRow {
    let stored = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    UsageRow {
        id: UsageEventId::new(),
        org_id: event.org,
        channel_id: event.channel,
        conversation_id: event.conversation,
        request_id: event.request_id,
        endpoint: event.endpoint.to_owned(),
        address: event.address.map(|address| address.to_string()),
        provider: event.provider,
        model: event.model,
        kind: event.kind.as_str().to_owned(),
        input_tokens: stored(event.input_tokens),
        cached_input_tokens: stored(event.cached_input_tokens),
        output_tokens: stored(event.output_tokens),
        duration_ms: stored(event.duration_ms),
        cost_nano_usd: stored(cost),
        latency_ms: stored(event.latency_ms),
        success: event.success,
        is_estimate: event.is_estimate,
        created_at: now,
    }
}
