//! How long an old secret is accepted beside the one that takes its place.

use rooms::{OrgId, Timestamp};
use secrecy::ExposeSecret as _;

use super::MasterKeys;
use crate::model::{OldSecret, old_secret_field};

const HOUR_MS: i64 = 3_600_000;
/// A month: whoever needs longer rotates when they are ready.
const HOURS_MAX: u32 = 720;

/// How long an old secret is still accepted; by default not at all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Overlap {
    hours: u32,
}

impl Overlap {
    /// So many hours, at most 720; `None` beyond.
    #[must_use]
    pub fn of_hours(hours: u32) -> Option<Self> {
        (hours <= HOURS_MAX).then_some(Self { hours })
    }

    /// The secret of a field as the old one, sealed under its new name; `None` where it is not kept, or cannot be opened.
    #[must_use]
    pub fn keep(
        self,
        keys: &MasterKeys,
        org: OrgId,
        field: &str,
        sealed: &str,
        now: Timestamp,
    ) -> Option<OldSecret> {
        if self.hours == 0 {
            return None;
        }
        let org = org.to_string();
        let secret = keys.open(&org, field, sealed).ok()?;
        let sealed = keys.seal(&org, &old_secret_field(field), secret.expose_secret());
        Some(OldSecret { sealed, expires_at: now.plus_ms(i64::from(self.hours) * HOUR_MS) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlap_is_a_month_at_most() {
        assert_eq!(Overlap::of_hours(0), Some(Overlap::default()));
        assert!(Overlap::of_hours(HOURS_MAX).is_some());
        assert_eq!(Overlap::of_hours(HOURS_MAX + 1), None);
    }
}
