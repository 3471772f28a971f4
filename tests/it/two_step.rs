//! Two-step sign-in: setting it up, codes of one use, recovery codes, an org that demands it.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard::auth::TotpKey;

use crate::on_both_databases;
use crate::sign_in::{ask_with, cookies, sign_in};
use crate::support::mails::text_of;
use crate::support::rest::Answer;
use crate::support::site::PASSWORD;
use crate::support::smtp::MailServer;
use crate::support::{Agent, Client, Options, Site};

const PUBLIC: &str = "https://chat.example.com";
const STEP_S: u64 = 30;

/// A member's app, whose clock can be put forward or back.
struct App(TotpKey);

impl App {
    /// The code of the present step, or of one so many steps later.
    fn code(&self, steps: i64) -> String {
        let now_ms = switchboard::clock::Clock::now_ms(&switchboard::clock::SystemClock);
        let now_s = u64::try_from(now_ms / 1_000).unwrap();
        self.0.code_at(now_s.saturating_add_signed(steps * i64::try_from(STEP_S).unwrap()))
    }
}

async fn ask(site: &Site, method: Method, path: &str, cookies: &str, body: Value) -> Answer {
    ask_with(site, method, &format!("/api/v1{path}"), cookies, &body).await
}

async fn first_step(site: &Site, agent: &Agent) -> Answer {
    site.post(None, "/api/v1/auth/login", &json!({"email": agent.email, "password": PASSWORD})).await
}

async fn second_step(site: &Site, first: &Answer, code: &str) -> Answer {
    assert_eq!((first.status, first.code()), (401, "second_step_required"), "{first:?}");
    let challenge = first.body["error"]["details"]["challenge"].as_str().expect("a challenge");
    site.post(None, "/api/v1/auth/second-step", &json!({"challenge": challenge, "code": code})).await
}

/// Sets it up for a member who is signed in; gives their app and recovery codes.
async fn set_up(site: &Site, cookies: &str) -> (App, Vec<String>) {
    let begun = ask(site, Method::POST, "/auth/two-step", cookies, json!({})).await;
    assert_eq!(begun.status, 200, "{begun:?}");
    let app = App(TotpKey::from_base32(begun.body["key"].as_str().unwrap()).unwrap());
    assert!(begun.body["uri"].as_str().unwrap().starts_with("otpauth://totp/"));
    assert!(begun.body["qr_svg"].as_str().unwrap().contains("<svg"));
    // The step before this one, so that the codes of this and the next are still to be used.
    let on = ask(site, Method::POST, "/auth/two-step/confirm", cookies, json!({"code": app.code(-1)})).await;
    assert_eq!(on.status, 200, "{on:?}");
    let codes: Vec<String> = serde_json::from_value(on.body["recovery_codes"].clone()).unwrap();
    assert_eq!(codes.len(), 10);
    (app, codes)
}

on_both_databases! {
    async fn a_code_is_asked_for_after_the_password_and_accepted_once(database: Database) {
        let site = Site::start(database, Options::unlimited()).await;
        let ann = site.agent("ann").await;
        let session = cookies(&sign_in(&site, &ann, "Here/1.0", "").await);
        let begun = ask(&site, Method::POST, "/auth/two-step", &session, json!({})).await;
        let wrong = ask(&site, Method::POST, "/auth/two-step/confirm", &session, json!({"code": "000000"})).await;
        assert_eq!((begun.status, wrong.status, wrong.body["error"]["reason"].as_str()), (200, 400, Some("wrong_code")));
        assert_eq!(first_step(&site, &ann).await.status, 200, "it takes a code to take effect");
        let (app, _) = set_up(&site, &session).await;
        let again = ask(&site, Method::POST, "/auth/two-step", &session, json!({})).await;
        assert_eq!((again.status, again.code()), (409, "conflict"), "a key that is in use is not replaced");

        let first = first_step(&site, &ann).await;
        assert!(first.headers.get("set-cookie").is_none(), "the password alone is no sign-in");
        let wrong = second_step(&site, &first, "000000").await;
        assert_eq!((wrong.status, wrong.code(), wrong.body["error"]["reason"].as_str()), (401, "unauthenticated", Some("wrong_code")));
        let used = second_step(&site, &first, &app.code(-1)).await;
        assert_eq!((used.status, used.code()), (401, "unauthenticated"), "the code that turned it on");
        let code = app.code(0);
        let signed_in = second_step(&site, &first, &code).await;
        assert_eq!((signed_in.status, &signed_in.body["member"]["id"]), (200, &json!(ann.id)), "{signed_in:?}");
        assert_eq!(second_step(&site, &first, &app.code(1)).await.status, 401, "the challenge is used up");
        let other = first_step(&site, &ann).await;
        assert_eq!(second_step(&site, &other, &code).await.status, 401, "no code is accepted twice");
        assert_eq!(second_step(&site, &other, &app.code(1)).await.status, 200, "one step early");
        let state = ask(&site, Method::GET, "/auth/two-step", &cookies(&signed_in), Value::Null).await;
        assert_eq!((&state.body["is_on"], &state.body["recovery_code_count"]), (&json!(true), &json!(10)));
    }

    async fn of_two_who_send_one_code_at_once_one_gets_in(database: Database) {
        let site = Site::start(database, Options::unlimited()).await;
        let ann = site.agent("ann").await;
        let (app, codes) = set_up(&site, &cookies(&sign_in(&site, &ann, "Here/1.0", "").await)).await;
        for code in [app.code(0), codes[0].clone()] {
            let firsts = [first_step(&site, &ann).await, first_step(&site, &ann).await];
            let answers = futures_util::future::join_all(firsts.iter().map(|first| second_step(&site, first, &code))).await;
            let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 401]);
        }
    }

    async fn recovery_codes_work_once_each_until_there_are_new_ones(database: Database) {
        let site = Site::start(database, Options::unlimited()).await;
        let ann = site.agent("ann").await;
        let session = cookies(&sign_in(&site, &ann, "Here/1.0", "").await);
        let (app, codes) = set_up(&site, &session).await;
        let typed = codes[0].to_uppercase().replace('-', " ");
        let first = first_step(&site, &ann).await;
        assert_eq!(second_step(&site, &first, &typed).await.status, 200);
        let first = first_step(&site, &ann).await;
        assert_eq!(second_step(&site, &first, &codes[0]).await.status, 401, "once");
        let renewed = ask(&site, Method::POST, "/auth/two-step/recovery-codes", &session, json!({})).await;
        let fresh = renewed.body["recovery_codes"][0].as_str().unwrap().to_owned();
        assert_eq!(second_step(&site, &first, &codes[1]).await.status, 401, "replaced");
        assert_eq!(second_step(&site, &first, &fresh).await.status, 200);

        let kept = ask(&site, Method::POST, "/auth/two-step/end", &session, json!({"code": "000000"})).await;
        assert_eq!((kept.status, first_step(&site, &ann).await.status), (400, 401), "it stays on");
        let ended = ask(&site, Method::POST, "/auth/two-step/end", &session, json!({"code": app.code(0)})).await;
        assert_eq!((ended.status, first_step(&site, &ann).await.status), (204, 200));
    }

    async fn a_mailed_link_does_not_go_round_it_and_changes_are_mailed(database: Database) {
        let mails = MailServer::start().await;
        let options = Options::unlimited().flag("--smtp-url", &mails.url()).flag("--public-url", PUBLIC);
        let site = Site::start(database, options).await;
        let ann = site.agent("ann").await;
        let session = cookies(&sign_in(&site, &ann, "Here/1.0", "").await);
        let (_, codes) = set_up(&site, &session).await;
        let told = mails.received(2).await;
        assert!(told.iter().any(|mail| text_of(mail).contains("two-step sign-in is on")), "{told:?}");

        site.post(None, "/api/v1/auth/links", &json!({"email": ann.email, "purpose": "sign_in"})).await;
        let mail = text_of(&mails.received(3).await[2]);
        let start = format!("{PUBLIC}/console/link#token=");
        let token = mail.split(&start).nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
        let first = site.post(None, "/api/v1/auth/link", &json!({"token": token})).await;
        assert_eq!(second_step(&site, &first, "000000").await.status, 401);
        assert_eq!(second_step(&site, &first, &codes[0]).await.status, 200);
    }

    async fn an_org_demands_it_and_members_without_it_reach_their_account_alone(database: Database) {
        let site = Site::start(database, Options::unlimited()).await;
        let org = site.org.clone();
        let (owner, ann) = (site.agent_with_role(&org, "owner", "owner").await, site.agent("ann").await);
        let session = cookies(&sign_in(&site, &ann, "Here/1.0", "").await);
        let ticket = ask(&site, Method::POST, "/auth/socket-ticket", &session, json!({})).await.body["ticket"].clone();
        let mut socket = Client::connect(site.server.port, ticket.as_str().unwrap()).await;
        let demand = json!({"settings": {"require_two_step": true}});
        assert_eq!(site.patch(Some(&owner.token), "/api/v1/settings", &demand).await.status, 200);

        assert_eq!(socket.closed().await.0, Some(4503), "what is open closes");
        let me = ask(&site, Method::GET, "/auth/me", &session, Value::Null).await;
        assert_eq!((me.status, &me.body["must_set_up_two_step"]), (200, &json!(true)));
        for (method, path) in [
            (Method::GET, "/conversations"),
            (Method::GET, "/members"),
            (Method::GET, "/settings"),
            (Method::POST, "/tokens"),
            (Method::POST, "/auth/socket-ticket"),
        ] {
            let refused = ask(&site, method, path, &session, json!({})).await;
            assert_eq!((refused.status, refused.code()), (403, "two_step_required"), "{path}");
        }
        assert_eq!(site.get(Some(&ann.token), "/api/v1/conversations").await.status, 200, "tokens are not affected");

        let (app, _) = set_up(&site, &session).await;
        assert_eq!(ask(&site, Method::GET, "/conversations", &session, Value::Null).await.status, 200);
        let kept = ask(&site, Method::POST, "/auth/two-step/end", &session, json!({"code": app.code(0)})).await;
        assert_eq!((kept.status, kept.code()), (409, "conflict"), "nobody ends what is demanded");
    }

    async fn who_manages_a_member_ends_it_for_them_and_so_does_the_shell(database: Database) {
        let site = Site::start(database, Options::unlimited()).await;
        let org = site.org.clone();
        let admin = site.agent_with_role(&org, "admin", "admin").await;
        let owner = site.agent_with_role(&org, "owner", "owner").await;
        let foreign = site.another_org().await;
        let foreign = site.agent_with_role(&foreign, "foreign", "owner").await;
        let ann = site.agent_with_role(&org, "ann", "agent").await;
        for member in [&ann, &owner] {
            set_up(&site, &cookies(&sign_in(&site, member, "Here/1.0", "").await)).await;
        }
        let listed = |token: String| {
            let site = &site;
            let id = ann.id.clone();
            async move {
                let list = site.get(Some(&token), "/api/v1/members").await;
                list.body["items"].as_array().unwrap().iter().find(|one| one["id"] == id.as_str()).unwrap()["two_step"].clone()
            }
        };
        assert_eq!((listed(admin.token.clone()).await, listed(ann.token.clone()).await), (json!(true), Value::Null));

        let reset = |by: &Agent, of: &Agent| {
            let (site, token, path) = (&site, by.token.clone(), format!("/api/v1/members/{}/two-step", of.id));
            async move { site.delete(Some(&token), &path).await.status }
        };
        assert_eq!(reset(&ann, &owner).await, 403);
        assert_eq!(reset(&admin, &owner).await, 403, "an admin manages no owner");
        assert_eq!(reset(&foreign, &ann).await, 404);
        assert_eq!(reset(&owner, &owner).await, 403, "one's own takes a code");
        assert_eq!(first_step(&site, &ann).await.status, 401, "nothing has changed");
        assert_eq!(reset(&admin, &ann).await, 204);
        assert_eq!(first_step(&site, &ann).await.status, 200);
        assert_eq!(first_step(&site, &owner).await.status, 401);
        let said = site.server.cli(&["agent", "reset-two-step", &owner.email]).await;
        assert_eq!(said["was_on"], true);
        assert_eq!(first_step(&site, &owner).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_are_tried_so_many_times_an_hour_and_a_known_browser_is_not_locked_out() {
    let options = Options::default()
        .flag("--two-step-attempts-per-hour", "4")
        .flag("--login-attempts-per-minute", "1000");
    let site = Site::start(crate::support::Database::sqlite(), options).await;
    let ann = site.agent("ann").await;
    let known = cookies(&sign_in(&site, &ann, "Here/1.0", "").await);
    let (app, _) = set_up(&site, &known).await;
    let first = first_step(&site, &ann).await;
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(second_step(&site, &first, "000000").await.status);
    }
    assert_eq!(statuses, [401, 401, 401, 401, 429]);
    assert_eq!(
        second_step(&site, &first, &app.code(0)).await.status,
        429,
        "a right code is not tried either"
    );

    let body = json!({"email": ann.email, "password": PASSWORD});
    let first = ask(&site, Method::POST, "/auth/login", &known, body).await;
    let challenge = first.body["error"]["details"]["challenge"].clone();
    let body = json!({"challenge": challenge, "code": app.code(0)});
    assert_eq!(ask(&site, Method::POST, "/auth/second-step", &known, body).await.status, 200);
}
