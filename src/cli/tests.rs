//! Tests of the commands as scripts use them.

use std::ffi::OsString;
use std::path::Path;

use serde_json::Value;

use super::{Terminal, run_on};

pub(super) struct Outcome {
    pub(super) code: u8,
    pub(super) output: String,
    pub(super) errors: String,
}

impl Outcome {
    /// The one object on standard output.
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.output).unwrap_or_else(|error| panic!("{error}: {}", self.output))
    }

    pub(super) fn text(&self, field: &str) -> String {
        self.json()[field].as_str().unwrap_or_else(|| panic!("{field} in {}", self.output)).to_owned()
    }
}

pub(super) fn run(data: &Path, args: &[&str], input: &str) -> Outcome {
    let data = data.display().to_string();
    run_bare(&[args, &["--data-dir", &data]].concat(), input)
}

fn run_bare(args: &[&str], input: &str) -> Outcome {
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    let terminal =
        Terminal { input: &mut input.as_bytes(), output: &mut output, errors: &mut errors, env: &|_| None };
    let args = ["switchboard"].iter().chain(args).map(OsString::from);
    let code = run_on(terminal, args, |_| Ok(()));
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Outcome { code, output: text(output), errors: text(errors) }
}

pub(super) const PASSWORD: &str = "correct horse battery\n";

#[test]
fn an_installation_is_made_from_the_shell_alone() {
    let data = tempfile::tempdir().unwrap();

    let org = run(data.path(), &["org", "create", "Shop", "--json"], "").text("org_id");
    let create = ["channel", "create", "Site", "--org", &org, "--origin", "https://a.example", "--json"];
    let channel = run(data.path(), &create, "").json();
    assert!(channel["channel_key"].as_str().unwrap().starts_with("swk_"));
    assert_eq!(channel["identity_secret"].as_str().unwrap().len(), 64);
    assert!(channel["channel_id"].is_string());
    let create = [
        "agent",
        "create",
        "Ana@example.com",
        "--org",
        &org,
        "--role",
        "agent",
        "--password-stdin",
        "--json",
    ];
    let agent = run(data.path(), &create, PASSWORD).text("agent_id");
    let set = ["agent", "password", "ana@example.com", "--password-stdin", "--json"];
    assert_eq!(run(data.path(), &set, PASSWORD).text("agent_id"), agent);
    for owner in [["--agent", &agent], ["--org", &org]] {
        let token = run(data.path(), &["token", "create", owner[0], owner[1], "--json"], "").text("token");
        assert!(token.starts_with("sbt_"));
    }
}

#[test]
fn a_failure_is_one_object_too() {
    let data = tempfile::tempdir().unwrap();
    let unknown = "018f2a6c-1d2e-7b3f-8a4b-0123456789ab";

    for (args, input, code, error) in [
        (vec!["channel", "create", "Site", "--org", unknown], "", 1, "not_found"),
        (vec!["channel", "create", "Site", "--org", "nonsense"], "", 1, "not_found"),
        (vec!["token", "create", "--agent", unknown], "", 1, "not_found"),
        (vec!["token", "create"], "", 2, "bad_request"),
        (vec!["org", "create", "  "], "", 1, "bad_request"),
        (
            vec!["agent", "create", "a@b.c", "--org", unknown, "--role", "king", "--password-stdin"],
            PASSWORD,
            2,
            "bad_request",
        ),
        (vec!["agent", "create", "a@b.c", "--org", unknown, "--role", "agent"], PASSWORD, 2, "bad_request"),
        (vec!["agent", "password", "no@example.com", "--password-stdin"], PASSWORD, 1, "not_found"),
        (vec!["agent", "password", "no@example.com", "--password-stdin"], "", 1, "bad_request"),
        (vec!["fly"], "", 2, "bad_request"),
    ] {
        let outcome = run(data.path(), &[&args[..], &["--json"]].concat(), input);

        assert_eq!(outcome.code, code, "{args:?}: {}", outcome.output);
        assert_eq!(outcome.json()["error"]["code"], error, "{args:?}: {}", outcome.output);
        assert!(outcome.json()["error"]["message"].is_string());
        assert_eq!(outcome.errors, "", "{args:?}");
    }
}

#[test]
fn people_get_words() {
    let data = tempfile::tempdir().unwrap();

    let made = run(data.path(), &["org", "create", "Shop"], "");
    assert!(made.code == 0 && made.output.starts_with("Made org Shop"), "{}", made.output);
    let failed = run(data.path(), &["agent", "password", "no@example.com", "--password-stdin"], PASSWORD);
    assert_eq!((failed.code, failed.errors.as_str()), (1, "error: there is no agent with this address\n"));
    assert_eq!(failed.output, "");
}

#[test]
fn a_rotated_key_seals_everything_anew_and_opens_it_still() {
    let data = tempfile::tempdir().unwrap();
    let org = run(data.path(), &["org", "create", "Shop", "--json"], "").text("org_id");
    run(data.path(), &["channel", "create", "Site", "--org", &org, "--json"], "");

    let rotated = run(data.path(), &["key", "rotate", "--json"], "");
    let again = run(data.path(), &["key", "rotate", "--json"], "");

    assert_eq!((rotated.code, &rotated.json()["resealed"]), (0, &Value::from(1)), "{}", rotated.output);
    assert_eq!(again.json()["resealed"], 1);
    assert_ne!(again.text("key_id"), rotated.text("key_id"));
    assert_eq!(run(data.path(), &["doctor", "--json"], "").json()["ok"], true);
}

#[test]
fn a_foreign_master_key_seals_nothing() {
    let data = tempfile::tempdir().unwrap();
    let org = run(data.path(), &["org", "create", "Shop", "--json"], "").text("org_id");
    let create = ["channel", "create", "Site", "--org", &org, "--json"];
    run(data.path(), &create, "").text("channel_id");
    std::fs::remove_file(data.path().join("master.key")).unwrap();

    assert_eq!(run(data.path(), &create, "").json()["error"]["code"], "unavailable");
    assert!(!data.path().join("master.key").exists(), "none is made that would not fit");
    let other = tempfile::tempdir().unwrap();
    run(other.path(), &["key", "rotate"], "");
    std::fs::copy(other.path().join("master.key"), data.path().join("master.key")).unwrap();
    assert_eq!(run(data.path(), &create, "").json()["error"]["code"], "unavailable");
    let seen = run(data.path(), &["doctor", "--json"], "");
    assert_eq!((seen.code, &seen.json()["ok"]), (1, &Value::from(false)), "{}", seen.output);
}

#[test]
fn a_doctor_changes_nothing() {
    let data = tempfile::tempdir().unwrap();

    let seen = run(data.path(), &["doctor", "--json"], "");

    assert_eq!((seen.code, &seen.json()["ok"]), (0, &Value::from(true)), "{}", seen.output);
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0);
    let names: Vec<Value> =
        seen.json()["checks"].as_array().unwrap().iter().map(|check| check["name"].clone()).collect();
    let expected = [
        "config",
        "data_dir",
        "database",
        "server",
        "master_key",
        "disk",
        "clock",
        "public_url",
        "voice",
        "recordings",
        "prices",
        "audit_log",
        "collector",
        "files",
    ];
    assert_eq!(names, expected.map(Value::from));
}

#[test]
fn migrate_makes_the_schema_and_may_be_repeated() {
    let data = tempfile::tempdir().unwrap();

    for _ in 0..2 {
        let migrated = run(data.path(), &["migrate", "--json"], "");
        assert_eq!((migrated.code, migrated.text("engine").as_str()), (0, "sqlite"));
    }
    assert!(run(data.path(), &["doctor"], "").output.contains("is current"));
}

#[test]
fn serve_gets_its_settings_and_its_failure_is_told() {
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    let terminal =
        Terminal { input: &mut "".as_bytes(), output: &mut output, errors: &mut errors, env: &|_| None };
    let args = ["switchboard", "serve", "--listen", "127.0.0.1:9"].map(OsString::from);

    let code = run_on(terminal, args, |settings| anyhow::bail!("port {} is taken", settings.listen.port()));

    assert_eq!((code, String::from_utf8(errors).unwrap().as_str()), (1, "error: port 9 is taken\n"));
}

#[test]
fn help_is_no_failure() {
    let help = run_bare(&["channel", "create", "--help"], "");

    assert_eq!((help.code, help.errors.as_str()), (0, ""));
    assert!(help.output.contains("--origin <URL>") && help.output.contains("--data-dir"), "{}", help.output);
    assert_eq!(run_bare(&[], "").code, 2);
}
