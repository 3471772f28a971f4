//! Links between guides lead somewhere, and every guide that something names is there.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use regex::Regex;

use crate::tidy::{files, root};

/// Files that git would take, of these endings, with their text.
fn texts(endings: &[&str]) -> Vec<(PathBuf, String)> {
    let read = |path: PathBuf| (path.clone(), std::fs::read_to_string(path).expect("UTF-8"));
    files(endings).into_iter().map(read).collect()
}

/// A text of Markdown without its blocks and spans of code, in which brackets are no links.
fn prose(text: &str) -> String {
    let mut is_code = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        } else if !is_code {
            lines.push(line);
        }
    }
    Regex::new("`[^`]*`").expect("a pattern").replace_all(&lines.join("\n"), "code").into_owned()
}

/// The anchors of a file, as they are made of its headings.
fn anchors(text: &str) -> HashSet<String> {
    let mut is_code = false;
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut anchors = HashSet::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        }
        let Some(heading) = line.strip_prefix('#').filter(|_| !is_code) else { continue };
        let heading = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = heading.chars().filter(|one| one.is_alphanumeric() || matches!(one, ' ' | '-' | '_'));
        let anchor: String = kept.map(|one| if one == ' ' { '-' } else { one }).collect();
        let count = seen.entry(anchor.clone()).or_default();
        anchors.insert(if *count == 0 { anchor } else { format!("{anchor}-{count}") });
        *count += 1;
    }
    anchors
}

/// Why a link of a file leads nowhere, if it does.
fn fault_of(link: &str, from: &Path, text: &str) -> Option<String> {
    let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor)));
    let target = if path.is_empty() { from.to_owned() } else { from.parent().expect("a folder").join(path) };
    if !target.exists() {
        return Some(format!("{}: {link} is not there", from.display()));
    }
    let anchor = anchor.filter(|_| target.extension().is_some_and(|ending| ending == "md"))?;
    let known = if path.is_empty() {
        anchors(text)
    } else {
        anchors(&std::fs::read_to_string(&target).expect("UTF-8"))
    };
    (!known.contains(anchor)).then(|| format!("{}: {link} has no such heading", from.display()))
}

fn faults_of(from: &Path, text: &str) -> Vec<String> {
    let link = Regex::new(r#"\]\(([^) \n]+)(?: "[^"]*")?\)"#).expect("a pattern");
    let prose = prose(text);
    let links = link.captures_iter(&prose).map(|found| found[1].to_owned());
    let is_ours = |link: &String| !link.contains("://") && !link.starts_with("mailto:");
    links.filter(is_ours).filter_map(|link| fault_of(&link, from, text)).collect()
}

#[test]
fn no_relative_link_in_a_guide_is_broken() {
    let broken: Vec<String> = texts(&[".md"]).iter().flat_map(|(path, text)| faults_of(path, text)).collect();

    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn a_broken_link_is_found_and_code_is_none() {
    let from = root().join("docs/README.md");
    let text = "# One heading\n[a](gone.md) [b](../README.md) [c](#one-heading) [d](#another) [e](https://x.example/)\n\
                `[f](gone.md)`\n```\n[g](gone.md)\n```\n[h](../README.md#no-such-heading)\n";

    let faults = faults_of(&from, text);

    let ends =
        ["gone.md is not there", "#another has no such heading", "no-such-heading has no such heading"];
    assert_eq!(faults.len(), ends.len(), "{faults:?}");
    assert!(faults.iter().zip(ends).all(|(fault, end)| fault.ends_with(end)), "{faults:?}");
}

#[test]
fn every_guide_that_a_file_names_is_there() {
    let named = Regex::new(r"docs/[a-zA-Z0-9_/-]+\.md").expect("a pattern");
    let endings = [
        ".rs", ".ts", ".tsx", ".mjs", ".py", ".sh", ".json", ".toml", ".yaml", ".yml", ".service", ".md",
        "Makefile",
    ];
    let mut gone = Vec::new();
    for (path, text) in texts(&endings) {
        // What is said of earlier releases stays as it was.
        let is_history = path.ends_with("CHANGELOG.md");
        let missing = named.find_iter(&text).filter(|found| !root().join(found.as_str()).exists());
        gone.extend(
            missing.filter(|_| !is_history).map(|found| format!("{}: {}", path.display(), found.as_str())),
        );
    }

    assert!(gone.is_empty(), "{}", gone.join("\n"));
}
