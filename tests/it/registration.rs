//! Members invited by mail, and orgs made by whoever wants one.

use serde_json::json;

use crate::on_both_databases;
use crate::support::mails::text_of;
use crate::support::site::PASSWORD;
use crate::support::smtp::MailServer;
use crate::support::{Database, Options, Site};

const PUBLIC: &str = "https://chat.example.com";

fn mailing(options: Options, mails: &MailServer) -> Options {
    options.flag("--smtp-url", &mails.url()).flag("--public-url", PUBLIC)
}

fn token_in(mail: &str, page: &str) -> String {
    let text = text_of(mail);
    let start = format!("{PUBLIC}/console/{page}#token=");
    let at = text.find(&start).unwrap_or_else(|| panic!("no link in {text}")) + start.len();
    text[at..].split_whitespace().next().unwrap().to_owned()
}

async fn open_registration(site: &Site) {
    let org = site.org.clone();
    let boss = site.platform_admin(&org, "boss").await;
    let open = json!({"settings": {"self_registration": true}});
    assert_eq!(site.patch(Some(&boss.token), "/api/v1/platform/settings", &open).await.status, 200);
}

on_both_databases! {
    async fn an_invited_member_is_mailed_the_link_that_sets_their_password(database: Database) {
        let mails = MailServer::start().await;
        let site = Site::start(database, mailing(Options::unlimited(), &mails)).await;
        let owner = site.agent("owner").await;
        let body = json!({"email": "new@example.com", "name": "Nora", "role": "admin", "locale": "es"});
        let invited = site.post(Some(&owner.token), "/api/v1/members", &body).await;
        assert_eq!((invited.status, &invited.body["is_mailed"]), (201, &json!(true)), "{invited:?}");
        let mail = mails.received(1).await.remove(0);
        assert!(mail.contains("To: new@example.com") && text_of(&mail).contains("Nora"), "{mail}");
        assert!(text_of(&mail).contains("le ha invitado"), "{}", text_of(&mail));

        let choose = json!({"token": token_in(&mail, "password"), "password": PASSWORD});
        assert_eq!(site.post(None, "/api/v1/auth/password", &choose).await.status, 204);
        let login = json!({"email": "new@example.com", "password": PASSWORD});
        let signed_in = site.post(None, "/api/v1/auth/login", &login).await;
        assert_eq!((signed_in.status, &signed_in.body["member"]["role"]), (200, &json!("admin")));
    }

    async fn the_first_owner_of_a_new_org_is_mailed_too(database: Database) {
        let mails = MailServer::start().await;
        let site = Site::start(database, mailing(Options::unlimited(), &mails)).await;
        let org = site.org.clone();
        let boss = site.platform_admin(&org, "boss").await;
        let body = json!({"name": "Faro", "owner": {"email": "ana@faro.example", "locale": "es"}});
        let made = site.post(Some(&boss.token), "/api/v1/orgs", &body).await;
        assert_eq!((made.status, &made.body["is_mailed"]), (201, &json!(true)), "{made:?}");
        let text = text_of(&mails.received(1).await[0]);
        assert!(text.contains("Faro") && text.contains("/console/password#token="), "{text}");
    }

    async fn an_org_is_registered_once_its_address_is_confirmed(database: Database) {
        let mails = MailServer::start().await;
        let site = Site::start(database, mailing(Options::unlimited(), &mails)).await;
        let body = json!({"org_name": "Bright Lamp", "name": "Nora", "email": "Nora@example.com", "locale": "en"});
        let closed = site.post(None, "/api/v1/auth/register", &body).await;
        assert_eq!((closed.status, closed.code()), (403, "forbidden"), "off by default");
        assert_eq!(site.get(None, "/api/v1/setup").await.body["registers"], false);
        open_registration(&site).await;
        assert_eq!(site.get(None, "/api/v1/setup").await.body["registers"], true);
        let before = site.server.database.read("select count(*) from orgs");
        let asked = site.post(None, "/api/v1/auth/register", &body).await;
        assert_eq!((asked.status, &asked.body), (202, &json!({})));
        let mail = mails.received(1).await.remove(0);
        assert_eq!(site.server.database.read("select count(*) from orgs"), before, "nothing is made unconfirmed");

        let token = token_in(&mail, "register");
        let confirm = |password: &str| json!({"token": token, "password": password});
        let weak = site.post(None, "/api/v1/auth/register/confirm", &confirm("short")).await;
        assert_eq!((weak.status, weak.code()), (400, "bad_request"), "the link stays usable");
        let made = site.post(None, "/api/v1/auth/register/confirm", &confirm(PASSWORD)).await;
        assert_eq!((made.status, &made.body["member"]["role"], &made.body["member"]["platform_admin"]), (201, &json!("owner"), &json!(false)));
        assert!(made.headers.get("set-cookie").is_some());
        assert_eq!(site.post(None, "/api/v1/auth/register/confirm", &confirm(PASSWORD)).await.status, 401, "once");

        let again = site.post(None, "/api/v1/auth/register", &body).await;
        assert_eq!((again.status, &again.body), (202, &json!({})), "nothing tells that the address is known");
        // The mail about the browser that made the org comes before it or after it.
        let all: Vec<String> = mails.received(3).await.iter().map(|mail| text_of(mail)).collect();
        let told = all.iter().find(|mail| mail.contains("has an account already"));
        assert!(told.is_some_and(|told| !told.contains("#token=")), "{all:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn registrations_are_limited_by_address_and_together() {
    let mails = MailServer::start().await;
    for flag in ["--registrations-per-hour", "--all-registrations-per-hour"] {
        let options = mailing(Options::default().flag(flag, "2"), &mails);
        let site = Site::start(Database::sqlite(), options).await;
        open_registration(&site).await;
        let mut statuses = Vec::new();
        for number in 0..3 {
            let body = json!({"org_name": "Lamp", "name": "Nora", "email": format!("n{number}@example.com")});
            statuses.push(site.post(None, "/api/v1/auth/register", &body).await.status);
        }
        assert_eq!(statuses, [202, 202, 429], "{flag}");
    }
}
