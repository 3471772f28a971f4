//! What is kept of the audit log, over a real database and a clock that is passed in.

use std::sync::Arc;

use rooms::OrgId;
use serde_json::json;
use tempfile::TempDir;

use super::{Act, Note};
use crate::app::{Models, Services};
use crate::base::Base;
use crate::clock::{DAY_MS, ManualClock};
use crate::config::Settings;
use crate::crypto::MasterKeys;
use crate::db::{Db, DbError};
use crate::llm::EnvironmentKeys;
use crate::model::{AuditFilter, AuditRow};
use crate::org_settings::{Level, OrgSettings};

const START_MS: i64 = 1_795_255_200_000;

struct House {
    services: Services,
    clock: Arc<ManualClock>,
    _data: TempDir,
}

impl House {
    async fn open() -> Self {
        let data = tempfile::tempdir().unwrap();
        let db = Db::open(None, data.path(), 2).await.unwrap();
        let clock = ManualClock::at(START_MS);
        let keys = MasterKeys::load(None, data.path()).unwrap();
        let base = Base::new(db, clock.clone(), Arc::new(Settings::defaults()));
        let services = Services::new(base, keys, EnvironmentKeys::default(), Models::default()).unwrap();
        Self { services, clock, _data: data }
    }

    fn db(&self) -> &Db {
        &self.services.base.db
    }

    async fn note(&self, org: OrgId, what: &str) {
        let note = Note::by_shell(Some(org), Act::SettingsChanged, self.services.base.now());
        self.services.audit.record(note.made(json!({ "what": what }))).await.unwrap();
    }

    async fn rows(&self, org: OrgId) -> Vec<AuditRow> {
        self.db().audit().list(Some(org), &AuditFilter::default(), 100).await.unwrap()
    }

    async fn is_whole(&self) -> bool {
        self.db().audit().check().await.unwrap().iter().all(|check| check.fault.is_none())
    }
}

#[tokio::test]
async fn old_rows_leave_from_the_old_end_and_what_stays_is_whole() {
    let house = House::open().await;
    let org = house.services.accounts.directory().create_org("Shop").await.unwrap().id;
    for day in 0..10 {
        house.note(org, &format!("day {day}")).await;
        house.clock.advance(DAY_MS);
    }
    let level = Level::Org(org);
    let days = json!({ "audit_retention_days": 30 }).as_object().unwrap().clone();
    let changes = OrgSettings::check(level, days).unwrap();
    house.services.org_settings.change(level, &rooms::User::system(), &changes).await.unwrap();

    assert_eq!(house.services.audit.remove_expired().await.unwrap(), 0, "none is 30 days old");
    house.clock.advance(25 * DAY_MS);
    assert_eq!(house.services.audit.remove_expired().await.unwrap(), 5);
    assert_eq!(house.services.audit.remove_expired().await.unwrap(), 0, "it is safe to repeat");

    let kept = house.rows(org).await;
    assert_eq!(kept.iter().map(|row| row.seq).collect::<Vec<_>>(), [10, 9, 8, 7, 6]);
    assert!(house.is_whole().await);
    house.clock.advance(400 * DAY_MS);
    assert_eq!(house.services.audit.remove_expired().await.unwrap(), 5);
    assert!(house.rows(org).await.is_empty() && house.is_whole().await);
    house.note(org, "after").await;
    assert_eq!(house.rows(org).await[0].seq, 11, "the chain goes on from its anchor");
    assert!(house.is_whole().await);
}

#[tokio::test]
async fn what_a_transaction_rolls_back_leaves_no_row_and_the_next_one_has_it_once() {
    let house = House::open().await;
    let org = house.services.accounts.directory().create_org("Shop").await.unwrap();
    let note = Note::by_shell(None, Act::OrgMade, house.services.base.now());
    let db = house.db().noting(note);

    let again = db.orgs().add(org.id, "Twice", org.created_at).await;
    assert!(matches!(again, Err(DbError::Failed(_))), "{again:?}");
    assert!(house.db().audit().list(None, &AuditFilter::default(), 10).await.unwrap().is_empty());
    for id in [71, 72] {
        db.orgs().add(OrgId(id), "Other", org.created_at).await.unwrap();
    }

    assert_eq!(house.db().audit().list(None, &AuditFilter::default(), 10).await.unwrap().len(), 1);
}
