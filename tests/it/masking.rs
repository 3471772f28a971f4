//! Card numbers and passwords in previews, notifications and messages; what visitors agree to before they write.

use serde_json::{Value, json};

use crate::on_both_databases;
use crate::support::{Agent, Site, Visitor};

const CARD: &str = "my card is 4111 1111 1111 1111";
const MASKED: &str = "my card is •••• •••• •••• 1111";

async fn set(site: &Site, owner: &Agent, settings: Value) {
    let changed = site.patch(Some(&owner.token), "/api/v1/settings", &json!({ "settings": settings })).await;
    assert_eq!(changed.status, 200, "{changed:?}");
}

/// The last message as the inbox shows it, and as it is stored.
async fn seen(site: &Site, owner: &Agent, visitor: &Visitor) -> (String, String) {
    let path = format!("/api/v1/conversations/{}", visitor.session_id());
    let conversation = site.get(Some(&owner.token), &path).await;
    let preview = conversation.body["conversation"]["last_message"]["preview"].as_str().unwrap_or_default();
    let entries = site.get(Some(&owner.token), &format!("{path}/entries")).await;
    let stored = entries.body["entries"].as_array().unwrap().last().unwrap()["content"].as_str().unwrap();
    (preview.to_owned(), stored.to_owned())
}

on_both_databases! {
    async fn previews_are_masked_and_messages_where_a_setting_says_so(database: Database) {
        let site = Site::unlimited(database).await;
        let owner = site.agent("owner").await;
        let visitor = site.visitor().await;
        let mut theirs = site.connect(&visitor.token).await;

        theirs.say(visitor.session_id(), CARD).await;
        assert_eq!(seen(&site, &owner, &visitor).await, (MASKED.to_owned(), CARD.to_owned()));

        set(&site, &owner, json!({"mask_messages": true})).await;
        theirs.say(visitor.session_id(), "password: hunter2").await;
        let hidden = "password: ••••••".to_owned();
        assert_eq!(seen(&site, &owner, &visitor).await, (hidden.clone(), hidden));
        let stored = site.server.database.read("select count(*) from entries where content like '%hunter2%'");
        assert_eq!(stored, ["0"]);
    }

    async fn what_a_visitor_agrees_to_is_stored_with_its_time_and_goes_with_them(database: Database) {
        let site = Site::unlimited(database).await;
        let owner = site.agent("owner").await;
        let asked = json!({"channel_key": site.org.channel_key});
        let before = site.post(None, "/api/v1/widget/sessions", &asked).await;
        assert_eq!(before.body["channel"]["prechat_form"], json!(null), "{before:?}");
        set(&site, &owner, json!({"consent_text": "I agree.", "consent_link": "https://example.com/privacy"})).await;

        let visitor = site.visitor().await;
        let session = site.post(None, "/api/v1/widget/sessions", &asked).await;
        let fields = &session.body["channel"]["prechat_form"]["fields"];
        assert_eq!(fields, &json!([{"name": "consent", "type": "consent", "label": "I agree.", "required": true, "options": [], "link": "https://example.com/privacy"}]));
        for _ in 0..2 {
            let told = site.post(Some(&visitor.token), "/api/v1/widget/profile", &json!({"attributes": {"consent": true}})).await;
            assert_eq!(told.status, 200, "{told:?}");
        }

        let path = format!("/api/v1/visitors/{}", visitor.id);
        let consents = site.get(Some(&owner.token), &path).await.body["consents"].clone();
        assert_eq!((consents.as_array().unwrap().len(), &consents[0]["text"]), (1, &json!("I agree.")));
        assert!(consents[0]["accepted_at"].is_string());
        let erased = site.delete(Some(&owner.token), &path).await;
        assert_eq!(erased.status, 202, "{erased:?}");
        crate::support::within("they are erased", async {
            while site.server.database.read("select count(*) from visitor_consents") != ["0"] {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
}
