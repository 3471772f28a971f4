//! What a day came to, counted by everybody in it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use crate::report::Reading;
use crate::stats::Latencies;

/// Shared by all visitors and agents of a day, who run on one thread.
#[derive(Clone, Default)]
pub(super) struct Tally(Rc<RefCell<Counts>>);

#[derive(Default)]
struct Counts {
    by_name: BTreeMap<&'static str, u64>,
    latencies: BTreeMap<&'static str, Latencies>,
    faults: BTreeMap<String, u64>,
    first_fault: Option<String>,
}

impl Tally {
    pub(super) fn count(&self, name: &'static str) {
        *self.0.borrow_mut().by_name.entry(name).or_default() += 1;
    }

    /// A wait under the prefix that its percentiles will have.
    pub(super) fn waited(&self, prefix: &'static str, wait: Duration) {
        self.0.borrow_mut().latencies.entry(prefix).or_default().add(wait);
    }

    pub(super) fn fault(&self, what: &str, detail: &str) {
        let counts = &mut *self.0.borrow_mut();
        *counts.faults.entry(what.to_owned()).or_default() += 1;
        counts.first_fault.get_or_insert_with(|| format!("first fault: {what}: {detail}"));
    }

    pub(super) fn of(&self, name: &str) -> u64 {
        self.0.borrow().by_name.get(name).copied().unwrap_or(0)
    }

    pub(super) fn report(&self, reading: &mut Reading) {
        let counts = &*self.0.borrow();
        for (name, count) in &counts.by_name {
            reading.set(name, f64::from(u32::try_from(*count).unwrap_or(u32::MAX)));
        }
        for (prefix, latencies) in &counts.latencies {
            reading.set_latencies(prefix, latencies);
        }
        for (fault, count) in &counts.faults {
            *reading.faults.entry(fault.clone()).or_default() += count;
        }
        reading.warnings.extend(counts.first_fault.clone());
    }
}
