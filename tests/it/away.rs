//! A visitor who is away: what a person wrote reaches their mailbox, and they can stop that.

use serde_json::json;

use crate::on_both_databases;
use crate::support::smtp::MailServer;
use crate::support::{Options, Site};

on_both_databases! {
    async fn a_reply_reaches_the_mailbox_of_who_is_away_and_can_be_stopped_there(database: Database) {
        let mails = MailServer::start().await;
        let mut site = Site::start(database, Options::unlimited().flag("--smtp-url", &mails.url())).await;
        let agent = site.agent("ann").await;
        let new = json!({"channel_id": site.org.channel_id, "visitor": {"email": "guest@example.com"}});
        let begun = site.post(Some(&agent.token), "/api/v1/conversations", &new).await;
        let id = begun.body["conversation"]["id"].as_str().unwrap_or_else(|| panic!("{begun:?}")).to_owned();
        let path = |act: &str| format!("/api/v1/conversations/{id}/{act}");
        assert_eq!(site.post(Some(&agent.token), &path("takeover"), &json!({})).await.status, 200);
        let said = site.post(Some(&agent.token), &path("messages"), &json!({"content": "It left yesterday."})).await;
        assert_eq!(said.status, 201);
        site.server.kill_and_restart().await;
        // Two minutes pass.
        site.server.database.execute("update entries set created_at = created_at - 120000");

        let got = mails.received(1).await;

        assert!(got[0].contains("To: guest@example.com\r\n") && got[0].contains("> It left yesterday."), "{}", got[0]);
        assert!(got[0].contains("From: Site <"), "visitors know the business: {}", got[0]);
        assert_eq!(site.server.database.read("select count(*) from conversations where mailed_seq > 0 and mailed_at > 0"), ["1"]);
        let (_, link) = got[0].split_once("List-Unsubscribe: <").expect("a header");
        let link = link.split_once('>').expect("its end").0.replace("\r\n ", "");
        let (page, token) = link.split_once('#').expect("the token in the fragment");
        assert_eq!(page, site.server.url("/mail/stop"));
        for _ in 0..2 {
            assert_eq!(site.post(None, "/api/v1/mail/stop", &json!({ "token": token })).await.status, 200);
        }
        assert_eq!(site.server.database.read("select count(*) from mail_stops"), ["1"]);
    }

    async fn a_conversation_that_cannot_be_read_keeps_no_mail_of_another(database: Database) {
        let mails = MailServer::start().await;
        let mut site = Site::start(database, Options::unlimited().flag("--smtp-url", &mails.url())).await;
        let agent = site.agent("ann").await;
        let mut ids = Vec::new();
        for email in ["first@example.com", "second@example.com"] {
            let new = json!({"channel_id": site.org.channel_id, "visitor": {"email": email}});
            let begun = site.post(Some(&agent.token), "/api/v1/conversations", &new).await;
            let id = begun.body["conversation"]["id"].as_str().unwrap_or_else(|| panic!("{begun:?}")).to_owned();
            let path = |act: &str| format!("/api/v1/conversations/{id}/{act}");
            assert_eq!(site.post(Some(&agent.token), &path("takeover"), &json!({})).await.status, 200);
            assert_eq!(site.post(Some(&agent.token), &path("messages"), &json!({"content": "hello"})).await.status, 201);
            ids.push(id);
        }
        ids.sort();
        site.server.kill_and_restart().await;
        let first = &ids[0];
        site.server.database.execute(&format!("update conversations set status = 'odd' where id = '{first}'"));
        site.server.database.execute("update entries set created_at = created_at - 120000");

        let got = mails.received(1).await;

        assert!(got[0].contains("To: second@example.com\r\n"), "{}", got[0]);
    }
}
