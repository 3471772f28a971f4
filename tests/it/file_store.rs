//! Files in a store with S3's protocol: a real one beside a real server, and away.

use std::io::Read as _;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use rooms::{AttachmentId, CallId, OrgId};
use serde_json::{Value, json};
use switchboard::config::{FilePlace, Secret, Settings};
use switchboard::files::{ByteRange, FileKey, FileKind, Files, FilesError};
use switchboard::outbound::Gateway;
use switchboard_sim::realtime::Scenario;

use crate::support::files::PNG;
use crate::support::phone::Exchange;
use crate::support::rest::http;
use crate::support::s3::{S3, SECRET_KEY};
use crate::support::server::cli;
use crate::support::{Database, Server, Site, within};

const ORG: OrgId = OrgId(7);

/// Every file below a folder of the data directory.
fn files_below(database: &Database, folder: &str) -> usize {
    let folders = std::fs::read_dir(database.dir().join(folder)).into_iter().flatten().flatten();
    folders.flat_map(|org| std::fs::read_dir(org.path()).into_iter().flatten().flatten()).count()
}

fn files_at(store: &S3, data_dir: &std::path::Path) -> Files {
    let settings = Settings {
        data_dir: data_dir.to_owned(),
        files: FilePlace::S3,
        s3_endpoint: Some(format!("http://127.0.0.1:{}", store.port).parse().unwrap()),
        s3_bucket: Some(S3::BUCKET.to_owned()),
        s3_access_key: Some(Secret("access-key".into())),
        s3_secret_key: Some(Secret(SECRET_KEY.into())),
        s3_timeout_s: 5,
        ..Settings::defaults()
    };
    Files::new(&settings, &Gateway::new(&settings))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_takes_gives_lists_and_removes_large_files_and_parts_of_them() {
    let (store, data) = (S3::start().await, tempfile::tempdir().unwrap());
    let files = files_at(&store, data.path());
    let key = FileKey::recording(ORG, CallId(1));
    // Larger than two parts of an upload, and no part like another.
    let sound: Vec<u8> = (0..20_000_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let path = files.spool_path(&key);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, &sound).unwrap();
    let whole = async |range| files.get(key.clone(), range).await.unwrap().read_whole().await.unwrap();
    assert_eq!(whole(Some(ByteRange::Last(3))).await, sound[sound.len() - 3..], "it is read while it waits");

    // The end of a call and the hourly look may both take it in.
    let (one, other) = tokio::join!(files.take_in(key.clone()), files.take_in(key.clone()));

    assert!(one.is_ok() && other.is_ok(), "{one:?} {other:?}");
    assert!(!path.exists(), "the disk has it no longer");
    assert!(whole(None).await == sound);
    assert_eq!(whole(Some(ByteRange::Bounded(8_388_600, 8_388_619))).await, sound[8_388_600..8_388_620]);
    assert_eq!(whole(Some(ByteRange::From(19_999_990))).await, sound[19_999_990..]);
    let part = files.get(key.clone(), Some(ByteRange::Bounded(10, u64::MAX))).await.unwrap();
    assert_eq!((part.size, part.range), (20_000_000, 10..20_000_000));
    let behind = files.get(key.clone(), Some(ByteRange::From(20_000_000))).await;
    assert!(matches!(behind, Err(FilesError::BehindItsEnd { bytes: 20_000_000 })), "{behind:?}");
    let small = FileKey::attachment(ORG, AttachmentId(9));
    files.put(small.clone(), Bytes::from_static(b"small")).await.unwrap();
    assert_eq!(files.orgs(FileKind::Attachment).await.unwrap(), [ORG]);
    let listed = async |now: SystemTime| {
        let age = Duration::from_secs(3_600);
        files.list_old(FileKind::Attachment, ORG, (now, age)).try_collect::<Vec<_>>().await.unwrap()
    };
    assert_eq!(listed(SystemTime::now()).await, [""; 0], "it is young");
    let later = SystemTime::now() + Duration::from_secs(2 * 3_600);
    assert_eq!(listed(later).await, [AttachmentId(9).to_string()]);
    files.remove(vec![small.clone(), small.clone()]).await.unwrap();
    assert!(matches!(files.get(small, None).await, Err(FilesError::NotFound)));
    files.remove_org(ORG).await.unwrap();
    assert_eq!(store.names().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_of_conversations_stand_in_the_store_and_go_with_their_visitor() {
    let store = S3::start().await;
    let log = tempfile::NamedTempFile::new().unwrap();
    let options = store.options().log_to(log.path(), "info,object_store=debug");
    let site = Site::start(Database::sqlite(), options).await;
    let (owner, visitor) = (site.agent("owner").await, site.visitor().await);
    let session = visitor.session_id();
    let picture = site.picture(&visitor.token, session, PNG).await;
    let id = picture["id"].as_str().unwrap();
    let mut theirs = site.connect(&visitor.token).await;
    let message = json!({"session_id": session, "content": "see", "attachments": [id]});
    theirs.call("message:send", message).await.unwrap();

    let (status, headers, bytes) = site.file(&owner.token, &picture["id"]).await;

    assert_eq!((status, bytes.len() as u64), (200, picture["bytes"].as_u64().unwrap()));
    assert_eq!(headers["content-length"], bytes.len().to_string());
    assert_eq!(store.names().await, [format!("shop/one/attachments/{}/{id}", site.org.id)]);
    assert_eq!(files_below(&site.server.database, "attachments"), 0, "not on this disk");
    let export = site.server.url(&format!("/api/v1/visitors/{}/export", visitor.id));
    let export = http().get(export).bearer_auth(&owner.token).send().await.unwrap().bytes().await.unwrap();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(export)).unwrap();
    let name =
        zip.file_names().map(|name| name.unwrap().into_owned()).find(|name| name.starts_with("files/"));
    let mut exported = Vec::new();
    zip.by_name(&name.unwrap()).unwrap().read_to_end(&mut exported).unwrap();
    assert!(exported == bytes, "an export reads from there");
    let erased = site.delete(Some(&owner.token), &format!("/api/v1/visitors/{}", visitor.id)).await;
    assert_eq!(erased.status, 202);
    store.names_once("the erasure", <[String]>::is_empty).await;
    let log = std::fs::read_to_string(log.path()).unwrap();
    assert!(!log.contains(SECRET_KEY) && !log.contains("Signature="), "{log}");
}

/// A backup of a site whose files stand in a store, put back on a fresh database of the same engine.
async fn back_up_and_restore(database: Database, fresh: Database) {
    let store = S3::start().await;
    let site = Site::start(database, store.options()).await;
    let (owner, visitor) = (site.agent("owner").await, site.visitor().await);
    let session = visitor.session_id();
    let picture = site.picture(&visitor.token, session, PNG).await;
    let mut theirs = site.connect(&visitor.token).await;
    let message = json!({"session_id": session, "content": "see", "attachments": [picture["id"]]});
    theirs.call("message:send", message).await.unwrap();
    let dir = site.server.database.dir();
    let (config, archive) = (store.config(dir), dir.join("backup.tar"));

    let made = site.server.cli(&["backup", archive.to_str().unwrap(), "--config", &config]).await;

    assert_eq!((&made["files"], &made["attachments"]), (&json!("s3"), &json!(0)), "they stay: {made}");
    assert_eq!((&made["missing_files"], &made["entries"]), (&json!(0), &json!(1)), "none is missing: {made}");
    let names = tar_names(&archive);
    let is_file = |name: &String| name.starts_with("attachments/") || name.starts_with("recordings/");
    assert!(!names.iter().any(is_file) && !names.is_empty(), "{names:?}");
    assert_eq!(store.names().await.len(), 1);
    let arguments = ["restore", archive.to_str().unwrap(), "--config", &config];
    let restored = cli(&fresh, &arguments, None).await.unwrap();
    assert_eq!((&restored["files"], &restored["missing_files"]), (&json!("s3"), &json!(0)), "{restored}");
    std::fs::copy(dir.join("master.key"), fresh.dir().join("master.key")).unwrap();
    let server = Server::start(fresh, store.options()).await;
    let url = server.url(&format!("/api/v1/attachments/{}", picture["id"].as_str().unwrap()));
    let opened = http().get(url).bearer_auth(&owner.token).send().await.unwrap();
    assert_eq!(
        (opened.status().as_u16(), opened.bytes().await.unwrap().len() as u64),
        (200, picture["bytes"].as_u64().unwrap())
    );
}

fn tar_names(archive: &std::path::Path) -> Vec<String> {
    let listed = std::process::Command::new("tar").arg("-tf").arg(archive).output().expect("tar runs");
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
    String::from_utf8(listed.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_says_that_files_stay_in_the_store_and_a_restored_server_finds_them_there() {
    back_up_and_restore(Database::sqlite(), Database::sqlite()).await;
    back_up_and_restore(Database::postgres().await, Database::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_is_away_refuses_files_with_a_code_and_everything_else_goes_on() {
    let mut store = S3::start().await;
    let site = Site::start(Database::sqlite(), store.options().env("TEST_LOG", "off")).await;
    let (owner, visitor) = (site.agent("owner").await, site.visitor().await);
    let session = visitor.session_id().to_owned();
    let picture = site.picture(&visitor.token, &session, PNG).await;
    let mut theirs = site.connect(&visitor.token).await;
    let message = json!({"session_id": session, "content": "see", "attachments": [picture["id"]]});
    theirs.call("message:send", message).await.unwrap();
    store.stop().await;

    let path = format!("/api/v1/attachments/{}", picture["id"].as_str().unwrap());
    let read = site.get(Some(&owner.token), &path).await;
    let written = site.upload_to("/api/v1/widget/attachments", &visitor.token, &session, "a.png", PNG).await;

    assert_eq!(
        (read.status, read.code(), written.status, written.code()),
        (503, "unavailable", 503, "unavailable")
    );
    theirs.say(&session, "messages are stored").await;
    let unknown =
        site.get(Some(&owner.token), "/api/v1/attachments/018f0000-0000-7000-8000-000000000000").await;
    assert_eq!(unknown.status, 404);
    store.restart().await;
    let again = site.upload_to("/api/v1/widget/attachments", &visitor.token, &session, "a.png", PNG).await;
    assert_eq!(again.status, 201, "{again:?}");
    assert_eq!(site.get(Some(&owner.token), &path).await.status, 404, "what a store has lost is not there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recording_waits_on_the_disk_while_the_store_is_away_and_is_heard_meanwhile() {
    let mut store = S3::start().await;
    let options = store.options().env("TEST_LOG", "off");
    let mut exchange = Exchange::with(Database::sqlite(), Scenario::default(), options).await;
    exchange.set(json!({ "voice_recording": true })).await;
    store.stop().await;
    let (_visitor, mut phone) = exchange.call().await;
    phone.until_where("state", |state| state["link"] == "ok").await;
    phone.speak(300).await;
    phone.say("hangup", &json!({})).await;
    phone.until("ended").await;
    let path = format!("/api/v1/calls/{}/recording", phone.call_id());
    let name = format!("{}.wav", phone.call_id());
    let token = exchange.assisted.owner.token.clone();
    let part = async |exchange: &Exchange| {
        let site = &exchange.assisted.site;
        let asked = http().get(site.server.url(&path)).bearer_auth(&token).header("range", "bytes=0-3");
        let answer = asked.send().await.unwrap();
        (answer.status().as_u16(), answer.bytes().await.unwrap())
    };
    let folder = exchange.assisted.site.server.database.dir().join("recordings");
    let waits = || {
        let orgs = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        orgs.flat_map(|org| std::fs::read_dir(org.path()).into_iter().flatten().flatten())
            .any(|file| file.file_name().to_string_lossy() == name)
    };
    within("the recording is written", async {
        while !waits() {
            // Another process works: there is no event to wait for.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    store.restart().await;
    assert_eq!(part(&exchange).await, (206, Bytes::from_static(b"RIFF")), "it is read where it waits");

    exchange.assisted.site.server.kill_and_restart().await;

    let names = store.names_once("the recording is stored", |names| !names.is_empty()).await;
    assert!(names[0].ends_with(&name), "{names:?}");
    within("the disk has it no longer", async {
        while waits() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    assert_eq!(part(&exchange).await, (206, Bytes::from_static(b"RIFF")));
    let site = &exchange.assisted.site;
    let behind = http().get(site.server.url(&path)).bearer_auth(&token).header("range", "bytes=999999999-");
    let behind = behind.send().await.unwrap();
    assert_eq!(behind.status(), 416);
    assert!(behind.headers()["content-range"].to_str().unwrap().starts_with("bytes */"));
    assert_eq!(site.delete(Some(&token), &path).await.status, 204);
    assert_eq!(store.names().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_tries_the_store_and_says_what_it_refuses() {
    let mut store = S3::start().await;
    let database = Database::sqlite();
    let endpoint = format!("http://127.0.0.1:{}", store.port);
    let ask = async |bucket: &str| -> Value {
        let arguments = ["doctor", "--files", "s3", "--s3-endpoint", &endpoint, "--s3-bucket", bucket];
        let keys = ["--s3-access-key", "a", "--s3-secret-key", SECRET_KEY, "--s3-timeout-s", "5"];
        let report = cli(&database, &[&arguments[..], &keys[..]].concat(), None).await;
        let report = report.unwrap_or_else(|report| report);
        assert!(!report.to_string().contains(SECRET_KEY));
        let checks = report["checks"].as_array().unwrap_or_else(|| panic!("{report}")).clone();
        checks.into_iter().find(|check| check["name"] == "files").unwrap()
    };

    let fine = ask(S3::BUCKET).await;
    assert_eq!(fine["status"], "ok", "{fine}");
    assert_eq!(store.names().await, [""; 0], "it leaves nothing");
    let missing = ask("nobodys-bucket").await;
    assert_eq!(missing["status"], "fail");
    assert!(missing["message"].as_str().unwrap().contains("NoSuchBucket"), "{missing}");
    store.stop().await;
    let away = ask(S3::BUCKET).await;
    assert!(
        away["message"].as_str().unwrap().contains("cannot be reached: could not reach 127.0.0.1"),
        "{away}"
    );
    assert!(away["message"].as_str().unwrap().contains("file_store_away"), "{away}");
}

#[tokio::test]
async fn without_its_bucket_or_keys_a_server_does_not_start() {
    let failed = cli(&Database::sqlite(), &["doctor", "--files", "s3", "--s3-bucket", "b"], None).await;

    let checks = failed.unwrap_err()["checks"].to_string();
    assert!(checks.contains("s3_access_key") && checks.contains("is needed with files=s3"), "{checks}");
}
