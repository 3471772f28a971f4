//! Security events, addresses that stand out, and addresses that are shut out: over REST, WebSocket and Socket.IO.

use serde_json::{Value, json};

use crate::on_both_databases;
use crate::support::mails::text_of;
use crate::support::receiver::Receiver;
use crate::support::rest::{Answer, http, send};
use crate::support::{Client, Options, Site, outbox, within};

const ATTACKER: &str = "203.0.113.9";

/// Behind a proxy that says where clients come from.
fn behind_a_proxy() -> Options {
    Options::unlimited()
        .flag("--trusted-proxies", "127.0.0.0/8")
        .flag("--allow-private-ranges", "127.0.0.0/8")
}

async fn from(
    site: &Site,
    address: &str,
    method: reqwest::Method,
    path: &str,
    token: Option<&str>,
    body: &Value,
) -> Answer {
    let request = http().request(method, site.server.url(path)).header("x-forwarded-for", address);
    let request = match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    };
    send(request.header("user-agent", "Probe/1").json(body)).await
}

async fn get_from(site: &Site, address: &str, path: &str) -> Answer {
    from(site, address, reqwest::Method::GET, path, None, &json!({})).await
}

/// The events of a kind, once they are as wanted: they are stored about a second later, by a job.
async fn events(site: &Site, token: &str, path: &str, is_wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    within("the events", async {
        loop {
            let answer = site.get(Some(token), path).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            let items = answer.body["items"].as_array().unwrap().clone();
            if is_wanted(&items) {
                return items;
            }
            // Another process works: there is no event to wait for.
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    })
    .await
}

fn count(items: &[Value]) -> i64 {
    items.iter().map(|item| item["count"].as_i64().unwrap()).sum()
}

/// Whether an answer says that the address is shut out.
fn is_shut_out(answer: &Answer) -> bool {
    answer.status == 403 && answer.body["error"]["reason"] == "address_blocked"
}

on_both_databases! {
    async fn wrong_passwords_from_an_address_are_one_row_make_it_suspicious_and_tell_who_runs_the_server(database: Database) {
        let site = Site::start(database, behind_a_proxy()).await;
        let root = site.platform_admin(&site.org, "root").await;
        let agent = site.agent_with_role(&site.org, "ann", "agent").await;

        for number in 0..12 {
            let body = json!({"email": root.email, "password": format!("wrong {number}")});
            let refused = from(&site, ATTACKER, reqwest::Method::POST, "/api/v1/auth/login", None, &body).await;
            assert_eq!(refused.code(), "unauthenticated");
        }

        let path = "/api/v1/platform/security/events?kind=auth_failure";
        let items = events(&site, &root.token, path, |items| count(items) == 12).await;
        assert!(items.len() <= 2, "equal events of a minute are one row: {items:?}");
        assert_eq!((&items[0]["address"], &items[0]["user_agent"]), (&json!(ATTACKER), &json!("Probe/1")));
        assert!(items[0]["request_id"].is_string());
        let mails = outbox(&site, 1).await;
        assert_eq!(mails.len(), 1);
        assert!(mails[0].contains("root-") && text_of(&mails[0]).contains(ATTACKER), "{mails:?}");
        let found = site.get(Some(&root.token), "/api/v1/platform/security/addresses").await.body;
        assert_eq!((&found["suspicious"][0]["address"], &found["suspicious"][0]["count"]), (&json!(ATTACKER), &json!(12)));
        assert_eq!(found["busiest"][0]["address"], ATTACKER);
        assert_eq!(site.get(Some(&agent.token), "/api/v1/security/events").await.code(), "forbidden");
        assert_eq!(site.get(Some(&agent.token), path).await.code(), "forbidden");
        let everything = site.get(Some(&root.token), "/api/v1/platform/security/events").await.body.to_string();
        assert!(!everything.contains("wrong 1"), "no password is kept");
    }

    async fn who_asks_for_another_orgs_things_is_told_nothing_and_seen(database: Database) {
        let site = Site::start(database, behind_a_proxy()).await;
        let (owner, other) = (site.agent("ann").await, site.another_org().await);
        let foreign = site.agent_of(&other, "zoe").await;
        let receiver = Receiver::start().await;
        let hook = json!({"url": receiver.url(), "kinds": ["security.address_suspicious"]});
        assert_eq!(site.post(Some(&foreign.token), "/api/v1/webhooks", &hook).await.status, 201);
        let visitor = site.visitor().await;

        for _ in 0..10 {
            let path = format!("/api/v1/conversations/{}", visitor.session_id());
            let asked = from(&site, ATTACKER, reqwest::Method::GET, &path, Some(&foreign.token), &json!({})).await;
            assert_eq!(asked.code(), "not_found");
        }
        let mut socket = site.connect(&foreign.token).await;
        socket.call("join:session", json!({"session_id": visitor.session_id()})).await.unwrap_err();
        let nobodys = "/api/v1/conversations/018f0000-0000-7000-8000-000000000000";
        from(&site, "203.0.113.77", reqwest::Method::GET, nobodys, Some(&foreign.token), &json!({})).await;

        let path = "/api/v1/security/events?kind=cross_org_refused";
        let items = events(&site, &foreign.token, path, |items| count(items) == 11).await;
        let addresses: Vec<_> = items.iter().map(|item| item["address"].as_str().unwrap()).collect();
        assert!(addresses.contains(&ATTACKER) && addresses.contains(&"127.0.0.1"), "{items:?}");
        assert!(!addresses.contains(&"203.0.113.77"), "what is nobody's is no other org's");
        let told = receiver.received(1).await;
        assert_eq!(told[0].body["event"], "security.address_suspicious");
        assert_eq!(told[0].body["data"]["address"], ATTACKER);
        let own = site.get(Some(&owner.token), "/api/v1/security/events").await.body;
        assert_eq!(own["items"], json!([]), "events are of the org of whoever asked");
    }

    async fn the_platform_shuts_a_range_out_of_everything_until_it_is_let_in_again(database: Database) {
        let site = Site::start(database, behind_a_proxy()).await;
        let root = site.platform_admin(&site.org, "root").await;
        let owner = site.agent("ann").await;
        let blocks = "/api/v1/platform/security/blocks";
        let body = json!({"range": "203.0.113.0/24", "reason": "guesses passwords"});
        assert_eq!(site.post(Some(&owner.token), blocks, &body).await.code(), "forbidden");
        assert!(!is_shut_out(&get_from(&site, ATTACKER, "/api/v1/setup").await));

        let made = site.post(Some(&root.token), blocks, &body).await;

        assert_eq!((made.status, &made.body["block"]["range"]), (201, &json!("203.0.113.0/24")), "{made:?}");
        for path in ["/api/v1/setup", "/api/v1/nothing", "/ws", "/socket.io/chat/?EIO=4&transport=polling", "/console", "/livez", "/widget.js"] {
            let refused = get_from(&site, ATTACKER, path).await;
            assert!(is_shut_out(&refused), "{path}: {refused:?}");
        }
        assert!(!is_shut_out(&get_from(&site, "203.0.114.9", "/api/v1/setup").await));
        let items = events(&site, &root.token, "/api/v1/platform/security/events?kind=blocked", |items| count(items) == 7).await;
        assert_eq!(items[0]["address"], ATTACKER);
        for range in ["0.0.0.0/0", "nonsense", ""] {
            assert_eq!(site.post(Some(&root.token), blocks, &json!({"range": range})).await.code(), "bad_request", "{range}");
        }
        let path = format!("{blocks}/{}", made.body["block"]["id"].as_str().unwrap());
        assert_eq!(site.delete(Some(&owner.token), &path).await.code(), "forbidden");
        assert_eq!(site.delete(Some(&root.token), &path).await.status, 204);
        assert!(!is_shut_out(&get_from(&site, ATTACKER, "/api/v1/setup").await));
        assert_eq!(site.delete(Some(&root.token), &path).await.code(), "not_found");
        let log = site.get(Some(&root.token), "/api/v1/platform/audit?act=address").await.body;
        assert_eq!(log["items"][1]["after"]["range"], "203.0.113.0/24");
        assert_eq!(log["items"].as_array().unwrap().len(), 2);
    }

    async fn an_org_shuts_an_address_out_of_its_widget_and_of_nothing_else(database: Database) {
        let mut site = Site::start(database, behind_a_proxy()).await;
        let (owner, other) = (site.agent("ann").await, site.another_org().await);
        let visitor = site.visitor().await;
        let mut theirs = site.connect(&visitor.token).await;
        theirs.join(visitor.session_id()).await;
        let blocks = "/api/v1/security/blocks";

        let own = site.post(Some(&owner.token), blocks, &json!({"range": "127.0.0.1"})).await;
        assert_eq!((own.code(), &own.body["error"]["reason"]), ("conflict", &json!("own_address")));
        assert_eq!(site.get(Some(&owner.token), blocks).await.body["blocks"], json!([]));
        let body = json!({"range": "127.0.0.1", "allow_own": true});
        assert_eq!(site.post(Some(&owner.token), blocks, &body).await.status, 201);

        assert_eq!(theirs.closed().await.0, Some(4503), "live connections of its visitors close");
        site.server.kill_and_restart().await;
        let mut again = Client::open(site.server.port, None).await;
        let refused = again.call("hello", json!({"token": visitor.token})).await.unwrap_err();
        assert_eq!((&refused["code"], &refused["reason"]), (&json!("forbidden"), &json!("address_blocked")));
        for (token, path, body) in [
            (None, "/api/v1/widget/sessions", json!({"channel_key": site.org.channel_key})),
            (Some(visitor.token.as_str()), "/api/v1/widget/conversations", json!({})),
        ] {
            assert!(is_shut_out(&site.post(token, path, &body).await), "{path}");
        }
        let page = get_from(&site, "127.0.0.1", &format!("/chat/{}", site.org.channel_key)).await;
        assert_eq!(page.status, 403);
        let elsewhere = json!({"channel_key": site.org.channel_key});
        let came = from(&site, ATTACKER, reqwest::Method::POST, "/api/v1/widget/sessions", None, &elsewhere).await;
        assert_eq!(came.status, 201, "{came:?}");
        site.stranger(&other).await;
        let mut desk = site.connect(&owner.token).await;
        desk.call("inbox:subscribe", json!({})).await.expect("agents are not shut out");
        let items = events(&site, &owner.token, "/api/v1/security/events?kind=blocked", |items| !items.is_empty()).await;
        assert_eq!(items[0]["address"], "127.0.0.1");
    }

    async fn owners_and_admins_see_from_where_a_visitor_came(database: Database) {
        let site = Site::start(database, behind_a_proxy()).await;
        let admin = site.agent_with_role(&site.org, "adam", "admin").await;
        let agent = site.agent_with_role(&site.org, "ann", "agent").await;
        let body = json!({"channel_key": site.org.channel_key});
        let came = from(&site, ATTACKER, reqwest::Method::POST, "/api/v1/widget/sessions", None, &body).await;
        let path = format!("/api/v1/visitors/{}", came.body["visitor"]["id"].as_str().unwrap());

        assert_eq!(site.get(Some(&admin.token), &path).await.body["address"], ATTACKER);
        for token in [agent.token.clone(), site.server_token(&site.org).await] {
            assert_eq!(site.get(Some(&token), &path).await.body["address"], Value::Null);
        }
    }
}
