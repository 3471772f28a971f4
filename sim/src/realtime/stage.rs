//! What connections are served from.

use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::connection::Order;
use super::log::Records;
use super::scenario::Scenario;
use super::usage::Usage;

/// What connections are served from.
pub(super) struct Stage {
    pub(super) records: Arc<Records>,
    pub(super) required_key: Mutex<Option<String>>,
    pub(super) tones: Arc<AtomicU32>,
    casting: Mutex<Casting>,
    orders: Mutex<Vec<(usize, mpsc::Sender<Order>)>>,
    started: Instant,
}

/// The scenario for connections to come, and how many it has served.
struct Casting {
    scenario: Arc<Scenario>,
    connection_count: usize,
    refusal_count: usize,
}

impl Casting {
    fn of(scenario: Scenario) -> Self {
        Self { scenario: Arc::new(scenario), connection_count: 0, refusal_count: 0 }
    }
}

impl Stage {
    /// A stage whose connections to come get this scenario.
    pub(super) fn new(scenario: Scenario) -> Self {
        Self {
            records: Records::new(),
            required_key: Mutex::new(None),
            tones: Arc::default(),
            casting: Mutex::new(Casting::of(scenario)),
            orders: Mutex::default(),
            started: Instant::now(),
        }
    }

    /// What connections to come get. Those that are open keep theirs.
    pub(super) fn set_scenario(&self, scenario: Scenario) {
        let mut casting = self.casting.lock().expect("nothing panics while it holds the casting");
        *casting = Casting::of(scenario);
    }

    pub(super) fn elapsed_ms(&self, now: Instant) -> u64 {
        let elapsed = now.saturating_duration_since(self.started);
        u64::try_from(elapsed.as_millis()).expect("a simulator is not millions of years old")
    }

    /// The status of the next refusal, where one is due.
    pub(super) fn take_upgrade_refusal(&self) -> Option<u16> {
        let mut casting = self.casting.lock().expect("nothing panics while it holds the casting");
        let (status, count) = casting.scenario.faults.refuse_upgrade?;
        if casting.refusal_count >= count {
            return None;
        }
        casting.refusal_count += 1;
        Some(status)
    }

    /// The scenario of the next connection, and whether it has the faults.
    pub(super) fn cast(&self) -> (Arc<Scenario>, bool) {
        let mut casting = self.casting.lock().expect("nothing panics while it holds the casting");
        let number = casting.connection_count;
        casting.connection_count += 1;
        let is_faulty = casting.scenario.faulty_connections.is_none_or(|count| number < count);
        (Arc::clone(&casting.scenario), is_faulty)
    }

    /// The scenario of connections to come.
    pub(super) fn scenario(&self) -> Arc<Scenario> {
        let casting = self.casting.lock().expect("nothing panics while it holds the casting");
        Arc::clone(&casting.scenario)
    }

    /// Lets a connection be ordered about.
    pub(super) fn enlist(&self, index: usize, orders: mpsc::Sender<Order>) {
        let mut all = self.orders.lock().expect("nothing panics while it holds the orders");
        all.retain(|(_, one)| !one.is_closed());
        all.push((index, orders));
    }

    pub(super) fn violations(&self) -> Vec<String> {
        self.records.read(|logs| {
            let all = logs.iter().flat_map(|log| log.violations.iter().map(move |one| (log.index, one)));
            all.map(|(index, violation)| format!("connection {index}: {violation}")).collect()
        })
    }

    pub(super) fn usage(&self) -> Usage {
        self.records.read(|logs| {
            let mut usage = Usage::default();
            for log in logs {
                usage += log.usage;
            }
            usage
        })
    }

    pub(super) fn order(&self, index: Option<usize>, order: &Order) {
        let all = self.orders.lock().expect("nothing panics while it holds the orders");
        for (_, orders) in all.iter().filter(|(one, _)| index.is_none_or(|index| index == *one)) {
            // A connection that has ended takes no orders; one that has 64 unread has ended in all but name.
            let _ended = orders.try_send(order.clone());
        }
    }
}
