//! Listing usage and setting prices on behalf of a principal.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Prices, Standing, Usage};
use crate::audit::{Act, Note};
use crate::auth::{Principal, Right};
use crate::model::{PriceRow, UsageDay, UsageEventId, UsageRow};
use crate::refusal::ServiceError;
use crate::wire::WireError;

/// Longest name of a model in the price table.
const MODEL_MAX_CHARS: usize = 200;

impl Usage {
    /// Where the caller's org stands today and this month.
    ///
    /// # Errors
    /// `forbidden` to visitors.
    pub async fn standing_for(&self, principal: &Principal) -> Result<Standing, ServiceError> {
        Right::ReadUsage.check(principal)?;
        Ok(self.standing(principal.org).await?)
    }

    /// Sums by day from a day on (`YYYY-MM-DD`).
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn days_for(&self, principal: &Principal, from: &str) -> Result<Vec<UsageDay>, ServiceError> {
        Right::ReadUsageEvents.check(principal)?;
        Ok(self.days(principal.org, from).await?)
    }

    /// Events, newest first, below an id.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn events_for(
        &self,
        principal: &Principal,
        before: Option<UsageEventId>,
        limit: i64,
    ) -> Result<Vec<UsageRow>, ServiceError> {
        Right::ReadUsageEvents.check(principal)?;
        Ok(self.events(principal.org, before, limit).await?)
    }

    /// The prices that hold.
    ///
    /// # Errors
    /// `forbidden`.
    pub fn prices_for(&self, principal: &Principal) -> Result<Arc<Prices>, WireError> {
        Right::ReadPrices.check(principal)?;
        Ok(self.prices())
    }

    /// Sets what a model costs from a day on.
    ///
    /// # Errors
    /// `forbidden`, `bad_request`.
    pub async fn set_price_by(&self, principal: &Principal, price: PriceRow) -> Result<(), ServiceError> {
        Right::SetPrices.check(principal)?;
        let is_day = price.valid_from.parse::<jiff::civil::Date>().is_ok() && price.valid_from.len() == 10;
        if !is_day {
            return Err(WireError::bad_request("valid_from must be a day such as 2026-11-21").into());
        }
        let model = price.model.trim();
        if model.is_empty() || model.chars().count() > MODEL_MAX_CHARS {
            return Err(WireError::bad_request("model must be the name of a model").into());
        }
        let amounts = [
            price.input_nano_usd,
            price.cached_input_nano_usd,
            price.output_nano_usd,
            price.audio_input_nano_usd,
            price.audio_output_nano_usd,
            price.cached_audio_input_nano_usd.unwrap_or(0),
            price.minute_nano_usd,
        ];
        if amounts.iter().any(|amount| *amount < 0) {
            return Err(WireError::bad_request("prices must not be negative").into());
        }
        let note = Note::by(principal, Act::PriceSet, self.now()).of_platform().on(&price.model);
        Ok(self.set_price(&price, note.made(audited(&price))).await?)
    }
}

/// What the audit log shows of a price.
fn audited(price: &PriceRow) -> Value {
    json!({
        "valid_from": price.valid_from,
        "input_nano_usd": price.input_nano_usd,
        "cached_input_nano_usd": price.cached_input_nano_usd,
        "output_nano_usd": price.output_nano_usd,
        "audio_input_nano_usd": price.audio_input_nano_usd,
        "audio_output_nano_usd": price.audio_output_nano_usd,
        "cached_audio_input_nano_usd": price.cached_audio_input_nano_usd,
        "minute_nano_usd": price.minute_nano_usd,
    })
}
