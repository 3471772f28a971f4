//! Chats that go well, with every kind of provider, against the scripted one.

use crate::outbound::Trust;
use crate::providers::setup_for_tests::{endpoint, gateway, order_tool, question, read, text_of};
use crate::providers::*;
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use switchboard_sim::chat::{ChatSim, Cut, Fault, Gate, Reply};

const KINDS: [ProviderKind; 4] =
    [ProviderKind::OpenAi, ProviderKind::Compatible, ProviderKind::Azure, ProviderKind::Anthropic];

#[tokio::test]
async fn every_kind_streams_text_and_counts_tokens() {
    for kind in KINDS {
        let sim = ChatSim::start().await;
        sim.require_key(setup_for_tests::KEY);
        sim.push(Reply::pieces(["It ", "is 7", "."]).with_usage(20, 3, 8));

        let stream = connect(endpoint(&sim, kind), &gateway()).chat(question("Sum?")).await.unwrap();

        let (mut items, error) = read(stream).await;
        assert_eq!((text_of(&items).as_str(), error), ("It is 7.", None), "{kind:?}");
        let usage = TokenUsage { input_tokens: 20, output_tokens: 3, cached_input_tokens: 8 };
        let done = ChatDone {
            usage: Some(usage),
            finish: Finish::Stop,
            model: Some("model-1".into()),
            request_id: Some("req_sim0".into()),
            own_fields: OwnFields::default(),
        };
        assert_eq!(items.pop(), Some(ChatItem::Done(done)), "{kind:?}");
    }
}

#[tokio::test]
async fn parallel_calls_come_whole_however_they_are_cut() {
    for (kind, is_whole) in KINDS.into_iter().flat_map(|kind| [(kind, false), (kind, true)]) {
        let sim = ChatSim::start().await;
        let reply = Reply::text("Let me look.")
            .with_tool_call("c1", "look_up_order", r#"{"number": 7, "note": "añ\"o"}"#)
            .with_tool_call("c2", "look_up_order", r#"{"number": 8}"#);
        sim.push(if is_whole { reply.with_whole_calls() } else { reply });
        let mut asked = question("Where are 7 and 8?");
        asked.tools = vec![order_tool()];

        let stream = connect(endpoint(&sim, kind), &gateway()).chat(asked).await.unwrap();

        let (items, error) = read(stream).await;
        let call = |id: &str, arguments: &str| {
            let (id, name) = (id.to_owned(), "look_up_order".to_owned());
            ChatItem::ToolCall(ToolCall { id, name, arguments: arguments.to_owned(), ..ToolCall::default() })
        };
        assert_eq!(error, None);
        assert_eq!(text_of(&items), "Let me look.");
        let calls = &items[items.len() - 3..items.len() - 1];
        let expected = [call("c1", r#"{"number": 7, "note": "añ\"o"}"#), call("c2", r#"{"number": 8}"#)];
        assert_eq!(calls, expected, "{kind:?}");
        assert!(
            matches!(items.last(), Some(ChatItem::Done(ChatDone { finish: Finish::ToolCalls, .. }))),
            "{items:?}"
        );
    }
}

#[tokio::test]
async fn results_of_calls_go_back_in_the_shape_each_provider_wants() {
    for kind in KINDS {
        let sim = ChatSim::start().await;
        let mut asked = question("Where is 7?");
        let call = |id: &str| ToolCall {
            id: id.into(),
            name: "look_up_order".into(),
            arguments: "{}".into(),
            ..ToolCall::default()
        };
        let result = |id: &str| ChatMessage::Tool {
            call_id: id.into(),
            name: "look_up_order".into(),
            content: "on its way".into(),
        };
        asked.messages.extend([
            ChatMessage::Assistant {
                text: "Wait.".into(),
                tool_calls: vec![call("c1"), call("c2")],
                own_fields: OwnFields::default(),
            },
            result("c1"),
            result("c2"),
            ChatMessage::User(vec![
                Part::Text("And this?".into()),
                Part::Image { content_type: "image/png".into(), bytes: vec![0; 3].into() },
            ]),
        ]);
        asked.tools = vec![order_tool()];

        let stream = connect(endpoint(&sim, kind), &gateway()).chat(asked).await.unwrap();

        assert_eq!(read(stream).await.1, None, "{kind:?}");
        assert_eq!(sim.counts().refused, 0);
    }
}

#[tokio::test]
async fn a_reason_to_end_is_told() {
    let cases = [
        (ProviderKind::OpenAi, "length", Finish::Length),
        (ProviderKind::Compatible, "content_filter", Finish::Filtered),
        (ProviderKind::Compatible, "eos", Finish::Stop),
        (ProviderKind::Anthropic, "max_tokens", Finish::Length),
        (ProviderKind::Anthropic, "refusal", Finish::Filtered),
        (ProviderKind::Anthropic, "stop_sequence", Finish::Stop),
    ];
    for (kind, reason, expected) in cases {
        let sim = ChatSim::start().await;
        sim.push(Reply::text("So").with_finish(reason));

        let stream = connect(endpoint(&sim, kind), &gateway()).chat(question("?")).await.unwrap();

        let (items, _) = read(stream).await;
        let Some(ChatItem::Done(done)) = items.last() else { panic!("{items:?}") };
        assert_eq!(done.finish, expected, "{reason}");
    }
}

#[tokio::test]
async fn text_is_given_out_as_it_comes() {
    for kind in KINDS {
        let (sim, gate) = (ChatSim::start().await, Gate::closed());
        sim.push(Reply::pieces(["one", "two"]).with_gate(&gate));

        let mut stream = connect(endpoint(&sim, kind), &gateway()).chat(question("?")).await.unwrap();
        gate.release(1);

        assert_eq!(stream.next().await, Some(Ok(ChatItem::Text("one".into()))), "{kind:?}");
        gate.release(1);
        assert_eq!(stream.next().await, Some(Ok(ChatItem::Text("two".into()))), "{kind:?}");
    }
}

#[tokio::test]
async fn a_dropped_stream_closes_the_request_upstream() {
    for kind in KINDS {
        let (sim, gate) = (ChatSim::start().await, Gate::closed());
        sim.push(Reply::pieces(["one", "two"]).with_gate(&gate));
        let mut stream = connect(endpoint(&sim, kind), &gateway()).chat(question("?")).await.unwrap();
        gate.release(1);
        assert_eq!(stream.next().await, Some(Ok(ChatItem::Text("one".into()))));

        drop(stream);

        sim.cancelled(1).await;
        assert!(sim.last_request().unwrap().cancelled.is_some());
    }
}

#[tokio::test]
async fn a_dropped_question_closes_the_request_upstream() {
    let sim = ChatSim::start().await;
    sim.push(Reply::fault(Fault::Silent));
    let provider = connect(endpoint(&sim, ProviderKind::OpenAi), &gateway());

    tokio::select! {
        _ = provider.chat(question("?")) => panic!("nothing answers"),
        () = sim.received(1) => {}
    }

    sim.cancelled(1).await;
}

#[tokio::test]
async fn a_missing_end_marker_or_count_is_no_error() {
    for kind in KINDS {
        let sim = ChatSim::start().await;
        sim.push(Reply::text("all of it").without_usage().with_fault(Fault::NoEndMarker));

        let stream = connect(endpoint(&sim, kind), &gateway()).chat(question("?")).await.unwrap();

        let (items, error) = read(stream).await;
        assert_eq!((text_of(&items).as_str(), error), ("all of it", None), "{kind:?}");
        let Some(ChatItem::Done(done)) = items.last() else { panic!("{items:?}") };
        assert_eq!((done.usage, done.finish), (None, Finish::Stop));
    }
}

#[tokio::test]
async fn connections_are_used_again_after_a_whole_answer() {
    let sim = ChatSim::start().await;
    let provider = connect(endpoint(&sim, ProviderKind::OpenAi), &gateway());

    for _ in 0..3 {
        let (_, error) = read(provider.chat(question("?")).await.unwrap()).await;
        assert_eq!(error, None);
    }

    assert_eq!(sim.connection_count(), 1);
}

#[tokio::test]
async fn a_server_that_cannot_stream_is_read_whole() {
    let sim = ChatSim::start().await;
    let function = json!({ "name": "look_up_order", "arguments": { "number": 7 } });
    let message =
        json!({ "content": [{ "type": "text", "text": "Hm." }], "tool_calls": [{ "function": function }] });
    sim.push(Reply::raw(
        json!({ "choices": [{ "message": message, "finish_reason": "stop" }], "usage": null }),
    ));

    let asking = connect(endpoint(&sim, ProviderKind::Compatible), &gateway()).chat(question("?"));
    let (items, error) = read(asking.await.unwrap()).await;

    assert_eq!((text_of(&items).as_str(), error), ("Hm.", None));
    let ChatItem::ToolCall(call) = &items[1] else { panic!("{items:?}") };
    assert_eq!((call.name.as_str(), call.arguments.as_str()), ("look_up_order", r#"{"number":7}"#));
    assert!(call.id.len() == 9 && call.id.chars().all(|letter| letter.is_ascii_alphanumeric()));
}

#[tokio::test]
async fn a_server_that_refuses_to_count_is_asked_without() {
    let sim = ChatSim::start().await;
    sim.push_when(
        |request| request.body["stream_options"].is_object(),
        Reply::fault(Fault::refusal(400, "unknown", "Unrecognized field: stream_options")),
    );

    let asking = connect(endpoint(&sim, ProviderKind::Compatible), &gateway()).chat(question("?"));
    let (_, error) = read(asking.await.unwrap()).await;

    assert_eq!(error, None);
    assert_eq!(sim.counts().received, 2);
    assert_eq!(sim.last_request().unwrap().body.get("stream_options"), None);
}

#[tokio::test]
async fn what_compatible_servers_vary_is_read_all_the_same() {
    let chunk = |choice: Value| format!("data: {}\n\n", json!({ "choices": [choice], "x_new": 1 }));
    let call = |call: Value| chunk(json!({ "delta": { "tool_calls": [call] } }));
    let body = [
        ": keep-alive\r\n\r\n".to_owned(),
        chunk(json!({ "delta": { "role": "assistant", "content": null } })),
        // Whole calls, all with one index, or with none, and names in every piece.
        call(json!({ "index": 0, "id": "a", "function": { "name": "f", "arguments": "{\"n\":1}" } })),
        call(json!({ "index": 0, "id": "b", "function": { "name": "f", "arguments": "{\"n\"" } })),
        call(json!({ "index": 0, "id": "b", "function": { "name": "f", "arguments": ":2}" } })),
        call(json!({ "id": "c", "function": { "name": "g" } })),
        "data: {\"choices\":[]}\n\n".to_owned(),
        chunk(json!({ "delta": {}, "finish_reason": "stop" })),
        "data: [DONE]".to_owned(),
    ];
    let sim = ChatSim::start().await;
    sim.push(Reply::raw_stream(&body.concat()));

    let asking = connect(endpoint(&sim, ProviderKind::Compatible), &gateway()).chat(question("?"));
    let (items, error) = read(asking.await.unwrap()).await;

    let calls: Vec<(&str, &str, &str)> = items
        .iter()
        .filter_map(|item| match item {
            ChatItem::ToolCall(call) => Some((call.id.as_str(), call.name.as_str(), call.arguments.as_str())),
            _ => None,
        })
        .collect();
    assert_eq!(error, None);
    assert_eq!(calls, [("a", "f", "{\"n\":1}"), ("b", "f", "{\"n\":2}"), ("c", "g", "{}")]);
}

#[tokio::test]
async fn the_environment_gives_no_key_away() {
    let sim = ChatSim::start().await;
    let mut endpoint = endpoint(&sim, ProviderKind::Compatible);
    endpoint.key = None;

    let stream = connect(endpoint, &gateway()).chat(question("?")).await.unwrap();

    assert_eq!(read(stream).await.1, None);
    assert_eq!(sim.last_request().unwrap().key(), None);
}

#[tokio::test]
async fn an_org_reaches_no_private_address() {
    let sim = ChatSim::start().await;
    let mut endpoint = endpoint(&sim, ProviderKind::Compatible);
    endpoint.trust = Trust::Org;

    let error = connect(endpoint, &gateway()).chat(question("?")).await.err();

    assert!(matches!(error, Some(ProviderError::Blocked { .. })), "{error:?}");
    assert_eq!(sim.counts().received, 0);
}

#[tokio::test]
async fn concurrent_chats_do_not_mix() {
    let sim = ChatSim::start().await;
    let provider = connect(endpoint(&sim, ProviderKind::OpenAi), &gateway());
    let chats = (0..20).map(|number| {
        sim.answer_all(&format!("question {number}."), Reply::text(&format!("answer to {number}")));
        let asking = provider.chat(question(&format!("question {number}.")));
        async move { text_of(&read(asking.await.unwrap()).await.0) }
    });

    let answers = futures_util::future::join_all(chats.collect::<Vec<_>>()).await;

    let expected: Vec<String> = (0..20).map(|number| format!("answer to {number}")).collect();
    assert_eq!(answers, expected);
}

#[tokio::test]
async fn an_answer_that_breaks_off_after_its_reason_is_complete() {
    let sim = ChatSim::start().await;
    let finished = json!({ "choices": [{ "delta": { "content": "all" }, "finish_reason": "stop" }] });
    sim.push(Reply::raw_stream(&format!("data: {finished}\n\n")).with_fault(Fault::CutAfter(1, Cut::Close)));

    let asking = connect(endpoint(&sim, ProviderKind::Compatible), &gateway()).chat(question("?"));
    let (items, error) = read(asking.await.unwrap()).await;

    assert_eq!((text_of(&items).as_str(), error), ("all", None));
}
