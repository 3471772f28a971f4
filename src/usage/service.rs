//! Meters usage, records it, and refuses requests over a limit.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use dashmap::DashMap;
use rooms::OrgId;
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;

use super::calendar::{day_of, month_start_of, next_midnight, next_month};
use super::limits::{Limit, LimitNumbers, limits, stops};
use super::reservation::{Expected, Reservation};
use super::unpriced::Unpriced;
use super::warning::{first_mark, passed};
use super::{Exceeded, FallbackPrice, LimitWarning, Numbers, Prices, Refused, UsageEvent, UsageKind};
use crate::clock::SharedClock;
use crate::db::{Db, DbError};
use crate::model::{PriceRow, UsageDay, UsageEventId, UsageRow};
use crate::org_settings::{Effective, OrgSettings};

/// How often an event is tried again, each time after twice the wait: about four minutes in all.
const WRITES_MAX: u32 = 10;
const FIRST_WAIT: Duration = Duration::from_millis(250);
/// Warnings that wait to be told; they are rare. What does not fit is in the log and on the page of usage only.
const WARNINGS_MAX: usize = 64;

/// What an org has used and may use. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Usage {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    db: Db,
    clock: SharedClock,
    org_settings: OrgSettings,
    prices: RwLock<Arc<Prices>>,
    tallies: DashMap<OrgId, Tally>,
    unpriced: Unpriced,
    warnings: OnceLock<mpsc::Sender<LimitWarning>>,
    tasks: TaskTracker,
}

/// Numbers of today and this month, as far as this process knows: what is stored, and what it counted since.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    day: String,
    month: String,
    pub(super) today: Numbers,
    pub(super) this_month: Numbers,
    /// What running requests may use at most.
    reserved: Numbers,
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
    /// Limits that are used to at least 80 %: their names and shares.
    pub warnings: Vec<(&'static str, f64)>,
    /// Whether a reached limit stops the assistant.
    pub is_hard: bool,
    /// When the day ends, in milliseconds since 1970.
    pub resets_at_ms: i64,
    /// Models that counted at the fallback price since the start.
    pub unpriced_models: Vec<String>,
}

impl Usage {
    /// Usage over a database.
    #[must_use]
    pub fn new(db: Db, clock: SharedClock, org_settings: OrgSettings, tasks: TaskTracker) -> Self {
        let prices = RwLock::new(Arc::new(Prices::with(Vec::new())));
        let (tallies, unpriced, warnings) = (DashMap::new(), Unpriced::default(), OnceLock::new());
        Self {
            shared: Arc::new(Shared { db, clock, org_settings, prices, tallies, unpriced, warnings, tasks }),
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

    /// Sets what a model costs from a day on.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn set_price(&self, price: &PriceRow) -> Result<(), DbError> {
        self.shared.db.prices().put(price, self.shared.clock.now_ms()).await?;
        self.load_prices().await
    }

    /// Sets aside what a request may use at most, where the org may use it now.
    ///
    /// # Errors
    /// [`Refused::Exceeded`] when a hard limit is reached, or what runs could pass it together with this request;
    /// [`Refused::Unknown`] when what was used cannot be read: then nothing is spent.
    pub async fn reserve(
        &self,
        org: OrgId,
        kind: UsageKind,
        expected: &Expected<'_>,
    ) -> Result<Reservation, Refused> {
        let settings = self.shared.org_settings.effective(org, None).await?;
        self.tally(org).await?;
        let numbers = self.expected_numbers(org, kind, expected, &settings);
        // Looked at and set aside under one lock: of requests that begin together each sees the others.
        let mut tally = self.shared.tallies.entry(org).or_default();
        self.fits(&settings, kind, &tally, numbers)?;
        tally.reserved.add(numbers);
        drop(tally);
        Ok(Reservation::new(self.clone(), org, kind, numbers))
    }

    /// Whether what was set aside, `own` among it, still fits.
    pub(super) async fn check(&self, org: OrgId, kind: UsageKind, own: Numbers) -> Result<(), Refused> {
        let settings = self.shared.org_settings.effective(org, None).await?;
        let mut tally = self.tally(org).await?;
        tally.reserved.take_away(own);
        Ok(self.fits(&settings, kind, &tally, own)?)
    }

    pub(super) fn give_back(&self, org: OrgId, numbers: Numbers) {
        if let Some(mut tally) = self.shared.tallies.get_mut(&org) {
            tally.reserved.take_away(numbers);
        }
    }

    /// Whether `more` fits below every hard limit that counts for this kind.
    fn fits(
        &self,
        settings: &Effective,
        kind: UsageKind,
        tally: &Tally,
        more: Numbers,
    ) -> Result<(), Exceeded> {
        if !stops(settings) {
            return Ok(());
        }
        let with_more = |mut numbers: Numbers| {
            numbers.add(tally.reserved);
            numbers.add(more);
            numbers
        };
        let counts = |limit: &Limit| match limit.name {
            "max_embedding_tokens_per_day" => kind == UsageKind::Embedding,
            "max_chat_requests_per_day" => kind == UsageKind::Chat,
            _ => true,
        };
        let now = limits(settings, &tally.today, &tally.this_month);
        let then = limits(settings, &with_more(tally.today), &with_more(tally.this_month));
        let full = now.into_iter().zip(then).find(|(now, then)| counts(now) && now.is_full_before(then));
        let Some((limit, _)) = full else { return Ok(()) };
        let now = self.shared.clock.now_ms();
        let numbers = if limit.is_monthly { tally.this_month } else { tally.today };
        let resets_at_ms = if limit.is_monthly { next_month(now) } else { next_midnight(now) };
        Err(Exceeded {
            limit: limit.name,
            current: numbers.view(),
            limits: LimitNumbers::of(settings, limit.is_monthly),
            resets_at_ms,
        })
    }

    fn expected_numbers(
        &self,
        org: OrgId,
        kind: UsageKind,
        expected: &Expected<'_>,
        settings: &Effective,
    ) -> Numbers {
        let spoken = |tokens| if expected.is_spoken { tokens } else { 0 };
        let event = UsageEvent {
            audio_input_tokens: spoken(expected.input_tokens),
            audio_output_tokens: spoken(expected.output_tokens),
            input_tokens: expected.input_tokens,
            output_tokens: expected.output_tokens,
            ..UsageEvent::blank(org, kind, String::new(), expected.model.to_owned(), "")
        };
        let event = event.plausible();
        let day = day_of(self.shared.clock.now_ms());
        numbers_of(&event, self.prices().cost_nano_usd(&event, &day, FallbackPrice::of(settings)))
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
        self.count(event.org, numbers_of(&event, cost)).await;
        let row = row(event, cost, now);
        let db = self.shared.db.clone();
        self.shared.tasks.spawn(async move { write(&db, &row, &day).await });
        cost
    }

    /// Where an org stands.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn standing(&self, org: OrgId) -> Result<Standing, DbError> {
        let settings = self.shared.org_settings.effective(org, None).await?;
        let tally = self.tally(org).await?;
        let warnings = limits(&settings, &tally.today, &tally.this_month)
            .into_iter()
            .filter(|limit| limit.share() >= first_mark())
            .map(|limit| (limit.name, limit.share()))
            .collect();
        Ok(Standing {
            today: tally.today,
            month: tally.this_month,
            day_limits: LimitNumbers::of(&settings, false),
            month_limits: LimitNumbers::of(&settings, true),
            warnings,
            is_hard: stops(&settings),
            resets_at_ms: next_midnight(self.shared.clock.now_ms()),
            unpriced_models: self.shared.unpriced.of(org),
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

    async fn count(&self, org: OrgId, numbers: Numbers) {
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
    async fn tally(&self, org: OrgId) -> Result<Tally, DbError> {
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

impl Tally {
    fn of(days: &[UsageDay], day: &str, month: &str) -> Self {
        let mut tally = Self { day: day.to_owned(), month: month.to_owned(), ..Self::default() };
        let count = |value: i64| u64::try_from(value).unwrap_or(0);
        for one in days {
            let is = |kind: UsageKind| one.kind == kind.as_str();
            let numbers = Numbers {
                chat_requests: if is(UsageKind::Chat) { count(one.request_count) } else { 0 },
                embedding_tokens: if is(UsageKind::Embedding) { count(one.input_tokens) } else { 0 },
                total_tokens: count(one.input_tokens) + count(one.output_tokens),
                cost_nano_usd: count(one.cost_nano_usd),
            };
            tally.this_month.add(numbers);
            if one.day == day {
                tally.today.add(numbers);
            }
        }
        tally
    }
}

/// What an event counts as.
fn numbers_of(event: &UsageEvent, cost_nano_usd: u64) -> Numbers {
    Numbers {
        chat_requests: u64::from(event.kind == UsageKind::Chat),
        embedding_tokens: if event.kind == UsageKind::Embedding { event.input_tokens } else { 0 },
        total_tokens: event.input_tokens + event.output_tokens,
        cost_nano_usd,
    }
}

async fn write(db: &Db, row: &UsageRow, day: &str) {
    let mut wait = FIRST_WAIT;
    for _ in 0..WRITES_MAX {
        match db.usage().add(row, day).await {
            Ok(()) => return,
            Err(error) => tracing::warn!(%error, "could not write a usage event; trying again"),
        }
        tokio::time::sleep(wait).await;
        wait *= 2;
    }
    let (org, kind, cost) = (&row.org_id, &row.kind, row.cost_nano_usd);
    tracing::error!(org.id = %org, kind, cost_nano_usd = cost, "a usage event of org {org} is lost");
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
