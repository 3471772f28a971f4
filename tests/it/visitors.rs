//! What visitors tell of themselves: profile, attributes, pages, forms; and what all their tabs hear.

use serde_json::{Value, json};

use crate::on_both_databases;
use crate::support::files::PNG;
use crate::support::rest::{http, send};
use crate::support::{Database, Options, Site, outbox, sign};

/// Whether an error says that a visitor is blocked.
fn is_blocked(error: &Value) -> bool {
    error["code"] == "forbidden" && error["reason"] == "blocked"
}

/// What a blocked visitor may not do, asked by REST.
async fn check_refused_by_rest(site: &Site, token: &str, id: &str) {
    let widget = format!("/api/v1/widget/conversations/{id}");
    for (path, body) in [
        (format!("{widget}/messages"), json!({"content": "after"})),
        (format!("{widget}/end"), json!({})),
        ("/api/v1/widget/conversations".to_owned(), json!({})),
        ("/api/v1/widget/calls".to_owned(), json!({"session_id": id})),
        ("/api/v1/widget/submissions".to_owned(), json!({"email": "a@example.com", "message": "after"})),
    ] {
        let refused = site.post(Some(token), &path, &body).await;
        assert!(refused.status == 403 && is_blocked(&refused.body["error"]), "{path}: {refused:?}");
    }
    let form = "--b\r\nContent-Disposition: form-data; name=\"session_id\"\r\n\r\nx\r\n--b--\r\n";
    let upload = http().post(site.server.url("/api/v1/widget/attachments")).bearer_auth(token);
    let upload = send(upload.header("content-type", "multipart/form-data; boundary=b").body(form)).await;
    assert!(upload.status == 403 && is_blocked(&upload.body["error"]), "{upload:?}");
}

on_both_databases! {
    async fn what_a_visitor_tells_of_themself_is_kept_and_agents_see_it(database: Database) {
        let mut site = Site::unlimited(database).await;
        let agent = site.agent("ann").await;
        let visitor = site.visitor().await;
        let mut theirs = site.connect(&visitor.token).await;
        let mut inbox = site.connect(&agent.token).await;
        inbox.call("inbox:subscribe", json!({})).await.unwrap();

        let told = json!({"email": "ana@example.com", "phone": "+34 600 000 000", "attributes": {"plan": "pro", "seats": 3, "old": true}});
        theirs.call("visitor:update", told).await.unwrap();
        let update = inbox.event("inbox:updated").await;
        assert_eq!((&update["reason"], &update["conversation"]["visitor"]["attributes"]["plan"]), (&json!("visitor"), &json!("pro")));
        let profile = json!({"name": "Ana", "attributes": {"old": null, "city": "Graz"}});
        let changed = site.post(Some(&visitor.token), "/api/v1/widget/profile", &profile).await;
        assert_eq!((changed.status, &changed.body["visitor"]["name"]), (200, &json!("Ana")), "{changed:?}");
        theirs.call("page:view", json!({"url": "https://shop.example/a?token=x#y", "title": "Desk lamp"})).await.unwrap();
        site.server.kill_and_restart().await;

        let seen = site.get(Some(&agent.token), &format!("/api/v1/visitors/{}", visitor.id)).await.body;
        let known = &seen["visitor"];
        assert_eq!((&known["name"], &known["email"], &known["phone"]), (&json!("Ana"), &json!("ana@example.com"), &json!("+34 600 000 000")));
        assert_eq!(known["attributes"], json!({"plan": "pro", "seats": 3, "city": "Graz"}));
        assert_eq!(seen["pages"][0]["page"], json!({"url": "https://shop.example/a", "title": "Desk lamp", "referrer": null}));
        assert_eq!(known["page"], seen["pages"][0]["page"]);
    }

    async fn a_blocked_visitor_is_refused_at_once_and_everywhere_and_agents_take_it_back(database: Database) {
        let mut site = Site::unlimited(database).await;
        let (ann, bea) = (site.agent("ann").await, site.agent("bea").await);
        let foreign = site.agent_of(&site.another_org().await, "eve").await;
        let (visitor, neighbour) = (site.visitor().await, site.visitor().await);
        let id = visitor.session_id();
        let mut theirs = site.connect(&visitor.token).await;
        theirs.join(id).await;
        theirs.say(id, "before").await;
        let mut inbox = site.connect(&bea.token).await;
        inbox.call("inbox:subscribe", json!({})).await.unwrap();
        let block = format!("/api/v1/visitors/{}/block", visitor.id);
        let unblock = format!("/api/v1/visitors/{}/unblock", visitor.id);
        for path in [&block, &unblock] {
            let unknown = site.post(Some(&foreign.token), path, &json!({})).await;
            assert_eq!((unknown.status, unknown.code()), (404, "not_found"), "{path}");
            assert_eq!(site.post(Some(&visitor.token), path, &json!({})).await.status, 403, "{path}");
        }
        assert_eq!(site.post(Some(&ann.token), &block, &json!({"reason": "x".repeat(301)})).await.status, 413);

        let blocked = site.post(Some(&ann.token), &block, &json!({"reason": "spam"})).await;

        assert_eq!(blocked.status, 200, "{blocked:?}");
        assert_eq!((&blocked.body["blocked"]["by"]["id"], &blocked.body["blocked"]["reason"]), (&json!(ann.id), &json!("spam")));
        assert_eq!(inbox.event("inbox:updated").await["reason"], "visitor");
        for (event, data) in [
            ("message:send", json!({"session_id": id, "content": "after"})),
            ("typing:start", json!({"session_id": id})),
            ("handoff:request", json!({"session_id": id})),
        ] {
            let error = theirs.call(event, data).await.unwrap_err();
            assert!(is_blocked(&error), "{event}: {error}");
        }
        let again = site.post(Some(&bea.token), &block, &json!({"reason": "mine"})).await;
        assert_eq!(again.body["blocked"], blocked.body["blocked"], "who blocked first stays");

        site.server.kill_and_restart().await;
        check_refused_by_rest(&site, &visitor.token, id).await;
        let mut theirs = site.connect(&visitor.token).await;
        let history = theirs.join(id).await;
        assert_eq!(history["last_seq"], 1, "they read what there is, and nothing came after");
        assert!(is_blocked(&theirs.call("message:send", json!({"session_id": id, "content": "after"})).await.unwrap_err()));
        site.connect(&neighbour.token).await.call("message:send", json!({"session_id": neighbour.session_id(), "content": "me"})).await.unwrap();
        let seen = site.get(Some(&bea.token), &format!("/api/v1/visitors/{}", visitor.id)).await.body;
        assert_eq!(seen["blocked"], blocked.body["blocked"]);

        for _ in 0..2 {
            let back = site.post(Some(&bea.token), &unblock, &json!({})).await;
            assert_eq!((back.status, &back.body), (200, &json!({"blocked": null})));
        }
        theirs.say(id, "thank you").await;
    }

    async fn agents_see_what_a_visitor_did_before(database: Database) {
        let mut site = Site::unlimited(database).await;
        let (ann, visitor, neighbour) = (site.agent("ann").await, site.visitor().await, site.visitor().await);
        let foreign = site.agent_of(&site.another_org().await, "eve").await;
        let path = format!("/api/v1/visitors/{}/history", visitor.id);
        let first = visitor.session_id().to_owned();
        let mut theirs = site.connect(&visitor.token).await;
        theirs.call("handoff:request", json!({"session_id": first})).await.unwrap();
        let file = site.picture(&visitor.token, &first, PNG).await;
        let unsent = site.picture(&visitor.token, &first, PNG).await;
        let message = json!({"session_id": first, "content": "see", "attachments": [file["id"]]});
        theirs.call("message:send", message).await.unwrap();
        theirs.call("session:end", json!({"session_id": first})).await.unwrap();
        theirs.call("session:rate", json!({"session_id": first, "score": 4})).await.unwrap();
        let begun = site.post(Some(&visitor.token), "/api/v1/widget/conversations", &json!({})).await;
        let second = begun.body["session"]["id"].clone();

        site.server.kill_and_restart().await;
        let seen = site.get(Some(&ann.token), &path).await.body;
        let ids = |list: &Value, name: &str| list.as_array().unwrap().iter().map(|one| one[name].clone()).collect::<Vec<_>>();
        assert_eq!(ids(&seen["conversations"], "id"), [second, json!(first)]);
        assert_eq!(seen["conversations"][1]["state"]["rating"]["score"], 4);
        assert_eq!(ids(&seen["tickets"], "conversation_id"), [json!(first)]);
        assert_eq!(seen["files"], json!([{"session_id": first, "attachment": file, "created_at": seen["files"][0]["created_at"]}]));
        assert!(!seen.to_string().contains(unsent["id"].as_str().unwrap()), "it was never sent");
        assert_eq!((&seen["calls"], &seen["browser"]), (&json!([]), &json!(null)));
        let body = json!({"channel_key": site.org.channel_key, "visitor_token": visitor.token});
        let back = http().post(site.server.url("/api/v1/widget/sessions")).header("user-agent", "Mozilla/5.0 Firefox/140.0");
        assert_eq!(send(back.json(&body)).await.status, 200);
        let seen = site.get(Some(&ann.token), &path).await.body;
        assert_eq!(seen["browser"], "Mozilla/5.0 Firefox/140.0");

        assert_eq!(site.get(Some(&foreign.token), &path).await.status, 404);
        assert_eq!(site.get(Some(&visitor.token), &path).await.status, 403);
        let other = format!("/api/v1/visitors/{}/history", neighbour.id);
        let others = site.get(Some(&ann.token), &other).await.body;
        assert_eq!((ids(&others["conversations"], "id").len(), &others["files"], &others["tickets"]), (1, &json!([]), &json!([])));
    }

    async fn a_visitors_facts_are_nobody_elses(database: Database) {
        let site = Site::unlimited(database).await;
        let other = site.another_org().await;
        let (agent, foreign) = (site.agent("ann").await, site.agent_of(&other, "eve").await);
        let visitor = site.visitor().await;
        let path = format!("/api/v1/visitors/{}", visitor.id);

        assert_eq!(site.get(Some(&foreign.token), &path).await.code(), "not_found");
        assert_eq!(site.get(Some(&visitor.token), &path).await.code(), "forbidden");
        assert_eq!(site.post(Some(&agent.token), "/api/v1/widget/profile", &json!({"name": "Eve"})).await.code(), "forbidden");
        let mut theirs = site.connect(&agent.token).await;
        for (event, data) in [("visitor:update", json!({"name": "Eve"})), ("page:view", json!({"url": "https://a.example/"}))] {
            assert_eq!(theirs.call(event, data).await.unwrap_err()["code"], "forbidden", "{event}");
        }
    }

    async fn what_a_token_has_proven_no_page_changes(database: Database) {
        let site = Site::unlimited(database).await;
        let server = site.server_token(&site.org).await;
        let new = json!({"channel_id": site.org.channel_id, "visitor": {"external_id": "u1", "name": "Ana Proven", "email": "ana@example.com"}});
        let begun = site.post(Some(&server), "/api/v1/conversations", &new).await;
        assert_eq!(begun.status, 201, "{begun:?}");
        let identity = json!({"user_id": "u1", "hash": sign(&site.org.identity_secret, "u1")});
        let session = json!({"channel_key": site.org.channel_key, "identity": identity});
        let token = site.post(None, "/api/v1/widget/sessions", &session).await.body["visitor_token"].as_str().unwrap().to_owned();

        let told = json!({"name": "Mallory", "email": "mallory@example.com", "attributes": {"a": 1}});
        let answer = site.post(Some(&token), "/api/v1/widget/profile", &told).await;

        assert_eq!(answer.status, 200, "{answer:?}");
        let visitor = &answer.body["visitor"];
        assert_eq!((&visitor["name"], &visitor["email"]), (&json!("Ana Proven"), &json!("ana@example.com")));
        assert_eq!(visitor["attributes"], json!({"a": 1}));
    }

    async fn the_newest_fifty_pages_are_kept_and_quick_ones_make_room(database: Database) {
        let site = Site::unlimited(database).await;
        let agent = site.agent("ann").await;
        let visitor = site.visitor().await;
        let mut theirs = site.connect(&visitor.token).await;

        for n in 0..8 {
            theirs.call("page:view", json!({"url": format!("https://shop.example/{n}")})).await.unwrap();
        }
        let session = json!({"channel_key": site.org.channel_key, "visitor_token": visitor.token, "page": {"url": "https://shop.example/last"}});
        site.post(None, "/api/v1/widget/sessions", &session).await;
        let large = json!({"url": format!("https://shop.example/{}", "x".repeat(2_048))});
        assert_eq!(theirs.call("page:view", large).await.unwrap_err()["code"], "too_large");

        let pages = site.get(Some(&agent.token), &format!("/api/v1/visitors/{}", visitor.id)).await.body["pages"].clone();
        assert_eq!(pages[0]["page"]["url"], "https://shop.example/last", "the page it was opened on counts");
        assert!(pages.as_array().unwrap().len() < 9, "views within a second replace one another: {pages}");
    }

    async fn an_offline_form_is_kept_and_mailed_or_refused(database: Database) {
        let site = Site::start(database, Options::default()).await;
        let agent = site.agent("ann").await;
        let visitor = site.stranger(&site.org).await;
        let send = async |form: Value| site.post(Some(&visitor.token), "/api/v1/widget/submissions", &form).await;

        for (form, code) in [
            (json!({"email": "nobody", "message": "hello"}), "bad_request"),
            (json!({"email": "ana@example.com", "message": "  "}), "bad_request"),
            (json!({"email": "ana@example.com", "message": "x".repeat(5_001)}), "too_large"),
            (json!({"email": "ana@example.com"}), "bad_request"),
            (json!({"email": "ana@example.com", "message": "x", "consents": ["x".repeat(501)]}), "too_large"),
            (json!({"email": "ana@example.com", "message": "x", "consents": vec!["x"; 21]}), "too_large"),
        ] {
            assert_eq!(send(form.clone()).await.code(), code, "{form}");
        }
        let form = json!({"name": "Ana", "email": "ana@example.com", "phone": "+34 600", "message": "Is it open on Sunday?\nBcc: all@example.com", "consents": ["I have read how you treat my data.\r\nBcc: all@example.com"]});
        let sent = send(form).await;

        assert_eq!(sent.status, 201, "{sent:?}");
        let kept = site.get(Some(&agent.token), "/api/v1/submissions").await.body["items"].clone();
        assert_eq!((kept.as_array().unwrap().len(), &kept[0]["id"]), (1, &sent.body["submission"]["id"]));
        assert_eq!((&kept[0]["subject"], &kept[0]["visitor_id"]), (&json!("Is it open on Sunday?"), &json!(visitor.id)));
        let agreed = "Agreed to: I have read how you treat my data. Bcc: all@example.com";
        assert!(kept[0]["body"].as_str().unwrap().ends_with(agreed), "what was agreed to is kept with the message");
        let mails = outbox(&site, 1).await;
        let head = mails[0].split("\r\n\r\n").next().unwrap();
        assert!(head.contains("Reply-To: ana@example.com") && !head.contains("Bcc:"), "{head}");
    }

    async fn agents_show_cards_and_visitors_do_not(database: Database) {
        let site = Site::unlimited(database).await;
        let agent = site.agent("ann").await;
        let visitor = site.visitor().await;
        let (mut theirs, mut ours) = (site.connect(&visitor.token).await, site.connect(&agent.token).await);
        theirs.join(visitor.session_id()).await;
        ours.call("session:takeover", json!({"session_id": visitor.session_id()})).await.unwrap();
        let message = |cards: Value| json!({"session_id": visitor.session_id(), "content": "Look", "metadata": {"cards": cards}});
        let cards = json!([{"title": "Desk lamp", "text": "x".repeat(500), "picture": "https://shop.example/lamp.png", "price": "49 €"}]);

        ours.call("message:send", message(cards.clone())).await.unwrap();
        loop {
            let entry = theirs.event("message:new").await;
            if entry["content"] == "Look" {
                assert_eq!(entry["metadata"]["cards"], cards);
                break;
            }
        }
        for wrong in [json!([{"title": ""}]), json!([{"title": "a", "url": "javascript:alert(1)"}]), json!("cards")] {
            assert_eq!(ours.call("message:send", message(wrong.clone())).await.unwrap_err()["code"], "bad_request", "{wrong}");
        }
        assert_eq!(theirs.call("message:send", message(cards)).await.unwrap_err()["code"], "bad_request");
    }

    async fn an_offline_form_fills_no_mailbox(database: Database) {
        let options = Options::default().flag("--offline-forms-per-hour", "3").flag("--org-offline-mails-per-hour", "2");
        let site = Site::start(database, options).await;
        let agent = site.agent("ann").await;
        let visitor = site.stranger(&site.org).await;
        let send = async || {
            let form = json!({"email": "ana@example.com", "message": "hello"});
            site.post(Some(&visitor.token), "/api/v1/widget/submissions", &form).await
        };

        for _ in 0..3 {
            assert_eq!(send().await.status, 201);
        }
        assert_eq!(send().await.code(), "rate_limited");
        let kept = site.get(Some(&agent.token), "/api/v1/submissions").await.body["items"].clone();
        assert_eq!(kept.as_array().unwrap().len(), 3, "the third is kept without a mail");
        assert_eq!(outbox(&site, 2).await.len(), 2);
        site.patch(Some(&agent.token), "/api/v1/settings", &json!({"settings": {"offline_form": false}})).await;
        let refused = send().await;
        assert_eq!((refused.code(), &refused.body["error"]["reason"]), ("forbidden", &json!("offline_form_off")));
    }

    async fn every_tab_of_a_visitor_hears_of_their_conversations(database: Database) {
        let site = Site::unlimited(database).await;
        let agent = site.agent("ann").await;
        let mut visitor = site.stranger(&site.org).await;
        let mut first = site.connect(&visitor.token).await;
        let mut second = site.connect(&visitor.token).await;

        site.begin(&mut visitor).await;
        let id = visitor.session_id().to_owned();
        for tab in [&mut first, &mut second] {
            let heard = tab.event("user:session").await;
            assert_eq!((&heard["session"]["id"], &heard["reason"]), (&json!(id), &json!("created")));
        }
        first.join(&id).await;
        let seq = first.say(&id, "hello").await["entry"]["seq"].clone();
        let heard = second.event("user:session").await;
        assert_eq!((&heard["reason"], &heard["session"]["state"]["last_seq"]), (&json!("message"), &seq));
        first.call("message:read", json!({"session_id": id, "seq": seq})).await.unwrap();
        let heard = second.event("user:session").await;
        assert_eq!((&heard["reason"], &heard["read"]), (&json!("read"), &seq));
        let mut theirs = site.connect(&agent.token).await;
        theirs.call("session:takeover", json!({"session_id": id})).await.unwrap();
        theirs.call("message:send", json!({"session_id": id, "content": "a note", "kind": "note"})).await.unwrap();
        theirs.call("session:end", json!({"session_id": id})).await.unwrap();

        assert_eq!(second.event("user:session").await["reason"], "message", "somebody took over");
        let heard = second.event("user:session").await;
        assert_eq!((&heard["reason"], &heard["session"]["state"]["status"]), (&json!("closed"), &json!("closed")), "a note is not told");
    }
}

#[tokio::test]
async fn a_channel_looks_as_it_says_and_otherwise_as_its_org() {
    let site = Site::unlimited(Database::sqlite()).await;
    let agent = site.agent("ann").await;
    let channel = format!("/api/v1/channels/{}", site.org.channel_id);
    let session = json!({"channel_key": site.org.channel_key});
    let look = async || site.post(None, "/api/v1/widget/sessions", &session).await.body["channel"].clone();
    let before = look().await;
    assert_eq!(
        (&before["color"], &before["greeting"], &before["locale"]),
        (&json!("#2f92ad"), &json!(null), &json!(null))
    );
    assert_eq!(
        before["availability"],
        json!({"online": 0, "people": [], "is_open": true, "reopens_at": null, "usual_wait_seconds": null})
    );

    let form = json!({"title": null, "fields": [{"name": "email", "type": "email", "label": "Your email", "required": true}]});
    let settings = json!({"settings": {"widget_color": "#aa0000", "widget_greeting": "Hi", "widget_language": "es",
        "widget_position": "top-left", "launcher_label": "Chat", "prechat_form": form, "welcome_questions": ["Open today?"],
        "hours": {"timezone": "UTC", "days": {}}}});
    let changed = site.patch(Some(&agent.token), "/api/v1/settings", &settings).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let inherited = look().await;
    assert_eq!(
        (&inherited["color"], &inherited["greeting"], &inherited["locale"]),
        (&json!("#aa0000"), &json!("Hi"), &json!("es"))
    );
    assert_eq!((&inherited["position"], &inherited["launcher_label"]), (&json!("top-left"), &json!("Chat")));
    assert_eq!(inherited["prechat_form"]["fields"][0]["type"], "email");
    assert_eq!(inherited["availability"]["is_open"], false);
    assert_eq!(inherited["welcome"]["questions"], json!(["Open today?"]));

    site.patch(Some(&agent.token), &channel, &json!({"color": "#00aa00", "greeting": "Own", "locale": "en"}))
        .await;
    let own = look().await;
    assert_eq!(
        (&own["color"], &own["greeting"], &own["locale"]),
        (&json!("#00aa00"), &json!("Own"), &json!("en"))
    );
    for wrong in [
        json!({"widget_color": "red"}),
        json!({"prechat_form": {"fields": []}}),
        json!({"frame_origins": ["https://*.a.example"]}),
    ] {
        let refused = site.patch(Some(&agent.token), "/api/v1/settings", &json!({"settings": wrong})).await;
        assert_eq!(refused.code(), "bad_request", "{refused:?}");
    }
}

#[tokio::test]
async fn a_channels_page_is_framed_by_its_list_alone() {
    let site = Site::unlimited(Database::sqlite()).await;
    let agent = site.agent("ann").await;
    let settings = json!({"settings": {"frame_origins": ["https://intranet.example"]}});
    site.patch(Some(&agent.token), "/api/v1/settings", &settings).await;
    let base = format!("http://127.0.0.1:{}", site.server.port);

    let page = http().get(format!("{base}/chat/{}", site.org.channel_key)).send().await.unwrap();
    assert_eq!(page.status(), 200);
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.ends_with("frame-ancestors 'self' https://intranet.example"), "{policy}");
    let html = page.text().await.unwrap();
    assert!(
        html.contains(&format!("data-key=\"{}\"", site.org.channel_key)) && html.contains("data-page"),
        "{html}"
    );
    assert_eq!(http().get(format!("{base}/chat/unknown")).send().await.unwrap().status(), 404);
}
