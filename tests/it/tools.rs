//! Tools over a real server, a scripted model and a real receiver: what is called, refused, tried again, written down.

use serde_json::{Value, json};
use switchboard_sim::chat::{Fault, Reply};

use crate::on_both_databases;
use crate::support::receiver::{Receiver, Say};
use crate::support::{Assisted, Options, Site, outbox, read_reply, within};

const SECRET: &str = "a-secret-of-the-shop-0123456789";

impl Assisted {
    /// Switches a webhook tool on at the receiver.
    async fn tool(&self, name: &str, receiver: &Receiver) {
        let change = json!({ "enabled": true, "url": receiver.url(), "secret": SECRET });
        let path = format!("/api/v1/tools/{name}");
        let changed = self.site.patch(Some(&self.owner.token), &path, &change).await;
        assert_eq!(changed.status, 200, "{changed:?}");
        assert!(!changed.body.to_string().contains(SECRET), "a secret never comes out");
        assert_eq!(changed.body["tool"]["usable"], true);
    }

    /// Tries a tool and gives its run.
    async fn try_tool(&self, name: &str, arguments: Value) -> Value {
        let path = format!("/api/v1/tools/{name}/test");
        let tried = self.site.post(Some(&self.owner.token), &path, &json!({ "arguments": arguments })).await;
        assert_eq!(tried.status, 200, "{tried:?}");
        tried.body["run"].clone()
    }

    async fn runs(&self, query: &str) -> Vec<Value> {
        let found = self.site.get(Some(&self.owner.token), &format!("/api/v1/tools/runs{query}")).await;
        assert_eq!(found.status, 200, "{found:?}");
        found.body["items"].as_array().unwrap().clone()
    }
}

on_both_databases! {
    async fn a_model_looks_orders_up_in_parallel_and_every_run_is_written_down(database: Database) {
        let assisted = Assisted::start(database).await;
        let receiver = Receiver::start().await;
        assisted.tool("get_order_status", &receiver).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        let card = json!({"title": "Desk lamp Nor", "price": "49 €", "url": "https://shop.example/nor"});
        let answer = json!({"found": true, "status": "shipped", "tracking_url": null, "cards": [card]});
        // Neither is answered before both have come: they run at the same time.
        receiver.say(Say::Together(2, answer.clone()));
        receiver.say(Say::Together(2, json!([{"found": false}])));
        assisted.sim.push(
            Reply::text("")
                .with_tool_call("c1", "get_order_status", r#"{"order_number":"4711"}"#)
                .with_tool_call("c2", "get_order_status", r#"{"order_number":"4712"}"#),
        );
        assisted.sim.push(Reply::text("4711 was shipped; I do not find 4712."));
        theirs.say(visitor.session_id(), "where are my orders 4711 and 4712?").await;

        let (_, entry) = read_reply(&mut theirs).await;

        assert_eq!(entry["content"], "4711 was shipped; I do not find 4712.");
        let told = assisted.sim.last_request().unwrap();
        assert!(told.contains("shipped"), "the model was given the answer");
        assert!(!told.contains("Desk lamp Nor"), "cards are for the visitor");
        assert_eq!(entry["metadata"]["cards"], json!([card]));
        for got in receiver.received(2).await {
            assert!(got.is_signed_with(SECRET) && !got.is_signed_with("another-secret-0123456789"));
            assert_eq!(got.header("x-switchboard-event"), "tool.call");
            assert_eq!(got.header("idempotency-key"), got.body["id"].as_str().unwrap());
            assert_eq!(got.body["tool"], "get_order_status");
            assert_eq!(got.body["session_id"], visitor.session_id());
            assert_eq!(got.body["org_id"], assisted.site.org.id.as_str());
            assert_eq!((&got.body["visitor"]["id"], &got.body["visitor"]["verified"]), (&json!(visitor.id), &json!(false)));
            assert!(got.body["visitor"].get("external_id").is_none());
        }
        let runs = assisted.runs(&format!("?conversation_id={}&success=true", visitor.session_id())).await;
        assert_eq!(runs.len(), 2);
        for run in runs {
            assert_eq!((&run["source"], &run["attempts"], &run["error"]), (&json!("webhook"), &json!(1), &Value::Null));
            assert!(run["arguments"]["order_number"].as_str().unwrap().starts_with("471"));
        }
    }

    async fn what_does_not_fit_is_refused_on_the_way_in_and_out(database: Database) {
        let assisted = Assisted::start(database).await;
        let receiver = Receiver::start().await;
        let off = assisted.try_tool("get_order_status", json!({"order_number": "1"})).await;
        assert_eq!(off["error"], "there is no such tool", "without an address it is off");
        assisted.tool("get_order_status", &receiver).await;

        for wrong in [json!({}), json!({"order_number": 7}), json!({"order_number": "1", "admin": true})] {
            let run = assisted.try_tool("get_order_status", wrong).await;
            assert_eq!((&run["success"], &run["attempts"]), (&json!(false), &json!(0)));
            assert!(run["error"].as_str().unwrap().contains("arguments do not fit"), "{run}");
        }
        assert_eq!(receiver.got().len(), 0, "what is refused is not sent");
        for answer in [Say::Json(json!({"found": "maybe"})), Say::Json(json!([1, 2])), Say::Json(json!("text"))] {
            receiver.say(answer);
            let run = assisted.try_tool("get_order_status", json!({"order_number": "1"})).await;
            assert_eq!((&run["success"], &run["source"]), (&json!(false), &json!("webhook")), "{run}");
        }
        receiver.say(Say::Json(json!({"found": true, "status": "x".repeat(100_000)})));
        let large = assisted.try_tool("get_order_status", json!({"order_number": "1"})).await;
        assert!(large["error"].as_str().unwrap().contains("too large"), "{large}");
        assert_eq!(assisted.runs("?success=false").await.len(), 8, "refused runs are written down too");
    }

    async fn only_what_may_be_called_twice_is_tried_again(database: Database) {
        let assisted = Assisted::start(database).await;
        let receiver = Receiver::start().await;
        assisted.tool("check_inventory", &receiver).await;
        assisted.tool("book_appointment", &receiver).await;
        receiver.say(Say::Status(503));
        receiver.say(Say::Headed(429, "retry-after", "1".to_owned()));
        receiver.say(Say::Json(json!({"in_stock": true})));

        let run = assisted.try_tool("check_inventory", json!({"product": "tea"})).await;
        assert_eq!((&run["success"], &run["attempts"]), (&json!(true), &json!(3)), "{run}");
        let got = receiver.received(3).await;
        assert!(got.iter().all(|one| one.header("idempotency-key") == got[0].header("idempotency-key")));

        receiver.say(Say::Status(503));
        let booking = json!({"starts_at": "2026-11-23T14:30", "name": "Ann", "contact": "ann@example.com"});
        let run = assisted.try_tool("book_appointment", booking).await;
        assert_eq!((&run["success"], &run["attempts"]), (&json!(false), &json!(1)));
        receiver.say(Say::Status(400));
        let run = assisted.try_tool("check_inventory", json!({"product": "tea"})).await;
        assert_eq!((&run["success"], &run["attempts"]), (&json!(false), &json!(1)), "a refusal is final");
        assert_eq!(receiver.got().len(), 5);
    }

    async fn a_silent_tool_is_given_up(database: Database) {
        let assisted = Assisted::with(database, Options::unlimited().flag("--tool-timeout-s", "1")).await;
        let receiver = Receiver::start().await;
        receiver.always(Say::Silence);
        assisted.tool("get_order_status", &receiver).await;

        let run = assisted.try_tool("get_order_status", json!({"order_number": "1"})).await;

        assert_eq!(run["error"], "the tool did not answer in time");
        assert!((900..5_000).contains(&run["duration_ms"].as_i64().unwrap()), "{run}");
    }

    async fn an_enquiry_is_kept_and_mailed_and_a_ticket_is_opened(database: Database) {
        let assisted = Assisted::start(database).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        let enquiry = json!({"name": "Zoe", "email": "zoe@example.com", "subject": "Wholesale", "message": "Do you sell boxes?"});
        assisted.sim.push(
            Reply::text("")
                .with_tool_call("c1", "send_enquiry", &enquiry.to_string())
                .with_tool_call("c2", "open_ticket", r#"{"title":"Wants boxes","summary":"Call back","priority":"high"}"#),
        );
        assisted.sim.push(Reply::text("Sent."));
        theirs.say(visitor.session_id(), "please ask about boxes").await;
        read_reply(&mut theirs).await;

        let mails = outbox(&assisted.site, 1).await;
        assert!(mails[0].contains("Reply-To: zoe@example.com") && mails[0].contains("Subject: Enquiry: Wholesale"), "{}", mails[0]);
        assert!(mails[0].contains(&format!("To: {}", assisted.owner.email)) && mails[0].contains("Do you sell boxes?"));
        let token = Some(assisted.owner.token.as_str());
        let kept = assisted.site.get(token, "/api/v1/submissions?status=open").await;
        let submission = &kept.body["items"][0];
        assert_eq!((&submission["email"], &submission["conversation_id"]), (&json!("zoe@example.com"), &json!(visitor.session_id())));
        let path = format!("/api/v1/submissions/{}", submission["id"].as_str().unwrap());
        let done = assisted.site.patch(token, &path, &json!({"status": "done"})).await;
        assert_eq!(done.body["submission"]["status"], "done");
        assert_eq!(assisted.site.patch(token, &path, &json!({"status": "lost"})).await.status, 400);
        let tickets = assisted.site.get(token, "/api/v1/tickets").await;
        assert_eq!(tickets.body["items"][0]["priority"], "high");
        let other = assisted.site.another_org().await;
        let eve = assisted.site.agent_of(&other, "eve").await;
        assert_eq!(assisted.site.patch(Some(&eve.token), &path, &json!({"status": "open"})).await.status, 404);
    }

    async fn what_the_knowledge_does_not_hold_is_looked_for_on_the_web(database: Database) {
        let assisted = Assisted::start(database).await;
        assisted.set(json!({"web_search_base_url": assisted.sim.v1_url(), "search_domains": ["shop.example"]})).await;
        let token = Some(assisted.owner.token.as_str());
        let keyed = assisted.site.patch(token, "/api/v1/tools/search", &json!({"secret": "pplx-0123456789abcdefg"})).await;
        assert_eq!(keyed.body["tool"]["secret_hint"], "...defg", "{keyed:?}");
        assisted.sim.push(Reply::text("Two days [1].").with_sources(&[("Shipping", "https://shop.example/ship")]).with_usage(3, 4, 0));

        let run = assisted.try_tool("search", json!({"query": "how long is shipping?"})).await;

        assert_eq!((&run["success"], &run["source"]), (&json!(true), &json!("web")), "{run}");
        assert_eq!(run["result"]["pages"][0]["url"], "https://shop.example/ship");
        let asked = assisted.sim.last_request().unwrap();
        assert_eq!(asked.body["search_domain_filter"], json!(["shop.example"]));
        assert_eq!(asked.key(), Some("pplx-0123456789abcdefg"));
        let moved = format!("{}/", assisted.sim.v1_url());
        assisted.set(json!({"web_search_base_url": moved})).await;
        assisted.sim.push(Reply::text("Three."));
        assisted.try_tool("search", json!({"query": "how long is shipping?"})).await;
        assert_eq!(assisted.sim.last_request().unwrap().key(), None, "a key goes to the address it was entered for only");
    }

    async fn the_web_is_asked_when_the_knowledge_is_not_sure_and_not_when_it_is(database: Database) {
        let assisted = Assisted::start(database).await;
        assisted.set(json!({"web_search_base_url": assisted.sim.v1_url()})).await;
        let token = Some(assisted.owner.token.as_str());
        for (question, answer) in [("How long does delivery take?", "Two days."), ("Where do bicycles stand?", "Outside.")] {
            let pair = json!({"question": question, "answer": answer});
            assert_eq!(assisted.site.post(token, "/api/v1/knowledge/pairs", &pair).await.status, 201);
        }

        let sure = assisted.try_tool("search", json!({"query": "how long does delivery take"})).await;
        assert_eq!((&sure["source"], &sure["result"]["passages"][0]["text"]), (&json!("knowledge"), &json!("Two days.")), "{sure}");
        assert!(assisted.sim.last_request().is_none(), "the web was not asked");

        // One word of several is known: unsure, with passages; and none: unknown.
        for (query, passages) in [("delivery of bicycles to the moon by rocket", true), ("zebra", false)] {
            assisted.sim.push(Reply::text("By rocket.").with_sources(&[("Moon", "https://moon.example/")]));
            let run = assisted.try_tool("search", json!({"query": query})).await;
            assert_eq!((&run["source"], &run["result"]["answer"]), (&json!("web"), &json!("By rocket.")), "{run}");
            assert_eq!(run["result"]["passages"].is_array(), passages, "what is known stays beside it: {run}");
        }
    }

    async fn a_web_that_fails_leaves_what_is_known(database: Database) {
        let assisted = Assisted::start(database).await;
        assisted.set(json!({"web_search_base_url": assisted.sim.v1_url()})).await;
        let token = Some(assisted.owner.token.as_str());
        for (question, answer) in [("How long does delivery take?", "Two days."), ("Where is the shop?", "Outside.")] {
            let pair = json!({"question": question, "answer": answer});
            assisted.site.post(token, "/api/v1/knowledge/pairs", &pair).await;
        }
        assisted.sim.set_default(Reply::fault(Fault::status(400)));

        let run = assisted.try_tool("search", json!({"query": "delivery by rocket"})).await;

        assert_eq!((&run["success"], &run["source"]), (&json!(true), &json!("knowledge")), "{run}");
        assert_eq!(run["result"]["passages"][0]["text"], "Two days.");
    }

    async fn a_handoff_is_mailed_to_the_owners_with_a_link(database: Database) {
        let assisted = Assisted::with(database, Options::unlimited().flag("--public-url", "https://chat.example.com")).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        theirs.call("handoff:request", json!({"session_id": visitor.session_id()})).await.unwrap();

        let mails = outbox(&assisted.site, 1).await;

        // Long lines are folded on their way.
        let text = mails[0].replace("=\r\n", "");
        assert!(text.contains(&format!("To: {}", assisted.owner.email)), "{text}");
        assert!(text.contains(&format!("https://chat.example.com/console/inbox/{}", visitor.session_id())), "{text}");
    }

    async fn the_platform_adds_tools_and_nobody_else_does(database: Database) {
        let assisted = Assisted::start(database).await;
        let tool = json!({"name": "loyalty_points", "description": "Looks points up.", "input_schema": {"type": "object"}});
        let refused = assisted.site.post(Some(&assisted.owner.token), "/api/v1/platform/tools", &tool).await;
        assert_eq!((refused.status, refused.code()), (403, "forbidden"));
        let visitor = assisted.site.visitor().await;
        for path in ["/api/v1/tools", "/api/v1/tools/runs", "/api/v1/webhooks", "/api/v1/submissions"] {
            assert_eq!(assisted.site.get(Some(&visitor.token), path).await.status, 403, "{path}");
        }
        let tools = assisted.site.get(Some(&assisted.owner.token), "/api/v1/tools").await;
        assert_eq!(tools.body["tools"].as_array().unwrap().len(), 7);
    }
}

/// Addresses that lead to this machine or its cloud, as an attacker spells them.
fn private_targets(port: u16) -> Vec<String> {
    [
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "0177.0.0.1",
        "2130706433",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::]",
        "localhost",
        "localhost.",
        "169.254.169.254",
        "metadata.google.internal",
        "10.0.0.1",
        "[fe80::1]",
    ]
    .iter()
    .map(|host| format!("http://{host}:{port}/"))
    .collect()
}

on_both_databases! {
    async fn nothing_private_is_reached_in_any_spelling_or_by_redirect(database: Database) {
        // Only 127.0.0.2 may be reached: everything on 127.0.0.1 stands for what must not.
        let site = Site::start(database, Options::unlimited().flag("--allow-private-ranges", "127.0.0.2/32")).await;
        let owner = site.agent("owner").await;
        let token = Some(owner.token.as_str());
        let victim = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        victim.set_nonblocking(true).unwrap();
        let port = victim.local_addr().unwrap().port();
        let mut webhooks = 0;
        for target in private_targets(port) {
            let change = json!({"enabled": true, "url": target, "secret": SECRET});
            let tool = site.patch(token, "/api/v1/tools/get_order_status", &change).await;
            if tool.status == 200 {
                let tried = site.post(token, "/api/v1/tools/get_order_status/test", &json!({"arguments": {"order_number": "1"}})).await;
                assert_eq!(tried.body["run"]["success"], false, "{target}: {tried:?}");
            }
            let hook = site.post(token, "/api/v1/webhooks", &json!({"url": target})).await;
            if hook.status == 201 {
                webhooks += 1;
                let id = hook.body["webhook"]["id"].as_str().unwrap();
                let sent = site.post(token, &format!("/api/v1/webhooks/{id}/test"), &json!({})).await;
                assert_eq!(sent.status, 202);
            }
        }
        let redirecting = redirecting_to(port).await;
        let change = json!({"enabled": true, "url": redirecting, "secret": SECRET});
        assert_eq!(site.patch(token, "/api/v1/tools/get_order_status", &change).await.status, 200);
        let tried = site.post(token, "/api/v1/tools/get_order_status/test", &json!({"arguments": {"order_number": "1"}})).await;
        assert_eq!(tried.body["run"]["error"], "the tool answered with status 307");
        within("every delivery was tried", async {
            loop {
                let list = site.get(token, "/api/v1/webhooks/deliveries?limit=200").await;
                let items = list.body["items"].as_array().unwrap().clone();
                if items.len() == webhooks && items.iter().all(|item| item["last_error"].is_string()) {
                    return;
                }
                // Another process works: there is no event to wait for.
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        })
        .await;

        assert!(matches!(victim.accept(), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock), "nobody came");
    }
}

/// A server on an address that may be reached, which sends everybody to one that may not.
async fn redirecting_to(port: u16) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.2:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let target = format!("http://127.0.0.1:{port}/");
    let app = axum::Router::new().fallback(move || {
        let target = target.clone();
        async move { axum::response::Redirect::temporary(&target) }
    });
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}/")
}
