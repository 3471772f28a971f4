//! Requests that the real services refuse are refused here, in the services' own shape.

use serde_json::{Value, json};
use switchboard_sim::chat::ChatSim;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Posts JSON as plainly as that can be done, and gives back status and body.
async fn post(sim: &ChatSim, path: &str, headers: &str, body: &Value) -> (u16, String) {
    let body = body.to_string();
    let length = body.len();
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: sim\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    );
    let mut stream = TcpStream::connect(sim.address()).await.expect("it listens");
    stream.write_all(request.as_bytes()).await.expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("it answers");
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status line");
    (status, answer)
}

#[tokio::test]
async fn wrong_chat_completions_are_refused() {
    let user = json!({ "role": "user", "content": "hi" });
    let function = json!({ "name": "f", "arguments": "{}" });
    let call = json!({ "role": "assistant", "tool_calls": [{ "id": "c", "type": "function", "function": function }] });
    let result = json!({ "role": "tool", "tool_call_id": "c", "content": "x" });
    let tool = |schema: Value| {
        let function = json!({ "name": "f", "parameters": schema });
        json!({ "model": "m", "messages": [user], "tools": [{ "type": "function", "function": function }] })
    };
    let chat = |messages: Value| json!({ "model": "m", "messages": messages });
    let cases = [
        (json!({ "messages": [user] }), 400),
        (json!({ "model": "m" }), 400),
        (chat(json!([])), 400),
        (chat(json!([result])), 400),
        (chat(json!([user, call])), 400),
        (chat(json!([user, call, user])), 400),
        (chat(json!([{ "role": "robot", "content": "hi" }])), 400),
        (chat(json!([{ "role": "user", "content": null }])), 400),
        (tool(json!({ "type": "text" })), 400),
        (tool(json!({ "type": "object", "properties": { "a": { "type": "text" } } })), 400),
        (json!({ "model": "m", "messages": [user], "tools": [] }), 400),
        (json!({ "model": "m", "messages": [user], "temperature": 3 }), 400),
        (json!({ "model": "m", "messages": [user], "max_tokens": 1, "max_completion_tokens": 1 }), 400),
        (chat(json!([user, call, result])), 200),
        (tool(json!({ "type": "object", "properties": { "a": { "type": ["string", "null"] } } })), 200),
    ];
    let sim = ChatSim::start().await;
    for (body, expected) in cases {
        let (status, answer) = post(&sim, "/v1/chat/completions", "", &body).await;

        assert_eq!(status, expected, "{body}: {answer}");
        assert_eq!(answer.contains("invalid_request_error"), expected == 400);
    }
}

#[tokio::test]
async fn wrong_messages_are_refused() {
    const VERSION: &str = "anthropic-version: 2023-06-01\r\n";
    let user = json!({ "role": "user", "content": "hi" });
    let used = json!({ "role": "assistant", "content": [{ "type": "tool_use", "id": "t", "name": "f", "input": {} }] });
    let result =
        json!({ "role": "user", "content": [{ "type": "tool_result", "tool_use_id": "t", "content": "x" }] });
    let chat = |messages: Value| json!({ "model": "m", "max_tokens": 1, "messages": messages });
    let cases = [
        ("", chat(json!([user])), 400),
        (VERSION, json!({ "model": "m", "messages": [user] }), 400),
        (VERSION, chat(json!([used])), 400),
        (VERSION, chat(json!([user, user])), 400),
        (VERSION, chat(json!([user, used])), 400),
        (VERSION, chat(json!([user, used, user])), 400),
        (VERSION, chat(json!([result])), 400),
        (VERSION, chat(json!([{ "role": "user", "content": [{ "type": "text", "text": " " }] }])), 400),
        (VERSION, chat(json!([user, used, result])), 200),
    ];
    let sim = ChatSim::start().await;
    for (headers, body, expected) in cases {
        let (status, answer) = post(&sim, "/v1/messages", headers, &body).await;

        assert_eq!(status, expected, "{body}: {answer}");
        assert_eq!(answer.contains("\"type\":\"error\""), expected == 400);
    }
}

#[tokio::test]
async fn a_key_may_be_required_and_every_request_is_remembered() {
    let sim = ChatSim::start().await;
    sim.require_key("k1");
    let body = json!({ "model": "m", "messages": [{ "role": "user", "content": "hi" }] });

    let without = post(&sim, "/v1/chat/completions", "", &body).await.0;
    let with = post(&sim, "/v1/chat/completions", "authorization: Bearer k1\r\n", &body).await.0;

    assert_eq!((without, with), (401, 200));
    let counts = sim.counts();
    assert_eq!((counts.received, counts.refused, counts.answered, counts.open()), (2, 1, 2, 0));
    let last = sim.last_request().unwrap();
    assert_eq!((last.key(), last.status, last.contains("hi")), (Some("k1"), Some(200), true));
}
