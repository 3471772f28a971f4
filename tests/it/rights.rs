//! Who may do what: every operation of the API and every event of the sockets, asked by every kind of caller, and
//! whether the answers are what the API's document says.
//!
//! `rights.txt` holds what each caller is answered. `UPDATE_RIGHTS=1 cargo test --test it -- rights::` writes it anew;
//! a change in it is a change of rights.

use std::fmt::Write as _;

use reqwest::Method;
use serde_json::{Value, json};

use crate::sign_in::{ask_with, cookies, sign_in};
use crate::support::rest::{Answer, http, send};
use crate::support::{Client, Database, Options, Site};

const NOBODYS: &str = "018f0000-0000-7000-8000-000000000000";
const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/rights.txt");
/// The columns of the table.
/// `stale`: a platform admin in a session that was begun long ago. `reader`: their token that only reads. `acting`: one of
/// another org who acts for this one.
const CALLERS: [&str; 11] = [
    "nobody", "visitor", "server", "agent", "admin", "owner", "platform", "foreign", "stale", "reader",
    "acting",
];

/// A site with one caller of each kind; `foreign` owns another org.
struct House {
    site: Site,
    /// By the places of [`CALLERS`].
    tokens: [Option<String>; 11],
    /// A channel to act on; visitors come by another.
    channel: String,
    /// Members to act on: an agent, an admin, an owner, a platform admin.
    targets: [String; 4],
}

impl House {
    async fn start() -> Self {
        let site = Site::start(Database::sqlite(), Options::unlimited()).await;
        let org = site.org.clone();
        let other = site.another_org().await;
        let visitor = site.visitor().await.token;
        let server = site.server_token(&org).await;
        let agent = site.agent_with_role(&org, "agent", "agent").await;
        let admin = site.agent_with_role(&org, "admin", "admin").await;
        let owner = site.agent_with_role(&org, "owner", "owner").await;
        let platform = site.platform_admin(&org, "platform").await;
        let foreign = site.agent_of(&other, "foreign").await.token;
        let made = site.post(Some(&owner.token), "/api/v1/channels", &json!({"name": "Spare"})).await;
        let channel = made.body["channel"]["id"].as_str().expect("a channel").to_owned();
        let targets = [
            site.agent_with_role(&org, "target-agent", "agent").await.id,
            site.agent_with_role(&org, "target-admin", "admin").await.id,
            site.agent_with_role(&org, "target-owner", "owner").await.id,
            site.platform_admin(&org, "target-platform").await.id,
        ];
        let made = site.post(Some(&platform.token), "/api/v1/tokens", &json!({"rights": "read"})).await;
        let reader = made.body["token"].as_str().expect("a token").to_owned();
        let stale = site.platform_admin(&org, "stale").await;
        let stale = cookies(&sign_in(&site, &stale, "Old/1.0", "").await);
        site.server.database.execute("update agent_sessions set verified_at = 0");
        let helper = site.platform_admin(&other, "helper").await;
        let acting =
            acting_for(&site, &org.id, &cookies(&sign_in(&site, &helper, "New/1.0", "").await)).await;
        let tokens = [
            visitor,
            server,
            agent.token,
            admin.token,
            owner.token,
            platform.token,
            foreign,
            stale,
            reader,
            acting,
        ];
        let [visitor, server, agent, admin, owner, platform, foreign, stale, reader, acting] =
            tokens.map(Some);
        Self {
            site,
            tokens: [None, visitor, server, agent, admin, owner, platform, foreign, stale, reader, acting],
            channel,
            targets,
        }
    }

    async fn ask(&self, token: Option<&String>, method: &str, path: &str, body: &Value) -> Answer {
        let method = method.to_uppercase().parse().expect("a method");
        let request = http().request(method, self.site.server.url(path));
        let request = if [
            "/attachments",
            "/knowledge/files",
            "/canned-replies/018f0000-0000-7000-8000-000000000000/files",
        ]
        .iter()
        .any(|end| path.ends_with(end))
        {
            let form = "--b\r\nContent-Disposition: form-data; name=\"session_id\"\r\n\r\nx\r\n--b\r\n\
                        Content-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\n\r\nx\r\n--b--\r\n";
            request.header("content-type", "multipart/form-data; boundary=b").body(form)
        } else if path.ends_with("/canned-replies/import") {
            request.header("content-type", "text/csv").body("shortcut,title,body\nx,x,x\n")
        } else {
            request.json(body)
        };
        let acting = token.and_then(|token| token.strip_prefix(ACTING)?.split_once(' '));
        send(match token {
            _ if let Some((org, cookies)) = acting => {
                let request = request.header("cookie", cookies).header("x-requested-with", "test");
                request.header("x-acting-for", org)
            }
            Some(cookies) if cookies.contains('=') => {
                request.header("cookie", cookies).header("x-requested-with", "test")
            }
            Some(token) => request.bearer_auth(token),
            None => request,
        })
        .await
    }

    /// Asks as every caller; conversations are fresh for each, so that no answer depends on the one before.
    async fn row(&self, method: &str, path: &str, body: &Value, document: Option<&Value>) -> Vec<String> {
        let mut row = Vec::new();
        for (place, token) in self.tokens.iter().enumerate() {
            let mut token = token.clone();
            let mut path = path.to_owned();
            let mut body = body.clone();
            if path.contains("{conversation}") || body.to_string().contains("{conversation}") {
                let visitor = self.site.visitor().await;
                path = path.replace("{conversation}", visitor.session_id());
                body =
                    serde_json::from_str(&body.to_string().replace("{conversation}", visitor.session_id()))
                        .expect("a body");
                if CALLERS[place] == "visitor" {
                    token = Some(visitor.token);
                }
            }
            body =
                serde_json::from_str(&body.to_string().replace("{caller}", CALLERS[place])).expect("a body");
            let answer = self.ask(token.as_ref(), method, &path, &body).await;
            if let Some(document) = document {
                check_answer(document, method, &path, &answer);
            }
            let is_act = !matches!(method.to_lowercase().as_str(), "get" | "head");
            assert!(
                CALLERS[place] != "reader" || !is_act || answer.status >= 400 || is_of_nobody(&path),
                "a token that only reads is let {method} {path}"
            );
            row.push(match answer.code() {
                "fresh_sign_in_required" => "fresh".to_owned(),
                _ => answer.status.to_string(),
            });
        }
        row
    }
}

/// Stands before the org and the cookies of a caller who acts for an org.
const ACTING: &str = "acting ";

/// Lets a session act for an org.
async fn acting_for(site: &Site, org: &str, cookies: &str) -> String {
    let path = format!("/api/v1/orgs/{org}/acting");
    let begun = ask_with(site, Method::POST, &path, cookies, &json!({"reason": "rights"})).await;
    assert_eq!(begun.status, 200, "{begun:?}");
    format!("{ACTING}{org} {cookies}")
}

/// Paths that take no token, and so know nothing of its rights; and signing out, which leaves a token as it is.
fn is_of_nobody(path: &str) -> bool {
    ["/api/v1/widget/sessions", "/api/v1/auth/links", "/api/v1/auth/logout"].contains(&path)
}

/// Whether an answer has the shape that the document gives it.
fn check_answer(document: &Value, method: &str, path: &str, answer: &Answer) {
    let operations = document["paths"].as_object().expect("paths");
    let path = path.split('?').next().unwrap_or_default();
    let is_of = |template: &str| {
        let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
        template.len() == path.len()
            && template.iter().zip(path).all(|(one, other)| one.starts_with('{') || *one == other)
    };
    let exact = operations.get_key_value(path);
    let (_, item) =
        exact.or_else(|| operations.iter().find(|(template, _)| is_of(template))).expect("a path");
    let responses = &item[method]["responses"];
    let response = if answer.status < 300 {
        &responses[answer.status.to_string()]
    } else {
        &json!({"$ref": "#/components/responses/Refused"})
    };
    assert!(
        !response.is_null(),
        "{method} {path} answers {}, which the document does not know",
        answer.status
    );
    let response = response["$ref"]
        .as_str()
        .map_or(response, |name| document.pointer(name.trim_start_matches('#')).expect("a response"));
    let schema = &response["content"]["application/json"]["schema"];
    if !schema.is_null() {
        let fault = misfit(document, schema, &answer.body, String::new());
        assert_eq!(fault, None, "{method} {path} {}: {}", answer.status, answer.body);
    }
}

/// Where a value does not fit a schema.
fn misfit(document: &Value, schema: &Value, value: &Value, at: String) -> Option<String> {
    if let Some(name) = schema["$ref"].as_str() {
        let schema = document.pointer(name.trim_start_matches('#')).expect("a schema");
        return misfit(document, schema, value, at);
    }
    if let Some(parts) = schema["oneOf"].as_array() {
        let fits = parts.iter().any(|part| misfit(document, part, value, at.clone()).is_none());
        return (!fits).then(|| format!("{at} fits none of {schema}"));
    }
    if let Some(parts) = schema["allOf"].as_array() {
        return parts.iter().find_map(|part| misfit(document, part, value, at.clone()));
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let kinds: Vec<_> = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        Value::String(kind) => vec![kind.as_str()],
        _ => return None,
    };
    let fits = kinds.contains(&kind) || (kind == "integer" && kinds.contains(&"number"));
    if !fits {
        return Some(format!("{at} is {kind}, not {kinds:?}"));
    }
    if let (Some(words), Value::String(_)) = (schema["enum"].as_array(), value)
        && !words.contains(value)
    {
        return Some(format!("{at} is {value}, none of {words:?}"));
    }
    if let Some(items) = value.as_array() {
        return items.iter().find_map(|item| misfit(document, &schema["items"], item, format!("{at}[]")));
    }
    let fields = value.as_object()?;
    let missing = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    if let Some(missing) = missing.into_iter().find(|name| !fields.contains_key(*name)) {
        return Some(format!("{at}.{missing} is missing"));
    }
    let properties = schema["properties"].as_object()?;
    fields
        .iter()
        .find_map(|(name, value)| misfit(document, properties.get(name)?, value, format!("{at}.{name}")))
}

/// The smallest body that a schema takes.
fn smallest(document: &Value, schema: &Value) -> Value {
    if let Some(name) = schema["$ref"].as_str() {
        return smallest(document, document.pointer(name.trim_start_matches('#')).expect("a schema"));
    }
    if let Some(words) = schema["enum"].as_array() {
        return words[0].clone();
    }
    match schema["type"].as_str() {
        Some("string") => json!("x"),
        Some("integer" | "number") => json!(1),
        Some("boolean") => json!(true),
        Some("array") => json!([]),
        Some("object") => {
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            required
                .map(|name| (name.to_owned(), smallest(document, &schema["properties"][name])))
                .collect::<serde_json::Map<_, _>>()
                .into()
        }
        _ => Value::Null,
    }
}

/// The path with ids that exist where the house has them, and with the queries that must be there.
fn filled(house: &House, path: &str, operation: &Value) -> String {
    let id = if path.contains("/conversations/{id}") {
        "{conversation}"
    } else if path.contains("/channels/{id}") {
        &house.channel
    } else if path.contains("/tools/{id}") {
        "search"
    } else {
        NOBODYS
    };
    let query: Vec<String> = operation["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|one| one["in"] == "query" && one["required"] == true)
        .map(|one| format!("{}=x", one["name"].as_str().expect("a name")))
        .collect();
    let path = path.replace("{id}", id).replace("{message_id}", NOBODYS);
    if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
}

/// Rows whose answer depends on more than the operation.
fn further_rows(house: &House) -> Vec<(&'static str, String, Value)> {
    let mut rows = vec![
        ("get", "/api/v1/providers?level=platform".to_owned(), Value::Null),
        ("post", "/api/v1/providers?level=platform".to_owned(), json!({"kind": "knowledge"})),
        ("post", "/api/v1/providers".to_owned(), json!({"kind": "knowledge"})),
        ("get", "/api/v1/settings/history?level=platform".to_owned(), Value::Null),
        ("patch", "/api/v1/settings".to_owned(), json!({"settings": {"assistant_name": "Ada"}})),
        ("patch", "/api/v1/settings".to_owned(), json!({"settings": {"temperature": 0.5}})),
        ("patch", "/api/v1/settings".to_owned(), json!({"settings": {"owners_set_technical": true}})),
        (
            "patch",
            "/api/v1/platform/settings".to_owned(),
            json!({"settings": {"owners_set_technical": false}}),
        ),
        ("patch", "/api/v1/settings".to_owned(), json!({"settings": {"temperature": 0.5}})),
        ("post", "/api/v1/providers".to_owned(), json!({"kind": "knowledge"})),
        (
            "post",
            "/api/v1/conversations/{conversation}/messages".to_owned(),
            json!({"content": "x", "kind": "note"}),
        ),
        ("post", "/api/v1/widget/calls".to_owned(), json!({"session_id": "{conversation}"})),
        ("post", "/api/v1/conversations".to_owned(), json!({"channel_id": house.site.org.channel_id})),
        ("post", "/api/v1/tokens".to_owned(), json!({"kind": "server"})),
        ("post", "/api/v1/tokens".to_owned(), json!({"kind": "agent"})),
        (
            "post",
            "/api/v1/orgs".to_owned(),
            json!({"name": "New", "owner": {"email": "{caller}@new.example"}}),
        ),
        (
            "post",
            "/api/v1/platform/tools".to_owned(),
            json!({"name": "lookup_{caller}", "description": "x", "input_schema": {"type": "object", "properties": {}}}),
        ),
    ];
    for role in ["agent", "admin", "owner"] {
        let body = json!({"email": format!("{{caller}}-{role}@example.com"), "name": "New", "role": role});
        rows.push(("post", "/api/v1/members".to_owned(), body));
    }
    for target in &house.targets {
        rows.push(("post", format!("/api/v1/members/{target}/password-link"), json!({})));
        rows.push(("patch", format!("/api/v1/members/{target}"), json!({"name": "Renamed"})));
        rows.push(("patch", format!("/api/v1/members/{target}"), json!({"active": true})));
        // What is sent is no picture: whoever may set one is told so.
        rows.push(("put", format!("/api/v1/members/{target}/picture"), json!({})));
    }
    rows
}

/// The path with the targets' names instead of their ids, as it stands in the table.
fn shown(house: &House, path: &str) -> String {
    let names = ["{agent}", "{admin}", "{owner}", "{platform admin}"];
    let targets = house.targets.iter().zip(names);
    let path = path.trim_start_matches("/api/v1").to_owned();
    let channels = [(&house.channel, "{channel}"), (&house.site.org.channel_id, "{channel}")];
    targets
        .chain(channels)
        .fold(path, |path, (id, name)| path.replace(id.as_str(), name))
        .replace(NOBODYS, "{unknown}")
}

fn line(table: &mut String, what: &str, row: &[String]) {
    let cells: String = row.iter().map(|cell| format!(" {cell:>9}")).collect();
    let _infallible = writeln!(table, "{what:<84}{cells}");
}

async fn rest_table(house: &House, table: &mut String) {
    let document = house.site.get(None, "/api/v1/openapi.json").await.body;
    let paths = document["paths"].as_object().expect("paths");
    for (path, item) in paths {
        for (method, operation) in item.as_object().expect("operations") {
            // Asked last: it ends the callers' access.
            if path.ends_with("/auth/logout") {
                continue;
            }
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let body = if path.ends_with("/notifications/read") {
                // Its fields are alternatives: none of them must be there, and one has to be.
                json!({"all": true})
            } else if schema.is_null() {
                json!({})
            } else {
                smallest(&document, schema)
            };
            let path = filled(house, path, operation);
            let row = house.row(method, &path, &body, Some(&document)).await;
            line(table, &format!("{} {}", method.to_uppercase(), shown(house, &path)), &row);
        }
    }
    for (method, path, body) in further_rows(house) {
        let row = house.row(method, &path, &body, Some(&document)).await;
        let body =
            if body.is_null() { String::new() } else { format!(" {}", shown(house, &body.to_string())) };
        line(table, &format!("{} {}{body}", method.to_uppercase(), shown(house, &path)), &row);
    }
}

async fn event_table(house: &House, table: &mut String) {
    let events = |id: &str| {
        let mut events = Vec::new();
        for name in switchboard::wire::CLIENT_EVENTS {
            let more = match *name {
                "message:send" => json!({"session_id": id, "content": "x"}),
                "message:read" => json!({"session_id": id, "seq": 0}),
                "message:rate" => json!({"session_id": id, "message_id": NOBODYS, "value": 1}),
                "reply:hold" | "reply:send" | "reply:stop" => {
                    json!({"session_id": id, "message_id": NOBODYS})
                }
                "reply:edit" => json!({"session_id": id, "message_id": NOBODYS, "content": "x"}),
                "session:mode" => json!({"session_id": id, "mode": "automatic"}),
                "session:snooze" => json!({"session_id": id, "until": null}),
                "session:rate" => json!({"session_id": id, "score": 5}),
                "session:assign" => json!({"session_id": id, "agent_id": null}),
                "presence:set" => json!({"status": "online"}),
                "page:view" => json!({"url": "https://shop.example/"}),
                "inbox:subscribe" | "inbox:unsubscribe" => json!({}),
                _ => json!({"session_id": id}),
            };
            events.push((*name, more));
        }
        events.push(("message:send", json!({"session_id": id, "content": "x", "kind": "note"})));
        events
    };
    let mut rows: Vec<(String, Vec<String>)> = Vec::new();
    for (place, token) in house.tokens.iter().enumerate().skip(1) {
        let is_cookie = token.as_ref().is_some_and(|token| token.contains('='));
        for (index, (name, _)) in events("").iter().enumerate() {
            if is_cookie {
                // Cookies open no sockets.
                rows[index].1.push("-".to_owned());
                continue;
            }
            let visitor = house.site.visitor().await;
            let token =
                if CALLERS[place] == "visitor" { &visitor.token } else { token.as_ref().expect("a token") };
            let mut client = Client::connect(house.site.server.port, token).await;
            let (_, data) = events(visitor.session_id()).swap_remove(index);
            let answer = client.call(name, data.clone()).await;
            let said = answer
                .map_or_else(|error| error["code"].as_str().unwrap_or("?").to_owned(), |_| "ok".to_owned());
            let what = format!("{name} {}", data["kind"].as_str().unwrap_or_default());
            match rows.get_mut(index) {
                Some((_, row)) => row.push(said),
                None => rows.push((what.trim_end().to_owned(), vec!["-".to_owned(), said])),
            }
        }
    }
    for (what, row) in rows {
        line(table, &what, &row);
    }
}

#[tokio::test]
async fn every_caller_may_do_what_the_table_says_and_is_answered_as_documented() {
    let house = House::start().await;
    let mut table = String::new();
    line(&mut table, "", &CALLERS.map(str::to_owned));
    rest_table(&house, &mut table).await;
    event_table(&house, &mut table).await;
    let row = house.row("post", "/api/v1/auth/logout", &json!({}), None).await;
    line(&mut table, "POST /auth/logout", &row);
    if std::env::var_os("UPDATE_RIGHTS").is_some() {
        std::fs::write(TABLE, &table).expect("the table is written");
    }

    let expected = std::fs::read_to_string(TABLE).unwrap_or_default();

    let differing: Vec<_> = table
        .lines()
        .zip(expected.lines())
        .filter(|(found, expected)| found != expected)
        .map(|(found, expected)| format!("found    {found}\nexpected {expected}"))
        .collect();
    assert!(differing.is_empty(), "{}", differing.join("\n"));
    assert_eq!(table.lines().count(), expected.lines().count());
}
