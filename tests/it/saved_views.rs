//! Finding conversations at the desk: filters and orders of the list, saved views with live counts, mentions, and
//! following.

use serde_json::{Value, json};

use crate::on_both_databases;
use crate::support::{Client, Options, Site};

const VIEWS: &str = "/api/v1/views";
const NOBODYS: &str = "018f0000-0000-7000-8000-000000000000";

/// The conversations of a list, by the numbers under which `ids` has them, over pages of two.
async fn listed(site: &Site, token: &str, query: &str, ids: &[String]) -> Vec<usize> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page =
            site.get(Some(token), &format!("/api/v1/conversations?limit=2&{query}&cursor={cursor}")).await;
        assert_eq!(page.status, 200, "{query}: {page:?}");
        let number = |item: &Value| ids.iter().position(|id| item["id"] == json!(id)).unwrap();
        found.extend(page.body["items"].as_array().unwrap().iter().map(number));
        match page.body["next_cursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => return found,
        }
    }
}

async fn subscribe(client: &mut Client, filter: Value) -> Value {
    client.call("inbox:subscribe", json!({"filter": filter})).await.unwrap()
}

/// Waits until the saved view has so many conversations.
async fn counted(client: &mut Client, view: &str, count: u64) {
    loop {
        let update = client.event("inbox:views").await;
        let is_it = |one: &Value| one["id"] == json!(view) && one["count"] == json!(count);
        if update["counts"].as_array().unwrap().iter().any(is_it) {
            return;
        }
    }
}

on_both_databases! {
    async fn lists_are_filtered_and_ordered_as_is_asked(database: Database) {
        let site = Site::unlimited(database).await;
        let (ann, bob) = (site.agent("ann").await, site.agent("bob").await);
        let mut ids = Vec::new();
        for number in 0..5 {
            let visitor = site.visitor().await;
            let mut theirs = site.connect(&visitor.token).await;
            theirs.say(visitor.session_id(), &format!("hello {number}")).await;
            ids.push(visitor.session_id().to_owned());
        }
        let path = |number: usize, act: &str| format!("/api/v1/conversations/{}/{act}", ids[number]);
        // 0 is answered by Ann, 1 and 3 wait, 2 is handed to Bob, 4 is Ann's to answer and assigned to nobody.
        for number in [0, 2, 4] {
            site.post(Some(&ann.token), &path(number, "takeover"), &json!({})).await;
        }
        site.post(Some(&ann.token), &path(0, "messages"), &json!({"content": "hi"})).await;
        site.post(Some(&ann.token), &path(2, "assign"), &json!({"agent_id": bob.id})).await;
        site.post(Some(&ann.token), &path(4, "assign"), &json!({"agent_id": null})).await;
        for (number, labels) in [(2, json!(["VIP"])), (4, json!(["vip", "a_b"]))] {
            let path = format!("/api/v1/conversations/{}", ids[number]);
            site.patch(Some(&ann.token), &path, &json!({"labels": labels})).await;
        }

        let ann_sees = async |query: &str| listed(&site, &ann.token, query, &ids).await;
        assert_eq!(ann_sees("sort=longest_wait").await[..2], [1, 3]);
        assert_eq!(ann_sees("sort=longest_wait").await[2..], [4, 2, 0]);
        assert_eq!(ann_sees("sort=unanswered").await, [1, 3, 2, 4, 0], "the oldest change first, and then what is answered");
        assert_eq!(ann_sees("sort=newest&view=waiting").await, [3, 1]);
        assert_eq!(ann_sees("view=waiting").await, [1, 3]);
        assert_eq!(ann_sees("status=open").await.len(), 3);
        assert_eq!(ann_sees("status=waiting&sort=newest").await, [3, 1]);
        assert_eq!(ann_sees("assignee=me").await, [0]);
        assert_eq!(ann_sees(&format!("assignee={}", bob.id)).await, [2]);
        assert_eq!(ann_sees("assignee=none").await.len(), 3);
        assert_eq!(ann_sees("label=vip").await, [4], "to the letter");
        assert_eq!(ann_sees("label=axb").await, [] as [usize; 0]);
        assert_eq!(ann_sees("label=a_b&assignee=none").await, [4]);
        assert_eq!(ann_sees(&format!("channel_id={}", site.org.channel_id)).await.len(), 5);
        assert_eq!(ann_sees(&format!("channel_id={NOBODYS}")).await.len(), 0);
        for bad in ["sort=oldest", "status=closed", "assignee=x"] {
            let answer = site.get(Some(&ann.token), &format!("/api/v1/conversations?{bad}")).await;
            assert_eq!(answer.code(), "bad_request", "{bad}");
        }
        let mut anns = site.connect(&ann.token).await;
        let ack = subscribe(&mut anns, json!({"view": "all", "label": "vip", "sort": "newest"})).await;
        assert_eq!((&ack["conversations"][0]["id"], ack["conversations"].as_array().unwrap().len()), (&json!(ids[4]), 1));
        assert_eq!(ack["counts"]["all"], 5, "of the lists, not of the filter");
        let refused = anns.call("inbox:subscribe", json!({"filter": {"view": "all", "assignee": "x"}})).await;
        assert_eq!(refused.unwrap_err()["code"], "bad_request");
    }

    async fn saved_views_are_the_orgs_or_ones_own_and_counted_live(database: Database) {
        let options = Options::unlimited().env("SWITCHBOARD_VIEWS_MAX", "2").env("SWITCHBOARD_MEMBER_VIEWS_MAX", "1");
        let site = Site::start(database, options).await;
        let owner = site.agent("owner").await;
        let ann = site.agent_with_role(&site.org, "ann", "agent").await;
        let bob = site.agent_with_role(&site.org, "bob", "agent").await;
        let visitor = site.visitor().await;
        let id = visitor.session_id();
        let view = |name: &str, shared: bool, filter: Value| json!({"name": name, "shared": shared, "filter": filter});
        let save = async |token: &str, body: Value| site.post(Some(token), VIEWS, &body).await;
        let names = async |token: &str| -> Vec<String> {
            let list = site.get(Some(token), VIEWS).await.body["views"].clone();
            list.as_array().unwrap().iter().map(|view| view["name"].as_str().unwrap().to_owned()).collect()
        };
        let mut bobs = site.connect(&bob.token).await;
        assert_eq!(subscribe(&mut bobs, json!({"view": "all"})).await["views"], json!([]));

        let vip = save(&ann.token, view(" VIP ", true, json!({"view": "all", "label": "vip", "sort": "unanswered"}))).await;
        assert_eq!(vip.status, 201, "{vip:?}");
        let vip = vip.body["view"].clone();
        assert_eq!((&vip["name"], &vip["shared"], &vip["can_change"], &vip["created_by"]), (&json!("VIP"), &json!(true), &json!(true), &json!(ann.id)));
        assert_eq!(vip["filter"], json!({"view": "all", "label": "vip", "sort": "unanswered"}));
        let own = save(&ann.token, view("Mine", false, json!({"view": "all", "assignee": "me"}))).await.body["view"].clone();
        let theirs = save(&bob.token, view("Bob's", true, json!({"view": "all", "assignee": "me"}))).await.body["view"].clone();
        assert_eq!(names(&ann.token).await, ["VIP", "Mine", "Bob's"]);
        assert_eq!(names(&bob.token).await, ["VIP", "Bob's"], "the other one is Ann's");
        for full in [view("x", true, json!({"view": "all"})), view("x", false, json!({"view": "all"}))] {
            assert_eq!(save(&ann.token, full).await.code(), "too_large");
        }

        let told = bobs.event("inbox:views").await;
        assert_eq!(told["changed"], true);
        let (vip_id, theirs_id) = (vip["id"].as_str().unwrap(), theirs["id"].as_str().unwrap());
        let mut anns = site.connect(&ann.token).await;
        let ack = subscribe(&mut anns, json!({"view": "all"})).await;
        assert_eq!(ack["views"].as_array().unwrap().len(), 3, "{ack}");
        let conversation = format!("/api/v1/conversations/{id}");
        site.patch(Some(&owner.token), &conversation, &json!({"labels": ["vip"]})).await;
        counted(&mut bobs, vip_id, 1).await;
        counted(&mut anns, vip_id, 1).await;
        site.post(Some(&owner.token), &format!("{conversation}/assign"), &json!({"agent_id": bob.id})).await;
        counted(&mut bobs, theirs_id, 1).await;
        let count = |ack: &Value, id: &str| ack["views"].as_array().unwrap().iter().find(|view| view["id"] == id).unwrap()["count"].clone();
        let ack = subscribe(&mut anns, json!({"view": "all"})).await;
        assert_eq!((count(&ack, theirs_id), count(&ack, vip_id)), (json!(0), json!(1)), "it is hers that is counted");
        site.patch(Some(&owner.token), &format!("{VIEWS}/{vip_id}"), &json!({"filter": {"view": "all", "label": "other"}})).await;
        counted(&mut bobs, vip_id, 0).await;
        site.post(Some(&owner.token), &format!("{conversation}/end"), &json!({})).await;
        counted(&mut bobs, theirs_id, 0).await;

        let path = |view: &Value| format!("{VIEWS}/{}", view["id"].as_str().unwrap());
        assert_eq!(site.patch(Some(&bob.token), &path(&vip), &json!({"name": "x"})).await.code(), "forbidden", "somebody else's");
        assert_eq!(site.delete(Some(&bob.token), &path(&vip)).await.code(), "forbidden");
        assert_eq!(site.patch(Some(&bob.token), &path(&own), &json!({"name": "x"})).await.code(), "not_found");
        assert_eq!(site.delete(Some(&owner.token), &path(&own)).await.code(), "not_found", "not even an owner");
        let renamed = site.patch(Some(&owner.token), &path(&vip), &json!({"name": "Very"})).await.body["view"].clone();
        assert_eq!((&renamed["name"], &renamed["filter"]["label"]), (&json!("Very"), &json!("other")), "an owner may");
        assert_eq!(site.patch(Some(&ann.token), &path(&vip), &json!({"shared": false})).await.code(), "bad_request");
        assert_eq!(site.delete(Some(&ann.token), &path(&vip)).await.status, 204, "and who created it");
        assert_eq!(names(&bob.token).await, ["Bob's"]);
    }

    async fn views_and_follows_of_another_org_do_not_exist(database: Database) {
        let site = Site::unlimited(database).await;
        let other = site.another_org().await;
        let (ann, eve) = (site.agent("ann").await, site.agent_of(&other, "eve").await);
        let theirs = site.post(Some(&eve.token), VIEWS, &json!({"name": "Theirs", "shared": true, "filter": {"view": "all"}})).await.body["view"].clone();
        let path = format!("{VIEWS}/{}", theirs["id"].as_str().unwrap());

        assert_eq!(site.get(Some(&ann.token), VIEWS).await.body["views"], json!([]));
        let unknown = format!("{VIEWS}/{NOBODYS}");
        for path in [path.as_str(), unknown.as_str(), "/api/v1/views/not-an-id"] {
            assert_eq!(site.patch(Some(&ann.token), path, &json!({"name": "x"})).await.code(), "not_found");
            assert_eq!(site.delete(Some(&ann.token), path).await.code(), "not_found");
        }
        for filter in [json!({"view": "all", "channel_id": other.channel_id}), json!({"view": "all", "assignee": eve.id})] {
            let refused = site.post(Some(&ann.token), VIEWS, &json!({"name": "x", "shared": false, "filter": filter})).await;
            assert_eq!(refused.code(), "not_found", "{filter}");
        }
        for bad in [json!({"name": " ", "shared": false, "filter": {"view": "all"}}), json!({"name": "x", "shared": false, "filter": {"view": "x"}}), json!({"name": "x", "shared": false})] {
            assert_eq!(site.post(Some(&ann.token), VIEWS, &bad).await.code(), "bad_request", "{bad}");
        }
        assert_eq!(site.get(Some(&eve.token), VIEWS).await.body["views"], json!([theirs]), "nothing was changed");

        let foreign = site.visitor_of(&other).await;
        let mine = site.visitor().await;
        let server = site.server_token(&site.org).await;
        let follow = |id: &str| format!("/api/v1/conversations/{id}/follow");
        for id in [foreign.session_id(), NOBODYS, "not-an-id"] {
            assert_eq!(site.get(Some(&ann.token), &follow(id)).await.code(), "not_found");
            assert_eq!(site.post(Some(&ann.token), &follow(id), &json!({})).await.code(), "not_found");
            assert_eq!(site.delete(Some(&ann.token), &follow(id)).await.code(), "not_found");
        }
        for token in [&mine.token, &server] {
            assert_eq!(site.post(Some(token), &follow(mine.session_id()), &json!({})).await.code(), "forbidden");
            assert_eq!(site.get(Some(token), VIEWS).await.code(), "forbidden");
        }
    }

    async fn an_agent_follows_a_conversation_until_they_do_not(database: Database) {
        let site = Site::unlimited(database).await;
        let (ann, bob) = (site.agent("ann").await, site.agent("bob").await);
        let visitor = site.visitor().await;
        let path = format!("/api/v1/conversations/{}/follow", visitor.session_id());
        let is_following = async |token: &str| site.get(Some(token), &path).await.body["following"].clone();

        assert_eq!(is_following(&ann.token).await, false);
        for _ in 0..2 {
            let followed = site.post(Some(&ann.token), &path, &json!({})).await;
            assert_eq!((followed.status, &followed.body["following"]), (200, &json!(true)));
        }
        assert_eq!((is_following(&ann.token).await, is_following(&bob.token).await), (json!(true), json!(false)));
        for _ in 0..2 {
            assert_eq!(site.delete(Some(&ann.token), &path).await.body["following"], false);
        }
        assert_eq!(is_following(&ann.token).await, false);
    }

    async fn conversations_that_mention_an_agent_are_listed_until_they_have_read_it(database: Database) {
        let site = Site::unlimited(database).await;
        let (ann, bob) = (site.agent("ann").await, site.agent("bob").await);
        let ids = [site.visitor().await.session_id().to_owned(), site.visitor().await.session_id().to_owned()];
        let mut anns = site.connect(&ann.token).await;
        let mut bobs = site.connect(&bob.token).await;
        let note = json!({"session_id": ids[1], "content": "@Bob", "kind": "note", "metadata": {"mentions": [bob.id]}});
        anns.call("message:send", note).await.unwrap();
        let told = bobs.event("notification:new").await["notification"].clone();

        assert_eq!(listed(&site, &bob.token, "view=mentions", &ids).await, [1]);
        assert_eq!(listed(&site, &ann.token, "view=mentions", &ids).await, [] as [usize; 0]);
        let ack = subscribe(&mut bobs, json!({"view": "mentions"})).await;
        assert_eq!(ack["conversations"][0]["id"], json!(ids[1]));
        site.post(Some(&bob.token), "/api/v1/notifications/read", &json!({"ids": [told["id"]]})).await;
        assert_eq!(listed(&site, &bob.token, "view=mentions", &ids).await, [] as [usize; 0]);
    }
}
