//! What answers tell browsers, and bodies, paths and texts that hold what they must not.

use serde_json::{Value, json};
use switchboard_sim::chat::Reply;

use crate::on_both_databases;
use crate::support::rest::{http, send};
use crate::support::{Assisted, Database, Options, Site, read_reply};

/// Bodies of acts and of the widget: what they do not know they go on ignoring.
const LENIENT: [&str; 4] = ["/widget/", "/conversations", "/calls", "/auth/login"];

fn header<'a>(answer: &'a reqwest::Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

async fn get(site: &Site, path: &str) -> reqwest::Response {
    http().get(site.server.url(path)).send().await.unwrap()
}

#[tokio::test]
async fn every_answer_says_what_browsers_may_do_with_it() {
    let options = Options::default().flag("--public-url", "https://chat.example.com");
    let site = Site::start(Database::sqlite(), options).await;
    for path in ["/console", "/console/inbox", "/"] {
        let page = get(&site, path).await;
        assert_eq!(
            page.status(),
            200,
            "{path}: the pages must be built before this test: make test-rust does it"
        );
        let policy = header(&page, "content-security-policy");
        let framed_by = if path == "/" { "frame-ancestors 'self'" } else { "frame-ancestors 'none'" };
        assert!(policy.contains("object-src 'none'") && policy.contains(framed_by), "{path}: {policy}");
        assert_eq!(header(&page, "cross-origin-opener-policy"), "same-origin", "{path}");
        let devices = header(&page, "permissions-policy");
        assert!(devices.contains("microphone=(self)") && devices.contains("camera=()"), "{path}: {devices}");
    }
    for path in ["/api/v1/auth/me", "/api/v1/openapi.json", "/api/v1/nothing", "/api/v1/setup"] {
        let data = get(&site, path).await;
        let policy = header(&data, "content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}");
    }
    for path in
        ["/console", "/api/v1/setup", "/widget.js", "/nothing", "/livez", "/ws", "/socket.io/chat/?EIO=4"]
    {
        let answer = get(&site, path).await;
        assert_eq!(header(&answer, "strict-transport-security"), "max-age=31536000", "{path}");
        assert_eq!(header(&answer, "x-content-type-options"), "nosniff", "{path}");
    }
}

#[tokio::test]
async fn trace_and_folders_show_nothing() {
    let site = Site::start(Database::sqlite(), Options::default()).await;
    for path in ["/", "/console", "/api/v1/setup", "/livez", "/assets/"] {
        let asked =
            http().request(reqwest::Method::TRACE, site.server.url(path)).header("x-mirror", "canary");
        let answer = asked.send().await.unwrap();
        assert!([404, 405].contains(&answer.status().as_u16()), "{path}: {}", answer.status());
        assert!(!answer.text().await.unwrap().contains("canary"), "{path}");
    }
    for path in ["/assets/", "/assets", "/.git/config", "/console/../../Cargo.toml", "/metrics"] {
        let answer = get(&site, path).await;
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status == 404 || text.contains("<html"), "{path}: {status} {text}");
        assert!(!text.contains("[package]") && !text.contains("Index of"), "{path}");
    }
}

#[tokio::test]
async fn a_server_without_tls_does_not_ask_for_it() {
    let plain = Site::start(Database::sqlite(), Options::default()).await;
    assert_eq!(header(&get(&plain, "/console").await, "strict-transport-security"), "");
    let options =
        Options::default().flag("--public-url", "https://chat.example.com").flag("--hsts-max-age-s", "0");
    let unasked = Site::start(Database::sqlite(), options).await;
    assert_eq!(header(&get(&unasked, "/console").await, "strict-transport-security"), "");
}

/// Every operation of the document: its path, its method, and the schema of its JSON body.
fn operations(document: &Value) -> Vec<(String, String, Option<Value>)> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            found.push((
                path.clone(),
                method.clone(),
                (!schema.is_null()).then(|| resolve(document, schema)),
            ));
        }
    }
    found
}

fn resolve(document: &Value, schema: &Value) -> Value {
    let Some(name) = schema["$ref"].as_str() else { return schema.clone() };
    document.pointer(name.trim_start_matches('#')).cloned().unwrap()
}

#[tokio::test]
async fn an_unknown_field_of_administration_is_an_error_and_changes_nothing() {
    let site = Site::start(Database::sqlite(), Options::default()).await;
    let owner = site.agent_with_role(&site.org, "olga", "owner").await;
    let document = site.get(None, "/api/v1/openapi.json").await.body;
    let mut strict = 0;
    for (path, method, schema) in operations(&document) {
        let Some(schema) = schema else { continue };
        let here = path.trim_start_matches("/api/v1");
        if LENIENT.iter().any(|start| here.starts_with(start)) {
            continue;
        }
        assert_eq!(
            schema["additionalProperties"],
            json!(false),
            "{method} {path} takes fields it does not know"
        );
        strict += 1;
    }
    assert!(strict > 20, "{strict}");

    let channel = format!("/api/v1/channels/{}", site.org.channel_id);
    let before = site.get(Some(&owner.token), &channel).await.body;
    let misspelt = site
        .patch(Some(&owner.token), &channel, &json!({"name": "New", "orgins": ["https://a.example"]}))
        .await;
    assert_eq!((misspelt.status, misspelt.code()), (400, "bad_request"), "{misspelt:?}");
    assert!(misspelt.body["error"]["message"].as_str().unwrap().contains("orgins"), "{misspelt:?}");
    assert_eq!(site.get(Some(&owner.token), &channel).await.body, before);
    let setting = site
        .patch(Some(&owner.token), "/api/v1/settings", &json!({"settings": {"asistant_name": "x"}}))
        .await;
    assert_eq!((setting.status, setting.code()), (400, "bad_request"), "{setting:?}");
    let begun = site
        .post(None, "/api/v1/widget/sessions", &json!({"channel_key": site.org.channel_key, "later": 1}))
        .await;
    assert!(begun.status < 300, "widgets of a later version go on: {begun:?}");
}

on_both_databases! {
    async fn nul_in_any_path_or_query_is_refused(database: Database) {
        let site = Site::start(database, Options::unlimited()).await;
        let owner = site.platform_admin(&site.org, "root").await;
        let document = site.get(None, "/api/v1/openapi.json").await.body;
        for (path, method, schema) in operations(&document) {
            let mut filled = path.clone();
            while let (Some(start), Some(end)) = (filled.find('{'), filled.find('}')) {
                filled.replace_range(start..=end, "a%00b");
            }
            let has_id = filled.contains("%00");
            let path = match (has_id, schema.is_some(), method.as_str()) {
                (true, ..) | (_, true, _) => filled,
                (_, _, "get") => format!("{filled}?cursor=a%00b"),
                _ => continue,
            };
            let request = http().request(method.to_uppercase().parse().unwrap(), site.server.url(&path));
            let answer = send(request.bearer_auth(&owner.token).json(&json!({"name": "a\u{0}b"}))).await;
            let is_refused = (400..500).contains(&answer.status);
            // Queries that a path does not take are ignored.
            assert!(is_refused || (path.ends_with("?cursor=a%00b") && answer.status < 300), "{method} {path}: {answer:?}");
        }
    }

    async fn nul_from_a_model_costs_no_answer(database: Database) {
        let assisted = Assisted::start(database).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        assisted.sim.push(Reply::pieces(["We open\u{0}", "\u{0}", " at nine."]));
        theirs.say(visitor.session_id(), "when do you open?").await;

        let (stream, entry) = read_reply(&mut theirs).await;

        assert_eq!(entry["content"], "We open at nine.");
        assert_eq!(stream.text, "We open at nine.");
    }
}
