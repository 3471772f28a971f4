//! What is somebody else's does not exist: every event and route answers as for an id that nobody has.

use serde_json::{Value, json};

use crate::on_both_databases;
use crate::support::{Client, Database, Site};

const NOBODYS: &str = "018f0000-0000-7000-8000-000000000000";

/// Events that name a conversation.
fn events(id: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("join:session", json!({"session_id": id})),
        ("join:session", json!({"session_id": id, "after": 0})),
        ("leave:session", json!({"session_id": id})),
        ("message:send", json!({"session_id": id, "content": "x"})),
        ("message:send", json!({"session_id": id, "content": "x", "kind": "note"})),
        ("typing:start", json!({"session_id": id, "preview": "x"})),
        ("typing:stop", json!({"session_id": id})),
        ("message:read", json!({"session_id": id, "seq": 1})),
        ("handoff:request", json!({"session_id": id})),
        ("session:takeover", json!({"session_id": id})),
        ("session:release", json!({"session_id": id})),
        ("session:assign", json!({"session_id": id, "agent_id": null})),
        ("session:end", json!({"session_id": id})),
    ]
}

async fn answers(client: &mut Client, id: &str) -> Vec<Result<Value, Value>> {
    let mut answers = Vec::new();
    for (event, data) in events(id) {
        answers.push(client.call(event, data).await);
    }
    answers
}

on_both_databases! {
    async fn events_with_foreign_ids_answer_like_ids_that_do_not_exist(database: Database) {
        let site = Site::unlimited(database).await;
        let mine = site.visitor().await;
        let neighbour = site.visitor().await;
        let other = site.another_org().await;
        let foreign = site.visitor_of(&other).await;
        let agent = site.agent("ann").await;
        let server = site.server_token(&site.org).await;

        for (token, ids) in [
            (&mine.token, vec![neighbour.session_id(), foreign.session_id()]),
            (&agent.token, vec![foreign.session_id()]),
            (&server, vec![foreign.session_id()]),
        ] {
            let mut client = site.connect(token).await;
            let unknown = answers(&mut client, NOBODYS).await;
            assert!(unknown.iter().all(Result::is_err));
            for id in ids.into_iter().chain(["not-an-id", "", "018F0000-0000-7000-8000-000000000000"]) {
                assert_eq!(answers(&mut client, id).await, unknown, "{id}");
            }
        }
        let foreign_agent = site.agent_of(&other, "eve").await;
        let mut client = site.connect(&agent.token).await;
        let assign = |agent: &str| json!({"session_id": mine.session_id(), "agent_id": agent});
        let unknown = client.call("session:assign", assign(NOBODYS)).await.unwrap_err();
        assert_eq!(unknown["code"], "not_found");
        assert_eq!(client.call("session:assign", assign(&foreign_agent.id)).await.unwrap_err(), unknown);
        let history = site.connect(&agent.token).await.join(mine.session_id()).await;
        assert_eq!(history["last_seq"], 0, "nothing was written");
    }

    async fn knowledge_with_foreign_ids_answers_like_ids_that_do_not_exist(database: Database) {
        let site = Site::unlimited(database).await;
        let other = site.another_org().await;
        let (agent, eve) = (site.agent("ann").await, site.agent_of(&other, "eve").await);
        let pair = json!({"question": "Whose?", "answer": "Theirs."});
        let pair = site.post(Some(&eve.token), "/api/v1/knowledge/pairs", &pair).await.body["pair"].clone();
        let source = pair["source_id"].as_str().unwrap();
        let pair = pair["id"].as_str().unwrap();
        let routes: &[(&str, &str, &str, Value)] = &[
            ("GET", "/api/v1/knowledge/sources/{id}", source, Value::Null),
            ("PATCH", "/api/v1/knowledge/sources/{id}", source, json!({"title": "Mine"})),
            ("DELETE", "/api/v1/knowledge/sources/{id}", source, Value::Null),
            ("POST", "/api/v1/knowledge/sources/{id}/refresh", source, json!({})),
            ("PATCH", "/api/v1/knowledge/pairs/{id}", pair, json!({"answer": "Mine."})),
            ("DELETE", "/api/v1/knowledge/pairs/{id}", pair, Value::Null),
            ("POST", "/api/v1/knowledge/unanswered/{id}/answer", pair, json!({"answer": "x"})),
            ("DELETE", "/api/v1/knowledge/unanswered/{id}", pair, Value::Null),
        ];

        for (method, path, foreign, body) in routes {
            let unknown = ask(&site, &agent.token, method, &path.replace("{id}", NOBODYS), body).await;
            assert_eq!(unknown.0, 404, "{method} {path}: {unknown:?}");
            for id in [*foreign, "not-an-id"] {
                assert_eq!(ask(&site, &agent.token, method, &path.replace("{id}", id), body).await, unknown, "{method} {path}");
            }
        }
        let into_theirs = json!({"question": "x", "answer": "y", "source_id": source});
        assert_eq!(site.post(Some(&agent.token), "/api/v1/knowledge/pairs", &into_theirs).await.status, 404);
        for path in ["/api/v1/knowledge/pairs".to_owned(), format!("/api/v1/knowledge/pairs?source_id={source}"), "/api/v1/knowledge/sources".to_owned()] {
            assert_eq!(site.get(Some(&agent.token), &path).await.body["items"], json!([]), "{path}");
        }
        let theirs = site.get(Some(&eve.token), "/api/v1/knowledge/pairs").await;
        assert_eq!(theirs.body["items"][0]["answer"], "Theirs.", "nothing was changed");
    }

    async fn routes_with_foreign_ids_answer_like_ids_that_do_not_exist(database: Database) {
        let site = Site::unlimited(database).await;
        let mine = site.visitor().await;
        let other = site.another_org().await;
        let foreign = site.visitor_of(&other).await;
        let neighbour = site.visitor().await;
        let agent = site.agent("ann").await;
        let foreign_agent = site.agent_of(&other, "eve").await;
        let mut theirs = site.connect(&foreign.token).await;
        theirs.call("handoff:request", json!({"session_id": foreign.session_id()})).await.unwrap();
        let tickets = site.get(Some(&foreign_agent.token), "/api/v1/tickets").await;
        let ticket = tickets.body["items"][0]["id"].as_str().unwrap().to_owned();

        let conversation_routes: &[(&str, &str, Value)] = &[
            ("GET", "/api/v1/conversations/{id}", Value::Null),
            ("GET", "/api/v1/conversations/{id}/entries", Value::Null),
            ("PATCH", "/api/v1/conversations/{id}", json!({"labels": ["x"]})),
            ("POST", "/api/v1/conversations/{id}/messages", json!({"content": "x", "kind": "note"})),
            ("POST", "/api/v1/conversations/{id}/takeover", json!({})),
            ("POST", "/api/v1/conversations/{id}/release", json!({})),
            ("POST", "/api/v1/conversations/{id}/assign", json!({"agent_id": null})),
            ("POST", "/api/v1/conversations/{id}/end", json!({})),
        ];
        for (method, path, body) in conversation_routes {
            let known_unknown = ask(&site, &agent.token, method, &path.replace("{id}", NOBODYS), body).await;
            assert_eq!(known_unknown.0, 404, "{method} {path}: {known_unknown:?}");
            for id in [foreign.session_id(), "not-an-id"] {
                let answer = ask(&site, &agent.token, method, &path.replace("{id}", id), body).await;
                assert_eq!(answer, known_unknown, "{method} {path}");
            }
        }
        for (path, id) in [
            ("/api/v1/channels/{id}", other.channel_id.as_str()),
            ("/api/v1/tickets/{id}", ticket.as_str()),
        ] {
            let unknown = ask(&site, &agent.token, "GET", &path.replace("{id}", NOBODYS), &Value::Null).await;
            assert_eq!(unknown.0, 404);
            assert_eq!(ask(&site, &agent.token, "GET", &path.replace("{id}", id), &Value::Null).await, unknown);
        }
        for (method, path) in [("PATCH", "/api/v1/members/{id}"), ("DELETE", "/api/v1/members/{id}")] {
            let body = json!({"name": "x"});
            let unknown = ask(&site, &agent.token, method, &path.replace("{id}", NOBODYS), &body).await;
            assert_eq!(unknown.0, 404);
            assert_eq!(ask(&site, &agent.token, method, &path.replace("{id}", &foreign_agent.id), &body).await, unknown);
        }
        let widget_routes: &[(&str, &str, Value)] = &[
            ("GET", "/api/v1/conversations/{id}/entries", Value::Null),
            ("POST", "/api/v1/widget/conversations/{id}/messages", json!({"content": "x"})),
            ("POST", "/api/v1/widget/conversations/{id}/end", json!({})),
        ];
        for (method, path, body) in widget_routes {
            let unknown = ask(&site, &mine.token, method, &path.replace("{id}", NOBODYS), body).await;
            assert_eq!(unknown.0, 404, "{method} {path}: {unknown:?}");
            for id in [neighbour.session_id(), foreign.session_id()] {
                assert_eq!(ask(&site, &mine.token, method, &path.replace("{id}", id), body).await, unknown, "{method} {path}");
            }
        }
        let list = site.get(Some(&agent.token), "/api/v1/conversations?view=all").await;
        assert!(!list.body.to_string().contains(foreign.session_id()), "lists show the own org only");
    }
}

/// Status and body without the request's own id.
async fn ask(site: &Site, token: &str, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let answer = match method {
        "GET" => site.get(Some(token), path).await,
        "PATCH" => site.patch(Some(token), path, body).await,
        "DELETE" => site.delete(Some(token), path).await,
        _ => site.post(Some(token), path, body).await,
    };
    let mut body = answer.body;
    if let Some(object) = body.as_object_mut() {
        object.remove("request_id");
    }
    (answer.status, body)
}

#[tokio::test]
async fn kinds_of_callers_keep_to_what_they_may() {
    let site = Site::unlimited(Database::sqlite()).await;
    let visitor = site.visitor().await;
    let id = visitor.session_id().to_owned();
    let server = site.server_token(&site.org).await;
    let mut theirs = site.connect(&visitor.token).await;
    for (event, data) in [
        ("session:takeover", json!({"session_id": id})),
        ("session:release", json!({"session_id": id})),
        ("session:assign", json!({"session_id": id, "agent_id": null})),
        ("inbox:subscribe", json!({})),
        ("presence:set", json!({"status": "away"})),
        ("message:send", json!({"session_id": id, "content": "x", "kind": "note"})),
    ] {
        assert_eq!(theirs.call(event, data).await.unwrap_err()["code"], "forbidden", "{event}");
    }
    let mut program = site.connect(&server).await;
    program.join(&id).await;
    program
        .call("message:send", json!({"session_id": id, "content": "from a script", "kind": "note"}))
        .await
        .unwrap();
    program.call("handoff:request", json!({"session_id": id, "reason": "a script asks"})).await.unwrap();
    for (event, data) in [
        ("message:send", json!({"session_id": id, "content": "x"})),
        ("session:takeover", json!({"session_id": id})),
        ("session:end", json!({"session_id": id})),
    ] {
        assert_eq!(program.call(event, data).await.unwrap_err()["code"], "forbidden", "{event}");
    }
}
