//! `switchboard audit list`: who did what, in an org or on the platform.

use clap::{ArgMatches, Command, value_parser};
use rooms::Timestamp;
use serde_json::{Value, json};

use super::arguments::{given, of_org_or_platform, optional, stored};
use super::as_shell::in_org_or_on_platform;
use super::listing::columns;
use super::output::{Answer, Failure};
use super::terminal::Terminal;
use crate::model::{AuditFilter, AuditRow};
use crate::wire::rfc3339;

pub(super) fn list_command() -> Command {
    let act = "Only this act, such as member.change, or all acts on one kind of thing, such as member";
    let limit = optional("limit", "N", "How many rows at most").default_value("50");
    of_org_or_platform(stored(Command::new("list").about("List rows of the audit log, the newest first")))
        .arg(optional("act", "ACT", act))
        .arg(limit.value_parser(value_parser!(i64).range(1..=10_000)))
}

pub(super) async fn list(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let filter = AuditFilter { act: given(args, "act"), ..AuditFilter::default() };
    let limit = args.get_one("limit").copied().unwrap_or(1);
    in_org_or_on_platform(args, terminal, async |shell| {
        let audit = &shell.services.audit;
        let rows = audit.list(&shell.principal, shell.is_on_platform(), &filter, limit).await?;
        let words = columns(&rows.iter().map(row).collect::<Vec<_>>(), "There are no such rows.");
        Ok(Answer::new(json!({ "rows": rows.iter().map(view).collect::<Vec<_>>() }), words))
    })
    .await
}

fn row(row: &AuditRow) -> Vec<String> {
    vec![
        row.seq.to_string(),
        rfc3339(Timestamp(row.created_at)),
        row.act.clone(),
        format!("{} {}", row.actor_kind, row.actor_name).trim().to_owned(),
        row.subject_id.clone().unwrap_or_default(),
    ]
}

fn view(row: &AuditRow) -> Value {
    let json_of =
        |text: &Option<String>| text.as_deref().and_then(|text| serde_json::from_str::<Value>(text).ok());
    json!({
        "seq": row.seq,
        "at": rfc3339(Timestamp(row.created_at)),
        "act": row.act,
        "actor": { "kind": row.actor_kind, "id": row.actor_id, "name": row.actor_name },
        "address": row.address,
        "request_id": row.request_id,
        "subject": row.subject_id,
        "before": json_of(&row.before_json),
        "after": json_of(&row.after_json),
        "hash": row.hash,
    })
}
