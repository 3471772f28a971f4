//! Which file of a crate names what of which other file, read from `use` lines and paths.
//!
//! A name that a `mod.rs` hands on counts for the file that defines it. Tests do not count.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The names that one file takes from another.
pub type Names = BTreeSet<String>;

/// The files of one crate and what they take from one another.
pub struct FileGraph {
    /// By module path, such as `hub::room_task`; the root is empty.
    modules: BTreeMap<Vec<String>, Module>,
    edges: BTreeMap<PathBuf, BTreeMap<PathBuf, Names>>,
}

struct Module {
    file: PathBuf,
    code: String,
    /// What `use` brings into it, by the name it has here.
    imports: BTreeMap<String, Vec<String>>,
}

impl FileGraph {
    /// Reads every file below `src`, a folder with a `lib.rs` or a `main.rs`.
    pub fn read(src: &Path) -> Self {
        let mut modules = BTreeMap::new();
        read_folder(src, &[], &mut modules);
        let mut graph = Self { modules, edges: BTreeMap::new() };
        for (path, module) in &graph.modules {
            // These hold no logic; what they hand on is counted for whoever takes it.
            if module.file.ends_with("mod.rs") || module.file.ends_with("lib.rs") {
                continue;
            }
            let used = use_paths(&module.code).into_iter().map(|(_, path)| path);
            for named in used.chain(inline_paths(&module.code)) {
                let found = graph.absolute(path, &named).and_then(|named| graph.definition(&named, 0));
                if let Some((file, name)) = found
                    && file != module.file
                {
                    let of_file = graph.edges.entry(module.file.clone()).or_default();
                    of_file.entry(file).or_default().insert(name);
                }
            }
        }
        graph
    }

    /// Groups of files that need one another, each as a list of who takes what from whom. `is_one_room` says whether two
    /// files are to be looked at together.
    pub fn circles(&self, is_one_room: impl Fn(&Path, &Path) -> bool) -> Vec<Vec<String>> {
        let files: Vec<&PathBuf> = self.edges.keys().collect();
        let reach: BTreeMap<&PathBuf, BTreeSet<&PathBuf>> =
            files.iter().map(|file| (*file, self.reachable(file, &is_one_room))).collect();
        let mut circles = Vec::new();
        let mut seen = BTreeSet::new();
        for file in files {
            let group: Vec<&PathBuf> = reach[file]
                .iter()
                .copied()
                .filter(|other| reach.get(other).is_some_and(|back| back.contains(file)))
                .collect();
            if group.len() < 2 || !seen.insert(group.clone()) {
                continue;
            }
            let mut lines = Vec::new();
            for from in &group {
                for (to, names) in self.edges[*from].iter().filter(|(to, _)| group.contains(to)) {
                    let names: Vec<&str> = names.iter().map(String::as_str).collect();
                    lines.push(format!(
                        "{} takes {} from {}",
                        from.display(),
                        names.join(", "),
                        to.display()
                    ));
                }
            }
            circles.push(lines);
        }
        circles
    }

    /// What `from` needs, itself too where a circle leads back to it.
    fn reachable(&self, from: &Path, is_one_room: &impl Fn(&Path, &Path) -> bool) -> BTreeSet<&PathBuf> {
        let mut found = BTreeSet::new();
        let mut open: Vec<&Path> = vec![from];
        while let Some(file) = open.pop() {
            for to in self.edges.get(file).into_iter().flat_map(BTreeMap::keys) {
                if is_one_room(from, to) && found.insert(to) {
                    open.push(to);
                }
            }
        }
        found
    }

    /// A path as it is from the root of the crate; `None` where it leads out of it.
    fn absolute(&self, module: &[String], named: &[String]) -> Option<Vec<String>> {
        let (first, rest) = named.split_first()?;
        let mut base = match first.as_str() {
            "crate" => Vec::new(),
            "self" => module.to_vec(),
            "super" => module[..module.len().checked_sub(1)?].to_vec(),
            name => {
                let own = [module, &[name.to_owned()]].concat();
                if self.modules.contains_key(&own) {
                    own
                } else {
                    let imported = self.modules[module].imports.get(name)?;
                    if imported.first() == Some(first) {
                        return None;
                    }
                    self.absolute(module, imported)?
                }
            }
        };
        for name in rest {
            if name == "super" {
                base.pop()?;
            } else if name != "self" {
                base.push(name.clone());
            }
        }
        Some(base)
    }

    /// The file that defines what a path names, and the name.
    fn definition(&self, named: &[String], depth: usize) -> Option<(PathBuf, String)> {
        let length = (0..=named.len()).rev().find(|length| self.modules.contains_key(&named[..*length]))?;
        let module = &self.modules[&named[..length]];
        let Some(name) = named.get(length) else {
            // A module itself: what is taken from it is named where it is used.
            return None;
        };
        if depth < 8
            && let Some(imported) = module.imports.get(name)
            && let Some(further) = self.absolute(&named[..length], imported)
            && further != named
        {
            return self.definition(&[&further[..], &named[length + 1..]].concat(), depth + 1);
        }
        Some((module.file.clone(), name.clone()))
    }
}

fn read_folder(folder: &Path, path: &[String], modules: &mut BTreeMap<Vec<String>, Module>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let file = entry.path();
        let name = file.file_stem().expect("a name").to_string_lossy().into_owned();
        let inner = [path, std::slice::from_ref(&name)].concat();
        if file.is_dir() {
            read_folder(&file, &inner, modules);
            continue;
        }
        let is_test = name.ends_with("tests") || name.ends_with("for_tests");
        if file.extension().is_none_or(|extension| extension != "rs") || is_test {
            continue;
        }
        let is_root = path.is_empty() && (name == "lib" || name == "main");
        let at = if name == "mod" || is_root { path.to_vec() } else { inner };
        if is_root && name == "main" && folder.join("lib.rs").exists() {
            continue;
        }
        let code = code_of(&std::fs::read_to_string(&file).expect("UTF-8"));
        let imports = use_paths(&code).into_iter().collect();
        modules.insert(at, Module { file, code, imports });
    }
}

/// Lines without comments, and without what only tests see.
fn code_of(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let mut code = String::new();
    let mut is_for_tests = false;
    for line in text.lines() {
        let line = line.split(" // ").next().unwrap_or_default();
        let plain = line.trim_start();
        if plain.starts_with("//") {
            continue;
        }
        let is_import =
            plain.starts_with("use ") || plain.starts_with("mod ") || plain.starts_with("pub use ");
        if !(is_for_tests && is_import) {
            code.push_str(line);
            code.push('\n');
        }
        is_for_tests = plain.starts_with("#[cfg(test)]");
    }
    code
}

/// What every `use` of a file names: the name it has here, and its path.
fn use_paths(code: &str) -> Vec<(String, Vec<String>)> {
    let mut paths = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find("use ") {
        let before = rest[..at].rsplit('\n').next().unwrap_or_default().trim();
        let is_statement =
            before.is_empty() || before == "pub" || (before.starts_with("pub(") && before.ends_with(')'));
        rest = &rest[at + "use ".len()..];
        if is_statement && let Some(end) = rest.find(';') {
            expand(&rest[..end], &[], &mut paths);
            rest = &rest[end + 1..];
        }
    }
    paths
}

/// Writes out `a::{b, c as d}`.
fn expand(tree: &str, before: &[String], paths: &mut Vec<(String, Vec<String>)>) {
    let tree = tree.trim();
    if let Some(inner) = tree.find('{') {
        let prefix = [before, &segments(&tree[..inner])].concat();
        let inside = &tree[inner + 1..tree.rfind('}').unwrap_or(tree.len())];
        let (mut depth, mut start) = (0_u32, 0);
        for (at, one) in inside.char_indices().chain([(inside.len(), ',')]) {
            match one {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    if !inside[start..at].trim().is_empty() {
                        expand(&inside[start..at], &prefix, paths);
                    }
                    start = (at + 1).min(inside.len());
                }
                _ => {}
            }
        }
        return;
    }
    let (named, alias) = tree.split_once(" as ").map_or((tree, None), |(named, alias)| (named, Some(alias)));
    let mut path = [before, &segments(named)].concat();
    if path.last().is_some_and(|last| last == "self") {
        path.pop();
    }
    if let Some(last) = path.last().cloned() {
        paths.push((alias.map_or(last, |alias| alias.trim().to_owned()), path));
    }
}

/// Paths within expressions and types, such as `super::texts::texts_of` or `prompt::Prompt`.
fn inline_paths(code: &str) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    let is_word = |one: char| one.is_ascii_alphanumeric() || one == '_' || one == ':';
    for word in code.split(|one| !is_word(one)) {
        let word = word.trim_matches(':');
        if word.contains("::") {
            paths.push(segments(word));
        }
    }
    paths
}

fn segments(path: &str) -> Vec<String> {
    path.split("::").map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[test]
fn a_circle_is_found_through_what_a_folder_hands_on() {
    let src = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(src.path().join(name), text).unwrap();
    std::fs::create_dir(src.path().join("room")).unwrap();
    write("lib.rs", "mod room;\nmod other;\n");
    write("room/mod.rs", "mod call;\nmod leg;\npub use leg::{Leg, Side as Place};\n");
    write(
        "room/call.rs",
        "use super::{Leg, Place};\nuse crate::other::Other;\npub struct Call(Leg, Place, Other);\n",
    );
    write("room/leg.rs", "pub struct Leg;\npub enum Side { Left }\n// use super::call::Call;\n");
    write("other.rs", "pub struct Other;\n");
    let circles = || FileGraph::read(src.path()).circles(|_, _| true);
    assert!(circles().is_empty(), "{:?}", circles());

    write("room/leg.rs", "pub struct Leg(Option<Box<super::call::Call>>);\npub enum Side { Left }\n");

    let found = circles();
    let [lines] = found.as_slice() else { panic!("{found:?}") };
    assert!(lines[0].contains("takes Leg, Side from"), "{lines:?}");
    assert!(lines[1].contains("takes Call from"), "{lines:?}");
}
