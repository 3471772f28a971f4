//! What is swept away and what stays, on a disk and in a database of the test's own.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rooms::{AttachmentId, ChannelId, ConversationId, OrgId, Timestamp, User, UserId, UserKind};
use tempfile::TempDir;

use super::*;
use crate::auth::{Principal, PrincipalKind};
use crate::base::Base;
use crate::clock;
use crate::clock::{Clock as _, ManualClock, SystemClock};
use crate::config::Settings;
use crate::db::{Db, Seed};
use crate::model::{UNSENT_KEPT_MS, UNSENT_USABLE_MS};
use crate::org_settings::OrgSettings;

const ORG: OrgId = OrgId(1);
const CHANNEL: ChannelId = ChannelId(2);
const VISITOR: UserId = UserId(3);
const CONVERSATION: ConversationId = ConversationId(4);
const PNG: &[u8] = include_bytes!("../pictures/testdata/plain.png");
const DAY: Duration = Duration::from_secs(24 * 3_600);

struct Desk {
    attachments: Attachments,
    db: Db,
    clock: Arc<ManualClock>,
    visitor: Principal,
    data: TempDir,
}

impl Desk {
    async fn open() -> Self {
        let data = tempfile::tempdir().unwrap();
        let db = Db::open(None, data.path(), 2).await.unwrap();
        let clock = ManualClock::at(SystemClock.now_ms());
        Seed::default().store(&db, Timestamp(clock.now_ms())).await;
        let settings = Settings { data_dir: data.path().to_owned(), ..Settings::defaults() };
        let attachments = Attachments::new(
            Base::new(db.clone(), clock.clone(), Arc::new(settings)),
            OrgSettings::new(db.clone(), clock.clone()),
        );
        let visitor = Principal {
            org: ORG,
            user: User { id: VISITOR, kind: UserKind::Visitor, name: "Guest".into() },
            kind: PrincipalKind::Visitor { channel: CHANNEL },
            credential: "visitor:3".into(),
            expires_at: None,
            page: None,
            message_max_chars: None,
            blocked: crate::model::BlockedVisitors::default(),
            standing: crate::auth::Standing::default(),
        };
        Self { attachments, db, clock, visitor, data }
    }

    async fn bring(&self) -> AttachmentId {
        let bytes = Bytes::from_static(PNG);
        self.attachments.store(&self.visitor, CONVERSATION, "a.png", bytes).await.unwrap().file.id
    }

    fn path(&self, org: OrgId, name: &str) -> PathBuf {
        self.data.path().join("attachments").join(org.to_string()).join(name)
    }

    /// Puts a file there that was written so long ago.
    fn put(&self, org: OrgId, name: &str, age: Duration) -> PathBuf {
        let path = self.path(org, name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let file = File::create(&path).unwrap();
        file.set_modified(clock::system_time() - age).unwrap();
        path
    }

    async fn is_sendable(&self, id: AttachmentId) -> bool {
        let now = Timestamp(self.clock.now_ms());
        self.db.attachments().sendable(ORG, CONVERSATION, VISITOR, id, now).await.unwrap().is_some()
    }
}

#[tokio::test]
async fn a_file_is_private_on_the_disk_and_stands_there_whole() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::open().await;

    let id = desk.bring().await;

    let path = desk.path(ORG, &id.to_string());
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    let record = desk.db.attachments().get(ORG, id).await.unwrap().unwrap();
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!((record.file.bytes, record.file.pixels), (bytes.len() as u64, Some((24, 16))));
    assert_eq!(desk.db.attachments().get(OrgId(9), id).await.unwrap(), None, "another org has no such file");
}

#[tokio::test]
async fn what_was_never_sent_goes_after_a_day_and_cannot_be_sent_in_its_last_hour() {
    let desk = Desk::open().await;
    let id = desk.bring().await;
    let path = desk.path(ORG, &id.to_string());

    desk.clock.advance(UNSENT_USABLE_MS - 1);
    assert!(desk.is_sendable(id).await);
    desk.clock.advance(1);
    assert!(!desk.is_sendable(id).await);
    assert_eq!(desk.attachments.sweep().await.unwrap(), 0);
    assert!(path.exists());
    desk.clock.advance(UNSENT_KEPT_MS - UNSENT_USABLE_MS + 1);
    let young = desk.bring().await;

    assert_eq!(desk.attachments.sweep().await.unwrap(), 1);
    assert!(!path.exists() && desk.path(ORG, &young.to_string()).exists());
    assert_eq!(desk.db.attachments().get(ORG, id).await.unwrap(), None);
    assert_eq!(desk.attachments.sweep().await.unwrap(), 0, "again is fine");
}

#[tokio::test]
async fn files_without_a_row_go_once_no_upload_can_be_about_to_add_it() {
    let desk = Desk::open().await;
    let id = desk.bring().await;
    let known = desk.put(ORG, &id.to_string(), 2 * DAY);
    let orphan = desk.put(ORG, &AttachmentId(77).to_string(), 2 * DAY);
    let part = desk.put(ORG, "018f0000-0000-7000-8000-000000000000.part", 2 * DAY);
    let fresh = desk.put(ORG, &AttachmentId(78).to_string(), DAY / 2);
    let elsewhere = desk.put(OrgId(9), &AttachmentId(79).to_string(), 2 * DAY);

    assert_eq!(desk.attachments.sweep().await.unwrap(), 2);

    assert!(!orphan.exists() && !part.exists());
    assert!(known.exists() && fresh.exists());
    assert!(elsewhere.exists(), "what belongs to an org that is not known here is left alone");
}
