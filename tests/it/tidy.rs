//! The house style, as far as a machine can see it.

use std::path::{Path, PathBuf};

const FILE_LINES_MAX: usize = 500;

/// The folder of the checkout.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Files that git would take, of these endings.
pub(crate) fn files(endings: &[&str]) -> Vec<PathBuf> {
    let output = std::process::Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout)
        .expect("UTF-8")
        .lines()
        .filter(|path| endings.iter().any(|ending| path.ends_with(ending)))
        .map(|path| root().join(path))
        .filter(|path| path.exists())
        .collect()
}

fn is_generated(path: &Path) -> bool {
    path.to_string_lossy().contains("generated") || path.to_string_lossy().ends_with(".d.ts")
}

#[test]
fn files_stay_short() {
    let long: Vec<String> = files(&[".rs", ".ts", ".tsx", ".css", ".mjs", ".py", ".sh"])
        .into_iter()
        .filter(|path| !is_generated(path))
        .filter_map(|path| {
            let lines = std::fs::read_to_string(&path).expect("UTF-8").lines().count();
            (lines > FILE_LINES_MAX).then(|| format!("{}: {lines} lines", path.display()))
        })
        .collect();

    assert!(long.is_empty(), "split these:\n{}", long.join("\n"));
}

#[test]
fn no_address_of_a_registry_stands_outside_lock_files() {
    // In two pieces, so that this file passes too.
    let registries =
        [("pythonhosted", ".org"), ("pypi", ".org"), ("registry.npmjs", ".org"), ("static.crates", ".io")];
    let naming: Vec<String> =
        files(&[".rs", ".ts", ".mjs", ".py", ".sh", ".md", ".toml", ".lock", ".txt", ".yml", "Makefile"])
            .into_iter()
            .filter(|path| path.file_name().is_none_or(|name| name != "Cargo.lock"))
            .filter(|path| {
                let text = std::fs::read_to_string(path).expect("UTF-8");
                registries.iter().any(|(name, end)| text.contains(&format!("{name}{end}")))
            })
            .map(|path| path.display().to_string())
            .collect();

    assert!(naming.is_empty(), "leave addresses to package clients:\n{}", naming.join("\n"));
}

#[test]
fn every_rust_file_says_what_it_is_for() {
    let silent: Vec<String> = files(&[".rs"])
        .into_iter()
        .filter(|path| !std::fs::read_to_string(path).expect("UTF-8").starts_with("//!"))
        .map(|path| path.display().to_string())
        .collect();

    assert!(silent.is_empty(), "open these with a //! line:\n{}", silent.join("\n"));
}

#[test]
fn mod_files_hold_no_logic() {
    let busy: Vec<String> = files(&["/mod.rs"])
        .into_iter()
        .filter(|path| path.starts_with(root().join("src")))
        .filter(|path| {
            std::fs::read_to_string(path).expect("UTF-8").lines().any(|line| {
                line.trim_start().starts_with("fn ")
                    || line.trim_start().starts_with("pub fn ")
                    || line.trim_start().starts_with("impl ")
            })
        })
        .map(|path| path.display().to_string())
        .collect();

    assert!(busy.is_empty(), "move the logic out of:\n{}", busy.join("\n"));
}

#[test]
fn nothing_is_left_open() {
    // Put together here, so that this file does not find itself.
    let marks = [
        ["TO", "DO"],
        ["FIX", "ME"],
        ["todo", "!("],
        ["unimplemented", "!("],
        ["#[ig", "nore"],
        ["it.sk", "ip"],
        [".on", "ly("],
    ];
    let mut open = Vec::new();
    for path in files(&[".rs", ".ts", ".tsx", ".mjs", ".py", ".sh", ".sql", ".css"]) {
        let text = std::fs::read_to_string(&path).expect("UTF-8");
        for mark in marks {
            if text.contains(&mark.concat()) {
                open.push(format!("{}: {}", path.display(), mark.concat()));
            }
        }
    }

    assert!(open.is_empty(), "finish these or say them in an issue:\n{}", open.join("\n"));
}

#[test]
fn both_engines_have_the_same_migrations() {
    let names = |engine: &str| {
        let mut names: Vec<String> = std::fs::read_dir(root().join("migrations").join(engine))
            .expect("migrations")
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    };

    assert_eq!(names("sqlite"), names("postgres"));
}

/// Modules and functions of `src/` that a text names in backticks, as `room::module` or `room/module`, by their parts.
fn named_parts(text: &str) -> Vec<Vec<String>> {
    let named = regex::Regex::new(r"`([a-z_]+(?:(?:::|/)[a-z_]+)+)`").expect("a pattern");
    let grouped = regex::Regex::new(r"`([a-z_]+(?:::[a-z_]+)*)::\{([a-z_, ]+)\}`").expect("a pattern");
    let split = |path: &str| path.replace("::", "/").split('/').map(str::to_owned).collect::<Vec<_>>();
    let single = named.captures_iter(text).map(|found| split(&found[1]));
    let groups = grouped.captures_iter(text).flat_map(|found| {
        let room = found[1].to_owned();
        let names: Vec<String> = found[2].split(", ").map(str::to_owned).collect();
        names.into_iter().map(move |name| split(&format!("{room}::{name}")))
    });
    single.chain(groups).collect()
}

/// Whether the last of these parts is a folder, a file, or a function of the room that the others lead to.
fn exists_in_src(parts: &[String]) -> bool {
    let path = root().join("src").join(parts.join("/"));
    if path.is_dir() || path.with_extension("rs").is_file() {
        return true;
    }
    let (name, room) = parts.split_last().expect("two parts at least");
    let inside = Path::new("src").join(room.join("/"));
    files(&[".rs"]).iter().any(|file| {
        let file_path = file.strip_prefix(root()).expect("below the root");
        let is_of_room = file_path.starts_with(&inside) || file_path == inside.with_extension("rs");
        is_of_room && std::fs::read_to_string(file).expect("UTF-8").contains(&format!("fn {name}"))
    })
}

#[test]
fn modules_named_in_documents_exist() {
    assert_eq!(
        named_parts("`hub::act` and `voice::{legs, links}`, `db/engine/mark`; not `hub::Command` nor `hub`"),
        [vec!["hub", "act"], vec!["db", "engine", "mark"], vec!["voice", "legs"], vec!["voice", "links"]]
    );
    let mut missing = Vec::new();
    for document in files(&[".md"]).iter().filter(|path| !path.ends_with("CHANGELOG.md")) {
        let text = std::fs::read_to_string(document).expect("UTF-8");
        for parts in named_parts(&text) {
            let is_room = root().join("src").join(&parts[0]).is_dir();
            if is_room && !exists_in_src(&parts) {
                missing.push(format!("{}: {}", document.display(), parts.join("::")));
            }
        }
    }

    assert!(missing.is_empty(), "documents name modules that are not there:\n{}", missing.join("\n"));
}

/// What the last column of the ASVS table names: a test by its name, or a file of tests.
#[test]
fn every_test_that_proves_a_row_of_the_asvs_is_there() {
    let guide = std::fs::read_to_string(root().join("docs/operate/security.md")).expect("UTF-8");
    let table = guide.split("## OWASP ASVS").nth(1).expect("the section");
    let table = table.split("\n## ").next().expect("up to the next one");
    let code: String =
        files(&[".rs"]).iter().map(|path| std::fs::read_to_string(path).expect("UTF-8")).collect();
    let is_there = |name: &str| {
        if name.contains('/') {
            return root().join(name).is_file();
        }
        code.contains(&format!("fn {name}("))
    };
    let proofs: Vec<&str> = table
        .lines()
        .filter_map(|row| row.trim_end().strip_suffix('|')?.rsplit_once('|'))
        .flat_map(|(_, proof)| proof.split('`').skip(1).step_by(2))
        .collect();

    assert!(proofs.len() > 50, "the table was not read: {proofs:?}");
    let missing: Vec<&&str> = proofs.iter().filter(|name| !is_there(name)).collect();
    assert!(missing.is_empty(), "no such tests: {missing:?}");
}
