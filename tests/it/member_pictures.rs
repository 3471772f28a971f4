//! Pictures of members: who sets them, what is taken, and who sees them.

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::on_both_databases;
use crate::support::Site;
use crate::support::files::{JPEG, MOVING_GIF, PNG, photo};
use crate::support::rest::{Answer, http, send};

const NOBODYS: &str = "018f0000-0000-7000-8000-000000000000";

impl Site {
    async fn set_face(&self, token: &str, id: &str, bytes: &[u8]) -> Answer {
        let url = self.server.url(&format!("/api/v1/members/{id}/picture"));
        send(http().put(url).bearer_auth(token).body(bytes.to_vec())).await
    }

    async fn face(
        &self,
        path: &str,
        token: Option<&str>,
        tag: Option<&str>,
    ) -> (StatusCode, HeaderMap, Vec<u8>) {
        let mut request = http().get(self.server.url(path));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(tag) = tag {
            request = request.header("if-none-match", tag);
        }
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        (status, headers, answer.bytes().await.unwrap().to_vec())
    }

    async fn face_for_visitors(&self, id: &str, key: &str) -> StatusCode {
        self.face(&format!("/api/v1/widget/members/{id}/picture?channel_key={key}"), None, None).await.0
    }
}

fn holds(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words)
}

on_both_databases! {
    async fn a_member_sets_a_picture_and_colleagues_and_visitors_see_it(database: Database) {
        let site = Site::unlimited(database).await;
        let org = site.org.clone();
        let agent = site.agent_with_role(&org, "ann", "agent").await;
        let path = format!("/api/v1/members/{}/picture", agent.id);
        let shown = format!("/api/v1/widget/members/{}/picture?channel_key={}", agent.id, org.channel_key);
        assert_eq!(site.face(&path, Some(&agent.token), None).await.0, 204, "there is none yet");
        assert_eq!(site.face(&shown, None, None).await.0, 204);

        let set = site.set_face(&agent.token, "me", &photo()).await;

        assert_eq!(set.status, 200, "{set:?}");
        let version = set.body["member"]["picture"].as_str().expect("a version").to_owned();
        let (status, headers, bytes) = site.face(&shown, None, None).await;
        assert_eq!((status.as_u16(), &headers["content-type"]), (200, &"image/jpeg".parse().unwrap()));
        assert!(!holds(&bytes, b"TestCam") && !holds(&bytes, b"GPS"), "it says nothing of its maker");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["content-security-policy"], "default-src 'none'; sandbox");
        assert_eq!(headers["cross-origin-resource-policy"], "cross-origin");
        assert_eq!(headers["cache-control"], "public, max-age=300");
        let tag = headers["etag"].to_str().unwrap();
        assert!(tag.contains(&version));
        let (status, _, bytes) = site.face(&shown, None, Some(tag)).await;
        assert_eq!((status.as_u16(), bytes.len()), (304, 0));
        let (status, headers, _) = site.face(&path, Some(&agent.token), None).await;
        assert_eq!((status.as_u16(), &headers["cache-control"]), (200, &"private, max-age=300".parse().unwrap()));

        assert_eq!(site.set_face(&agent.token, &agent.id, PNG).await.status, 200);
        let members = site.get(Some(&agent.token), "/api/v1/members").await;
        let now = members.body["items"].as_array().unwrap().iter().find(|one| one["id"] == agent.id.as_str()).unwrap();
        assert!(now["picture"].is_string() && now["picture"] != version.as_str(), "it has another version");
        assert_eq!(site.face(&shown, None, Some(tag)).await.0, 200);
        assert_eq!(site.delete(Some(&agent.token), &path).await.status, 204);
        assert_eq!(site.delete(Some(&agent.token), &path).await.status, 204, "repeating is fine");
        assert_eq!(site.face(&shown, None, None).await.0, 204);
    }

    async fn what_is_no_still_picture_is_refused_and_changes_nothing(database: Database) {
        let site = Site::unlimited(database).await;
        let agent = site.agent("ann").await;
        assert_eq!(site.set_face(&agent.token, "me", JPEG).await.status, 200);
        let path = "/api/v1/members/me/picture";
        let before = site.face(path, Some(&agent.token), None).await.2;
        let too_large = vec![0xff; 1_048_577];
        let damaged = [&PNG[..20], &[0x7f; 40]].concat();
        let huge = {
            let mut png = PNG.to_vec();
            png[16..24].copy_from_slice(&[0, 0, 0x7f, 0xff, 0, 0, 0x7f, 0xff]);
            png
        };
        let page = b"<script>alert(1)</script>";
        let hidden = [PNG, page.as_slice()].concat();

        for (bytes, status, code) in [
            (&too_large[..], 413, "too_large"),
            (page, 400, "bad_request"),
            (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", 400, "bad_request"),
            (b"", 400, "bad_request"),
            (MOVING_GIF, 400, "bad_request"),
            (&damaged, 400, "bad_request"),
        ] {
            let refused = site.set_face(&agent.token, "me", bytes).await;
            assert_eq!((refused.status, &refused.body["error"]["code"]), (status, &json!(code)), "{refused:?}");
        }
        let refused = site.set_face(&agent.token, "me", &huge).await.status;
        assert!(matches!(refused, 400 | 413), "{refused}");

        assert_eq!(site.face(path, Some(&agent.token), None).await.2, before, "the picture is the one before");
        let taken = site.set_face(&agent.token, "me", &hidden).await.status;
        let now = site.face(path, Some(&agent.token), None).await.2;
        assert!(matches!(taken, 200 | 400) && !holds(&now, b"script"), "what hides behind a picture is gone");
    }

    async fn pictures_are_of_the_own_org_and_set_by_oneself_or_who_manages(database: Database) {
        let site = Site::unlimited(database).await;
        let org = site.org.clone();
        let other = site.another_org().await;
        let agent = site.agent_with_role(&org, "ann", "agent").await;
        let colleague = site.agent_with_role(&org, "bob", "agent").await;
        let admin = site.agent_with_role(&org, "admin", "admin").await;
        let owner = site.agent_with_role(&org, "owner", "owner").await;
        let stranger = site.agent_of(&other, "eve").await;
        let visitor = site.visitor().await;
        let server = site.server_token(&org).await;
        assert_eq!(site.set_face(&agent.token, "me", PNG).await.status, 200);

        for (token, id, status) in [
            (&colleague.token, agent.id.as_str(), 403),
            (&admin.token, &agent.id, 200),
            (&admin.token, &owner.id, 403),
            (&owner.token, &agent.id, 200),
            (&stranger.token, &agent.id, 404),
            (&agent.token, NOBODYS, 404),
            (&agent.token, "not-an-id", 404),
            (&visitor.token, &agent.id, 403),
            (&visitor.token, "me", 403),
            (&server, &agent.id, 403),
        ] {
            assert_eq!(site.set_face(token, id, JPEG).await.status, status, "{id}");
        }
        let path = format!("/api/v1/members/{}/picture", agent.id);
        for (token, status) in [(&stranger.token, 404), (&colleague.token, 403), (&visitor.token, 403), (&server, 403)] {
            assert_eq!(site.delete(Some(token), &path).await.status, status);
        }
        for (token, status) in [(&colleague.token, 200), (&server, 200), (&stranger.token, 404), (&visitor.token, 403)] {
            assert_eq!(site.face(&path, Some(token), None).await.0, status);
        }
        let key = org.channel_key.as_str();
        assert_eq!(site.face_for_visitors(&agent.id, key).await, 200);
        assert_eq!(site.face_for_visitors(&stranger.id, key).await, 404, "of another org");
        assert_eq!(site.face_for_visitors(&agent.id, &other.channel_key).await, 404, "by another org's channel");
        assert_eq!(site.face_for_visitors(NOBODYS, key).await, 404);
        assert_eq!(site.face_for_visitors(&agent.id, "swk_nothing").await, 404);
        assert_eq!(site.delete(Some(&owner.token), &format!("/api/v1/members/{}", agent.id)).await.status, 204);
        assert_eq!(site.face_for_visitors(&agent.id, key).await, 404, "who has left is not shown");
    }

    async fn visitors_see_at_most_three_who_are_here_where_the_channel_lets_them(database: Database) {
        let site = Site::unlimited(database).await;
        let org = site.org.clone();
        let mut here = Vec::new();
        for name in ["ann", "bob", "cid", "dee"] {
            let agent = site.agent_with_role(&org, name, "owner").await;
            let mut client = site.connect(&agent.token).await;
            client.call("presence:set", json!({"status": "online"})).await.unwrap();
            here.push((agent, client));
        }
        let session = json!({"channel_key": org.channel_key});
        let people = |answer: &Answer| -> Vec<Value> {
            answer.body["channel"]["availability"]["people"].as_array().expect("people").clone()
        };

        let shown = site.post(None, "/api/v1/widget/sessions", &session).await;
        let hidden = json!({"settings": {"show_people": false}});
        assert_eq!(site.patch(Some(&here[0].0.token), "/api/v1/settings", &hidden).await.status, 200);
        let unshown = site.post(None, "/api/v1/widget/sessions", &session).await;

        assert_eq!(people(&shown).len(), 3, "{shown:?}");
        assert!(people(&shown).iter().all(|one| one["name"].is_string() && one.as_object().unwrap().len() == 2));
        assert_eq!(people(&unshown), Vec::<Value>::new());
        assert_eq!(unshown.body["channel"]["availability"]["online"], 4);
    }
}
