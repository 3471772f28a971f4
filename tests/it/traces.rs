//! Traces of a real server at a real collector: what hangs below what, what is never in them, and a collector that is
//! slow, broken or away.

use serde_json::json;
use switchboard::telemetry::trace::keys;
use switchboard_sim::chat::{Endpoint, Fault, Reply};
use switchboard_sim::realtime::{Scenario, Turn};

use crate::embeddings::{MARKDOWN, add};
use crate::on_both_databases;
use crate::support::collector::{Collector, Span};
use crate::support::phone::Exchange;
use crate::support::receiver::{Receiver, Say};
use crate::support::rest::{http, send};
use crate::support::server::cli;
use crate::support::{Assisted, Options, Site, free_port, read_reply, within};

const INTERNAL: i32 = 1;
const SERVER: i32 = 2;
const CLIENT: i32 = 3;

fn of_name<'a>(spans: &'a [Span], trace: &str, name: &str) -> Vec<&'a Span> {
    spans.iter().filter(|span| span.trace == trace && span.name == name).collect()
}

on_both_databases! {
    async fn a_message_its_reply_the_model_and_its_tools_are_one_trace(database: Database) {
        let collector = Collector::start().await;
        let engine = if database.url().is_some() { "postgresql" } else { "sqlite" };
        let assisted = Assisted::with(database, collector.options()).await;
        let receiver = Receiver::start().await;
        let change = json!({ "enabled": true, "url": receiver.url(), "secret": "a-secret-of-the-shop-0123456789" });
        let path = "/api/v1/tools/get_order_status";
        assert_eq!(assisted.site.patch(Some(&assisted.owner.token), path, &change).await.status, 200);
        receiver.say(Say::Json(json!({"found": false})));
        let (visitor, mut theirs) = assisted.chatting().await;
        assisted.sim.push(
            Reply::text("").with_tool_call("c1", "get_order_status", r#"{"order_number":"4711"}"#).with_usage(50, 7, 0),
        );
        assisted.sim.push(Reply::text("It is not there.").with_usage(120, 6, 20));
        theirs.say(visitor.session_id(), "where is my order?").await;
        read_reply(&mut theirs).await;

        let spans = collector.spans_once("the reply's span", |spans| {
            spans.iter().any(|span| span.name == "reply")
        }).await;

        let sent = spans.iter().find(|span| span.name == "message:send").expect("the event's span");
        let trace = sent.trace.as_str();
        assert_eq!((sent.kind, sent.parent.as_str()), (SERVER, ""), "{sent:?}");
        assert_eq!(sent.attributes[keys::CONVERSATION], visitor.session_id());
        assert_eq!(sent.attributes[keys::TRANSPORT], "websocket");
        let commits = of_name(&spans, trace, "commit");
        let own = commits.iter().find(|span| span.parent == sent.id).expect("the message's commit");
        assert_eq!((own.kind, &own.attributes[keys::DB_SYSTEM][..]), (CLIENT, engine));
        assert!(own.took_ns > 0 && own.took_ns <= sent.took_ns, "{own:?} {sent:?}");
        let [reply] = of_name(&spans, trace, "reply")[..] else { panic!("{spans:#?}") };
        assert_eq!(reply.parent, sent.id);
        assert_eq!(reply.attributes[keys::OUTCOME], "answered");
        assert!(commits.iter().any(|span| span.parent == reply.id), "the reply's own commit: {spans:#?}");
        let chats = of_name(&spans, trace, "chat scripted");
        assert_eq!(chats.len(), 2);
        for chat in &chats {
            assert_eq!((chat.kind, &chat.parent), (CLIENT, &reply.id));
            assert_eq!(chat.attributes[keys::GEN_AI_PROVIDER], "openai");
        }
        let tokens = |key: &str| chats.iter().map(|chat| chat.attributes[key].clone()).collect::<Vec<_>>();
        assert_eq!((tokens(keys::GEN_AI_INPUT_TOKENS), tokens(keys::GEN_AI_OUTPUT_TOKENS)),
            (vec!["50".to_owned(), "120".to_owned()], vec!["7".to_owned(), "6".to_owned()]));
        let [tool] = of_name(&spans, trace, "execute_tool get_order_status")[..] else { panic!("{spans:#?}") };
        assert_eq!((&tool.parent, tool.is_failed), (&reply.id, false));
    }

    async fn what_fails_says_so_in_its_span_and_its_log_lines_name_the_trace(database: Database) {
        let collector = Collector::start().await;
        let log = tempfile::NamedTempFile::new().unwrap();
        let assisted = Assisted::with(database, collector.options().log_to(log.path(), "warn")).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        assisted.sim.push(Reply::fault(Fault::status(401)));
        theirs.say(visitor.session_id(), "hello").await;
        theirs.event("ai:error").await;
        theirs.call("message:send", json!({"session_id": visitor.session_id(), "content": ""})).await.unwrap_err();

        let spans = collector.spans_once("the failed spans", |spans| {
            let failed = |name: &str| spans.iter().any(|span| span.name == name && span.is_failed);
            failed("chat scripted") && failed("reply") && failed("message:send")
        }).await;

        let failed = |name: &str| spans.iter().find(|span| span.name == name && span.is_failed).unwrap();
        assert_eq!(failed("chat scripted").attributes[keys::ERROR_TYPE], "unauthenticated");
        assert_eq!(failed("message:send").attributes[keys::ERROR_TYPE], "bad_request");
        assert_eq!(failed("reply").attributes[keys::OUTCOME], "failed");
        let log = std::fs::read_to_string(log.path()).unwrap();
        let line = log.lines().find(|line| line.contains("provider request failed")).expect("a line");
        assert!(line.ends_with(&format!("trace_id={}", failed("reply").trace)), "{line}");
    }

    async fn vectors_are_a_span_below_the_request_that_needs_them(database: Database) {
        let collector = Collector::start().await;
        let assisted = Assisted::with(database, collector.options()).await;
        assisted.set(json!({"embedding": "provider", "embedding_model": "scripted-vectors"})).await;
        add(&assisted, &json!({"kind": "markdown", "title": "Shop", "content": MARKDOWN})).await;
        let search = async |words: &str| {
            let path = format!("/api/v1/knowledge/search?q={words}");
            assert_eq!(assisted.site.get(Some(&assisted.owner.token), &path).await.status, 200);
        };
        search("parcels").await;
        assisted.sim.push_to(Endpoint::Embeddings, Reply::fault(Fault::status(401)));
        search("returns").await;

        let spans = collector.spans_once("both spans of vectors", |spans| {
            spans.iter().filter(|span| span.name == "embeddings scripted-vectors").count() >= 4
        }).await;

        let vectors: Vec<&Span> = spans.iter().filter(|span| span.name == "embeddings scripted-vectors").collect();
        assert_eq!(vectors.len(), 4, "a search and its verdict, twice: {spans:#?}");
        for one in &vectors {
            // Reading the source needed vectors too: what the server does by itself makes no traces.
            let request = spans.iter().find(|span| span.id == one.parent).expect("what needed them");
            assert_eq!((request.name.as_str(), &request.trace), ("GET /api/v1/knowledge/search", &one.trace));
            assert_eq!((one.kind, one.attributes[keys::GEN_AI_OPERATION].as_str()), (CLIENT, "embeddings"));
            assert_eq!(one.attributes[keys::GEN_AI_PROVIDER], "openai");
            assert!(one.took_ns > 0 && one.took_ns <= request.took_ns, "{one:?} {request:?}");
        }
        for made in vectors.iter().filter(|one| !one.is_failed) {
            assert!(made.attributes[keys::GEN_AI_INPUT_TOKENS].parse::<u64>().unwrap() > 0, "{made:?}");
        }
        let [failed] = vectors.iter().filter(|one| one.is_failed).collect::<Vec<_>>()[..] else { panic!("{vectors:#?}") };
        assert_eq!(failed.attributes[keys::ERROR_TYPE], "unauthenticated");
    }

    async fn a_call_is_a_span_below_its_request_and_its_provider_one_below_the_call(database: Database) {
        const SAID: &str = "canary of a voice";
        let collector = Collector::start().await;
        let scenario = Scenario::default().hears([SAID]).script([Turn::say_for(SAID, 200)]);
        let exchange = Exchange::with(database, scenario, collector.options()).await;
        let (visitor, mut phone) = exchange.call().await;
        phone.until_where("state", |state| state["link"] == "ok").await;
        phone.speak(300).await;
        phone.until_where("transcript", |one| one["role"] == "assistant" && one["final"] == true).await;
        phone.say("hangup", &json!({})).await;
        phone.until("ended").await;

        let spans = collector.spans_once("the call's spans", |spans| {
            let has = |name: &str| spans.iter().any(|span| span.name == name);
            has("call") && has("realtime gpt-realtime-2.1")
        }).await;

        let [call] = spans.iter().filter(|span| span.name == "call").collect::<Vec<_>>()[..] else { panic!("{spans:#?}") };
        let request = spans.iter().find(|span| span.id == call.parent).expect("the request that began it");
        assert_eq!((request.name.as_str(), &request.trace), ("POST /api/v1/widget/calls", &call.trace));
        assert_eq!((call.kind, call.is_failed), (INTERNAL, false));
        assert_eq!(call.attributes[keys::CALL], phone.call_id());
        assert_eq!(call.attributes[keys::CONVERSATION], visitor.session_id());
        assert_eq!(call.attributes[keys::ORG], exchange.assisted.site.org.id);
        assert_eq!(call.attributes[keys::OUTCOME], "visitor");
        let provider = spans.iter().find(|span| span.name == "realtime gpt-realtime-2.1").expect("it came");
        assert_eq!((provider.kind, &provider.parent, &provider.trace), (CLIENT, &call.id, &call.trace));
        assert_eq!((provider.attributes[keys::GEN_AI_OPERATION].as_str(), provider.is_failed), ("realtime", false));
        assert!(call.took_ns > request.took_ns, "a call outlives its request: {call:?} {request:?}");
        for got in collector.receiver.got() {
            assert!(!got.bytes.windows(6).any(|window| window == b"canary"), "nothing that was said is in it");
        }
    }

    async fn a_provider_of_voices_that_is_away_is_a_failed_span_of_its_call(database: Database) {
        let collector = Collector::start().await;
        let options = collector.options().env("TEST_LOG", "off");
        let exchange = Exchange::with(database, Scenario::default(), options).await;
        exchange.assisted.remove_providers().await;
        exchange.add_voice(&format!("http://127.0.0.1:{}/v1", free_port())).await;
        let (_visitor, mut phone) = exchange.call().await;

        let spans = collector.spans_once("a failed connection", |spans| {
            spans.iter().any(|span| span.name == "realtime gpt-realtime-2.1" && span.is_failed)
        }).await;
        phone.say("hangup", &json!({})).await;
        let call = collector.span("call").await;

        let failed = spans.iter().find(|span| span.name == "realtime gpt-realtime-2.1").expect("it came");
        assert_eq!((&failed.parent, &failed.trace), (&call.id, &call.trace));
        assert!(!failed.attributes[keys::ERROR_TYPE].is_empty(), "{failed:?}");
        assert_eq!(call.attributes[keys::CALL], phone.call_id());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_text_secret_or_address_reaches_the_collector() {
    const TEXT: &str = "canary-of-a-visitor";
    const ANSWER: &str = "canary-of-the-assistant";
    const HEADER: &str = "canary-of-the-collector";
    let collector = Collector::start().await;
    let options = collector
        .options()
        .flag("--otlp-metrics", "on")
        .flag("--otlp-service-name", "chat of the shop")
        .env("SWITCHBOARD_OTLP_HEADERS", &format!("authorization=Bearer%20{HEADER}"));
    let mut assisted = Assisted::with(crate::support::Database::sqlite(), options).await;
    let (visitor, mut theirs) = assisted.chatting().await;
    assisted.sim.push(Reply::text(ANSWER).with_tool_call(
        "c1",
        "canary-tool-of-a-model",
        &json!({"order_number": TEXT}).to_string(),
    ));
    assisted.sim.push(Reply::text(ANSWER));
    theirs.say(visitor.session_id(), TEXT).await;
    read_reply(&mut theirs).await;
    // A client that makes up events and paths.
    theirs.call("canary:event", json!({"text": TEXT})).await.unwrap_err();
    assisted.site.get(None, &format!("/api/v1/{TEXT}")).await;
    collector.span("malformed event").await;
    assisted.site.server.signal("TERM");
    assisted.site.server.exit_code().await;

    let got = collector.receiver.got();

    let metrics = collector.metrics();
    assert!(metrics.iter().any(|name| name == "switchboard_messages_committed_total"), "{metrics:?}");
    assert!(collector.spans().iter().any(|span| span.name == "reply"));
    let secrets =
        [TEXT, ANSWER, HEADER, "canary", "sk-test", "127.0.0.1", &visitor.token, &assisted.owner.token];
    for one in &got {
        assert_eq!(one.header("authorization"), format!("Bearer {HEADER}"));
        assert_eq!(one.header("content-type"), "application/x-protobuf");
        assert!(one.bytes.windows(16).any(|window| window == b"chat of the shop"));
        for secret in secrets {
            let is_found = one.bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!is_found, "{secret} in {}", one.raw);
        }
    }
    for span in collector.spans() {
        let unknown = span.attributes.keys().find(|key| !keys::ALL.contains(&key.as_str()));
        assert_eq!(unknown, None, "{span:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_names_the_trace_of_its_request() {
    let collector = Collector::start().await;
    let options = collector.options().flag("--trusted-proxies", "10.0.0.0/8");
    let site = Site::start(crate::support::Database::sqlite(), options).await;
    let theirs = "4bf92f3577b34da6a3ce929d0e0e4736";
    let request = http()
        .get(site.server.url("/api/v1/conversations"))
        .header("traceparent", format!("00-{theirs}-00f067aa0ba902b7-01"));

    let refused = send(request).await;

    let span = collector.span("GET /api/v1/conversations").await;
    assert_eq!(refused.body["request_id"], span.trace.as_str());
    assert_ne!(span.trace, theirs, "nobody outside joins our traces");
    assert_eq!((span.parent.as_str(), span.attributes[keys::HTTP_STATUS].as_str()), ("", "401"));
    let named = http().get(site.server.url("/api/v1/nothing")).header("x-request-id", "mine-1");
    assert_eq!(send(named).await.body["request_id"], "mine-1", "a client's own id stays");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trusted_proxy_joins_a_request_to_its_trace_and_decides_whether_it_is_kept() {
    let collector = Collector::start().await;
    let options =
        collector.options().flag("--trusted-proxies", "127.0.0.0/8").flag("--otlp-sample-ratio", "0");
    let site = Site::start(crate::support::Database::sqlite(), options).await;
    let ask = |traceparent: String| {
        send(http().get(site.server.url("/api/v1/conversations")).header("traceparent", traceparent))
    };
    let (kept, dropped) = ("4bf92f3577b34da6a3ce929d0e0e4736", "5bf92f3577b34da6a3ce929d0e0e4736");

    let first = ask(format!("00-{dropped}-00f067aa0ba902b7-00")).await;
    let second = ask(format!("00-{kept}-00f067aa0ba902b7-01")).await;

    assert_eq!((&first.body["request_id"], &second.body["request_id"]), (&json!(dropped), &json!(kept)));
    let span = collector.span("GET /api/v1/conversations").await;
    assert_eq!((span.trace.as_str(), span.parent.as_str()), (kept, "00f067aa0ba902b7"));
    assert_eq!(collector.spans().len(), 1, "of its own the server samples none");
}

/// The value of a metric, with its labels as they stand there.
async fn value_of(port: u16, metric: &str) -> u64 {
    let text =
        http().get(format!("http://127.0.0.1:{port}/metrics")).send().await.unwrap().text().await.unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(metric));
    line.map_or(0, |value| value.trim().parse().unwrap())
}

async fn until_counted(port: u16, metric: &str, least: u64) {
    within(metric, async {
        while value_of(port, metric).await < least {
            // Metrics are asked for, as Prometheus does: there is no event.
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await;
}

/// A server that sends to `endpoint` goes on, and counts what it dropped for this reason.
async fn goes_on_and_counts(endpoint: &str, reason: &str, options: Options) {
    let port = free_port();
    let options = options
        .flag("--otlp-endpoint", endpoint)
        .flag("--metrics-listen", &format!("127.0.0.1:{port}"))
        .env("TEST_LOG", "off");
    let mut site = Site::start(crate::support::Database::sqlite(), options).await;
    let visitor = site.visitor().await;
    let mut client = site.connect(&visitor.token).await;
    client.join(visitor.session_id()).await;
    for number in 0..100 {
        client.say(visitor.session_id(), &format!("message {number}")).await;
    }

    until_counted(port, &format!("switchboard_otlp_spans_dropped_total{{reason=\"{reason}\"}}"), 1).await;

    client.say(visitor.session_id(), "still here").await;
    site.server.signal("TERM");
    assert_eq!(site.server.exit_code().await, Some(0), "a collector does not keep a server from stopping");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_never_answers_costs_spans_and_nothing_else() {
    let collector = Collector::start().await;
    collector.receiver.always(Say::Silence);
    let options = Options::unlimited().flag("--otlp-queue-max", "16").flag("--otlp-timeout-s", "300");

    goes_on_and_counts(&collector.url(), "queue_full", options).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_is_away_costs_spans_and_nothing_else() {
    let nobody = format!("http://127.0.0.1:{}", free_port());

    goes_on_and_counts(&nobody, "unreachable", Options::unlimited()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_answers_with_errors_costs_spans_and_nothing_else() {
    let collector = Collector::start().await;
    collector.receiver.always(Say::Status(500));

    goes_on_and_counts(&collector.url(), "refused", Options::unlimited()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_collector_is_asked_again_and_then_has_everything() {
    let collector = Collector::start().await;
    collector.receiver.say(Say::Headed(429, "retry-after", "0".to_owned()));
    let site = Site::start(crate::support::Database::sqlite(), collector.options()).await;
    let visitor = site.visitor().await;
    let mut client = site.connect(&visitor.token).await;
    client.join(visitor.session_id()).await;

    let got = collector.receiver.received(2).await;

    assert!(got[0].bytes == got[1].bytes, "the same request once more");
    assert!(!collector.spans().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_asks_the_collector() {
    let collector = Collector::start().await;
    let database = crate::support::Database::sqlite();
    let check = |report: serde_json::Value| {
        let checks = report["checks"].as_array().unwrap().clone();
        checks.into_iter().find(|check| check["name"] == "collector").unwrap()
    };
    let ask = async |endpoint: &str| {
        let report = cli(&database, &["doctor", "--otlp-endpoint", endpoint], None).await;
        check(report.unwrap_or_else(|report| report))
    };

    assert_eq!(ask(&collector.url()).await["status"], "ok");
    collector.receiver.always(Say::Status(404));
    let refused = ask(&collector.url()).await;
    assert_eq!(refused["status"], "warn");
    assert!(refused["message"].as_str().unwrap().contains("status 404"), "{refused}");
    assert!(refused["remedy"].as_str().unwrap().contains("otlp_endpoint"), "{refused}");
    let away = ask(&format!("http://127.0.0.1:{}", free_port())).await;
    assert!(away["message"].as_str().unwrap().contains("could not reach 127.0.0.1"), "{away}");
}
