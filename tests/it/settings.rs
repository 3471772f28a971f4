//! What orgs set of the assistant, who may, and what it may cost.

use serde_json::{Value, json};
use switchboard_sim::chat::Reply;

use crate::on_both_databases;
use crate::support::{Assisted, Received, read_reply};

fn value_of(settings: &Value, name: &str) -> (Value, String) {
    let found = settings["settings"].as_array().unwrap().iter().find(|one| one["name"] == name);
    let found = found.unwrap_or_else(|| panic!("no {name}"));
    (found["value"].clone(), found["source"].as_str().unwrap().to_owned())
}

on_both_databases! {
    async fn a_value_is_restored_from_the_history_as_a_change_of_its_own(database: Database) {
        let assisted = Assisted::start(database).await;
        let (site, owner) = (&assisted.site, assisted.owner.token.as_str());
        let channel = format!("/api/v1/channels/{}/settings", site.org.channel_id);
        for name in [json!("Olga"), json!("Chiara"), Value::Null] {
            let changed = site.patch(Some(owner), &channel, &json!({"settings": {"assistant_name": name}})).await;
            assert_eq!(changed.status, 200, "{changed:?}");
        }
        let history = async || site.get(Some(owner), "/api/v1/settings/history").await.body["items"].clone();
        let changes = history().await;
        let restore = async |token: &str, id: &Value| {
            let path = format!("/api/v1/settings/history/{}/restore", id.as_str().unwrap());
            site.post(Some(token), &path, &Value::Null).await
        };

        let restored = restore(owner, &changes[1]["id"]).await;

        assert_eq!(restored.status, 200, "{restored:?}");
        assert_eq!(value_of(&restored.body, "assistant_name"), (json!("Olga"), "channel".to_owned()));
        let newest = history().await[0].clone();
        assert_eq!((&newest["old_value"], &newest["new_value"]), (&Value::Null, &json!("Olga")));
        assert!(newest["member_name"].as_str().unwrap().starts_with("owner"), "{newest}");
        let audited = site.get(Some(owner), "/api/v1/audit?act=settings.change&limit=1").await;
        assert_eq!(audited.body["items"][0]["after"]["assistant_name"], "Olga");
        restore(owner, &changes[2]["id"]).await;
        let now = value_of(&site.get(Some(owner), &channel).await.body, "assistant_name");
        assert_eq!(now, (json!("Assistant"), "default".to_owned()), "before its first change it was inherited");

        let stranger = site.agent_of(&site.another_org().await, "eve").await;
        assert_eq!(restore(&stranger.token, &changes[1]["id"]).await.status, 404);
        let agent = site.agent_with_role(&site.org, "bob", "agent").await;
        assert_eq!(restore(&agent.token, &changes[1]["id"]).await.status, 403);
        assert_eq!(restore(owner, &json!("nonsense")).await.status, 404);
        let platform = format!("/api/v1/settings/history/{}/restore?level=platform", changes[1]["id"].as_str().unwrap());
        assert_eq!(site.post(Some(owner), &platform, &Value::Null).await.status, 403);
    }

    async fn a_level_says_what_would_hold_without_its_own_value(database: Database) {
        let site = crate::support::Site::unlimited(database).await;
        let owner = site.agent("owner").await.token;
        let channel = format!("/api/v1/channels/{}/settings", site.org.channel_id);
        site.patch(Some(&owner), "/api/v1/settings", &json!({"settings": {"assistant_name": "Olga", "handoff_words": []}})).await;
        site.patch(Some(&owner), &channel, &json!({"settings": {"assistant_name": "Chiara"}})).await;

        let shown = site.get(Some(&owner), &channel).await.body;
        let field = |name: &str| shown["settings"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap();

        let name = field("assistant_name");
        assert_eq!((&name["value"], &name["inherited_value"], &name["inherited_source"]), (&json!("Chiara"), &json!("Olga"), &json!("org")));
        let words = field("handoff_words");
        assert_eq!((&words["source"], &words["inherited_source"]), (&json!("default"), &json!("default")), "an empty list inherits");
    }

    async fn a_channel_inherits_from_its_org_and_that_from_the_platform(database: Database) {
        let assisted = Assisted::start(database).await;
        let (site, owner) = (&assisted.site, assisted.owner.token.as_str());
        let root = site.platform_admin(&site.org, "root").await;
        let channel = format!("/api/v1/channels/{}/settings", site.org.channel_id);
        let name_here = async || value_of(&site.get(Some(owner), &channel).await.body, "assistant_name");
        assert_eq!(name_here().await, (json!("Assistant"), "default".to_owned()));

        for (token, path, name, source) in [
            (root.token.as_str(), "/api/v1/platform/settings", "Nova", "platform"),
            (owner, "/api/v1/settings", "Olga", "org"),
            (owner, channel.as_str(), "Chiara", "channel"),
        ] {
            let changed = site.patch(Some(token), path, &json!({"settings": {"assistant_name": name}})).await;
            assert_eq!(changed.status, 200, "{changed:?}");
            assert_eq!(name_here().await, (json!(name), source.to_owned()));
        }
        let (visitor, mut theirs) = assisted.chatting().await;
        theirs.say(visitor.session_id(), "who are you?").await;
        assert_eq!(read_reply(&mut theirs).await.1["author"]["name"], "Chiara", "it takes effect at once");
        site.patch(Some(owner), &channel, &json!({"settings": {"assistant_name": null}})).await;
        assert_eq!(name_here().await, (json!("Olga"), "org".to_owned()));

        let history = site.get(Some(owner), "/api/v1/settings/history").await;
        let changes: Vec<_> = history.body["items"].as_array().unwrap().iter().map(|one| (one["old_value"].clone(), one["new_value"].clone())).collect();
        assert_eq!(changes, [(json!("Chiara"), json!(null)), (json!(null), json!("Chiara")), (json!(null), json!("Olga")), (json!(null), json!(30))], "the last: how long a new org keeps conversations");
    }

    async fn a_field_that_is_not_theirs_is_refused_and_nothing_changes(database: Database) {
        let assisted = Assisted::start(database).await;
        let (site, owner) = (&assisted.site, assisted.owner.token.as_str());
        let root = site.platform_admin(&site.org, "root").await;
        let admin = site.agent_with_role(&site.org, "adam", "admin").await;
        let agent = site.agent_with_role(&site.org, "ann", "agent").await;
        let both = json!({"settings": {"assistant_name": "Changed", "temperature": 0.1}});

        let refused = site.patch(Some(&admin.token), "/api/v1/settings", &both).await;
        assert_eq!((refused.status, refused.code()), (403, "forbidden"));
        assert_eq!(refused.body["error"]["reason"], "technical_setting", "{refused:?}");
        assert!(refused.body["error"]["message"].as_str().unwrap().contains("temperature"));
        assert_eq!(value_of(&site.get(Some(owner), "/api/v1/settings").await.body, "assistant_name").0, "Assistant");
        assert_eq!(site.patch(Some(&agent.token), "/api/v1/settings", &json!({"settings": {}})).await.status, 403);
        assert_eq!(site.patch(Some(owner), "/api/v1/settings", &both).await.status, 200, "owners may by default");
        assert_eq!(site.patch(Some(owner), "/api/v1/platform/settings", &both).await.status, 403);
        let forbid = json!({"settings": {"owners_set_technical": false}});
        assert_eq!(site.patch(Some(&root.token), "/api/v1/platform/settings", &forbid).await.status, 200);
        assert_eq!(site.patch(Some(owner), "/api/v1/settings", &both).await.code(), "forbidden");
        assert_eq!(site.get(Some(owner), "/api/v1/providers").await.code(), "forbidden");

        for (settings, word) in [
            (json!({"assistant_name": 7}), "assistant_name"),
            (json!({"no_such_field": 1}), "no_such_field"),
            (json!({"owners_set_technical": true}), "platform"),
            (json!({"instructions": "Hi {{password}}"}), "password"),
        ] {
            let refused = site.patch(Some(&root.token), "/api/v1/settings", &json!({"settings": settings})).await;
            assert_eq!(refused.code(), "bad_request", "{refused:?}");
            assert!(refused.body["error"]["message"].as_str().unwrap().contains(word), "{refused:?}");
        }
    }

    async fn a_reached_limit_stops_the_assistant_and_a_person_still_comes(database: Database) {
        let assisted = Assisted::start(database).await;
        assisted.set(json!({"max_chat_requests_per_day": 1})).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        let mut watching = assisted.watching(&visitor).await;
        assisted.sim.set_default(Reply::text("At nine.").with_usage(1_000, 50, 0));
        theirs.say(visitor.session_id(), "when do you open?").await;
        read_reply(&mut theirs).await;

        theirs.say(visitor.session_id(), "and on Sunday?").await;
        let told = theirs.event("ai:error").await;
        let event = loop {
            let entry = theirs.event("message:new").await;
            if entry["kind"] == "event" {
                break entry;
            }
        };

        let numbers = watching.event("ai:error").await["details"].clone();
        assert_eq!((&numbers["limit"], &numbers["current"]["chat_requests"]), (&json!("max_chat_requests_per_day"), &json!(1)));
        assert!(numbers["resets_at"].is_string() && told.get("details").is_none(), "what it costs is not the visitor's");
        assert_eq!((&told["code"], &told["retry"]), (&json!("usage_limit_exceeded"), &json!(false)));
        assert_eq!((&event["event"], &event["metadata"]["reason"]), (&json!("handoff"), &json!("usage_limit_exceeded")));
        assert_eq!(assisted.sim.counts().received, 1);
        let standing = assisted.site.get(Some(&assisted.owner.token), "/api/v1/usage").await.body;
        assert_eq!(standing["day_limits"]["chat_requests"], 1);
        assert_eq!(standing["warnings"][0]["limit"], "max_chat_requests_per_day");
        theirs.say(visitor.session_id(), "fine, I wait").await;
        let mut ours = assisted.watching(&visitor).await;
        ours.call("session:takeover", json!({"session_id": visitor.session_id()})).await.unwrap();
    }

    async fn a_soft_limit_is_told_to_agents_once_and_the_assistant_goes_on(database: Database) {
        let assisted = Assisted::start(database).await;
        let limits = json!({"limit_mode": "soft", "max_chat_requests_per_day": 5, "max_tokens_per_day": 800});
        assisted.set(limits).await;
        assisted.sim.set_default(Reply::text("At nine.").with_usage(90, 10, 0));
        let (visitor, mut theirs) = assisted.chatting().await;
        let other = assisted.site.another_org().await;
        let mut foreign = assisted.site.connect(&assisted.site.agent_of(&other, "eve").await.token).await;
        let mut ours = [assisted.site.connect(&assisted.owner.token).await, assisted.site.connect(&assisted.owner.token).await];

        for number in 1..=8 {
            theirs.say(visitor.session_id(), &format!("question {number}?")).await;
            read_reply(&mut theirs).await;
        }

        // The tokens are told of last, in the order in which they were counted: nothing comes in between.
        let expected = [("max_chat_requests_per_day", 80), ("max_chat_requests_per_day", 100), ("max_tokens_per_day", 80), ("max_tokens_per_day", 100)];
        for client in &mut ours {
            for (limit, percent) in expected {
                let told = client.event("usage:warning").await;
                assert_eq!((&told["limit"], &told["percent"], &told["mode"]), (&json!(limit), &json!(percent), &json!("soft")));
                assert!(told["resets_at"].as_str().unwrap().ends_with("T00:00:00.000Z"), "{told}");
            }
        }
        for (limit, percent) in expected {
            let told = ours[0].event("notification:new").await["notification"].clone();
            assert_eq!((&told["kind"], &told["conversation_id"]), (&json!("limit"), &json!(null)));
            assert_eq!(told["limit"], json!({"name": limit, "percent": percent, "mode": "soft"}));
        }
        assert_eq!(assisted.sim.counts().answered, 8, "it goes on");
        let _another = assisted.site.connect(&assisted.site.agent_of(&other, "mallory").await.token).await;
        theirs.say(visitor.session_id(), "and one more?").await;
        for (client, last) in [(&mut foreign, "presence:updated"), (&mut theirs, "message:new")] {
            let mut heard: Vec<String> = Vec::new();
            while heard.iter().filter(|name| *name == last).count() < 2 {
                if let Received::Event { name, .. } = client.next().await {
                    heard.push(name);
                }
            }
            assert!(heard.iter().all(|name| name != "usage:warning"), "not theirs to know: {heard:?}");
        }
    }
}
