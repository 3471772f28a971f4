//! `switchboard call list` and `call end`.

use clap::ArgMatches;
use serde_json::{Value, json};

use super::output::{Answer, Failure};
use super::storage::{open_db, settings};
use super::terminal::Terminal;
use crate::clock::{Clock as _, SystemClock};
use crate::model::CallRecord;
use crate::refusal::ServiceError;
use crate::voice::usd;
use crate::wire::rfc3339;

/// Calls that are listed.
const LISTED_MAX: i64 = 200;

pub(super) async fn list(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let no_org = Failure::naming("org with this id");
    let org = parsed(args, "org").map_err(no_org)?;
    let db = open_db(&settings(args, terminal)?).await?;
    let calls = db.calls().list(org, args.get_flag("active"), None, LISTED_MAX).await?;
    let lines: Vec<String> = calls.iter().map(line).collect();
    let words = if lines.is_empty() { "No calls.".to_owned() } else { lines.join("\n") };
    Ok(Answer::new(json!({ "calls": calls.iter().map(view).collect::<Vec<_>>() }), words))
}

pub(super) async fn end(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let no_call = || Failure::naming("running call with this id in this org");
    let (org, call) = (parsed(args, "org").map_err(no_call())?, parsed(args, "id").map_err(no_call())?);
    let db = open_db(&settings(args, terminal)?).await?;
    let now = rooms::Timestamp(SystemClock.now_ms());
    if !db.calls().ask_to_end(org, call, now).await? {
        return Err(no_call()(ServiceError::not_found()));
    }
    Ok(Answer::new(json!({ "call_id": call.to_string() }), format!("Call {call} ends within a second.")))
}

fn parsed<T: std::str::FromStr>(args: &ArgMatches, name: &str) -> Result<T, ServiceError> {
    args.get_one::<String>(name).and_then(|text| text.parse().ok()).ok_or_else(ServiceError::not_found)
}

fn view(call: &CallRecord) -> Value {
    json!({
        "id": call.id.to_string(),
        "session_id": call.conversation_id.to_string(),
        "visitor": call.visitor_name,
        "provider": call.provider,
        "model": call.model,
        "started_at": rfc3339(rooms::Timestamp(call.started_at)),
        "ended_at": call.ended_at.map(|at| rfc3339(rooms::Timestamp(at))),
        "seconds": call.seconds,
        "reason": call.reason,
        "cost_usd": cost(call),
    })
}

fn cost(call: &CallRecord) -> f64 {
    usd(u64::try_from(call.cost_nano_usd).unwrap_or(0))
}

fn line(call: &CallRecord) -> String {
    let end = match (call.seconds, &call.reason) {
        (Some(seconds), Some(reason)) => format!("{seconds} s, {reason}, {:.4} USD", cost(call)),
        _ => "running".to_owned(),
    };
    let began = rfc3339(rooms::Timestamp(call.started_at));
    format!("{}  {began}  {}  {end}", call.id, call.visitor_name)
}
