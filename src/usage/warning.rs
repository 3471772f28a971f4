//! Warnings to an org's agents that a limit is nearly or fully used.

use rooms::OrgId;

use super::calendar::{next_midnight, next_month};
use super::limits::{Limit, NEAR, limits};
use super::tally::Tally;
use crate::org_settings::Effective;

/// Shares of a limit at which somebody is told, the highest first.
const MARKS: [(f64, u8); 2] = [(1.0, 100), (NEAR, 80)];

/// A limit of which a mark was just passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitWarning {
    /// Whose.
    pub org: OrgId,
    /// Which limit, by the name of its field.
    pub limit: &'static str,
    /// How much of it is used at least: 80 or 100.
    pub percent: u8,
    /// Whether what it counts stops at 100.
    pub is_hard: bool,
    /// When it starts over, in milliseconds since 1970.
    pub resets_at_ms: i64,
}

/// What was passed between two counts: of each limit the highest mark alone.
pub(super) fn passed(
    org: OrgId,
    settings: &Effective,
    (before, after): (&Tally, &Tally),
    now_ms: i64,
) -> Vec<LimitWarning> {
    let shares = |tally: &Tally| limits(settings, &tally.today, &tally.this_month);
    let warning = |(old, new): (Limit, Limit)| {
        let is_passed = |mark: f64| old.share() < mark && new.share() >= mark;
        let (_, percent) = MARKS.into_iter().find(|(mark, _)| is_passed(*mark))?;
        let resets_at_ms = if new.is_monthly { next_month(now_ms) } else { next_midnight(now_ms) };
        Some(LimitWarning { org, limit: new.name, percent, is_hard: new.is_hard, resets_at_ms })
    };
    shares(before).into_iter().zip(shares(after)).filter_map(warning).collect()
}
