//! Tests of the commands that list, show and set, and of backups, as scripts use them.

use std::path::Path;

use serde_json::{Value, json};

use super::grammar::grammar;
use super::tests::{Outcome, PASSWORD, run};

pub(super) const NOBODYS: &str = "018f2a6c-1d2e-7b3f-8a4b-0123456789ab";

/// An org with a channel, a member and a token.
pub(super) struct Shop {
    data: tempfile::TempDir,
    pub(super) org: String,
    pub(super) channel: String,
    pub(super) agent: String,
}

impl Shop {
    pub(super) fn open() -> Self {
        let data = tempfile::tempdir().unwrap();
        let org = run(data.path(), &["org", "create", "Shop", "--json"], "").text("org_id");
        let create = ["channel", "create", "Site", "--org", &org, "--origin", "https://a.example", "--json"];
        let channel = run(data.path(), &create, "").text("channel_id");
        let create =
            ["agent", "create", "ana@example.com", "--org", &org, "--role", "owner", "--password-stdin"];
        let agent = run(data.path(), &[&create[..], &["--json"]].concat(), PASSWORD).text("agent_id");
        run(
            data.path(),
            &["token", "create", "--agent", &agent, "--name", "nightly", "--expires-in-days", "9"],
            "",
        );
        Self { data, org, channel, agent }
    }

    pub(super) fn path(&self) -> &Path {
        self.data.path()
    }

    pub(super) fn run(&self, args: &[&str]) -> Outcome {
        run(self.path(), args, "")
    }

    pub(super) fn json(&self, args: &[&str]) -> Value {
        let outcome = self.run(&[args, &["--json"]].concat());
        assert_eq!(outcome.code, 0, "{args:?}: {}", outcome.output);
        outcome.json()
    }

    /// The code of the failure of a command.
    pub(super) fn refused(&self, args: &[&str]) -> String {
        let outcome = self.run(&[args, &["--json"]].concat());
        assert_ne!(outcome.code, 0, "{args:?}: {}", outcome.output);
        outcome.json()["error"]["code"].as_str().unwrap().to_owned()
    }
}

#[test]
fn what_was_made_is_listed_and_shown_in_words_and_as_json() {
    let shop = Shop::open();
    let (org, channel) = (shop.org.as_str(), shop.channel.as_str());

    let orgs = shop.json(&["org", "list"]);
    assert_eq!((&orgs["orgs"][0]["id"], &orgs["orgs"][0]["status"]), (&json!(org), &json!("active")));
    let shown = shop.json(&["org", "show", org]);
    assert_eq!((&shown["name"], &shown["figures"]["channels"]), (&json!("Shop"), &json!(1)));
    let channels = shop.json(&["channel", "list", "--org", org]);
    assert_eq!(channels["channels"][0]["origins"], json!(["https://a.example"]));
    assert_eq!(shop.json(&["channel", "show", channel, "--org", org])["name"], "Site");
    let members = shop.json(&["member", "list", "--org", org]);
    assert_eq!(
        (&members["members"][0]["role"], &members["members"][0]["has_password"]),
        (&json!("owner"), &json!(true))
    );
    assert_eq!(shop.json(&["usage", "show", "--org", org])["days"], json!([]));
    for (group, what) in [("provider", "providers"), ("webhook", "webhooks"), ("tool", "tools")] {
        assert_eq!(shop.json(&[group, "list", "--org", org])[what], json!([]), "{group}");
    }
    for (args, word) in [
        (&["org", "list"][..], "Shop"),
        (&["org", "show", org], "cost this month"),
        (&["channel", "list", "--org", org], "https://a.example"),
        (&["channel", "show", channel, "--org", org], "swk_"),
        (&["member", "list", "--org", org], "ana@example.com"),
        (&["token", "list", "--org", org], "nightly"),
        (&["webhook", "list", "--org", org], "There are no webhooks."),
        (&["usage", "show", "--org", org], "Nothing was used."),
    ] {
        let outcome = shop.run(args);
        assert!(outcome.code == 0 && outcome.output.contains(word), "{args:?}: {}", outcome.output);
    }
}

#[test]
fn what_is_foreign_or_malformed_is_not_found() {
    let shop = Shop::open();
    let other = shop.json(&["org", "create", "Other"])["org_id"].as_str().unwrap().to_owned();

    for org in [NOBODYS, "nonsense"] {
        for args in [
            &["org", "show", org][..],
            &["channel", "list", "--org", org],
            &["member", "list", "--org", org],
            &["token", "list", "--org", org],
            &["settings", "list", "--org", org],
            &["provider", "list", "--org", org],
            &["webhook", "list", "--org", org],
            &["tool", "list", "--org", org],
            &["usage", "show", "--org", org],
            &["export", "--org", org, "file"],
            &["org", "delete", org, "--yes"],
        ] {
            assert_eq!(shop.refused(args), "not_found", "{args:?}");
        }
    }
    assert_eq!(shop.refused(&["channel", "show", &shop.channel, "--org", &other]), "not_found");
    let settings = ["settings", "get", "assistant_name", "--org", &other, "--channel", &shop.channel];
    assert_eq!(shop.refused(&settings), "not_found");
    assert_eq!(shop.refused(&["usage", "show", "--org", &shop.org, "--since", "yesterday"]), "bad_request");
}

#[test]
fn a_token_is_listed_with_its_end_and_revoked_once() {
    let shop = Shop::open();
    let listed = shop.json(&["token", "list", "--org", &shop.org]);
    let token = &listed["tokens"][0];
    assert_eq!((&token["agent_id"], &token["rights"]), (&json!(shop.agent), &json!("admin")));
    assert!(token["expires_at"].is_string() && token["used_at"].is_null(), "{token}");
    assert!(!listed.to_string().contains("sbt_"), "no token is shown");
    let revoke = ["token", "revoke", token["id"].as_str().unwrap(), "--org", &shop.org];

    assert_eq!(shop.json(&revoke)["deleted"], true);

    assert_eq!(shop.json(&["token", "list", "--org", &shop.org])["tokens"], json!([]));
    assert_eq!(shop.refused(&revoke), "not_found");
}

#[test]
fn a_setting_is_set_where_it_may_be_and_inherited_again() {
    let shop = Shop::open();
    let at = ["--org", shop.org.as_str()];
    let get = || shop.json(&[&["settings", "get", "assistant_name"], &at[..]].concat());
    let before = get();

    let set = shop.json(&[&["settings", "set", "assistant_name", "Ada"], &at[..]].concat());
    assert_eq!((&set["value"], &set["source"]), (&json!("Ada"), &json!("org")));
    assert_eq!(get()["value"], "Ada");
    let channel = [&["settings", "get", "assistant_name"], &at[..], &["--channel", &shop.channel]].concat();
    assert_eq!(shop.json(&channel)["value"], "Ada", "channels inherit");
    let number = shop.json(&[&["settings", "set", "conversation_days", "45"], &at[..]].concat());
    assert_eq!(number["value"], 45);
    for (name, value) in [("assistant_name", "5"), ("no_such_setting", "x"), ("conversation_days", "-1")] {
        assert_eq!(
            shop.refused(&[&["settings", "set", name, value], &at[..]].concat()),
            "bad_request",
            "{name}"
        );
    }
    shop.json(&[&["settings", "set", "assistant_name", "null"], &at[..]].concat());

    assert_eq!(get(), before);
    assert_eq!(shop.refused(&["settings", "get", "no_such_setting"]), "not_found");
    assert!(shop.json(&["settings", "list"])["settings"].as_array().unwrap().len() > 20);
}

#[test]
fn a_backup_is_made_and_put_back_without_a_server() {
    let shop = Shop::open();
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("backup.tar");
    let file = file.to_str().unwrap();
    assert_eq!(shop.refused(&["backup", "/no/such/folder/backup.tar"]), "unavailable");

    let made = shop.json(&["backup", file]);

    use std::os::unix::fs::PermissionsExt as _;
    assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!((&made["engine"], &made["missing_files"]), (&json!("sqlite"), &json!(0)), "{made}");
    assert_eq!(made["master_keys"].as_array().unwrap().len(), 1);
    assert_eq!(shop.refused(&["backup", file]), "conflict");
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "nothing else is left");
    let fresh = tempfile::tempdir().unwrap();
    let restored = run(fresh.path(), &["restore", file, "--json"], "").json();
    assert_eq!(
        (&restored["master_keys_here"], &restored["master_keys_absent"]),
        (&json!([]), &made["master_keys"])
    );
    let orgs = run(fresh.path(), &["org", "list", "--json"], "").json();
    assert_eq!(orgs["orgs"][0]["id"], shop.org.as_str());
    let names: Vec<_> =
        std::fs::read_dir(fresh.path()).unwrap().flatten().map(|one| one.file_name()).collect();
    assert!(!names.iter().any(|name| name == "master.key" || name == "switchboard.mark"), "{names:?}");
    std::fs::copy(shop.path().join("master.key"), fresh.path().join("master.key")).unwrap();
    let again = run(fresh.path(), &["restore", file], "");
    assert!(again.code == 1 && again.errors.contains("--force"), "{}", again.errors);
    let forced = run(fresh.path(), &["restore", file, "--force"], "");
    assert!(
        forced.code == 0 && forced.output.contains("that are here"),
        "{}{}",
        forced.output,
        forced.errors
    );
    assert!(run(fresh.path(), &["doctor", "--json"], "").json()["ok"].as_bool().unwrap());
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(
        run(empty.path(), &["backup", &format!("{file}.2"), "--json"], "").json()["error"]["code"],
        "not_found"
    );
}

#[test]
fn a_backup_says_that_files_stay_in_s3() {
    let shop = Shop::open();
    let config = shop.path().join("s3.toml");
    let keys = "s3_access_key = \"a\"\ns3_secret_key = \"b\"\n";
    std::fs::write(&config, format!("files = \"s3\"\ns3_bucket = \"files\"\n{keys}")).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str| dir.path().join(name).display().to_string();
    let (with, without) = (file("with.tar"), file("without.tar"));

    let told = shop.run(&["backup", &with, "--config", config.to_str().unwrap()]);
    let untold = shop.run(&["backup", &without]);

    assert!(
        told.code == 0 && told.output.contains("The files are in S3 and not in it"),
        "{}{}",
        told.output,
        told.errors
    );
    assert!(untold.code == 0 && !untold.output.contains("S3"), "{}", untold.output);
    let fresh = tempfile::tempdir().unwrap();
    let restored = run(fresh.path(), &["restore", &with, "--config", config.to_str().unwrap()], "");
    assert!(restored.output.contains("in S3 were not touched"), "{}{}", restored.output, restored.errors);
}

/// Every command with its arguments, as `docs/operate/shell.md` lists them.
fn guide() -> String {
    let mut lines = String::new();
    for command in grammar().get_subcommands() {
        let groups: Vec<_> = command.get_subcommands().collect();
        if groups.is_empty() {
            push_row(&mut lines, command.get_name(), command);
        }
        for inner in groups {
            push_row(&mut lines, &format!("{} {}", command.get_name(), inner.get_name()), inner);
        }
    }
    lines
}

fn push_row(lines: &mut String, name: &str, command: &clap::Command) {
    let positionals: String =
        command.get_positionals().map(|arg| format!(" {}", arg.get_id().as_str().to_uppercase())).collect();
    let needed: String = command
        .get_opts()
        .filter(|arg| arg.is_required_set())
        .map(|arg| format!(" --{}{}", arg.get_long().unwrap_or_default(), value_of(arg)))
        .collect();
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    lines.push_str(&format!("| `{name}{positionals}{needed}` | {about} |\n"));
}

fn value_of(arg: &clap::Arg) -> String {
    let takes = arg.get_action().takes_values();
    let names = arg.get_value_names().unwrap_or_default();
    if takes { names.iter().map(|name| format!(" {name}")).collect() } else { String::new() }
}

/// `UPDATE_DOCS=1 cargo test --lib` writes the table again.
#[test]
fn the_guide_in_docs_lists_every_command() {
    const BEGIN: &str = "| command | does |\n|---|---|\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/operate/shell.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("a table of commands");
    let after = rest.split_once("\n\n").map_or("", |(_, after)| after);
    let expected = format!("{before}{BEGIN}{}\n{after}", guide());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &expected).unwrap();
    }

    assert_eq!(std::fs::read_to_string(path).unwrap(), expected);
}
