//! Sums of what an org used, by what a reader asks for, and the same as a file.

use rooms::{ChannelId, OrgId, Timestamp};

use super::Usage;
use super::calendar::day_of;
use super::sums_file::{csv_of_events, csv_of_sums};
use crate::auth::{Principal, Right};
use crate::clock::DAY_MS;
use crate::model::{UsageBy, UsageSum, UsageSumRange};
use crate::refusal::ServiceError;
use crate::wire::WireError;

const HOUR_MS: i64 = 3_600_000;
/// The days that are summed where nobody names the first.
const DAYS_DEFAULT: i64 = 30;
/// The longest range of sums that are kept by the hour.
const DAYS_MAX: i64 = 400;
/// The longest range of sums that are made of single events.
const EVENT_DAYS_MAX: i64 = 92;
/// Groups in an answer, those that cost most.
const GROUPS_MAX: i64 = 200;
/// Events in a file.
const FILE_EVENTS_MAX: i64 = 10_000;

/// Which part of an org's usage is summed; without an end it goes up to now.
#[derive(Debug, Clone, Copy, Default)]
pub struct UsageAsked {
    /// From this moment on; hours are whole.
    pub from: Option<Timestamp>,
    /// Before this one.
    pub to: Option<Timestamp>,
    /// Of this channel alone.
    pub channel: Option<ChannelId>,
}

impl Usage {
    /// Sums of the caller's org.
    ///
    /// # Errors
    /// `forbidden`, `bad_request` for a range that is too long.
    pub async fn sums_for(
        &self,
        principal: &Principal,
        by: UsageBy,
        asked: UsageAsked,
    ) -> Result<Vec<UsageSum>, ServiceError> {
        Right::ReadUsageEvents.check(principal)?;
        let range = self.range(by, asked)?;
        self.sums(principal.org, by, &range).await
    }

    /// The same as CSV, or, of no sum, single events.
    ///
    /// # Errors
    /// As [`Usage::sums_for`].
    pub async fn export_for(
        &self,
        principal: &Principal,
        by: Option<UsageBy>,
        asked: UsageAsked,
    ) -> Result<String, ServiceError> {
        Right::ReadUsageEvents.check(principal)?;
        let range = self.range(by.unwrap_or(UsageBy::Person), asked)?;
        if let Some(by) = by {
            return Ok(csv_of_sums(&self.sums(principal.org, by, &range).await?));
        }
        let events = self.shared.db.usage().events_in(principal.org, &range, FILE_EVENTS_MAX).await?;
        Ok(csv_of_events(&events))
    }

    async fn sums(
        &self,
        org: OrgId,
        by: UsageBy,
        range: &UsageSumRange,
    ) -> Result<Vec<UsageSum>, ServiceError> {
        let db = self.shared.db.usage();
        let mut sums = db.sums(org, by, range, GROUPS_MAX).await?;
        match by {
            UsageBy::Hour => sums.sort_by_key(|sum| number(&sum.key)),
            UsageBy::Day => {
                sums.sort_by_key(|sum| number(&sum.key));
                for sum in &mut sums {
                    sum.key = day_of(number(&sum.key) * DAY_MS);
                }
            }
            UsageBy::Channel | UsageBy::Model | UsageBy::Kind | UsageBy::Person | UsageBy::Address => {}
        }
        Ok(sums)
    }

    fn range(&self, by: UsageBy, asked: UsageAsked) -> Result<UsageSumRange, WireError> {
        let now = self.now().0;
        let to_ms = asked.to.map_or(now + HOUR_MS, |to| to.0);
        let from_ms = asked.from.map_or(to_ms - DAYS_DEFAULT * DAY_MS, |from| from.0);
        let most = if !by.is_of_events() { DAYS_MAX } else { EVENT_DAYS_MAX };
        if from_ms > to_ms || to_ms - from_ms > most * DAY_MS {
            let message = format!("from must be before to, and at most {most} days");
            return Err(WireError::bad_request(message));
        }
        Ok(UsageSumRange { from_ms, to_ms, channel: asked.channel })
    }
}

fn number(key: &str) -> i64 {
    key.parse().unwrap_or(0)
}
