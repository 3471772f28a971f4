//! Tests of the commands that ask the services of REST, as scripts use them.

use serde_json::{Value, json};

use super::shell_tests::{NOBODYS, Shop};
use super::tests::run;

const KEY: &str = "sk-test-0123456789abcdef";

impl Shop {
    /// The object that a command prints which reads a secret.
    fn json_with(&self, args: &[&str], input: &str) -> Value {
        let outcome = run(self.path(), &[args, &["--json"]].concat(), input);
        assert_eq!(outcome.code, 0, "{args:?}: {}", outcome.output);
        outcome.json()
    }

    /// Acts in the audit log of the org by the shell, the newest first.
    fn acts(&self) -> Vec<String> {
        let rows = self.json(&["audit", "list", "--org", &self.org])["rows"].clone();
        let act = |row: &Value| {
            assert_eq!(row["actor"], json!({"kind": "shell", "id": null, "name": ""}), "{row}");
            row["act"].as_str().unwrap().to_owned()
        };
        rows.as_array().unwrap().iter().map(act).collect()
    }
}

fn id_of(value: &Value) -> String {
    value["id"].as_str().unwrap_or_else(|| panic!("an id in {value}")).to_owned()
}

#[test]
fn a_channel_is_set_cleared_and_rotated() {
    let shop = Shop::open();
    let at = [shop.channel.as_str(), "--org", shop.org.as_str()];
    let channel = |verb: &str, rest: &[&str]| shop.json(&[&["channel", verb], &at[..], rest].concat());
    let key = channel("show", &[])["key"].clone();
    let set: Vec<&str> = "--name|Shop window|--color|#112233|--greeting|Hello|--language|es|--assistant|on|--handoff|off|\
                         --handoff-word|persona|--message-max-chars|200|--origin|https://b.example|--origin|https://c.example"
        .split('|')
        .collect();

    let changed = channel("set", &set);

    assert_eq!(
        (&changed["name"], &changed["color"], &changed["greeting"]),
        (&json!("Shop window"), &json!("#112233"), &json!("Hello"))
    );
    assert_eq!(
        (&changed["locale"], &changed["has_assistant"], &changed["handoff_enabled"]),
        (&json!("es"), &json!(true), &json!(false))
    );
    assert_eq!(
        (&changed["handoff_words"], &changed["visitor_message_max_chars"]),
        (&json!(["persona"]), &json!(200))
    );
    assert_eq!(changed["origins"], json!(["https://b.example", "https://c.example"]));
    assert_eq!(channel("show", &[]), changed);
    let cleared = channel("set", &["--clear", "language", "--clear", "handoff-word", "--no-origin"]);
    assert_eq!(
        (&cleared["locale"], &cleared["handoff_words"], &cleared["origins"]),
        (&Value::Null, &json!([]), &json!([]))
    );
    assert_eq!((&cleared["name"], &cleared["key"]), (&changed["name"], &key), "the rest stays");
    assert_eq!(channel("rename", &["Window"])["name"], "Window");
    assert_eq!(
        channel("origins", &["--origin", "https://d.example"])["origins"],
        json!(["https://d.example"])
    );
    assert_ne!(channel("rotate-key", &[])["key"], key);
    let rotated = channel("rotate-secret", &["--overlap-hours", "2"]);
    assert_eq!(rotated["identity_secret"].as_str().unwrap().len(), 64);
    assert!(rotated["old_accepted_until"].is_string(), "{rotated}");
    let issuer = ["--issuer", "https://id.example", "--audience", "shop", "--issuer-secret-stdin"];
    let issued = shop.json_with(&[&["channel", "set"], &at[..], &issuer].concat(), "a secret of theirs\n");
    assert_eq!(issued["issuer"], "https://id.example");
    assert!(!issued.to_string().contains("a secret of theirs"));
    assert_eq!(
        shop.acts()[..3],
        ["channel.change", "channel.rotate_identity_secret", "channel.rotate_key"].map(String::from)
    );
}

#[test]
fn what_a_channel_may_not_be_is_refused_and_changes_nothing() {
    let shop = Shop::open();
    let at = [shop.channel.as_str(), "--org", shop.org.as_str()];
    let before = shop.json(&[&["channel", "show"], &at[..]].concat());

    for (rest, code) in [
        (&["--color", "blue"][..], "bad_request"),
        (&["--origin", "https://a.example/path"], "bad_request"),
        (&["--message-max-chars", "99999999"], "bad_request"),
        (&["--assistant", "maybe"], "bad_request"),
        (&["--issuer", "https://id.example"], "bad_request"),
        (&["--clear", "name"], "bad_request"),
        (&["--name", " "], "bad_request"),
        (&[], "bad_request"),
    ] {
        assert_eq!(shop.refused(&[&["channel", "set"], &at[..], rest].concat()), code, "{rest:?}");
    }
    assert_eq!(
        shop.refused(&[&["channel", "rotate-secret"], &at[..], &["--overlap-hours", "721"]].concat()),
        "bad_request"
    );

    assert_eq!(shop.json(&[&["channel", "show"], &at[..]].concat()), before);
    assert!(!shop.acts().contains(&"channel.change".to_owned()), "{:?}", shop.acts());
}

#[test]
fn a_member_is_added_promoted_removed_and_restored() {
    let shop = Shop::open();
    let org = shop.org.as_str();
    let add = ["member", "add", "bo@example.com", "--org", org, "--role", "agent", "--name", "Bo"];

    let added = shop.json(&add);

    let bo = id_of(&added);
    let link = added["set_password_url"].as_str().unwrap();
    assert!(link.starts_with("http://127.0.0.1:8080/") && link.contains('#'), "{link}");
    assert_eq!((&added["is_mailed"], &added["role"]), (&json!(false), &json!("agent")));
    assert_eq!(shop.refused(&add), "conflict", "one account has one address");
    let member =
        |verb: &str, rest: &[&str]| shop.json(&[&["member", verb, &bo, "--org", org], rest].concat());
    assert_eq!(member("role", &["admin"])["role"], "admin");
    assert_eq!(member("rename", &["Bodil"])["name"], "Bodil");
    assert_eq!(member("remove", &[])["active"], false);
    assert_eq!(member("restore", &[])["active"], true);
    assert_ne!(member("link", &[])["set_password_url"], link);
    assert_eq!(
        shop.acts()[..6],
        [
            "password.link",
            "member.change",
            "member.remove",
            "member.change",
            "member.change",
            "member.invite"
        ]
        .map(String::from)
    );
    let last_owner = ["member", "role", shop.agent.as_str(), "agent", "--org", org];
    assert_eq!(shop.refused(&last_owner), "conflict", "an org keeps an owner");
    assert_eq!(shop.refused(&["member", "remove", &shop.agent, "--org", org]), "conflict");
    assert_eq!(shop.refused(&["member", "add", "nonsense", "--org", org, "--role", "agent"]), "bad_request");
}

#[test]
fn a_provider_is_set_up_and_its_key_is_never_shown() {
    let shop = Shop::open();
    for whose in [&["--org", shop.org.as_str()][..], &["--platform"]] {
        let provider = |verb: &str, rest: &[&str], input: &str| {
            shop.json_with(&[&["provider", verb], rest, whose].concat(), input)
        };
        let add = [
            "--kind",
            "compatible",
            "--model",
            "llama",
            "--base-url",
            "https://models.example/v1",
            "--key-stdin",
        ];

        let added = provider("add", &add, KEY);

        let id = id_of(&added);
        assert_eq!(
            (&added["has_key"], &added["model"], &added["name"]),
            (&json!(true), &json!("llama"), &json!("llama"))
        );
        assert!(!added.to_string().contains(KEY));
        assert_eq!(provider("set", &[&id, "--sees-images", "on"], "")["has_key"], true);
        let moved = provider("set", &[&id, "--base-url", "https://other.example/v1"], "");
        assert_eq!(moved["has_key"], false, "a key entered for one address is never sent to another");
        assert_eq!(provider("set", &[&id, "--key-stdin"], KEY)["has_key"], true);
        assert_eq!(provider("set", &[&id, "--no-key"], "")["has_key"], false);
        assert_eq!(provider("delete", &[&id], "")["deleted"], true);
        let gone = run(shop.path(), &[&["provider", "delete", &id, "--json"], whose].concat(), "");
        assert_eq!(gone.json()["error"]["code"], "not_found");
        let keyless = run(shop.path(), &[&["provider", "add", "--json"], &add[..], whose].concat(), "\n");
        assert_eq!((keyless.code, &keyless.json()["error"]["code"]), (1, &json!("bad_request")));
        assert_eq!(shop.json(&["provider", "list", "--org", &shop.org])["providers"], json!([]));
    }
    assert_eq!(
        shop.refused(&["provider", "add", "--kind", "openai", "--org", &shop.org]),
        "bad_request",
        "no model"
    );
    assert_eq!(
        shop.refused(&["provider", "add", "--kind", "openai", "--model", "x"]),
        "bad_request",
        "whose?"
    );
    let private = [
        "provider",
        "add",
        "--kind",
        "compatible",
        "--model",
        "x",
        "--base-url",
        "http://10.0.0.1/",
        "--org",
        &shop.org,
    ];
    assert_eq!(shop.refused(&private), "bad_request", "the rules for addresses are those of REST");
}

#[test]
fn a_webhook_is_set_up_and_its_secret_is_shown_once() {
    let shop = Shop::open();
    let org = shop.org.as_str();
    let create = ["webhook", "create", "https://hooks.example/in", "--org", org, "--kind", "message.created"];

    let created = shop.json(&create);

    let (id, secret) = (id_of(&created), created["secret"].as_str().unwrap().to_owned());
    assert_eq!((&created["kinds"], &created["active"]), (&json!(["message.created"]), &json!(true)));
    assert!(secret.starts_with("whs_"), "{secret}");
    let webhook = |verb: &str, rest: &[&str], input: &str| {
        shop.json_with(&[&["webhook", verb, &id, "--org", org], rest].concat(), input)
    };
    assert_eq!(webhook("set", &["--every-kind", "--active", "off"], "")["kinds"], json!([]));
    let own = webhook("set", &["--secret-stdin"], "a-secret-of-our-own\n");
    assert!(!own.to_string().contains("a-secret-of-our-own"));
    let rotated = webhook("rotate", &["--overlap-hours", "1"], "");
    assert!(rotated["secret"] != secret && rotated["old_signs_until"].is_string(), "{rotated}");
    assert!(webhook("test", &[], "")["delivery_id"].is_string());
    assert!(!shop.json(&["webhook", "list", "--org", org]).to_string().contains("whs_"));
    for refused in [
        &["webhook", "create", "ftp://hooks.example", "--org", org][..],
        &["webhook", "create", "http://127.0.0.1/", "--org", org],
        &["webhook", "set", &id, "--org", org, "--kind", "no.such_kind"],
        &["webhook", "set", &id, "--org", org],
    ] {
        assert_eq!(shop.refused(refused), "bad_request", "{refused:?}");
    }
    assert_eq!(webhook("delete", &[], "")["deleted"], true);
    assert_eq!(
        shop.acts()[..6],
        [
            "webhook.remove",
            "webhook.test",
            "webhook.rotate_secret",
            "webhook.change",
            "webhook.change",
            "webhook.add"
        ]
        .map(String::from)
    );
    assert_eq!(shop.refused(&["webhook", "delete", &id, "--org", org]), "not_found");
}

#[test]
fn a_tool_is_added_for_all_and_set_up_by_an_org() {
    let shop = Shop::open();
    let org = shop.org.as_str();
    let schema = r#"{"type": "object", "properties": {"order": {"type": "string"}}}"#;
    let add = [
        "tool",
        "add",
        "order_status",
        "--description",
        "Finds an order",
        "--input-schema",
        schema,
        "--default-enabled",
    ];

    assert_eq!(shop.json(&add)["name"], "order_status");

    let tool = |verb: &str, rest: &[&str]| {
        shop.json(&[&["tool", verb, "order_status", "--org", org], rest].concat())
    };
    let set = tool("set", &["--url", "https://tools.example/order", "--settings", r#"{"shop": 7}"#]);
    assert_eq!((&set["url"], &set["usable"]), (&json!("https://tools.example/order"), &json!(true)));
    assert!(set["secret"].as_str().unwrap().starts_with("whs_"), "one is made, and shown this once");
    assert_eq!(tool("disable", &[])["usable"], false);
    assert_eq!(tool("enable", &[])["usable"], true);
    assert_eq!(tool("set", &["--clear", "url"])["usable"], false, "a webhook needs a URL");
    assert!(!shop.json(&["tool", "list", "--org", org]).to_string().contains("whs_"));
    for (args, code) in [
        (&["tool", "set", "order_status", "--org", org, "--settings", "[1]"][..], "bad_request"),
        (&["tool", "set", "order_status", "--org", org, "--url", "http://127.0.0.1/"], "bad_request"),
        (&["tool", "enable", "no_such_tool", "--org", org], "not_found"),
        (&["tool", "delete", "no_such_tool"], "not_found"),
        (&add, "conflict"),
    ] {
        assert_eq!(shop.refused(args), code, "{args:?}");
    }
    assert_eq!(shop.json(&["tool", "delete", "order_status"])["deleted"], true);
    assert_eq!(shop.json(&["tool", "list", "--org", org])["tools"], json!([]));
    assert_eq!(shop.acts()[0], "tool.change");
}

#[test]
fn an_org_is_renamed_suspended_resumed_and_kept() {
    let shop = Shop::open();
    let org = shop.org.as_str();

    assert_eq!(shop.json(&["org", "rename", org, "Market"])["name"], "Market");
    let suspended = shop.json(&["org", "suspend", org, "--reason", "unpaid"]);
    assert_eq!(
        (&suspended["status"], &suspended["suspended_reason"]),
        (&json!("suspended"), &json!("unpaid"))
    );
    assert_eq!(
        shop.json(&["channel", "rename", &shop.channel, "Still", "--org", org])["name"],
        "Still",
        "the shell goes on"
    );
    assert_eq!(shop.json(&["org", "resume", org])["status"], "active");
    assert_eq!(shop.refused(&["org", "keep", org]), "conflict", "nothing waits");
    shop.json(&["org", "delete", org, "--yes"]);
    assert_eq!(shop.refused(&["org", "resume", org]), "conflict");
    assert_eq!(shop.json(&["org", "keep", org])["status"], "suspended");
    assert_eq!(shop.refused(&["org", "rename", org, " "]), "bad_request");

    let acts = ["org.keep", "org.delete", "org.resume", "channel.change", "org.suspend", "org.rename"];
    assert_eq!(shop.acts()[..6], acts.map(String::from));
    let rows = shop.json(&["audit", "list", "--platform", "--act", "org", "--limit", "5"])["rows"].clone();
    let platforms: Vec<&Value> = rows.as_array().unwrap().iter().map(|row| &row["act"]).collect();
    assert_eq!(
        platforms,
        ["org.keep", "org.delete", "org.resume", "org.suspend", "org.rename"],
        "in the platform's log too"
    );
    assert_eq!(rows[4]["after"], json!({"name": "Market"}));
}

#[test]
fn addresses_are_blocked_and_prices_are_set() {
    let shop = Shop::open();
    for whose in [&["--org", shop.org.as_str()][..], &["--platform"]] {
        let address = |verb: &str, rest: &[&str]| shop.json(&[&["address", verb], rest, whose].concat());

        let blocked = address("block", &["192.0.2.7/24", "--reason", "guesses", "--hours", "3"]);

        assert_eq!((&blocked["range"], &blocked["reason"]), (&json!("192.0.2.0/24"), &json!("guesses")));
        assert!(blocked["expires_at"].is_string());
        assert_eq!(address("list", &[])["blocks"], json!([blocked]));
        assert_eq!(address("unblock", &[&id_of(&blocked)])["deleted"], true);
        assert_eq!(address("list", &[])["blocks"], json!([]));
        assert_eq!(shop.refused(&[&["address", "unblock", &id_of(&blocked)], whose].concat()), "not_found");
        assert_eq!(shop.refused(&[&["address", "block", "0.0.0.0/0"], whose].concat()), "bad_request");
    }
    let price = ["price", "set", "llama", "--valid-from", "2026-11-01", "--input", "0.25", "--output", "1.5"];
    let set = shop.json(&price);
    assert_eq!(
        (&set["input_usd"], &set["output_usd"], &set["cached_input_usd"]),
        (&json!(0.25), &json!(1.5), &json!(0.0))
    );
    let listed = shop.json(&["price", "list"])["prices"].clone();
    assert!(listed.as_array().unwrap().contains(&set), "{listed}");
    assert_eq!(
        shop.refused(&["price", "set", "llama", "--valid-from", "soon", "--input", "1", "--output", "1"]),
        "bad_request"
    );
}

#[test]
fn whatever_is_changed_must_be_of_the_org_that_is_named() {
    let shop = Shop::open();
    let other = shop.json(&["org", "create", "Other"])["org_id"].as_str().unwrap().to_owned();
    let (channel, agent) = (shop.channel.as_str(), shop.agent.as_str());

    for org in [other.as_str(), NOBODYS, "nonsense"] {
        for args in [
            &["channel", "set", channel, "--assistant", "on", "--org", org][..],
            &["channel", "rename", channel, "Mine", "--org", org],
            &["channel", "rotate-key", channel, "--org", org],
            &["member", "role", agent, "agent", "--org", org],
            &["member", "remove", agent, "--org", org],
            &["member", "link", agent, "--org", org],
            &["provider", "test", NOBODYS, "--org", org],
            &["webhook", "delete", NOBODYS, "--org", org],
            &["tool", "enable", "handoff", "--org", org],
            &["address", "unblock", NOBODYS, "--org", org],
        ] {
            assert_eq!(shop.refused(args), "not_found", "{args:?}");
        }
    }
    for org in [NOBODYS, "nonsense"] {
        for verb in ["suspend", "resume", "keep"] {
            assert_eq!(shop.refused(&["org", verb, org]), "not_found");
        }
        assert_eq!(shop.refused(&["org", "rename", org, "Mine"]), "not_found");
    }
    assert_eq!(shop.json(&["channel", "show", channel, "--org", &shop.org])["name"], "Site");
}
