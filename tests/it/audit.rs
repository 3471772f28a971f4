//! The audit log: who did what, from where, and what it was before and after; and whether it is whole.

use serde_json::{Value, json};

use crate::on_both_databases;
use crate::sign_in::sign_in;
use crate::support::rest::{http, send};
use crate::support::server::cli;
use crate::support::site::PASSWORD;
use crate::support::{Agent, Database, Site};

/// The rows of the org, newest first.
async fn rows(site: &Site, token: &str, query: &str) -> Vec<Value> {
    let answer = site.get(Some(token), &format!("/api/v1/audit?limit=200{query}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["items"].as_array().unwrap().clone()
}

fn acts(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["act"].as_str().unwrap()).collect()
}

/// What the doctor says of the audit log.
async fn verdict(database: &Database) -> (String, String) {
    let seen = match cli(database, &["doctor"], None).await {
        Ok(seen) | Err(seen) => seen,
    };
    let checks = seen["checks"].as_array().unwrap_or_else(|| panic!("no checks in {seen}")).clone();
    let check = checks.into_iter().find(|check| check["name"] == "audit_log").expect("a check");
    let text = |name: &str| check[name].as_str().unwrap().to_owned();
    (text("status"), text("message"))
}

/// Lets the tables be written as somebody could who owns the database.
fn unlock(database: &Database) {
    let on = if database.url().is_some() { " on audit_rows" } else { "" };
    database
        .execute(&format!("drop trigger audit_rows_stay_as_they_are{on}; drop trigger audit_rows_stay{on};"));
}

/// Acts of many kinds; gives back what the log must not hold.
async fn act(site: &Site, owner: &Agent, root: &Agent, visitor_id: &str) -> Vec<String> {
    let token = owner.token.as_str();
    let signed_in = sign_in(site, owner, "Browser/2", "").await;
    let made = site.post(Some(token), "/api/v1/tokens", &json!({"kind": "server", "name": "Shop"})).await;
    let secret_token = made.body["token"].as_str().unwrap().to_owned();
    let token_path = format!("/api/v1/tokens/{}", made.body["api_token"]["id"].as_str().unwrap());
    assert_eq!(site.delete(Some(token), &token_path).await.status, 204);
    let channel = format!("/api/v1/channels/{}", site.org.channel_id);
    let issuer = json!({"name": "Renamed", "issuer": {"issuer": "https://issuer.example", "audience": "shop", "shared_secret": "shhh-a-shared-secret-of-32-bytes!"}});
    assert_eq!(site.patch(Some(token), &channel, &issuer).await.status, 200);
    let rotated = site.post(Some(token), &format!("{channel}/rotate-identity-secret"), &json!({})).await;
    let identity_secret = rotated.body["identity_secret"].as_str().unwrap().to_owned();
    site.patch(Some(token), "/api/v1/settings", &json!({"settings": {"assistant_name": "Nova"}})).await;
    let provider = json!({"kind": "openai", "model": "gpt-4o", "key": "sk-very-secret-key-0123456789"});
    assert_eq!(site.post(Some(token), "/api/v1/providers", &provider).await.status, 201);
    let hook =
        json!({"url": "https://hooks.example/x?key=hidden-in-query", "secret": "a-secret-of-the-webhook"});
    assert_eq!(site.post(Some(token), "/api/v1/webhooks", &hook).await.status, 201);
    let source = json!({"title": "Returns", "markdown": "Thirty days."});
    let _created = site.post(Some(token), "/api/v1/knowledge/sources", &source).await;
    let tool = json!({"enabled": true});
    assert_eq!(site.patch(Some(token), "/api/v1/tools/search", &tool).await.status, 200);
    let block = json!({"reason": "writes nonsense"});
    site.post(Some(token), &format!("/api/v1/visitors/{}/block", visitor_id), &block).await;
    assert_eq!(site.get(Some(token), "/api/v1/canned-replies/export").await.status, 200);
    let view = json!({"name": "Mine", "scope": "org", "filter": {}});
    let _made = site.post(Some(token), "/api/v1/views", &view).await;
    site.patch(
        Some(&root.token),
        "/api/v1/platform/settings",
        &json!({"settings": {"owners_set_technical": false}}),
    )
    .await;
    let session = signed_in.headers.get_all("set-cookie").iter().map(|one| one.to_str().unwrap().to_owned());
    let session = session.filter_map(|one| Some(one.split(';').next()?.split_once('=')?.1.to_owned()));
    let known = [
        PASSWORD,
        "sk-very-secret-key-0123456789",
        "shhh-a-shared",
        "a-secret-of-the-webhook",
        "hidden-in-query",
        "writes nonsense",
        "Thirty days",
    ];
    session.chain([secret_token, identity_secret]).chain(known.map(str::to_owned)).collect()
}

on_both_databases! {
    async fn a_change_of_a_member_says_who_from_where_and_what_it_was(database: Database) {
        let site = Site::unlimited(database).await;
        let (owner, admin) = (site.agent("ann").await, site.agent_with_role(&site.org, "adam", "admin").await);
        let target = site.agent_with_role(&site.org, "bob", "agent").await;
        let other = site.another_org().await;
        let foreign = site.agent_of(&other, "zoe").await;

        let path = format!("/api/v1/members/{}", target.id);
        let request = http().patch(site.server.url(&path)).bearer_auth(&owner.token);
        let request = request.header("user-agent", "Browser/1").header("x-request-id", "r-17");
        let changed = send(request.json(&json!({"role": "admin"}))).await;

        assert_eq!(changed.status, 200, "{changed:?}");
        let row = rows(&site, &admin.token, "").await.remove(0);
        assert_eq!((&row["act"], &row["subject_id"]), (&json!("member.change"), &json!(target.id)));
        assert_eq!(row["actor"]["kind"], "member");
        assert_eq!(row["actor"]["id"], owner.id);
        assert_eq!((&row["before"], &row["after"]), (&json!({"role": "agent"}), &json!({"role": "admin"})));
        assert_eq!(row["address"], "127.0.0.1");
        assert_eq!((&row["user_agent"], &row["request_id"]), (&json!("Browser/1"), &json!("r-17")));
        assert_eq!(site.get(Some(&site.server_token(&site.org).await), "/api/v1/audit").await.code(), "forbidden");
        let agent = site.agent_with_role(&site.org, "eve", "agent").await;
        assert_eq!(site.get(Some(&agent.token), "/api/v1/audit").await.code(), "forbidden");
        assert!(!rows(&site, &foreign.token, "").await.iter().any(|row| row["subject_id"] == target.id));
        assert_eq!(site.get(Some(&owner.token), "/api/v1/platform/audit").await.code(), "forbidden");
    }

    async fn a_refused_change_leaves_no_row(database: Database) {
        let site = Site::unlimited(database).await;
        let owner = site.agent("ann").await;
        let admin = site.agent_with_role(&site.org, "adam", "admin").await;
        let before = rows(&site, &owner.token, "").await.len();

        let path = format!("/api/v1/members/{}", owner.id);
        assert_eq!(site.patch(Some(&admin.token), &path, &json!({"role": "agent"})).await.status, 403);
        assert_eq!(site.delete(Some(&owner.token), "/api/v1/tokens/018f0000-0000-7000-8000-000000000000").await.status, 404);
        let wrong = json!({"email": owner.email, "password": "wrong wrong wrong"});
        assert_eq!(site.post(None, "/api/v1/auth/login", &wrong).await.status, 401);
        let unknown = json!({"settings": {"assistant_name": "Nova", "no_such_field": 1}});
        assert_eq!(site.patch(Some(&owner.token), "/api/v1/settings", &unknown).await.status, 400);

        assert_eq!(rows(&site, &owner.token, "").await.len(), before);
    }

    async fn acts_of_every_kind_are_told_and_no_secret_is_among_them(database: Database) {
        let site = Site::unlimited(database).await;
        let owner = site.agent("ann").await;
        let root = site.platform_admin(&site.org, "root").await;
        let visitor = site.visitor().await;
        let token = owner.token.as_str();
        let secrets = act(&site, &owner, &root, &visitor.id).await;

        let log = rows(&site, token, "").await;
        let all = acts(&log);
        for act in [
            "session.sign_in", "token.create", "token.delete", "channel.create", "channel.change", "channel.rotate_identity_secret", "settings.change",
            "provider.add", "webhook.add", "tool.change", "visitor.block", "canned_reply.export", "member.invite",
        ] {
            assert!(all.contains(&act), "{act} is not among {all:?}");
        }
        let of = |act: &str| log.iter().find(|row| row["act"] == act).unwrap();
        assert_eq!(of("settings.change")["after"], json!({"assistant_name": "Nova"}));
        assert_eq!(of("visitor.block")["subject_id"], visitor.id);
        assert_eq!(of("member.invite")["actor"]["kind"], "shell");
        assert_eq!(of("session.sign_in")["user_agent"], "Browser/2");
        assert_eq!(of("canned_reply.export")["actor"]["id"], owner.id, "the edge records what the service has not");
        let platform = site.get(Some(&root.token), "/api/v1/platform/audit").await.body;
        assert_eq!(platform["items"][0]["after"], json!({"owners_set_technical": false}));
        assert!(acts(platform["items"].as_array().unwrap()).contains(&"org.create"));
        let csv = site.get(Some(token), "/api/v1/audit/export").await;
        assert!(csv.headers["content-type"].to_str().unwrap().starts_with("text/csv"));
        let text = format!("{log:?} {platform} {}", csv.body);
        for secret in secrets {
            assert!(!text.contains(&secret), "{secret} stands in the log");
        }
        assert_eq!(verdict(&site.server.database).await.0, "ok");
    }

    async fn rows_are_found_by_act_actor_time_and_words_and_come_in_pages(database: Database) {
        let site = Site::unlimited(database).await;
        let (ann, bob) = (site.agent("ann").await, site.agent("bob").await);
        for (agent, name) in [(&ann, "Nova"), (&bob, "Olga 100%"), (&ann, "Chiara")] {
            let body = json!({"settings": {"assistant_name": name}});
            assert_eq!(site.patch(Some(&agent.token), "/api/v1/settings", &body).await.status, 200);
        }

        let mine = rows(&site, &ann.token, &format!("&act=settings.change&actor={}", bob.id)).await;
        assert_eq!((mine.len(), &mine[0]["after"]["assistant_name"]), (1, &json!("Olga 100%")));
        assert_eq!(rows(&site, &ann.token, "&act=settings").await.len(), 3);
        assert_eq!(rows(&site, &ann.token, "&act=setting").await.len(), 0);
        assert_eq!(rows(&site, &ann.token, "&text=OLGA").await.len(), 2, "as what it became and as what it was");
        assert_eq!(rows(&site, &ann.token, "&text=100%25").await.len(), 2);
        assert_eq!(rows(&site, &ann.token, "&text=0_%25").await.len(), 0, "what stands for anything in a pattern is a word");
        assert_eq!(rows(&site, &ann.token, "&to=2020-01-01").await.len(), 0);
        assert!(!rows(&site, &ann.token, "&from=2020-01-01").await.is_empty());
        assert_eq!(site.get(Some(&ann.token), "/api/v1/audit?from=yesterday").await.code(), "bad_request");
        let first = site.get(Some(&ann.token), "/api/v1/audit?act=settings&limit=2").await.body;
        let cursor = first["next_cursor"].as_str().unwrap();
        let second = site.get(Some(&ann.token), &format!("/api/v1/audit?act=settings&limit=2&cursor={cursor}")).await.body;
        let names: Vec<_> = [&first, &second].iter().flat_map(|page| page["items"].as_array().unwrap()).map(|row| row["after"]["assistant_name"].clone()).collect();
        assert_eq!(names, [json!("Chiara"), json!("Olga 100%"), json!("Nova")]);
        assert_eq!(second["next_cursor"], Value::Null);
    }

    async fn whoever_writes_the_table_is_found_by_the_doctor(database: Database) {
        let site = Site::unlimited(database).await;
        let owner = site.agent("ann").await;
        for name in ["Nova", "Olga", "Chiara"] {
            site.patch(Some(&owner.token), "/api/v1/settings", &json!({"settings": {"assistant_name": name}})).await;
        }
        let database = &site.server.database;
        let org = &site.org.id;
        assert_eq!(verdict(database).await.0, "ok");
        let last = rows(&site, &owner.token, "").await[0]["seq"].as_i64().unwrap();
        unlock(database);

        for (tamper, mend, said) in [
            ("update audit_rows set actor_name = 'Eve' where org_id = 'ORG' and seq = 2", "update audit_rows set actor_name = '' where org_id = 'ORG' and seq = 2", "row 2"),
            ("update audit_rows set seq = 1000 where org_id = 'ORG' and seq = 3", "update audit_rows set seq = 3 where org_id = 'ORG' and seq = 1000", "outside"),
            ("update audit_rows set org_id = '' where org_id = 'ORG' and seq = 2", "update audit_rows set org_id = 'ORG' where org_id = '' and seq = 2", "row 2 is missing"),
            ("update audit_chains set last_seq = last_seq - 1 where org_id = 'ORG'", "update audit_chains set last_seq = last_seq + 1 where org_id = 'ORG'", "outside"),
            ("update audit_chains set removed_seq = 1 where org_id = 'ORG'", "update audit_chains set removed_seq = 0 where org_id = 'ORG'", "outside"),
        ] {
            if tamper.contains("org_id = ''") {
                // The platform's chain has a second row too, so the row gets a number that is free there.
                database.execute(&tamper.replace("ORG", org).replace("set org_id = ''", "set org_id = '', seq = 900"));
                let (status, message) = verdict(database).await;
                assert_eq!(status, "fail", "{message}");
                assert!(message.contains(said) && message.contains(org), "{message}");
                database.execute(&format!("update audit_rows set org_id = '{org}', seq = 2 where org_id = '' and seq = 900"));
                continue;
            }
            database.execute(&tamper.replace("ORG", org));
            let (status, message) = verdict(database).await;
            assert_eq!(status, "fail", "{tamper}: {message}");
            assert!(message.contains(said) && message.contains(org), "{tamper}: {message}");
            database.execute(&mend.replace("ORG", org));
            assert_eq!(verdict(database).await.0, "ok", "{mend}");
        }
        database.execute(&format!("delete from audit_rows where org_id = '{org}' and seq = {last}"));
        let (status, message) = verdict(database).await;
        assert_eq!(status, "fail");
        assert!(message.contains(&format!("row {last} is missing")), "{message}");
    }
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_or_remove_rows() {
    let database = Database::sqlite();
    let site = Site::unlimited(database).await;
    let program = "import sqlite3,sys\nc=sqlite3.connect(sys.argv[1], timeout=30)\n\
                   for s in ['update audit_rows set act = 1', 'delete from audit_rows']:\n \
                   try:\n  c.execute(s)\n except sqlite3.IntegrityError as e:\n  print(e)";
    let mut python = std::process::Command::new("python3");
    let file = site.server.database.dir().join("switchboard.db");

    let output = python.args(["-c", program]).arg(file).output().unwrap();

    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("never changed") && said.contains("old end only"), "{said}");
}
