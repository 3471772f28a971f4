//! Budget of a call: duration and cost limits.

/// How long before the longest length the assistant is told to come to an end.
const WRAP_UP_MS: u64 = 60_000;

/// The share of the money, in percent, at which the assistant is told to come to an end.
const WRAP_UP_PERCENT: u64 = 80;

/// The limits of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallLimits {
    /// The longest a call may last.
    pub length_ms: u64,
    /// The longest without a word from the visitor.
    pub idle_ms: u64,
    /// What it may cost, in billionths of a dollar; `None` where nothing limits it.
    pub cost_nano_usd: Option<u64>,
}

impl Default for CallLimits {
    fn default() -> Self {
        Self { length_ms: 30 * 60_000, idle_ms: 120_000, cost_nano_usd: None }
    }
}

/// A limit that has been reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BudgetEvent {
    /// The end is near: come to it. Said once.
    WrapUp,
    /// The call has lasted too long.
    TooLong,
    /// Nobody has spoken for too long.
    Idle,
    /// It has cost too much.
    TooDear,
}

/// Time and money of one call.
#[derive(Debug, Clone)]
pub struct Budget {
    limits: CallLimits,
    began_ms: u64,
    last_word_ms: u64,
    /// While somebody speaks or is waited for, nobody is idle.
    is_busy: bool,
    spent_nano_usd: u64,
    /// Whether nothing more may be spent, whatever the limits of this call are.
    is_exhausted: bool,
    is_wrapping_up: bool,
}

impl Budget {
    /// The budget of a call that begins now.
    #[must_use]
    pub fn new(limits: CallLimits, now_ms: u64) -> Self {
        Self {
            limits,
            began_ms: now_ms,
            last_word_ms: now_ms,
            is_busy: false,
            spent_nano_usd: 0,
            is_exhausted: false,
            is_wrapping_up: false,
        }
    }

    /// Whole seconds since the call began.
    #[must_use]
    pub fn seconds(&self, now_ms: u64) -> u64 {
        now_ms.saturating_sub(self.began_ms) / 1_000
    }

    /// What it has cost so far, in billionths of a dollar.
    #[must_use]
    pub fn spent_nano_usd(&self) -> u64 {
        self.spent_nano_usd
    }

    /// Adds what one event cost.
    pub fn spend(&mut self, nano_usd: u64) {
        self.spent_nano_usd = self.spent_nano_usd.saturating_add(nano_usd);
    }

    /// Whoever pays has reached a limit of their own: the call has cost too much, whatever it has cost.
    pub fn exhaust(&mut self) {
        self.is_exhausted = true;
    }

    /// The visitor or a person has said something.
    pub fn record_word(&mut self, now_ms: u64) {
        self.last_word_ms = now_ms;
    }

    /// Whether somebody is speaking or being waited for; silence counts from the end of that.
    pub fn set_busy(&mut self, is_busy: bool, now_ms: u64) {
        if self.is_busy && !is_busy {
            self.last_word_ms = now_ms;
        }
        self.is_busy = is_busy;
    }

    /// What has been reached by now; the gravest first.
    pub fn check(&mut self, now_ms: u64) -> Option<BudgetEvent> {
        let is_spent = self.limits.cost_nano_usd.is_some_and(|limit| self.spent_nano_usd >= limit);
        if is_spent || self.is_exhausted {
            return Some(BudgetEvent::TooDear);
        }
        if now_ms >= self.ends_ms() {
            return Some(BudgetEvent::TooLong);
        }
        if !self.is_busy && now_ms >= self.last_word_ms + self.limits.idle_ms {
            return Some(BudgetEvent::Idle);
        }
        if !self.is_wrapping_up && (now_ms >= self.wraps_up_ms() || self.is_nearly_spent()) {
            self.is_wrapping_up = true;
            return Some(BudgetEvent::WrapUp);
        }
        None
    }

    /// When [`Budget::check`] has something to say, if nothing else happens.
    #[must_use]
    pub fn next_deadline(&self) -> u64 {
        let mut deadline = self.ends_ms();
        if !self.is_busy {
            deadline = deadline.min(self.last_word_ms + self.limits.idle_ms);
        }
        if !self.is_wrapping_up {
            deadline = deadline.min(self.wraps_up_ms());
        }
        deadline
    }

    fn ends_ms(&self) -> u64 {
        self.began_ms + self.limits.length_ms
    }

    fn wraps_up_ms(&self) -> u64 {
        self.ends_ms().saturating_sub(WRAP_UP_MS).max(self.began_ms + self.limits.length_ms / 2)
    }

    fn is_nearly_spent(&self) -> bool {
        self.limits.cost_nano_usd.is_some_and(|limit| {
            u128::from(self.spent_nano_usd) * 100 >= u128::from(limit) * u128::from(WRAP_UP_PERCENT)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(cost_nano_usd: Option<u64>) -> Budget {
        Budget::new(CallLimits { length_ms: 600_000, idle_ms: 120_000, cost_nano_usd }, 1_000)
    }

    #[test]
    fn the_assistant_is_told_once_a_minute_before_the_end() {
        let mut budget = budget(None);
        budget.record_word(540_000);

        assert_eq!(budget.next_deadline(), 541_000);
        assert_eq!(budget.check(540_999), None);
        assert_eq!(budget.check(541_000), Some(BudgetEvent::WrapUp));
        assert_eq!(budget.check(541_001), None);
        assert_eq!(budget.check(601_000), Some(BudgetEvent::TooLong));
    }

    #[test]
    fn two_minutes_without_a_word_are_too_many_but_not_while_somebody_speaks() {
        let mut budget = budget(None);
        budget.set_busy(true, 2_000);
        assert_eq!(budget.check(130_000), None);
        budget.set_busy(false, 130_000);

        assert_eq!(budget.check(249_999), None);
        assert_eq!(budget.check(250_000), Some(BudgetEvent::Idle));
    }

    #[test]
    fn money_warns_at_four_fifths_and_ends_at_the_limit() {
        let mut budget = budget(Some(1_000));
        budget.spend(799);
        assert_eq!(budget.check(2_000), None);
        budget.spend(1);
        assert_eq!(budget.check(2_000), Some(BudgetEvent::WrapUp));
        budget.spend(u64::MAX);
        assert_eq!(budget.check(2_000), Some(BudgetEvent::TooDear));
    }

    #[test]
    fn an_org_at_its_limit_ends_a_call_that_has_none() {
        let mut budget = budget(None);
        budget.spend(u64::MAX);
        assert_eq!(budget.check(2_000), None);

        budget.exhaust();

        assert_eq!(budget.check(2_000), Some(BudgetEvent::TooDear));
        assert_eq!(budget.spent_nano_usd(), u64::MAX, "it has cost what it has cost");
    }

    #[test]
    fn a_very_short_call_is_told_at_its_middle() {
        let mut budget = Budget::new(CallLimits { length_ms: 20_000, ..CallLimits::default() }, 0);

        assert_eq!(budget.check(9_999), None);
        assert_eq!(budget.check(10_000), Some(BudgetEvent::WrapUp));
    }
}
