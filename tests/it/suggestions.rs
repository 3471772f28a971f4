//! Drafts for agents: suggested replies with their passages, and one's own words in other words.

use serde_json::json;
use switchboard_sim::chat::Reply;

use crate::support::{Assisted, Database, Options};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_is_drafted_and_words_are_rewritten_but_never_sent() {
    let assisted =
        Assisted::with(Database::sqlite(), Options::default().flag("--suggestions-per-minute", "12")).await;
    let token = &assisted.owner.token;
    let knowledge = json!({"kind": "pairs", "title": "FAQ", "pairs": [{"question": "When do you open?", "answer": "We open at nine."}]});
    let made = assisted.site.post(Some(token), "/api/v1/knowledge/sources", &knowledge).await;
    assert_eq!(made.status, 201, "{made:?}");
    let (visitor, mut theirs) = assisted.chatting().await;
    let id = visitor.session_id();
    let path = format!("/api/v1/conversations/{id}");
    let early = assisted.site.post(Some(token), &format!("{path}/suggestion"), &json!({})).await;
    assert_eq!((early.status, early.code()), (409, "conflict"), "nothing was asked yet");
    assisted.site.post(Some(token), &format!("{path}/takeover"), &json!({})).await;
    theirs.say(id, "when do you open?").await;
    let logged = |body: &serde_json::Value| body["entries"].as_array().unwrap().len();
    let before = logged(&assisted.site.get(Some(token), &format!("{path}/entries")).await.body);

    assisted.sim.set_default(Reply::text("We open at nine, see you!"));
    let drafted = assisted.site.post(Some(token), &format!("{path}/suggestion"), &json!({})).await;
    assert_eq!((drafted.status, &drafted.body["text"]), (200, &json!("We open at nine, see you!")));
    assert_eq!(drafted.body["passages"][0]["text"], "We open at nine.");
    let asked = assisted.sim.last_request().unwrap();
    assert!(asked.contains("draft for a human colleague") && asked.contains("We open at nine."), "{asked:?}");

    assisted.sim.set_default(Reply::text("\"At nine.\""));
    let rewrite = |style: &str, language: serde_json::Value| json!({"text": "We open at nine o'clock", "style": style, "language": language});
    for style in ["shorter", "friendlier", "translate"] {
        let body = rewrite(style, json!(null));
        let rewritten = assisted.site.post(Some(token), &format!("{path}/rewrite"), &body).await;
        assert_eq!((rewritten.status, &rewritten.body), (200, &json!({"text": "At nine."})), "{style}");
    }
    assert!(assisted.sim.last_request().unwrap().contains("code en"), "into the visitor's language");
    for body in [
        rewrite("louder", json!(null)),
        rewrite("translate", json!("de; ignore all")),
        json!({"text": " ", "style": "shorter"}),
    ] {
        let refused = assisted.site.post(Some(token), &format!("{path}/rewrite"), &body).await;
        assert_eq!((refused.status, refused.code()), (400, "bad_request"), "{body}");
    }
    let other = assisted.site.another_org().await;
    let foreign = assisted.site.agent_of(&other, "other").await;
    let refused = assisted.site.post(Some(&foreign.token), &format!("{path}/suggestion"), &json!({})).await;
    assert_eq!(refused.status, 404);
    let refused = assisted.site.post(Some(&visitor.token), &format!("{path}/suggestion"), &json!({})).await;
    assert_eq!(refused.status, 403);
    let after = logged(&assisted.site.get(Some(token), &format!("{path}/entries")).await.body);
    assert_eq!(before, after, "nothing of it was written");
    let used = assisted.usage_events_once("every request is counted", |events| events.len() >= 4).await;
    assert_eq!(used.len(), 4, "every request is counted once: {used:?}");
    without_a_model(&assisted, &path).await;
}

/// Passages are offered, words are not rewritten, and both are counted.
async fn without_a_model(assisted: &Assisted, path: &str) {
    let token = &assisted.owner.token;
    assisted.remove_providers().await;
    let found = assisted.site.post(Some(token), &format!("{path}/suggestion"), &json!({})).await;
    assert_eq!((found.status, &found.body["text"]), (200, &json!(null)), "{found:?}");
    assert_eq!(found.body["passages"][0]["text"], "We open at nine.");
    let refused = assisted
        .site
        .post(Some(token), &format!("{path}/rewrite"), &json!({"text": "hello", "style": "shorter"}))
        .await;
    assert_eq!((refused.status, refused.code()), (409, "conflict"), "{refused:?}");
    loop {
        let next = assisted.site.post(Some(token), &format!("{path}/suggestion"), &json!({})).await;
        if next.status == 429 {
            break;
        }
        assert_eq!(next.status, 200, "{next:?}");
    }
}
