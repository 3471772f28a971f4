//! Imports go down only, and each outside crate has one home.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::file_graph::FileGraph;

/// The rooms of `src/`, from the ground up: a room imports only rooms that stand before it.
const ORDER: &[(&str, &[&str])] = &[
    ("ground", &["clock", "ids", "model", "wire", "refusal", "config", "telemetry", "disk", "spreadsheet"]),
    (
        "means",
        &[
            "db",
            "crypto",
            "limits",
            "insight",
            "handshake",
            "pictures",
            "documents",
            "outbound",
            "otlp",
            "files",
            "auth",
            "encoder",
            "mail",
            "guard",
            "nodes",
            "bus",
            "base",
            "weights",
        ],
    ),
    ("providers", &["providers"]),
    (
        "services",
        &[
            "audit",
            "org_settings",
            "usage",
            "attachments",
            "knowledge",
            "notify",
            "tools",
            "llm",
            "hub",
            "accounts",
            "desk",
            "handover",
            "assistant",
            "voice",
            "privacy",
            "tenancy",
            "platform",
            "backup",
        ],
    ),
    ("edges", &["pages", "http", "ws", "socketio"]),
    ("top", &["app", "cli", "lib", "main"]),
];

/// Rooms that know nothing of some that stand before them: edges of one another and of storage, storage of the wire.
const WALLS: &[(&str, &[&str])] = &[
    ("db", &["wire"]),
    ("pages", &["db"]),
    ("http", &["pages", "db"]),
    ("ws", &["pages", "http", "db"]),
    ("socketio", &["pages", "http", "ws", "db"]),
    ("hub", &["knowledge", "notify", "tools", "llm", "providers", "usage", "attachments"]),
    ("voice", &["accounts", "knowledge", "attachments"]),
    ("desk", &["accounts", "knowledge", "tools", "notify", "llm", "usage", "providers"]),
    ("accounts", &["providers", "knowledge", "tools", "notify", "usage", "llm"]),
    ("providers", &["auth", "crypto", "db", "base"]),
];

/// Outside crates and the only rooms that may name them.
const HOMES: &[(&str, &[&str])] = &[
    ("sqlx", &["db"]),
    ("opentelemetry", &["telemetry", "otlp"]),
    ("opentelemetry_sdk", &["telemetry", "otlp"]),
    ("opentelemetry_proto", &["otlp"]),
    ("prost", &["otlp"]),
    ("object_store", &["files"]),
    ("lettre", &["mail"]),
    ("jsonschema", &["tools"]),
    (
        "dashmap",
        &[
            "accounts",
            "assistant",
            "handover",
            "http",
            "hub",
            "limits",
            "llm",
            "org_settings",
            "socketio",
            "usage",
            "voice",
        ],
    ),
    ("axum", &["http", "ws", "socketio", "pages", "app", "handshake"]),
    ("socketioxide", &["socketio"]),
    ("engineioxide", &["socketio"]),
    ("tokio_tungstenite", &["ws", "outbound", "handshake", "providers", "voice"]),
    ("async_openai", &["providers"]),
    ("reqwest", &["outbound", "auth", "providers"]),
    ("rust_embed", &["pages"]),
    ("utoipa", &["http", "wire"]),
    ("governor", &["limits"]),
    ("redis", &["bus"]),
    ("jsonwebtoken", &["auth"]),
    ("argon2", &["auth"]),
    ("totp_rs", &["auth"]),
    ("qrcode", &["auth"]),
    ("aes_gcm", &["crypto"]),
    ("p256", &["crypto"]),
    ("hkdf", &["crypto"]),
    ("clap", &["cli", "config"]),
    ("csv", &["desk", "spreadsheet"]),
    ("ndarray", &["encoder"]),
    ("zip", &["encoder", "privacy"]),
    ("chardetng", &["knowledge"]),
    ("flate2", &["knowledge", "backup"]),
    ("brotli_decompressor", &["knowledge"]),
    ("ruzstd", &["knowledge"]),
    ("dom_query", &["knowledge"]),
    ("pdf_extract", &["knowledge"]),
    ("encoding_rs", &["knowledge"]),
    ("whichlang", &["insight", "knowledge"]),
    ("unicode_normalization", &["desk", "knowledge"]),
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
            let is_test_file = path.file_stem().is_some_and(|stem| {
                let stem = stem.to_string_lossy();
                stem.ends_with("tests") || stem.ends_with("for_tests")
            });
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

/// Rooms from the ground up.
fn order() -> impl Iterator<Item = &'static str> {
    ORDER.iter().flat_map(|(_, rooms)| rooms.iter().copied())
}

fn place_of(room: &str) -> usize {
    order()
        .position(|one| one == room)
        .unwrap_or_else(|| panic!("src/{room} has no place: give it one in tests/it/layering.rs"))
}

fn rooms_named_in(code: &str) -> Vec<String> {
    code.match_indices("crate::")
        .map(|(at, found)| {
            code[at + found.len()..]
                .chars()
                .take_while(|one| one.is_ascii_alphanumeric() || *one == '_')
                .collect()
        })
        .filter(|name: &String| order().any(|room| room == name))
        .collect()
}

#[test]
fn imports_go_down_only() {
    let mut broken = Vec::new();
    for (room, path, code) in code_by_room() {
        let place = place_of(&room);
        let walled = WALLS.iter().find(|(from, _)| *from == room).map_or(&[][..], |(_, to)| *to);
        for named in rooms_named_in(&code) {
            if place_of(&named) > place || walled.contains(&named.as_str()) {
                broken.push(format!("{} names crate::{named}", path.display()));
            }
        }
    }

    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn no_files_of_a_room_need_one_another() {
    let src = root().join("src");
    let room_of = |file: &Path| {
        let inside = file.strip_prefix(&src).expect("below src");
        inside.components().next().expect("a name").as_os_str().to_owned()
    };
    let mut circles = FileGraph::read(&src).circles(|one, other| room_of(one) == room_of(other));
    for one_room in ["rooms/src", "audio/src", "sim/src", "benches/load/src"] {
        circles.extend(FileGraph::read(&root().join(one_room)).circles(|_, _| true));
    }

    let told: Vec<String> = circles.iter().map(|lines| lines.join("\n")).collect();
    assert!(told.is_empty(), "give what is taken a file of its own:\n\n{}", told.join("\n\n"));
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
fn a_realtime_dialect_is_known_to_the_registry_alone() {
    let house = root().join("src/providers/realtime");
    let dialects: Vec<String> = std::fs::read_dir(&house)
        .expect("a folder")
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    assert!(!dialects.is_empty(), "{} holds no dialect", house.display());

    let mut broken = Vec::new();
    for (_, path, code) in code_by_room() {
        for dialect in &dialects {
            let is_own = path.starts_with(house.join(dialect));
            let is_known = path == house.join("registry.rs") || path == house.join("mod.rs");
            if code.contains(dialect.as_str()) && !is_own && !is_known {
                broken.push(format!("{} names the dialect {dialect}", path.display()));
            }
            if is_own && code.contains("assistant::") {
                broken.push(format!("{} takes sentences from the assistant", path.display()));
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
