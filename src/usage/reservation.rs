//! Reservations: the maximum cost of a request, held from before it is sent until it ends in any way.

use rooms::OrgId;

use super::calendar::{day_of, next_midnight, next_month};
use super::limits::limits;
use super::tally::{Tally, numbers_of};
use super::{Exceeded, FallbackPrice, LimitNumbers, Numbers, Refused, Usage, UsageEvent, UsageKind};
use crate::org_settings::Effective;

/// What a request may use at most.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The model.
    pub model: &'a str,
    /// Tokens in.
    pub input_tokens: u64,
    /// Tokens out.
    pub output_tokens: u64,
    /// Whether they are spoken.
    pub is_spoken: bool,
    /// How long it lasts, where its model is sold by the minute.
    pub billed_ms: u64,
}

/// What is set aside for one request. Dropping it gives it back.
///
/// Invariant: of the requests of one org, what is used and what is set aside never pass a hard limit together.
#[derive(Debug)]
pub struct Reservation {
    usage: Usage,
    org: OrgId,
    kind: UsageKind,
    numbers: Numbers,
}

impl Usage {
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
        // Checked and reserved under one lock: concurrent requests see each other's reservations.
        let mut tally = self.shared.tallies.entry(org).or_default();
        self.fits(&settings, kind, &tally, numbers)?;
        tally.reserved.add(numbers);
        drop(tally);
        Ok(Reservation { usage: self.clone(), org, kind, numbers })
    }

    /// Whether what was set aside, `own` among it, still fits.
    async fn check(&self, org: OrgId, kind: UsageKind, own: Numbers) -> Result<(), Refused> {
        let settings = self.shared.org_settings.effective(org, None).await?;
        let mut tally = self.tally(org).await?;
        tally.reserved.take_away(own);
        Ok(self.fits(&settings, kind, &tally, own)?)
    }

    fn give_back(&self, org: OrgId, numbers: Numbers) {
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
        let with_more = |mut numbers: Numbers| {
            numbers.add(tally.reserved);
            numbers.add(more);
            numbers
        };
        let now = limits(settings, &tally.today, &tally.this_month);
        let then = limits(settings, &with_more(tally.today), &with_more(tally.this_month));
        let full = now.into_iter().zip(then).find(|(now, then)| now.stops(kind) && now.is_full_before(then));
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
            billed_ms: expected.billed_ms,
            ..UsageEvent::blank(org, kind, String::new(), expected.model.to_owned(), "")
        };
        let event = event.plausible();
        let day = day_of(self.shared.clock.now_ms());
        numbers_of(&event, self.prices().cost_nano_usd(&event, &day, FallbackPrice::of(settings)))
    }
}

impl Reservation {
    /// Counts what the request did use, and gives back what was set aside. Gives its cost in billionths of a US dollar.
    pub async fn settle(self, event: UsageEvent) -> u64 {
        // Counted before it is given back: in between others see more used than is, never less. A task of its own, as
        // whoever asked may be cancelled meanwhile, and the provider has been paid.
        let tasks = self.usage.tasks().clone();
        tasks.spawn(async move { self.usage.record(event).await }).await.unwrap_or_default()
    }

    /// Whether the same may be used once more after what was counted meanwhile: for requests that go on by themselves,
    /// as calls do. The minutes of all running calls count too.
    ///
    /// # Errors
    /// As [`Usage::reserve`].
    pub async fn may_go_on(&self) -> Result<(), Refused> {
        self.usage.check(self.org, self.kind, self.numbers).await?;
        if self.kind == UsageKind::Voice {
            self.usage.voice_left_ms(self.org).await?;
        }
        Ok(())
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.usage.give_back(self.org, self.numbers);
    }
}
