//! Pictures from upload to glass: who may bring, name and see them, and what a model is shown.

use serde_json::{Value, json};
use switchboard_sim::chat::Reply;

use crate::on_both_databases;
use crate::support::files::{JPEG, MOVING_GIF, PNG, photo};
use crate::support::{Assisted, Database, Options, Site, read_reply};

const UPLOAD: &str = "/api/v1/widget/attachments";
const NOBODYS: &str = "018f0000-0000-7000-8000-000000000000";

fn holds(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words)
}

on_both_databases! {
    async fn a_picture_goes_from_a_visitor_to_an_agent_and_into_the_history(database: Database) {
        let mut site = Site::unlimited(database).await;
        let visitor = site.visitor().await;
        let agent = site.agent("ann").await;
        let session = visitor.session_id();
        let picture = site.picture(&visitor.token, session, &photo()).await;
        assert_eq!((&picture["content_type"], &picture["name"]), (&json!("image/jpeg"), &json!("a b.jpg")));
        assert_eq!((&picture["width"], &picture["height"]), (&json!(16), &json!(24)), "it is turned");
        assert_eq!(site.file(&agent.token, &picture["id"]).await.0, 404, "it is not sent yet");

        let mut theirs = site.connect(&visitor.token).await;
        theirs.join(session).await;
        let data = json!({"session_id": session, "content": "", "attachments": [picture["id"]], "client_message_id": "m1"});
        let sent = theirs.call("message:send", data.clone()).await.unwrap();
        let again = theirs.call("message:send", data).await.unwrap();
        site.server.kill_and_restart().await;

        assert_eq!((&sent["entry"]["attachments"], &sent["entry"]["content"]), (&json!([picture]), &json!("")));
        assert_eq!((&again["entry"]["id"], &again["duplicate"]), (&sent["entry"]["id"], &json!(true)));
        for token in [&visitor.token, &agent.token] {
            let history = site.connect(token).await.join(session).await;
            assert_eq!(history["entries"][0]["attachments"], json!([picture]));
            let (status, headers, bytes) = site.file(token, &picture["id"]).await;
            assert_eq!((status, bytes.len() as u64), (200, picture["bytes"].as_u64().unwrap()));
            assert!(!holds(&bytes, b"TestCam") && !holds(&bytes, b"GPS"), "it says nothing of its maker");
            assert_eq!(headers["content-type"], "image/jpeg");
            assert_eq!(headers["x-content-type-options"], "nosniff");
            assert_eq!(headers["content-disposition"], "inline; filename*=UTF-8''a%20b.jpg");
            assert_eq!(headers["cache-control"], "private, max-age=31536000, immutable");
            assert_eq!(headers["content-security-policy"], "default-src 'none'; sandbox");
        }
        let origins = json!({"origins": ["https://a.example"]});
        let path = format!("/api/v1/channels/{}", site.org.channel_id);
        assert_eq!(site.patch(Some(&agent.token), &path, &origins).await.status, 200);
        let (status, headers, _) = site.file_from(Some("https://a.example"), &visitor.token, &picture["id"]).await;
        assert_eq!(status, 200);
        assert_eq!(headers["access-control-allow-origin"], "https://a.example", "a page of the site may read it");
        let by_rest = site
            .post(Some(&visitor.token), &format!("/api/v1/widget/conversations/{session}/messages"), &json!({"content": "see", "attachments": [picture["id"]]}))
            .await;
        assert_eq!((by_rest.status, &by_rest.body["entry"]["attachments"]), (201, &json!([picture])));
    }

    async fn a_file_is_nobody_elses_to_see_or_to_name(database: Database) {
        let site = Site::unlimited(database).await;
        let (visitor, neighbour) = (site.visitor().await, site.visitor().await);
        let agent = site.agent("ann").await;
        let other = site.another_org().await;
        let stranger = site.agent_of(&other, "eve").await;
        let foreign = site.visitor_of(&other).await;
        let session = visitor.session_id();
        let picture = site.picture(&visitor.token, session, PNG).await;
        let neighbours = site.picture(&neighbour.token, neighbour.session_id(), PNG).await;
        let agents = site.upload_to("/api/v1/attachments", &agent.token, session, "x.png", PNG).await;
        assert_eq!(agents.status, 201, "{agents:?}");
        let agents = agents.body["attachment"].clone();
        let mut theirs = site.connect(&visitor.token).await;
        let send = |files: Value| json!({"session_id": session, "content": "x", "attachments": files});

        for files in [
            json!([NOBODYS]),
            json!(["not-an-id"]),
            json!([neighbours["id"]]),
            json!([agents["id"]]),
            json!([picture["id"], picture["id"]]),
        ] {
            let refused = theirs.call("message:send", send(files.clone())).await.unwrap_err();
            assert_eq!(refused["code"], "bad_request", "{files}");
        }
        let many: Vec<&str> = std::iter::repeat_n(NOBODYS, 11).collect();
        assert_eq!(theirs.call("message:send", send(json!(many))).await.unwrap_err()["code"], "too_large");
        let nothing = json!({"session_id": session, "content": " ", "attachments": []});
        assert_eq!(theirs.call("message:send", nothing).await.unwrap_err()["code"], "bad_request");
        assert_eq!(theirs.join(session).await["last_seq"], 0, "nothing was written");

        theirs.call("message:send", send(json!([picture["id"]]))).await.unwrap();
        let mut ours = site.connect(&agent.token).await;
        let note = json!({"session_id": session, "content": "", "kind": "note", "attachments": [agents["id"]]});
        ours.call("message:send", note).await.unwrap();
        for token in [&neighbour.token, &foreign.token, &stranger.token] {
            assert_eq!(site.file(token, &picture["id"]).await.0, 404);
        }
        assert_eq!(site.file(&visitor.token, &agents["id"]).await.0, 404, "only a note names it");
        let server = site.server_token(&site.org).await;
        assert_eq!(site.file(&server, &picture["id"]).await.0, 200);
        ours.call("session:takeover", json!({"session_id": session})).await.unwrap();
        ours.call("message:send", send(json!([agents["id"]]))).await.unwrap();
        assert_eq!(site.file(&visitor.token, &agents["id"]).await.0, 200, "now a message does");

        for (path, token, id, status) in [
            (UPLOAD, &visitor.token, neighbour.session_id(), 404),
            (UPLOAD, &visitor.token, foreign.session_id(), 404),
            (UPLOAD, &visitor.token, "not-an-id", 404),
            ("/api/v1/attachments", &stranger.token, session, 404),
            ("/api/v1/attachments", &server, session, 403),
            ("/api/v1/attachments", &visitor.token, session, 403),
            (UPLOAD, &agent.token, session, 403),
        ] {
            let refused = site.upload_to(path, token, id, "x.png", PNG).await;
            assert_eq!(refused.status, status, "{path} {id}: {refused:?}");
        }
        theirs.call("session:end", json!({"session_id": session})).await.unwrap();
        let late = site.upload_to(UPLOAD, &visitor.token, session, "x.png", PNG).await;
        assert_eq!(late.code(), "conversation_closed");
    }
}

#[tokio::test]
async fn what_is_no_small_picture_is_refused_and_leaves_nothing() {
    let options = Options::default()
        .flag("--attachment-max-bytes", "2048")
        .flag("--attachment-max-pixels", "384")
        .flag("--conversation-files-max-bytes", "1024")
        .flag("--visitor-uploads-per-minute", "12");
    let site = Site::start(Database::sqlite(), options).await;
    let visitor = site.visitor().await;
    let session = visitor.session_id();
    let upload =
        async |name: &str, bytes: &[u8]| site.upload_to(UPLOAD, &visitor.token, session, name, bytes).await;
    let wide: Vec<u8> = [&PNG[..16], &[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff], &PNG[24..]].concat();
    for (name, bytes, code) in [
        ("cat.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), "bad_request"),
        ("cat.png", b"<!doctype html><script>alert(1)</script>".to_vec(), "bad_request"),
        ("cat.png", [PNG, b"PK\x03\x04"].concat(), "bad_request"),
        ("cat.gif", [MOVING_GIF, b"*/alert(1)"].concat(), "bad_request"),
        ("cat.png", PNG[..100].to_vec(), "bad_request"),
        ("cat.png", Vec::new(), "bad_request"),
        ("bomb.png", wide, "too_large"),
        ("big.png", [PNG, &[0; 2_048]].concat(), "too_large"),
    ] {
        assert_eq!(upload(name, &bytes).await.code(), code, "{name}");
    }
    let forged = upload("virus.exe", PNG).await;
    assert_eq!(forged.body["attachment"]["name"], "virus.exe.png", "{forged:?}");
    assert_eq!(forged.body["attachment"]["content_type"], "image/png");
    assert_eq!(upload("second.jpg", JPEG).await.status, 201);
    let full = upload("third.jpg", JPEG).await;
    assert_eq!((full.code(), full.status), ("too_large", 413), "{full:?}");
    let mut was_limited = false;
    for _ in 0..40 {
        was_limited |= upload("many.png", b"\0").await.code() == "rate_limited";
    }
    assert!(was_limited, "one address uploads so much and no more");
    let kept: usize =
        std::fs::read_dir(site.server.database.dir().join("attachments").join(&site.org.id)).unwrap().count();
    assert_eq!(kept, 2, "what was refused is not on the disk");
}

async fn see(assisted: &Assisted, sees_images: bool) -> switchboard_sim::chat::Recorded {
    let list = assisted.site.get(Some(&assisted.owner.token), "/api/v1/providers").await;
    let id = list.body["providers"][0]["id"].as_str().unwrap_or_else(|| panic!("{list:?}")).to_owned();
    let path = format!("/api/v1/providers/{id}");
    let changed =
        assisted.site.patch(Some(&assisted.owner.token), &path, &json!({"sees_images": sees_images})).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let (visitor, mut theirs) = assisted.chatting().await;
    let picture = assisted.site.picture(&visitor.token, visitor.session_id(), PNG).await;
    let moving = assisted.site.picture(&visitor.token, visitor.session_id(), MOVING_GIF).await;
    assisted.sim.push(Reply::text("A pattern."));
    let files = json!([picture["id"], moving["id"]]);
    let data = json!({"session_id": visitor.session_id(), "content": "", "attachments": files});
    theirs.call("message:send", data).await.unwrap();
    let (_, entry) = read_reply(&mut theirs).await;
    assert_eq!(entry["content"], "A pattern.");
    assisted.sim.last_request().unwrap()
}

#[tokio::test]
async fn a_model_that_sees_is_shown_the_picture_and_another_is_told_of_it() {
    let assisted = Assisted::start(Database::sqlite()).await;

    let seen = see(&assisted, true).await;
    let told = see(&assisted, false).await;

    let images =
        |request: &switchboard_sim::chat::Recorded| request.body.to_string().matches("image_url").count();
    assert!(seen.contains("data:image/png;base64,iVBOR"), "{}", seen.body);
    assert!(!seen.contains("data:image/gif"), "models refuse what moves");
    assert_eq!(images(&told), 0);
    for request in [seen, told] {
        assert!(request.contains("[picture: a b.jpg.png]") && request.contains("[picture: a b.jpg.gif]"));
    }
}

#[tokio::test]
async fn without_a_model_a_picture_alone_gets_a_person() {
    let site = Site::unlimited(Database::sqlite()).await;
    let owner = site.agent("owner").await;
    let path = format!("/api/v1/channels/{}", site.org.channel_id);
    assert_eq!(site.patch(Some(&owner.token), &path, &json!({"assistant": true})).await.status, 200);
    let visitor = site.visitor().await;
    let mut theirs = site.connect(&visitor.token).await;
    theirs.join(visitor.session_id()).await;
    let picture = site.picture(&visitor.token, visitor.session_id(), PNG).await;
    let data = json!({"session_id": visitor.session_id(), "content": "", "attachments": [picture["id"]]});
    theirs.call("message:send", data).await.unwrap();

    let (_, entry) = read_reply(&mut theirs).await;

    assert!(entry["content"].as_str().unwrap().contains("asked a person"), "{entry}");
    let handoff = theirs.event("message:new").await;
    assert_eq!((&handoff["event"], &handoff["metadata"]["reason"]), (&json!("handoff"), &json!("picture")));
}

#[tokio::test]
async fn files_leave_the_disk_its_floor_and_messages_go_on() {
    let options = Options::unlimited().flag("--free-space-floor-bytes", "1000000000000");
    let site = Site::start(Database::sqlite(), options).await;
    let visitor = site.visitor().await;

    let refused = site.upload_to(UPLOAD, &visitor.token, visitor.session_id(), "a.jpg", &photo()).await;

    assert_eq!((refused.status, refused.code()), (503, "unavailable"), "{refused:?}");
    site.connect(&visitor.token).await.say(visitor.session_id(), "words need no room").await;
}

on_both_databases! {
    async fn one_orgs_files_have_a_quota_and_other_orgs_theirs(database: Database) {
        let options = Options::unlimited().flag("--org-files-max-bytes", "1500");
        let site = Site::start(database, options).await;
        let (first, second) = (site.visitor().await, site.visitor().await);
        let other = site.another_org().await;
        let foreign = site.visitor_of(&other).await;
        let size = site.picture(&first.token, first.session_id(), &photo()).await["bytes"].as_u64().unwrap();
        assert!((751..=1500).contains(&size), "one fits, two do not: {size}");

        let refused = site.upload_to(UPLOAD, &second.token, second.session_id(), "a.jpg", &photo()).await;

        assert_eq!((refused.status, refused.code()), (413, "too_large"), "{refused:?}");
        let taken = site.upload_to(UPLOAD, &foreign.token, foreign.session_id(), "a.jpg", &photo()).await;
        assert_eq!(taken.status, 201);
    }
}
