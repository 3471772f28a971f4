//! Platform admins who act for orgs that they are no members of.

use reqwest::Method;
use serde_json::{Value, json};

use crate::on_both_databases;
use crate::sign_in::{ask_with, cookies, sign_in};
use crate::support::files::photo;
use crate::support::rest::{Answer, http, send};
use crate::support::site::Org;
use crate::support::smtp::MailServer;
use crate::support::{Agent, Options, Site};

/// A platform admin of the site's own org, signed in, and another org with its owner.
struct House {
    site: Site,
    boss: String,
    org: Org,
    owner: Agent,
}

impl House {
    async fn start(site: Site) -> Self {
        let home = site.org.clone();
        let boss = site.platform_admin(&home, "boss").await;
        let boss = cookies(&sign_in(&site, &boss, "Desk/1.0", "").await);
        let org = site.another_org().await;
        let owner = site.agent_with_role(&org, "owner", "owner").await;
        Self { site, boss, org, owner }
    }

    async fn begin(&self, reason: &str) -> Answer {
        let path = format!("/api/v1/orgs/{}/acting", self.org.id);
        ask_with(&self.site, Method::POST, &path, &self.boss, &json!({ "reason": reason })).await
    }

    async fn end(&self) -> Answer {
        let path = format!("/api/v1/orgs/{}/acting", self.org.id);
        ask_with(&self.site, Method::DELETE, &path, &self.boss, &Value::Null).await
    }

    /// Asks for the other org.
    async fn ask(&self, method: Method, path: &str, body: &Value) -> Answer {
        let request = http().request(method, self.site.server.url(&format!("/api/v1{path}")));
        let request = request.header("cookie", &self.boss).header("x-requested-with", "test");
        send(request.header("x-acting-for", &self.org.id).json(body)).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &Value::Null).await
    }

    /// Who acts, as the owner sees it.
    async fn seen(&self) -> Value {
        let me = self.site.get(Some(&self.owner.token), "/api/v1/auth/me").await;
        me.body["org"]["acting"].clone()
    }
}

fn reason(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.body["error"]["reason"].as_str().unwrap_or_default())
}

on_both_databases! {
    async fn who_acts_for_an_org_sets_it_up_and_everybody_there_sees_who_it_was(database: Database) {
        let house = House::start(Site::start(database, Options::unlimited()).await).await;
        let (site, owner) = (&house.site, &house.owner);
        assert_eq!(reason(&house.get("/settings").await), (403, "not_acting"), "nobody acts unasked");
        for wrong in ["", "  ", "two\nlines"] {
            assert_eq!(house.begin(wrong).await.code(), "bad_request", "{wrong:?}");
        }
        assert_eq!(house.seen().await, json!([]));

        let begun = house.begin("ticket 77: the hours are wrong").await;
        assert_eq!((begun.status, &begun.body["acting"]["org_id"]), (200, &json!(house.org.id)), "{begun:?}");
        let seen = house.seen().await;
        assert_eq!((seen.as_array().unwrap().len(), &seen[0]["reason"]), (1, &json!("ticket 77: the hours are wrong")));
        let changed = house.ask(Method::PATCH, "/settings", &json!({"settings": {"assistant_name": "Ada"}})).await;
        assert_eq!(changed.status, 200, "{changed:?}");
        let theirs = site.get(Some(&owner.token), "/api/v1/settings").await;
        assert!(theirs.body.to_string().contains("Ada"), "it is their org that has changed: {theirs:?}");
        let own = ask_with(site, Method::GET, "/api/v1/settings", &house.boss, &Value::Null).await;
        assert!(!own.body.to_string().contains("\"Ada\""), "and not the one of whoever acts");

        let log = site.get(Some(&owner.token), "/api/v1/audit").await;
        let rows = log.body["items"].as_array().unwrap();
        let acts: Vec<_> = rows.iter().map(|row| (row["act"].as_str().unwrap(), row["actor"]["kind"].as_str().unwrap())).collect();
        assert_eq!(acts[..2], [("settings.change", "platform"), ("org.act", "platform")], "{rows:?}");
        assert!(rows[0]["actor"]["name"].as_str().is_some_and(|name| !name.is_empty()));

        assert_eq!(house.end().await.status, 204);
        assert_eq!(reason(&house.get("/settings").await), (403, "not_acting"));
        assert_eq!(house.seen().await, json!([]));
        assert_eq!(house.end().await.status, 204, "to end it again changes nothing");
        let log = site.get(Some(&owner.token), "/api/v1/audit").await;
        let ends = log.body["items"].as_array().unwrap().iter().filter(|row| row["act"] == "org.act_end").count();
        assert_eq!(ends, 1);
    }

    async fn it_reaches_no_conversation_no_socket_and_no_account(database: Database) {
        let house = House::start(Site::start(database, Options::unlimited()).await).await;
        let mut visitor = house.site.visitor_of(&house.org).await;
        house.site.begin(&mut visitor).await;
        let picture = house.site.picture(&visitor.token, visitor.session_id(), &photo()).await;
        house.begin("set-up").await;

        let id = visitor.session_id();
        for path in [
            "/conversations".to_owned(), format!("/conversations/{id}/entries"), "/search?q=x".to_owned(), "/calls".to_owned(),
            "/tickets".to_owned(), "/submissions".to_owned(), "/assistant/turns".to_owned(), "/auth/me".to_owned(),
            "/notifications".to_owned(), format!("/visitors/{}/export", visitor.id), format!("/attachments/{}", picture["id"].as_str().unwrap()), "/orgs".to_owned(), "/platform/settings".to_owned(),
        ] {
            assert_eq!(reason(&house.get(&path).await), (403, "acting"), "{path}");
        }
        for (path, body) in [
            ("/auth/socket-ticket".to_owned(), json!({})), ("/auth/logout".to_owned(), json!({})), ("/tokens".to_owned(), json!({})),
            (format!("/conversations/{id}/messages"), json!({"content": "hello"})), (format!("/orgs/{}/acting", house.org.id), json!({"reason": "more"})),
        ] {
            assert_eq!(reason(&house.ask(Method::POST, &path, &body).await), (403, "acting"), "{path}");
        }
    }

    async fn it_is_over_with_its_time_with_the_session_and_with_the_right(database: Database) {
        let house = House::start(Site::start(database, Options::unlimited()).await).await;
        let run = |statement: &str| house.site.server.database.execute(statement);
        house.begin("set-up").await;
        assert_eq!(house.get("/channels").await.status, 200);

        run("update acting set ends_at = 1");
        assert_eq!(reason(&house.get("/channels").await), (403, "not_acting"), "its time is over");
        assert_eq!(house.seen().await, json!([]));
        house.begin("set-up").await;
        run("update members set platform_admin = false");
        assert_eq!(reason(&house.get("/channels").await), (403, "not_acting"), "no platform admin any more");
        run("update members set platform_admin = true");
        assert_eq!(house.get("/channels").await.status, 200);
        let ended = ask_with(&house.site, Method::POST, "/api/v1/auth/logout", &house.boss, &json!({})).await;
        assert_eq!((ended.status, house.get("/channels").await.status), (204, 401), "signed out");
        assert_eq!(house.seen().await, json!([]), "nobody acts by a session that has ended");
    }

    async fn nobody_else_acts_and_no_token_does(database: Database) {
        let house = House::start(Site::start(database, Options::unlimited()).await).await;
        let site = &house.site;
        let path = format!("/api/v1/orgs/{}/acting", site.org.id);
        let owner = cookies(&sign_in(site, &house.owner, "Own/1.0", "").await);
        let refused = ask_with(site, Method::POST, &path, &owner, &json!({"reason": "curious"})).await;
        assert_eq!(refused.status, 403, "owners of other orgs do not");
        let home = site.org.clone();
        let token = site.platform_admin(&home, "robot").await.token;
        let theirs = format!("/api/v1/orgs/{}/acting", house.org.id);
        assert_eq!(site.post(Some(&token), &theirs, &json!({"reason": "a program"})).await.status, 403, "a token");
        let own = ask_with(site, Method::POST, &path, &house.boss, &json!({"reason": "mine"})).await;
        assert_eq!((own.status, own.code()), (409, "conflict"), "their own org");
        house.begin("set-up").await;
        let request = http().get(site.server.url("/api/v1/settings")).bearer_auth(&token).header("x-acting-for", &house.org.id);
        assert_eq!(reason(&send(request).await), (403, "not_acting"), "another's acting lends a token nothing");

        site.server.database.execute("update agent_sessions set verified_at = 0");
        assert_eq!(house.begin("again").await.code(), "fresh_sign_in_required");
        assert_eq!(house.end().await.status, 204, "whoever leaves is not asked");
    }
}

#[tokio::test]
async fn the_owners_are_told_by_mail() {
    let mails = MailServer::start().await;
    let options =
        Options::unlimited().flag("--smtp-url", &mails.url()).flag("--public-url", "https://chat.example");
    let house = House::start(Site::start(crate::support::Database::sqlite(), options).await).await;

    house.begin("ticket 77").await;

    // The other one tells of the sign-in on a new browser.
    let received = mails.received(2).await;
    let told = received.iter().find(|mail| mail.contains(&house.owner.email)).expect("a mail to the owner");
    assert!(told.contains("ticket 77") && told.contains("audit log"), "{told}");
}
