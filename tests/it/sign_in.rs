//! Signing in without a password, and where one is signed in.

use serde_json::{Value, json};

use crate::on_both_databases;
use crate::support::mails::text_of;
use crate::support::rest::{Answer, http, send};
use crate::support::site::PASSWORD;
use crate::support::smtp::MailServer;
use crate::support::{Agent, Client, Options, Site};

const PUBLIC: &str = "https://chat.example.com";

fn mailing(mails: &MailServer) -> Options {
    Options::unlimited().flag("--smtp-url", &mails.url()).flag("--public-url", PUBLIC)
}

/// The token in the link of a mail to a member.
fn token_in(mail: &str, page: &str) -> String {
    let text = text_of(mail);
    let start = format!("{PUBLIC}/console/{page}#token=");
    let at = text.find(&start).unwrap_or_else(|| panic!("no link in {text}")) + start.len();
    text[at..].split_whitespace().next().unwrap().to_owned()
}

pub(crate) fn cookies(answer: &Answer) -> String {
    let pairs = answer.headers.get_all("set-cookie").iter();
    pairs.map(|one| one.to_str().unwrap().split(';').next().unwrap()).collect::<Vec<_>>().join("; ")
}

/// A request of a browser with these cookies.
async fn ask(site: &Site, method: reqwest::Method, path: &str, cookies: &str) -> Answer {
    ask_with(site, method, path, cookies, &json!({})).await
}

pub(crate) async fn ask_with(
    site: &Site,
    method: reqwest::Method,
    path: &str,
    cookies: &str,
    body: &Value,
) -> Answer {
    let request = http().request(method, site.server.url(path));
    send(request.header("cookie", cookies).header("x-requested-with", "test").json(body)).await
}

pub(crate) async fn sign_in(site: &Site, agent: &Agent, browser: &str, cookies: &str) -> Answer {
    let request = http().post(site.server.url("/api/v1/auth/login"));
    let body = json!({"email": agent.email, "password": PASSWORD});
    let answer = send(request.header("cookie", cookies).header("user-agent", browser).json(&body)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

on_both_databases! {
    async fn a_forgotten_password_is_replaced_by_a_link_that_works_once(database: Database) {
        let mails = MailServer::start().await;
        let site = Site::start(database, mailing(&mails)).await;
        let (ann, bob) = (site.agent("ann").await, site.agent("bob").await);
        let link = |email: &str| json!({"email": email, "purpose": "password", "locale": "es"});
        let unknown = site.post(None, "/api/v1/auth/links", &link("nobody@example.com")).await;
        let known = site.post(None, "/api/v1/auth/links", &link(&ann.email.to_uppercase())).await;
        assert_eq!((unknown.status, &unknown.body), (202, &json!({})));
        assert_eq!((known.status, &known.body), (unknown.status, &unknown.body), "nothing tells whether there is one");
        let mail = mails.received(1).await.remove(0);
        assert!(mail.contains(&format!("To: {}", ann.email)) && text_of(&mail).contains("contraseña"), "{mail}");

        let token = token_in(&mail, "password");
        let choose = json!({"token": token, "password": "a quite new password"});
        assert_eq!(site.post(None, "/api/v1/auth/link", &json!({"token": token})).await.status, 401, "it signs nobody in");
        assert_eq!(site.post(None, "/api/v1/auth/password", &choose).await.status, 204);
        assert_eq!(site.post(None, "/api/v1/auth/password", &choose).await.status, 401, "once");
        let login = |email: &str, password: &str| json!({"email": email, "password": password});
        assert_eq!(site.post(None, "/api/v1/auth/login", &login(&ann.email, PASSWORD)).await.status, 401);
        assert_eq!(site.post(None, "/api/v1/auth/login", &login(&ann.email, "a quite new password")).await.status, 200);
        assert_eq!(site.post(None, "/api/v1/auth/login", &login(&bob.email, PASSWORD)).await.status, 200);
    }

    async fn a_mailed_link_signs_in_once_and_a_new_browser_is_told_of(database: Database) {
        let mails = MailServer::start().await;
        let site = Site::start(database, mailing(&mails)).await;
        let ann = site.agent("ann").await;
        let asked = site.post(None, "/api/v1/auth/links", &json!({"email": ann.email, "purpose": "sign_in"})).await;
        assert_eq!(asked.status, 202, "{asked:?}");
        let token = token_in(&mails.received(1).await[0], "link");
        let body = json!({"token": token});
        assert_eq!(site.post(None, "/api/v1/auth/password", &json!({"token": token, "password": "a quite new password"})).await.status, 401);
        let signed_in = site.post(None, "/api/v1/auth/link", &body).await;
        assert_eq!((signed_in.status, &signed_in.body["member"]["id"]), (200, &json!(ann.id)));
        assert_eq!(site.post(None, "/api/v1/auth/link", &body).await.status, 401, "once");
        let told = text_of(&mails.received(2).await[1]);
        assert!(told.contains("127.0.0.1") && told.contains("not known before"), "{told}");

        // The browser that is known now is not told of again, another one is.
        let known = cookies(&signed_in);
        sign_in(&site, &ann, "Known/1.0", &known).await;
        sign_in(&site, &ann, "Unknown/2.0", "").await;
        let told = text_of(&mails.received(3).await[2]);
        assert!(told.contains("Unknown/2.0"), "{told}");
    }

    async fn sessions_are_listed_and_ended_one_by_one_or_all_others(database: Database) {
        let site = Site::start(database, Options::unlimited()).await;
        let (ann, bob) = (site.agent("ann").await, site.agent("bob").await);
        let (here, there, third) = (
            cookies(&sign_in(&site, &ann, "Here/1.0", "").await),
            cookies(&sign_in(&site, &ann, "There/1.0", "").await),
            cookies(&sign_in(&site, &ann, "Third/1.0", "").await),
        );
        let foreign = cookies(&sign_in(&site, &bob, "Bob/1.0", "").await);
        let ticket = ask(&site, reqwest::Method::POST, "/api/v1/auth/socket-ticket", &there).await.body["ticket"].clone();
        let mut socket = Client::connect(site.server.port, ticket.as_str().unwrap()).await;

        let list = ask(&site, reqwest::Method::GET, "/api/v1/auth/sessions", &here).await;
        let items = list.body["items"].as_array().unwrap().clone();
        let browser = |name: &str| items.iter().find(|one| one["browser"] == name).unwrap().clone();
        assert_eq!(items.len(), 3, "{items:?}");
        assert_eq!((&browser("Here/1.0")["is_current"], &browser("There/1.0")["is_current"]), (&json!(true), &json!(false)));
        assert_eq!(browser("There/1.0")["address"], "127.0.0.1");
        let path = |session: &Value| format!("/api/v1/auth/sessions/{}", session["id"].as_str().unwrap());
        let end = |of: Value, with: String| {
            let (site, path) = (&site, path(&of));
            async move { ask(site, reqwest::Method::DELETE, &path, &with).await.status }
        };
        assert_eq!(end(browser("There/1.0"), foreign.clone()).await, 404, "nobody else's");
        assert_eq!(end(browser("There/1.0"), here.clone()).await, 204);
        assert_eq!(end(browser("There/1.0"), here.clone()).await, 404, "it is gone");
        assert_eq!(socket.closed().await.0, Some(4503), "its sockets close");
        assert_eq!(ask(&site, reqwest::Method::GET, "/api/v1/auth/me", &there).await.status, 401);

        let ended = ask(&site, reqwest::Method::POST, "/api/v1/auth/sessions/end-others", &here).await;
        assert_eq!((ended.status, &ended.body), (200, &json!({"ended_count": 1})));
        assert_eq!(ask(&site, reqwest::Method::GET, "/api/v1/auth/me", &third).await.status, 401);
        assert_eq!(ask(&site, reqwest::Method::GET, "/api/v1/auth/me", &here).await.status, 200);
        assert_eq!(ask(&site, reqwest::Method::GET, "/api/v1/auth/me", &foreign).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_are_limited_and_a_server_without_mail_says_so() {
    let silent = Site::start(crate::support::Database::sqlite(), Options::default()).await;
    let body = json!({"email": "ann@example.com", "purpose": "password"});
    let refused = silent.post(None, "/api/v1/auth/links", &body).await;
    assert_eq!((refused.status, refused.code()), (503, "unavailable"));
    assert_eq!(silent.get(None, "/api/v1/setup").await.body["mails_links"], false);

    let mails = MailServer::start().await;
    let options = Options::default()
        .flag("--smtp-url", &mails.url())
        .flag("--public-url", PUBLIC)
        .flag("--sign-in-mails-per-hour", "3");
    let site = Site::start(crate::support::Database::sqlite(), options).await;
    for _ in 0..3 {
        assert_eq!(site.post(None, "/api/v1/auth/links", &body).await.status, 202);
    }
    let over = site.post(None, "/api/v1/auth/links", &body).await;
    assert_eq!((over.status, over.code()), (429, "rate_limited"));
}
