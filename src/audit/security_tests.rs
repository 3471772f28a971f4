//! What is kept of security events, and who is told, over a real database and a clock that is passed in.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use tempfile::TempDir;

use super::{Security, SuspicionListener};
use crate::base::Base;
use crate::clock::{DAY_MS, ManualClock};
use crate::config::Settings;
use crate::db::{Db, DbError};
use crate::model::{SecurityEvent, SecurityFilter, SecurityKind, Suspicion};

const START_MS: i64 = 1_795_255_200_000;

#[derive(Debug, Default)]
struct Told(Mutex<Vec<String>>);

impl SuspicionListener for Told {
    fn became_suspicious<'a>(&'a self, suspicion: &'a Suspicion) -> BoxFuture<'a, Result<(), DbError>> {
        self.0.lock().unwrap().push(format!("{} {}", suspicion.address, suspicion.event_count));
        Box::pin(std::future::ready(Ok(())))
    }
}

struct House {
    security: Security,
    clock: Arc<ManualClock>,
    told: Arc<Told>,
    _data: TempDir,
}

impl House {
    async fn open() -> Self {
        let data = tempfile::tempdir().unwrap();
        let db = Db::open(None, data.path(), 2).await.unwrap();
        let clock = ManualClock::at(START_MS);
        let security = Security::new(Base::new(db, clock.clone(), Arc::new(Settings::defaults())));
        let told = Arc::new(Told::default());
        security.listen(told.clone());
        Self { security, clock, told, _data: data }
    }

    fn report(&self, kind: SecurityKind, number: u32) {
        let address = IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0000 + number));
        self.security.base.guard.report(SecurityEvent::from_address(kind, address));
    }

    async fn counts(&self) -> Vec<i64> {
        let rows =
            self.security.db().security_events().list(&SecurityFilter::default(), 10_000).await.unwrap();
        rows.iter().map(|row| row.event_count).collect()
    }

    fn told(&self) -> Vec<String> {
        std::mem::take(&mut *self.told.0.lock().unwrap())
    }
}

#[tokio::test]
async fn a_hundred_thousand_events_of_a_minute_leave_few_rows_whose_counts_are_all_of_them() {
    let house = House::open().await;
    for second in 0..50_u32 {
        for number in 0..2_000 {
            house.report(SecurityKind::RateLimitHit, (second * 2_000 + number) % 30_000);
        }
        house.clock.advance(1_000);
        house.security.store_reported().await.unwrap();
    }

    let counts = house.counts().await;
    assert!(counts.len() <= 501, "{} rows", counts.len());
    assert_eq!(counts.iter().sum::<i64>(), 100_000);
}

#[tokio::test]
async fn people_are_told_of_an_address_once_a_day_and_of_few_in_an_hour() {
    let house = House::open().await;
    for _ in 0..9 {
        house.report(SecurityKind::AuthFailure, 1);
    }
    house.security.store_reported().await.unwrap();
    assert!(house.told().is_empty(), "nine are not ten");
    for _ in 0..3 {
        house.report(SecurityKind::AuthFailure, 1);
        house.security.store_reported().await.unwrap();
    }
    assert_eq!(house.told(), ["10.0.0.1 10"]);

    for number in 2..30 {
        for _ in 0..10 {
            house.report(SecurityKind::AuthFailure, number);
        }
    }
    house.security.store_reported().await.unwrap();
    assert_eq!(house.told().len(), 4, "five within the hour");
    house.clock.advance(DAY_MS + 1);
    for _ in 0..10 {
        house.report(SecurityKind::AuthFailure, 1);
    }
    house.security.store_reported().await.unwrap();
    assert_eq!(house.told(), ["10.0.0.1 10"], "yesterday's count no more");
}

#[tokio::test]
async fn who_is_shut_out_already_alarms_nobody() {
    let house = House::open().await;
    for _ in 0..50 {
        house.report(SecurityKind::Blocked, 1);
    }

    house.security.store_reported().await.unwrap();

    assert_eq!(house.counts().await, [50]);
    assert!(house.told().is_empty());
}

#[tokio::test]
async fn events_are_forgotten_after_their_time() {
    let house = House::open().await;
    house.report(SecurityKind::AuthFailure, 1);
    house.security.store_reported().await.unwrap();
    house.clock.advance(89 * DAY_MS);
    house.report(SecurityKind::AuthFailure, 2);
    house.security.store_reported().await.unwrap();

    assert_eq!(house.security.forget_old().await.unwrap(), 0);
    house.clock.advance(2 * DAY_MS);
    assert_eq!(house.security.forget_old().await.unwrap(), 1);
    assert_eq!(house.security.forget_old().await.unwrap(), 0, "it is safe to repeat");

    assert_eq!(house.counts().await.len(), 1);
}
