//! Webhooks over a real server and a real receiver: what is sent, signed, tried again, and never lost.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::on_both_databases;
use crate::support::receiver::{Got, Receiver, Say};
use crate::support::{Database, Options, Site, within};

struct Hooked {
    site: Site,
    token: String,
    receiver: Receiver,
    webhook: String,
    secret: String,
}

impl Hooked {
    async fn start(database: Database, kinds: Value) -> Self {
        let options = Options::unlimited().flag("--allow-private-ranges", "127.0.0.0/8");
        let site = Site::start(database, options).await;
        let token = site.agent("owner").await.token;
        let receiver = Receiver::start().await;
        let body = json!({ "url": receiver.url(), "kinds": kinds });
        let made = site.post(Some(&token), "/api/v1/webhooks", &body).await;
        assert_eq!(made.status, 201, "{made:?}");
        let webhook = made.body["webhook"]["id"].as_str().unwrap().to_owned();
        let secret = made.body["secret"].as_str().expect("shown this once").to_owned();
        let listed = site.get(Some(&token), "/api/v1/webhooks").await;
        assert!(!listed.body.to_string().contains(&secret), "and never again");
        Self { site, token, receiver, webhook, secret }
    }

    async fn deliveries(&self) -> Vec<Value> {
        let listed = self.site.get(Some(&self.token), "/api/v1/webhooks/deliveries?limit=200").await;
        listed.body["items"].as_array().unwrap().clone()
    }

    /// Waits until the deliveries are as wanted.
    async fn until(&self, is_wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        within("the deliveries", async {
            loop {
                let deliveries = self.deliveries().await;
                if is_wanted(&deliveries) {
                    return deliveries;
                }
                // Another process works: there is no event to wait for.
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        })
        .await
    }
}

fn kinds_of(got: &[Got]) -> Vec<&str> {
    let mut kinds: Vec<&str> = got.iter().map(|one| one.body["event"].as_str().unwrap()).collect();
    kinds.sort_unstable();
    kinds
}

on_both_databases! {
    async fn what_happens_is_sent_signed_with_what_agents_see(database: Database) {
        let hooked = Hooked::start(database, json!([])).await;
        let visitor = hooked.site.visitor().await;
        let mut theirs = hooked.site.connect(&visitor.token).await;
        theirs.join(visitor.session_id()).await;
        theirs.say(visitor.session_id(), "héllo 🙂").await;
        theirs.call("handoff:request", json!({"session_id": visitor.session_id()})).await.unwrap();
        // What the visitor is told of who is there is a message too.
        while theirs.event("message:new").await["metadata"]["notice"].is_null() {}
        theirs.call("session:end", json!({"session_id": visitor.session_id()})).await.unwrap();

        let got = hooked.receiver.received(6).await;

        let wanted =
            ["conversation.closed", "conversation.opened", "handoff.requested", "message.created", "message.created", "ticket.opened"];
        assert_eq!(kinds_of(&got), wanted);
        for one in &got {
            assert!(one.is_signed_with(&hooked.secret), "{one:?}");
            assert_eq!(one.header("x-switchboard-event"), one.body["event"].as_str().unwrap());
            assert_eq!(one.body["org_id"], hooked.site.org.id.as_str());
            let session = [&one.body["data"]["session"]["id"], &one.body["data"]["ticket"]["conversation_id"]];
            assert!(session.contains(&&json!(visitor.session_id())), "{one:?}");
        }
        let message = got.iter().find(|one| one.body["data"]["entry"]["role"] == "visitor" && one.body["event"] == "message.created").unwrap();
        assert_eq!(message.body["data"]["entry"]["content"], "héllo 🙂");
        assert_eq!(message.body["data"]["entry"]["seq"], 1);
        let deliveries = hooked.until(|all| all.len() == 6 && all.iter().all(|one| one["status"] == "delivered")).await;
        assert!(deliveries.iter().all(|one| one["attempts"] == 1 && one["last_status"] == 200));
    }

    async fn takeovers_tickets_enquiries_and_what_is_learnt_of_visitors_are_sent(database: Database) {
        let kinds = [
            "conversation.taken_over",
            "conversation.released",
            "conversation.assigned",
            "ticket.opened",
            "ticket.resolved",
            "submission.created",
            "contact.updated",
        ];
        let hooked = Hooked::start(database, json!(kinds)).await;
        let (site, token) = (&hooked.site, hooked.token.as_str());
        let visitor = site.visitor().await;
        let mut theirs = site.connect(&visitor.token).await;
        theirs.say(visitor.session_id(), "hello").await;
        theirs.call("visitor:update", json!({"name": "Ana", "email": "ana@example.com"})).await.unwrap();
        theirs.call("page:view", json!({"url": "https://shop.example/"})).await.unwrap();
        theirs.call("handoff:request", json!({"session_id": visitor.session_id()})).await.unwrap();
        let me = site.get(Some(token), "/api/v1/auth/me").await.body["member"]["id"].clone();
        let bob = site.agent_with_role(&site.org, "bob", "agent").await;
        let conversation = format!("/api/v1/conversations/{}", visitor.session_id());
        for (act, body) in [("takeover", json!({})), ("release", json!({})), ("assign", json!({"agent_id": bob.id}))] {
            let done = site.post(Some(token), &format!("{conversation}/{act}"), &body).await;
            assert_eq!(done.status, 200, "{act}: {done:?}");
        }
        let ticket = site.get(Some(token), "/api/v1/tickets").await.body["items"][0]["id"].as_str().unwrap().to_owned();
        let resolve = format!("/api/v1/tickets/{ticket}/resolve");
        for _ in 0..2 {
            assert_eq!(site.post(Some(token), &resolve, &json!({})).await.status, 200);
        }
        let form = json!({"email": "ana@example.com", "message": "Do you repair lamps?"});
        let left = site.post(Some(&visitor.token), "/api/v1/widget/submissions", &form).await;
        assert_eq!(left.status, 201, "{left:?}");

        let deliveries = hooked.until(|all| all.iter().any(|one| one["kind"] == "submission.created")).await;

        let mut sent: Vec<&str> = deliveries.iter().map(|one| one["kind"].as_str().unwrap()).collect();
        sent.sort_unstable();
        sent.dedup();
        let mut wanted = kinds.to_vec();
        wanted.sort_unstable();
        assert_eq!(sent, wanted);
        let data = |kind: &str| &deliveries.iter().find(|one| one["kind"] == kind).unwrap()["body"]["data"];
        assert_eq!((&data("ticket.opened")["ticket"]["id"], &data("ticket.opened")["ticket"]["title"]), (&json!(ticket), &Value::Null));
        assert_eq!(deliveries.iter().filter(|one| one["kind"] == "ticket.resolved").count(), 1, "again changes nothing");
        let resolved = &data("ticket.resolved")["ticket"];
        assert_eq!((&resolved["status"], &resolved["resolved_by"]["id"]), (&json!("resolved"), &me));
        let contact = &data("contact.updated")["contact"];
        assert_eq!((&contact["id"], &contact["name"], &contact["email"]), (&json!(visitor.id), &json!("Ana"), &json!("ana@example.com")));
        assert_eq!(data("submission.created")["submission"]["body"], "Do you repair lamps?");
        assert_eq!(data("conversation.taken_over")["entry"]["event"], "takeover");
        assert_eq!(data("conversation.assigned")["session"]["id"], visitor.session_id());
    }

    async fn a_limit_that_is_nearly_used_up_is_sent(database: Database) {
        let assisted = crate::support::Assisted::start(database).await;
        let receiver = Receiver::start().await;
        let body = json!({ "url": receiver.url(), "kinds": ["usage.warning"] });
        assisted.site.post(Some(&assisted.owner.token), "/api/v1/webhooks", &body).await;
        assisted.set(json!({"max_chat_requests_per_day": 1})).await;
        assisted.sim.set_default(switchboard_sim::chat::Reply::text("Yes."));
        let path = format!("/api/v1/channels/{}/assistant/test", assisted.site.org.channel_id);
        let question = json!({"messages": [{"role": "visitor", "text": "hello?"}]});
        assert_eq!(assisted.site.post(Some(&assisted.owner.token), &path, &question).await.status, 200);

        let got = receiver.received(1).await;

        let data = &got[0].body["data"];
        assert_eq!((&data["limit"], &data["percent"], &data["mode"]), (&json!("max_chat_requests_per_day"), &json!(100), &json!("hard")));
    }

    async fn a_secret_is_rotated_while_both_sign(database: Database) {
        let hooked = Hooked::start(database, json!(["webhook.test"])).await;
        let path = |what: &str| format!("/api/v1/webhooks/{}/{what}", hooked.webhook);
        let (site, token) = (&hooked.site, hooked.token.as_str());
        let deliver = async |count: usize| {
            assert_eq!(site.post(Some(token), &path("test"), &json!({})).await.status, 202);
            hooked.receiver.received(count).await.pop().unwrap()
        };
        let rotated = site.post(Some(token), &path("rotate-secret"), &json!({"overlap_hours": 24})).await;
        assert_eq!(rotated.status, 200, "{rotated:?}");
        let new = rotated.body["secret"].as_str().unwrap().to_owned();
        assert!(rotated.body["webhook"]["old_secret_until"].is_string() && new != hooked.secret);

        let both = deliver(1).await;
        assert!(both.is_signed_with(&hooked.secret) && both.is_signed_beside_with(&new), "{both:?}");
        let listed = site.get(Some(token), "/api/v1/webhooks").await.body["webhooks"][0].clone();
        assert_eq!(listed["old_secret_until"], rotated.body["webhook"]["old_secret_until"]);
        assert_eq!(listed["secret_hint"], rotated.body["webhook"]["secret_hint"]);
        let old = format!("webhook:{}:old", hooked.webhook);
        site.server.database.execute(&format!("update secrets set expires_at = 1 where field = '{old}'"));
        let late = deliver(2).await;
        assert!(late.is_signed_with(&new) && late.header("x-switchboard-signature-new").is_empty(), "its time is over");

        let again = site.post(Some(token), &path("rotate-secret"), &json!({"overlap_hours": 1})).await;
        let newest = again.body["secret"].as_str().unwrap().to_owned();
        assert!(deliver(3).await.is_signed_with(&new));
        assert_eq!(site.delete(Some(token), &path("old-secret")).await.status, 204);
        assert!(deliver(4).await.is_signed_with(&newest), "it was cut short");
        assert_eq!(site.delete(Some(token), &path("old-secret")).await.status, 404);
        let long = site.post(Some(token), &path("rotate-secret"), &json!({"overlap_hours": 721})).await;
        assert_eq!(long.status, 400);
        let audit = site.get(Some(token), "/api/v1/audit?act=webhook").await.body.to_string();
        assert!(audit.contains("webhook.rotate_secret") && audit.contains("webhook.end_old_secret"));
        assert!(!audit.contains(&new) && !audit.contains(&newest), "no secret");
    }

    async fn only_the_wanted_kinds_are_sent_and_only_to_the_own_org(database: Database) {
        let hooked = Hooked::start(database, json!(["handoff.requested"])).await;
        let other = hooked.site.another_org().await;
        let foreign = hooked.site.visitor_of(&other).await;
        let visitor = hooked.site.visitor().await;
        for (token, id) in [(&foreign.token, foreign.session_id()), (&visitor.token, visitor.session_id())] {
            let mut client = hooked.site.connect(token).await;
            client.say(id, "hello").await;
            client.call("handoff:request", json!({"session_id": id})).await.unwrap();
        }

        let got = hooked.receiver.received(1).await;

        assert_eq!(got[0].body["data"]["session"]["id"], visitor.session_id());
        assert_eq!(hooked.deliveries().await.len(), 1);
        let eve = hooked.site.agent_of(&other, "eve").await;
        let delivery = hooked.deliveries().await[0]["id"].as_str().unwrap().to_owned();
        for path in [format!("/api/v1/webhooks/{}/test", hooked.webhook), format!("/api/v1/webhooks/deliveries/{delivery}/replay")] {
            assert_eq!(hooked.site.post(Some(&eve.token), &path, &json!({})).await.status, 404, "{path}");
        }
        let path = format!("/api/v1/webhooks/{}", hooked.webhook);
        assert_eq!(hooked.site.patch(Some(&eve.token), &path, &json!({"active": false})).await.status, 404);
        assert_eq!(hooked.site.delete(Some(&eve.token), &path).await.status, 404);
        let unknown = hooked.site.post(Some(&hooked.token), "/api/v1/webhooks", &json!({"url": hooked.receiver.url(), "kinds": ["x"]})).await;
        assert_eq!((unknown.status, unknown.code()), (400, "bad_request"));
    }

    async fn a_failed_delivery_is_tried_again_and_can_be_replayed(database: Database) {
        let hooked = Hooked::start(database, json!([])).await;
        hooked.receiver.say(Say::Status(500));
        let path = format!("/api/v1/webhooks/{}/test", hooked.webhook);
        assert_eq!(hooked.site.post(Some(&hooked.token), &path, &json!({})).await.status, 202);

        let waiting = hooked.until(|all| all[0]["attempts"] == 1 && all[0]["last_status"] == 500).await;
        assert_eq!((&waiting[0]["status"], &waiting[0]["last_error"]), (&json!("pending"), &json!("target_bad_status")));
        let got = hooked.receiver.received(2).await;
        let done = hooked.until(|all| all[0]["status"] == "delivered").await;
        assert_eq!(done[0]["attempts"], 2);
        assert_eq!(got[0].body["id"], got[1].body["id"], "the same event");
        assert_eq!(got[0].header("x-switchboard-delivery"), got[1].header("x-switchboard-delivery"));

        let path = format!("/api/v1/webhooks/deliveries/{}/replay", done[0]["id"].as_str().unwrap());
        assert_eq!(hooked.site.post(Some(&hooked.token), &path, &json!({})).await.status, 202);
        let got = hooked.receiver.received(3).await;
        assert_eq!(got[2].body["id"], got[0].body["id"]);
        assert_ne!(got[2].header("x-switchboard-delivery"), got[0].header("x-switchboard-delivery"));
    }

    async fn a_receiver_that_is_gone_is_left_alone(database: Database) {
        let hooked = Hooked::start(database, json!([])).await;
        hooked.receiver.say(Say::Status(410));
        let path = format!("/api/v1/webhooks/{}/test", hooked.webhook);
        assert_eq!(hooked.site.post(Some(&hooked.token), &path, &json!({})).await.status, 202);
        hooked.until(|all| all[0]["status"] == "failed").await;
        within("it is switched off", async {
            loop {
                let listed = hooked.site.get(Some(&hooked.token), "/api/v1/webhooks").await;
                if listed.body["webhooks"][0]["active"] == false {
                    return;
                }
                // Another process works: there is no event to wait for.
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        })
        .await;

        hooked.site.visitor().await;

        assert_eq!(hooked.deliveries().await.len(), 1, "nothing is written for it any more");
        assert_eq!(hooked.receiver.got().len(), 1);
    }

    async fn a_kill_between_commit_and_delivery_loses_nothing(database: Database) {
        let mut hooked = Hooked::start(database, json!(["message.created"])).await;
        // Some are on their way and never answered, the others wait behind them.
        hooked.receiver.always(Say::Silence);
        let visitor = hooked.site.visitor().await;
        let mut theirs = hooked.site.connect(&visitor.token).await;
        let mut said = BTreeSet::new();
        for number in 0..12 {
            said.insert(theirs.say(visitor.session_id(), &format!("m{number}")).await["entry"]["id"].to_string());
        }
        hooked.receiver.received(1).await;
        hooked.site.server.kill().await;
        hooked.receiver.always(Say::Json(json!({})));
        let before = hooked.receiver.got().len();

        hooked.site.server.restart().await;
        hooked.receiver.received(before + 12).await;
        hooked.until(|all| all.len() == 12 && all.iter().all(|one| one["status"] == "delivered")).await;

        let arrived: BTreeSet<String> =
            hooked.receiver.got()[before..].iter().map(|one| one.body["data"]["entry"]["id"].to_string()).collect();
        assert_eq!(arrived, said);
    }
}

/// The first code block of a language in docs/integrate/webhooks.md.
fn snippet(language: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text =
        std::fs::read_to_string(root.join("docs/integrate/webhooks.md")).expect("docs/integrate/webhooks.md");
    let block = text.split(&format!("```{language}\n")).nth(1).expect("a block");
    block.split("```").next().expect("its end").to_owned()
}

/// Runs a snippet on a delivery: whether it takes it for ours.
fn verifies(program: &str, file: &Path, got: &Got, secret: &str) -> bool {
    let output = Command::new(program)
        .arg(file)
        .env("SWITCHBOARD_SECRET", secret)
        .env("TIMESTAMP", got.header("x-switchboard-timestamp"))
        .env("SIGNATURE", got.header("x-switchboard-signature"))
        .env("BODY", &got.raw)
        .output()
        .unwrap_or_else(|error| panic!("{program} runs: {error}"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().eq_ignore_ascii_case("true")
}

#[tokio::test]
async fn the_snippets_of_the_guide_verify_a_real_delivery() {
    let hooked = Hooked::start(Database::sqlite(), json!([])).await;
    let path = format!("/api/v1/webhooks/{}/test", hooked.webhook);
    assert_eq!(hooked.site.post(Some(&hooked.token), &path, &json!({})).await.status, 202);
    let got = hooked.receiver.received(1).await.remove(0);
    let dir = tempfile::tempdir().unwrap();

    for (language, program, call) in [
        (
            "js",
            "node",
            "\nconsole.log(isOurs(process.env.SWITCHBOARD_SECRET, process.env.TIMESTAMP, process.env.BODY, process.env.SIGNATURE));\n",
        ),
        (
            "python",
            "python3",
            "\nimport os\nprint(is_ours(os.environ['SWITCHBOARD_SECRET'], os.environ['TIMESTAMP'], os.environ['BODY'].encode(), os.environ['SIGNATURE']))\n",
        ),
    ] {
        let ending = if language == "js" { "mjs" } else { "py" };
        let file = dir.path().join(format!("verify.{ending}"));
        std::fs::write(&file, snippet(language) + call).unwrap();

        assert!(verifies(program, &file, &got, &hooked.secret), "{language}");
        assert!(!verifies(program, &file, &got, "another-secret-0123456789"), "{language}");
        let changed = Got { raw: got.raw.replace("works", "fails"), ..got.clone() };
        assert!(!verifies(program, &file, &changed, &hooked.secret), "{language}");
        let mut old = got.clone();
        old.headers.insert("x-switchboard-timestamp", "1700000000".parse().unwrap());
        assert!(!verifies(program, &file, &old, &hooked.secret), "{language}");
    }
}
