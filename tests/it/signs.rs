//! Signs of life in the inbox: who views a conversation, and who types in it.

use serde_json::{Value, json};

use crate::on_both_databases;
use crate::support::{Client, Site, within};

/// Waits for the signs of a conversation to be such.
async fn until(desk: &mut Client, session: &str, fits: impl Fn(&Value) -> bool) -> Value {
    within("the signs", async {
        loop {
            let signs = desk.event("inbox:signs").await;
            if signs["session_id"] == session && fits(&signs) {
                return signs;
            }
        }
    })
    .await
}

fn ids(users: &Value) -> Vec<&str> {
    users.as_array().unwrap().iter().map(|user| user["id"].as_str().unwrap()).collect()
}

on_both_databases! {
    async fn colleagues_see_who_views_and_who_types(database: Database) {
        let site = Site::unlimited(database).await;
        let (ann, bea) = (site.agent("ann").await, site.agent("bea").await);
        let (visitor, other) = (site.visitor().await, site.visitor().await);
        let (id, next) = (visitor.session_id(), other.session_id());
        let mut desk = site.connect(&bea.token).await;
        assert_eq!(desk.call("inbox:subscribe", json!({})).await.unwrap()["signs"], json!([]));
        let mut first = site.connect(&ann.token).await;
        let mut second = site.connect(&ann.token).await;

        first.call("session:viewing", json!({"session_id": id})).await.unwrap();
        second.call("session:viewing", json!({"session_id": id})).await.unwrap();
        let seen = until(&mut desk, id, |signs| !ids(&signs["viewing"]).is_empty()).await;
        assert_eq!(ids(&seen["viewing"]), [&*ann.id], "once, with two tabs");
        drop(first);
        second.call("session:viewing", json!({"session_id": next})).await.unwrap();
        until(&mut desk, id, |signs| ids(&signs["viewing"]).is_empty()).await;
        let mut page = site.connect(&visitor.token).await;
        page.call("typing:start", json!({"session_id": id, "preview": "my card number is"})).await.unwrap();
        let typing = until(&mut desk, id, |signs| !ids(&signs["typing"]).is_empty()).await;
        assert_eq!(ids(&typing["typing"]), [&*visitor.id]);
        assert!(!typing.to_string().contains("card"), "what they type is for those who joined");

        let mut third = site.connect(&ann.token).await;
        let known = third.call("inbox:subscribe", json!({})).await.unwrap()["signs"].clone();
        let of = |session: &str| known.as_array().unwrap().iter().find(|signs| signs["session_id"] == session).unwrap();
        assert_eq!((ids(&of(id)["typing"]), ids(&of(next)["viewing"])), (vec![&*visitor.id], vec![&*ann.id]));
        page.call("typing:stop", json!({"session_id": id})).await.unwrap();
        until(&mut desk, id, |signs| ids(&signs["typing"]).is_empty()).await;
        second.call("session:viewing", json!({"session_id": null})).await.unwrap();
        until(&mut desk, next, |signs| ids(&signs["viewing"]).is_empty()).await;
    }

    async fn signs_are_the_orgs_own_and_visitors_have_none(database: Database) {
        let site = Site::unlimited(database).await;
        let (bea, visitor) = (site.agent("bea").await, site.visitor().await);
        let eve = site.agent_of(&site.another_org().await, "eve").await;
        let (mut foreign, mut page, mut own) =
            (site.connect(&eve.token).await, site.connect(&visitor.token).await, site.connect(&bea.token).await);
        foreign.call("inbox:subscribe", json!({})).await.unwrap();
        own.call("inbox:subscribe", json!({})).await.unwrap();
        let id = visitor.session_id();

        let unknown = foreign.call("session:viewing", json!({"session_id": id})).await.unwrap_err();
        let refused = page.call("session:viewing", json!({"session_id": id})).await.unwrap_err();
        assert_eq!((&unknown["code"], &refused["code"]), (&json!("not_found"), &json!("forbidden")));
        assert_eq!(own.call("session:viewing", json!({})).await.unwrap_err()["code"], "bad_request");
        page.call("typing:start", json!({"session_id": id})).await.unwrap();
        until(&mut own, id, |signs| ids(&signs["viewing"]).is_empty() && !ids(&signs["typing"]).is_empty()).await;
        // Whatever was sent to them stands before this answer.
        let known = foreign.call("inbox:subscribe", json!({})).await.unwrap();
        assert_eq!(known["signs"], json!([]));
        assert!(!foreign.has_kept("inbox:signs"));
    }
}
