//! A visitor's earlier conversations: the list, reading them, and their transcripts as a file and by mail.

use serde_json::{Value, json};

use crate::on_both_databases;
use crate::support::rest::{Answer, http, send};
use crate::support::smtp::MailServer;
use crate::support::{Database, Options, Site, Visitor};

const LIST: &str = "/api/v1/widget/conversations";

async fn end(site: &Site, visitor: &Visitor) {
    let path = format!("{LIST}/{}/end", visitor.session_id());
    assert_eq!(site.post(Some(&visitor.token), &path, &json!({})).await.status, 200);
}

async fn say(site: &Site, visitor: &Visitor, text: &str) {
    let path = format!("{LIST}/{}/messages", visitor.session_id());
    assert_eq!(site.post(Some(&visitor.token), &path, &json!({"content": text})).await.status, 201);
}

fn ids(answer: &Answer) -> Vec<&str> {
    answer.body["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect()
}

on_both_databases! {
    async fn a_visitor_finds_all_of_their_conversations_and_nobody_elses(database: Database) {
        let site = Site::unlimited(database).await;
        let agent = site.agent("ann").await;
        let mut visitor = site.stranger(&site.org).await;
        assert_eq!(site.get(Some(&visitor.token), LIST).await.body, json!({"items": [], "next_cursor": null}));
        let other = site.visitor().await;
        say(&site, &other, "not yours").await;
        let mut begun = Vec::new();
        for number in 0..3 {
            site.begin(&mut visitor).await;
            begun.push(visitor.session_id().to_owned());
            say(&site, &visitor, &format!("question {number}")).await;
            if number < 2 {
                end(&site, &visitor).await;
            }
        }
        let rating = json!({"score": 4, "comment": "fine"});
        assert_eq!(site.post(Some(&visitor.token), &format!("{LIST}/{}/rating", begun[0]), &rating).await.status, 201);
        let mut ours = site.connect(&agent.token).await;
        ours.call("session:takeover", json!({"session_id": begun[2]})).await.unwrap();
        ours.say(&begun[2], "an answer").await;
        ours.say(&begun[2], "and another").await;
        ours.call("message:send", json!({"session_id": begun[2], "content": "a secret", "kind": "note"})).await.unwrap();

        let all = site.get(Some(&visitor.token), LIST).await;
        assert_eq!(ids(&all), [&begun[2], &begun[1], &begun[0]], "the newest first");
        let items = &all.body["items"];
        let unread = |place: usize| items[place]["unread"].as_u64().unwrap();
        assert_eq!((unread(0), unread(1), unread(2)), (2, 0, 0), "notes are not theirs");
        assert_eq!(items[0]["last_message"]["preview"], "and another");
        assert_eq!((&items[0]["state"]["status"], &items[0]["closed_at"]), (&json!("open"), &json!(null)));
        assert!(items[0]["state"].get("assignee").is_none(), "visitors see no more than they should");
        assert_eq!(items[1]["state"]["status"], "closed");
        assert!(items[1]["closed_at"].as_str().unwrap() >= items[1]["created_at"].as_str().unwrap());
        assert_eq!((&items[2]["rating"]["score"], &items[2]["rating"]["comment"]), (&json!(4), &json!("fine")));
        let mut theirs = site.connect(&visitor.token).await;
        let history = theirs.join(&begun[2]).await;
        theirs.call("message:read", json!({"session_id": begun[2], "seq": history["last_seq"]})).await.unwrap();
        assert_eq!(site.get(Some(&visitor.token), LIST).await.body["items"][0]["unread"], 0);
        assert_eq!(theirs.join(&begun[0]).await["entries"][0]["content"], "question 0", "earlier ones can be read");

        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = site.get(Some(&visitor.token), &format!("{LIST}?limit=1&cursor={cursor}")).await;
            seen.extend(ids(&page).into_iter().map(str::to_owned));
            match page.body["next_cursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(seen, [&*begun[2], &*begun[1], &*begun[0]]);
        assert_eq!(site.get(Some(&visitor.token), &format!("{LIST}?cursor=x")).await.status, 400);
        assert_eq!(site.get(Some(&agent.token), LIST).await.status, 403);
        assert_eq!(site.get(None, LIST).await.status, 401);
    }

    async fn a_transcript_has_what_visitors_see_and_nothing_else(database: Database) {
        let site = Site::unlimited(database).await;
        let agent = site.agent("ann").await;
        let visitor = site.visitor().await;
        let id = visitor.session_id();
        say(&site, &visitor, "first line\nsecond line").await;
        let mut ours = site.connect(&agent.token).await;
        ours.call("session:takeover", json!({"session_id": id})).await.unwrap();
        ours.say(id, "שלום 🙂").await;
        ours.call("message:send", json!({"session_id": id, "content": "a secret", "kind": "note"})).await.unwrap();
        end(&site, &visitor).await;

        for (token, path) in [
            (&visitor.token, format!("{LIST}/{id}/transcript?locale=es")),
            (&agent.token, format!("/api/v1/conversations/{id}/transcript?locale=es-MX")),
        ] {
            let answer = site.get(Some(token), &path).await;
            assert_eq!(answer.status, 200);
            assert_eq!(answer.headers["content-type"], "text/plain; charset=utf-8");
            let day = &visitor.session["created_at"].as_str().unwrap()[..10];
            assert_eq!(answer.headers["content-disposition"], format!("attachment; filename=\"chat-{day}.txt\"").as_str());
            assert_eq!(answer.headers["x-content-type-options"], "nosniff");
            let Value::String(text) = &answer.body else { panic!("text: {answer:?}") };
            assert!(text.starts_with("Chat con Site\n"), "{text}");
            assert!(text.contains(": first line\n       second line\n") && text.contains(": שלום 🙂\n"), "{text}");
            assert!(text.contains("-- ann") && text.contains("El chat ha terminado."), "{text}");
            assert!(!text.contains("secret"), "{text}");
        }
        let other = site.visitor().await;
        assert_eq!(site.get(Some(&other.token), &format!("{LIST}/{id}/transcript")).await.status, 404);
        let foreign = site.agent_of(&site.another_org().await, "eve").await;
        assert_eq!(site.get(Some(&foreign.token), &format!("/api/v1/conversations/{id}/transcript")).await.status, 404);
        let mail = site.post(Some(&visitor.token), &format!("{LIST}/{id}/transcript"), &json!({"email": "ann@example.com"})).await;
        assert_eq!((mail.status, mail.code()), (503, "unavailable"), "there is no mail here");
    }
}

#[tokio::test]
async fn a_transcript_goes_by_mail_to_one_address_and_not_to_many() {
    let mails = MailServer::start().await;
    let site = Site::start(Database::sqlite(), Options::default().flag("--smtp-url", &mails.url())).await;
    let visitor = site.visitor().await;
    let path = format!("{LIST}/{}/transcript?locale=he", visitor.session_id());
    let to = |email: &str| json!({ "email": email });
    let empty = site.post(Some(&visitor.token), &path, &to("guest@example.com")).await;
    assert_eq!(empty.status, 400, "there is nothing to tell");
    say(&site, &visitor, "shalom").await;
    for wrong in [
        "",
        "guest",
        "a@example.com, b@example.com",
        "Guest <a@example.com>",
        "a@example.com\r\nBcc: b@example.com",
    ] {
        assert_eq!(site.post(Some(&visitor.token), &path, &to(wrong)).await.status, 400, "{wrong:?}");
    }
    let other = site.visitor().await;
    assert_eq!(site.post(Some(&other.token), &path, &to("guest@example.com")).await.status, 404);

    let asked = site.post(Some(&visitor.token), &path, &to("guest@example.com")).await;

    assert_eq!((asked.status, &asked.body), (202, &json!({})));
    let got = mails.received(1).await;
    assert!(got[0].contains("To: guest@example.com\r\n"), "{}", got[0]);
    for email in ["Guest@example.com", "guest+a@example.com", "guest+b@example.com", "guest@EXAMPLE.com"] {
        assert_eq!(site.post(Some(&visitor.token), &path, &to(email)).await.status, 202);
    }
    let refused = site.post(Some(&visitor.token), &path, &to("guest+c@example.com")).await;
    assert_eq!((refused.status, refused.code()), (429, "rate_limited"));
    assert_eq!(mails.received(5).await.len(), 5);
}

on_both_databases! {
    async fn a_visitor_has_transcripts_mailed_to_few_and_never_to_who_stopped_them(database: Database) {
        let mails = MailServer::start().await;
        let options = Options::default().flag("--smtp-url", &mails.url()).flag("--transcript-mails-per-hour", "100");
        let site = Site::start(database, options).await;
        let visitor = site.visitor().await;
        let path = format!("{LIST}/{}/transcript", visitor.session_id());
        let to = |email: &str| json!({ "email": email });
        say(&site, &visitor, "pay at https://evil.example/pay").await;
        for email in ["a@example.com", "a+1@example.com", "b@example.com", "c@example.com", "B@example.com"] {
            assert_eq!(site.post(Some(&visitor.token), &path, &to(email)).await.status, 202, "{email}");
        }

        let refused = site.post(Some(&visitor.token), &path, &to("d@example.com")).await;

        assert_eq!((refused.status, refused.code()), (429, "rate_limited"));
        let wait_ms = refused.body["error"]["retry_after_ms"].as_u64().unwrap();
        assert!((1..=86_400_000).contains(&wait_ms) && wait_ms > 80_000_000, "{wait_ms}");
        site.server.database.execute("update transcript_recipients set mailed_at = mailed_at - 86400000");
        assert_eq!(site.post(Some(&visitor.token), &path, &to("d@example.com")).await.status, 202, "a day later");
        let got = mails.received(6).await;
        let first = got.iter().find(|mail| mail.contains("To: a@example.com\r\n")).unwrap();
        assert!(first.contains("pay at evil. example/pay") && !first.contains("https://evil"), "{first}");
        let (_, link) = first.split_once("List-Unsubscribe: <").expect("a header");
        let link = link.split_once('>').expect("its end").0.replace("\r\n ", "");
        let (_, token) = link.split_once('#').expect("the token in the fragment");
        assert_eq!(site.post(None, "/api/v1/mail/stop", &json!({ "token": token })).await.status, 200);
        let other = site.visitor().await;
        say(&site, &other, "hello").await;
        let path = format!("{LIST}/{}/transcript", other.session_id());
        for email in ["a@example.com", "A+2@example.com"] {
            let stopped = site.post(Some(&other.token), &path, &to(email)).await;
            assert_eq!((stopped.status, stopped.code()), (409, "conflict"), "{email}");
        }
        assert_eq!(site.post(Some(&other.token), &path, &to("b@example.com")).await.status, 202);

        for _ in 0..2 {
            let resumed = site.post(None, "/api/v1/mail/resume", &json!({ "token": token })).await;
            assert_eq!(resumed.status, 200, "a stop can be taken back");
        }
        assert_eq!(site.post(Some(&other.token), &path, &to("a@example.com")).await.status, 202);
    }
}

#[tokio::test]
async fn an_agent_has_a_transcript_mailed_within_the_same_limits() {
    let mails = MailServer::start().await;
    let site = Site::start(Database::sqlite(), Options::default().flag("--smtp-url", &mails.url())).await;
    let (ann, bea) = (site.agent("ann").await, site.agent("bea").await);
    let visitor = site.visitor().await;
    say(&site, &visitor, "the lamp is broken").await;
    let path = format!("/api/v1/conversations/{}/transcript", visitor.session_id());
    let to = |email: &str| json!({ "email": email });
    let foreign = site.agent_of(&site.another_org().await, "eve").await;
    assert_eq!(site.post(Some(&foreign.token), &path, &to("a@example.com")).await.status, 404);
    let server = site.server_token(&site.org).await;
    assert_eq!(site.post(Some(&server), &path, &to("a@example.com")).await.status, 403);
    assert_eq!(site.post(Some(&ann.token), &path, &to("nobody")).await.status, 400);

    let asked = site.post(Some(&ann.token), &path, &to("a@example.com")).await;

    assert_eq!((asked.status, &asked.body), (202, &json!({})));
    let got = mails.received(1).await;
    assert!(got[0].contains("To: a@example.com\r\n") && got[0].contains("the lamp is broken"), "{}", got[0]);
    assert!(got[0].contains("Site sends you the transcript of your chat."), "{}", got[0]);
    for email in ["b@example.com", "c@example.com"] {
        assert_eq!(site.post(Some(&bea.token), &path, &to(email)).await.status, 202, "{email}");
    }
    let refused = site.post(Some(&bea.token), &path, &to("d@example.com")).await;
    assert_eq!(
        (refused.status, refused.code()),
        (429, "rate_limited"),
        "three recipients a day for one visitor"
    );
    for _ in 0..2 {
        assert_eq!(site.post(Some(&ann.token), &path, &to("b@example.com")).await.status, 202);
    }
    for _ in 0..2 {
        assert_eq!(site.post(Some(&ann.token), &path, &to("c@example.com")).await.status, 202);
    }
    let refused = site.post(Some(&ann.token), &path, &to("a@example.com")).await;
    assert_eq!((refused.status, refused.code()), (429, "rate_limited"), "five an hour for one agent");
}

#[tokio::test]
async fn a_link_to_stop_mails_does_nothing_by_being_looked_at() {
    let site = Site::unlimited(Database::sqlite()).await;

    let page = send(http().get(site.server.url("/mail/stop")).header("accept-language", "he")).await;
    let Value::String(html) = &page.body else { panic!("a page: {page:?}") };
    assert!(page.status == 200 && html.contains("dir=\"rtl\""), "{html}");
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"), "{policy}");
    let led = send(http().get(site.server.url("/mail/stop/some.token"))).await;
    assert_eq!(led.status, 200, "it leads to the page");
    assert_eq!(send(http().post(site.server.url("/mail/stop/some.token"))).await.status, 404);
    let unknown = site.post(None, "/api/v1/mail/stop", &json!({"token": "some.token"})).await;
    assert_eq!((unknown.status, unknown.code()), (404, "not_found"));
}
