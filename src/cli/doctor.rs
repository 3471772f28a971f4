//! `switchboard doctor`: checks the installation without changing it.

use clap::ArgMatches;
use serde_json::{Value, json};

use super::output::Answer;
use super::storage::{database_url, settings};
use super::terminal::Terminal;
use crate::clock::{Clock as _, SystemClock};
use crate::db::Inspection;
use crate::platform::{Finding, Given, Verdict, findings, of_bad_settings};

/// Examines the installation.
pub(super) async fn examine(args: &ArgMatches, terminal: &Terminal<'_>) -> Answer {
    let settings = match settings(args, terminal) {
        Ok(settings) => settings,
        Err(failure) => return report(&of_bad_settings(failure.message)),
    };
    let inspected = Inspection::of(database_url(&settings), &settings.data_dir).await;
    let given = Given::read(terminal.env, &settings).asking(&settings).await;
    report(&findings(&settings, &given, &inspected, SystemClock.now_ms()))
}

fn report(findings: &[Finding]) -> Answer {
    let is_well = findings.iter().all(|finding| finding.verdict != Verdict::Broken);
    let checks: Vec<Value> = findings.iter().map(json_of).collect();
    let lines: Vec<String> = findings.iter().flat_map(lines_of).collect();
    let json = json!({ "ok": is_well, "version": env!("CARGO_PKG_VERSION"), "checks": checks });
    Answer { json, words: lines.join("\n"), is_well }
}

fn json_of(one: &Finding) -> Value {
    let mut check = json!({ "name": one.name, "status": one.verdict.name(), "message": one.words });
    if let Some(remedy) = one.remedy() {
        check["remedy"] = remedy.into();
    }
    check
}

fn lines_of(one: &Finding) -> Vec<String> {
    let found = format!("{:<5} {:<11} {}", one.verdict.name(), one.name.replace('_', " "), one.words);
    let remedy = one.remedy().map(|remedy| format!("{:<17} what helps: {remedy}", ""));
    std::iter::once(found).chain(remedy).collect()
}
