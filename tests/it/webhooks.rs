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

        let got = hooked.receiver.received(5).await;

        let wanted = ["conversation.closed", "conversation.opened", "handoff.requested", "message.created", "message.created"];
        assert_eq!(kinds_of(&got), wanted);
        for one in &got {
            assert!(one.is_signed_with(&hooked.secret), "{one:?}");
            assert_eq!(one.header("x-switchboard-event"), one.body["event"].as_str().unwrap());
            assert_eq!(one.body["org_id"], hooked.site.org.id.as_str());
            assert_eq!(one.body["data"]["session"]["id"], visitor.session_id());
        }
        let message = got.iter().find(|one| one.body["data"]["entry"]["role"] == "visitor" && one.body["event"] == "message.created").unwrap();
        assert_eq!(message.body["data"]["entry"]["content"], "héllo 🙂");
        assert_eq!(message.body["data"]["entry"]["seq"], 1);
        let deliveries = hooked.until(|all| all.len() == 5 && all.iter().all(|one| one["status"] == "delivered")).await;
        assert!(deliveries.iter().all(|one| one["attempts"] == 1 && one["last_status"] == 200));
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

/// The first code block of a language in docs/webhooks.md.
fn snippet(language: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("docs/webhooks.md")).expect("docs/webhooks.md");
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
