//! Imports go down only, and each outside crate has one home.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The floors of `src/`, from the ground up; rooms of one floor may import one another unless listed below.
const FLOORS: &[(&str, &[&str])] = &[
    ("ground", &["clock", "config", "disk", "ids", "telemetry", "wire"]),
    (
        "means",
        &[
            "auth",
            "crypto",
            "db",
            "encoder",
            "handshake",
            "insight",
            "limits",
            "mail",
            "outbound",
            "pictures",
        ],
    ),
    (
        "services",
        &[
            "accounts",
            "assistant",
            "attachments",
            "hub",
            "knowledge",
            "models",
            "notify",
            "org_settings",
            "providers",
            "tools",
            "usage",
            "voice",
        ],
    ),
    ("edges", &["http", "pages", "socketio", "ws"]),
    ("house", &["app", "cli", "lib", "main"]),
];

/// Imports on one floor that are not allowed: who may not name whom.
const WALLS: &[(&str, &str)] = &[
    ("hub", "accounts"),
    ("hub", "models"),
    ("hub", "knowledge"),
    ("accounts", "knowledge"),
    ("models", "knowledge"),
    ("knowledge", "hub"),
    ("knowledge", "accounts"),
    ("knowledge", "models"),
    ("accounts", "models"),
    ("models", "hub"),
    ("models", "accounts"),
    ("encoder", "db"),
    ("encoder", "outbound"),
    ("hub", "providers"),
    ("accounts", "providers"),
    ("providers", "accounts"),
    ("providers", "auth"),
    ("providers", "crypto"),
    ("providers", "db"),
    ("providers", "hub"),
    ("hub", "attachments"),
    ("attachments", "accounts"),
    ("attachments", "assistant"),
    ("attachments", "hub"),
    ("attachments", "knowledge"),
    ("pictures", "db"),
    ("pictures", "outbound"),
    ("hub", "assistant"),
    ("hub", "voice"),
    ("assistant", "voice"),
    ("accounts", "voice"),
    ("tools", "voice"),
    ("usage", "voice"),
    ("knowledge", "voice"),
    ("notify", "voice"),
    ("providers", "voice"),
    ("org_settings", "voice"),
    ("voice", "accounts"),
    ("voice", "knowledge"),
    ("voice", "attachments"),
    ("hub", "org_settings"),
    ("hub", "tools"),
    ("hub", "usage"),
    ("accounts", "assistant"),
    ("knowledge", "assistant"),
    ("models", "assistant"),
    ("providers", "assistant"),
    ("tools", "assistant"),
    ("usage", "assistant"),
    ("org_settings", "assistant"),
    ("notify", "accounts"),
    ("notify", "assistant"),
    ("notify", "hub"),
    ("notify", "tools"),
    ("hub", "notify"),
    ("mail", "db"),
    ("tools", "hub"),
    ("tools", "accounts"),
    ("usage", "hub"),
    ("usage", "accounts"),
    ("org_settings", "hub"),
    ("org_settings", "accounts"),
    ("http", "ws"),
    ("http", "socketio"),
    ("http", "pages"),
    ("ws", "http"),
    ("ws", "socketio"),
    ("ws", "pages"),
    ("socketio", "http"),
    ("socketio", "ws"),
    ("socketio", "pages"),
    ("pages", "http"),
    ("pages", "ws"),
    ("pages", "socketio"),
];

/// Outside crates and the only rooms that may name them.
const HOMES: &[(&str, &[&str])] = &[
    ("sqlx", &["db"]),
    ("lettre", &["mail"]),
    ("jsonschema", &["tools"]),
    (
        "dashmap",
        &["accounts", "assistant", "http", "hub", "limits", "org_settings", "socketio", "usage", "voice"],
    ),
    ("axum", &["http", "ws", "socketio", "pages", "app", "handshake"]),
    ("socketioxide", &["socketio"]),
    ("engineioxide", &["socketio"]),
    ("tokio_tungstenite", &["ws", "outbound", "handshake", "voice"]),
    ("async_openai", &["providers"]),
    ("reqwest", &["outbound", "auth", "providers"]),
    ("rust_embed", &["pages"]),
    ("utoipa", &["http", "wire"]),
    ("governor", &["limits"]),
    ("jsonwebtoken", &["auth"]),
    ("argon2", &["auth"]),
    ("aes_gcm", &["crypto"]),
    ("clap", &["cli", "config"]),
    ("ndarray", &["encoder"]),
    ("zip", &["encoder"]),
    ("chardetng", &["knowledge"]),
    ("flate2", &["knowledge"]),
    ("brotli_decompressor", &["knowledge"]),
    ("ruzstd", &["knowledge"]),
    ("dom_query", &["knowledge"]),
    ("pdf_extract", &["knowledge"]),
    ("encoding_rs", &["knowledge"]),
    ("whichlang", &["insight", "knowledge"]),
    ("unicode_normalization", &["knowledge"]),
];

/// Files that may name a kind of caller with its role: the table of rights, and where callers are made.
const NAMES_ROLES_OF_CALLERS: &[&str] = &["auth/rights.rs", "auth/principal.rs", "accounts/authenticate.rs"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// Every file of `src/` with its room and its code: lines before the tests at its end, without comments.
fn code_by_room() -> Vec<(String, PathBuf, String)> {
    let src = root().join("src");
    rust_files(&src)
        .into_iter()
        .map(|path| {
            let inside = path.strip_prefix(&src).expect("below src");
            let first = inside.components().next().expect("a name").as_os_str().to_string_lossy();
            let room = first.trim_end_matches(".rs").to_owned();
            let text = std::fs::read_to_string(&path).expect("UTF-8");
            let is_test_file = path.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with("tests"));
            let code = if is_test_file {
                String::new()
            } else {
                text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned()
            };
            let code: String = code
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .collect::<Vec<_>>()
                .join("\n");
            (room, path, code)
        })
        .collect()
}

fn floor_of(room: &str) -> usize {
    FLOORS
        .iter()
        .position(|(_, rooms)| rooms.contains(&room))
        .unwrap_or_else(|| panic!("src/{room} has no floor: give it one in tests/it/layering.rs"))
}

fn rooms_named_in(code: &str) -> Vec<String> {
    code.match_indices("crate::")
        .map(|(at, found)| {
            code[at + found.len()..]
                .chars()
                .take_while(|one| one.is_ascii_alphanumeric() || *one == '_')
                .collect()
        })
        .filter(|name: &String| FLOORS.iter().any(|(_, rooms)| rooms.contains(&name.as_str())))
        .collect()
}

#[test]
fn imports_go_down_only() {
    let mut broken = Vec::new();
    for (room, path, code) in code_by_room() {
        let floor = floor_of(&room);
        for named in rooms_named_in(&code) {
            let is_walled = WALLS.contains(&(room.as_str(), named.as_str()));
            if floor_of(&named) > floor || is_walled {
                broken.push(format!("{} names crate::{named}", path.display()));
            }
        }
    }

    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn each_outside_crate_stays_at_home() {
    let mut broken = Vec::new();
    for (room, path, code) in code_by_room() {
        for (name, homes) in HOMES {
            let is_named = code.contains(&format!("{name}::"));
            if is_named && !homes.contains(&room.as_str()) {
                broken.push(format!("{} names {name}, whose home is {homes:?}", path.display()));
            }
        }
    }

    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn rooms_and_audio_decide_only() {
    let mut broken = Vec::new();
    for folder in ["rooms/src", "audio/src"] {
        for path in rust_files(&root().join(folder)) {
            let text = std::fs::read_to_string(&path).expect("UTF-8");
            for word in [
                "tokio",
                "std::time",
                "std::net",
                "std::fs",
                "rand::",
                "serde",
                "async fn",
                ".await",
                "println!",
            ] {
                if text.contains(word) {
                    broken.push(format!("{} names {word}", path.display()));
                }
            }
        }
    }

    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_dependency_has_its_reason() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).expect("Cargo.toml");
    let architecture = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let dependencies =
        manifest.split("[dependencies]").nth(1).expect("dependencies").split("\n[").next().expect("a part");
    let unexplained: BTreeMap<_, _> = dependencies
        .lines()
        .filter_map(|line| line.split_once('=').map(|(name, _)| name.trim()))
        .filter(|name| !name.starts_with('#') && !architecture.contains(&format!("`{name}`")))
        .map(|name| (name, ()))
        .collect();

    assert!(unexplained.is_empty(), "ARCHITECTURE.md gives no reason for {unexplained:?}");
}

#[test]
fn nothing_needs_openssl_or_cmake() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).expect("Cargo.lock");

    for name in ["openssl-sys", "aws-lc-sys", "aws-lc-rs", "native-tls"] {
        assert!(
            !lock.contains(&format!("name = \"{name}\"")),
            "{name} came in: two commands must do all the set-up"
        );
    }
}

#[test]
fn what_a_role_may_do_is_decided_in_one_file() {
    let src = root().join("src");
    let mut found = Vec::new();
    for (_, path, code) in code_by_room() {
        let inside = path.strip_prefix(&src).expect("below src").display().to_string();
        let asks = [
            "PrincipalKind::Agent { role",
            "PrincipalKind::Agent { platform_admin",
            "your role may not do this",
        ];
        // Knowledge has an error of its own, which is given these words.
        let is_asking = inside != "knowledge/error.rs" && asks.iter().any(|words| code.contains(words));
        if is_asking && !NAMES_ROLES_OF_CALLERS.contains(&inside.as_str()) {
            found.push(inside);
        }
    }

    assert!(found.is_empty(), "ask `auth::Right` instead: {found:?}");
}
