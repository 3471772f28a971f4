//! Tracks models used without a price.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use dashmap::DashMap;
use rooms::OrgId;

/// Models remembered of one org; who uses more has a page full of them already.
const MODELS_MAX: usize = 50;
/// Orgs remembered; beyond it the list starts over and is warned of once more.
const ORGS_MAX: usize = 10_000;

/// Models that counted at the fallback price since the start.
#[derive(Debug, Default)]
pub(super) struct Unpriced {
    by_org: DashMap<OrgId, BTreeSet<String>>,
    warned: Mutex<BTreeSet<String>>,
}

impl Unpriced {
    /// Notes a model of an org; true where no org used it before, so that it is logged once.
    pub(super) fn note(&self, org: OrgId, model: &str) -> bool {
        if self.by_org.len() >= ORGS_MAX && !self.by_org.contains_key(&org) {
            self.by_org.clear();
        }
        let mut models = self.by_org.entry(org).or_default();
        if models.contains(model) || models.len() >= MODELS_MAX {
            return false;
        }
        models.insert(model.to_owned());
        drop(models);
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        warned.len() < ORGS_MAX && warned.insert(model.to_owned())
    }

    /// The models of an org, by name.
    pub(super) fn of(&self, org: OrgId) -> Vec<String> {
        self.by_org.get(&org).map(|models| models.iter().cloned().collect()).unwrap_or_default()
    }

    /// Prices were changed: what has none is noted again.
    pub(super) fn clear(&self) {
        self.by_org.clear();
        self.warned.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_new_once_and_listed_by_org() {
        let unpriced = Unpriced::default();

        assert!(unpriced.note(OrgId(1), "b"));
        assert!(!unpriced.note(OrgId(1), "b"));
        assert!(!unpriced.note(OrgId(2), "b"), "logged already");
        assert!(unpriced.note(OrgId(1), "a"));
        assert_eq!(
            (unpriced.of(OrgId(1)), unpriced.of(OrgId(3))),
            (vec!["a".to_owned(), "b".to_owned()], Vec::new())
        );
        unpriced.clear();
        assert!(unpriced.of(OrgId(1)).is_empty() && unpriced.note(OrgId(1), "a"));
    }
}
