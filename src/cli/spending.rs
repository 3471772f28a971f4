//! `switchboard usage show`.

use clap::{Arg, ArgMatches, Command};
use rooms::Timestamp;
use serde_json::{Value, json};

use super::arguments::{needed, stored};
use super::listing::{columns, org_of};
use super::output::{Answer, Failure};
use super::storage::{open_db, settings};
use super::terminal::Terminal;
use crate::clock::{Clock as _, SystemClock};
use crate::model::UsageDay;
use crate::usage::month_start_of;
use crate::voice::usd;
use crate::wire::{ErrorCode, parse_moment, rfc3339};

pub(super) fn show_command() -> Command {
    let since = Arg::new("since")
        .long("since")
        .value_name("DAY")
        .help("First day (UTC), such as 2026-11-01; the first of this month by default");
    stored(Command::new("show").about("Show what models have cost an org, by day, kind and model"))
        .arg(needed("org", "ID", "Org of the usage"))
        .arg(since)
}

pub(super) async fn show(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let since = match args.get_one::<String>("since") {
        Some(day) => day_of(day)?,
        None => month_start_of(SystemClock.now_ms()),
    };
    let db = open_db(&settings(args, terminal)?).await?;
    let org = org_of(&db, args, "org").await?.id;
    let days = db.usage().days(org, &since).await?;
    let total: i64 = days.iter().map(|day| day.cost_nano_usd).sum();
    let mut words = columns(&days.iter().map(row).collect::<Vec<_>>(), "Nothing was used.");
    if !days.is_empty() {
        words.push_str(&format!("\nTogether since {since}: {:.4} USD", dollars(total)));
    }
    let json = json!({
        "since": since,
        "cost_usd": dollars(total),
        "days": days.iter().map(view).collect::<Vec<_>>(),
    });
    Ok(Answer::new(json, words))
}

/// A day as it is stored; text that is none would silently show too much or too little.
fn day_of(text: &str) -> Result<String, Failure> {
    let wrong = || Failure::new(ErrorCode::BadRequest, "--since must be a day such as 2026-11-01");
    let day: Timestamp = parse_moment(text).ok_or_else(wrong)?;
    rfc3339(day)
        .get(..text.len())
        .filter(|day| *day == text && text.len() == 10)
        .map(str::to_owned)
        .ok_or_else(wrong)
}

fn dollars(nano: i64) -> f64 {
    usd(u64::try_from(nano).unwrap_or(0))
}

fn row(day: &UsageDay) -> Vec<String> {
    vec![
        day.day.clone(),
        day.kind.clone(),
        day.model.clone(),
        format!("{} requests, {} failed", day.request_count, day.failed_count),
        format!("{} tokens in, {} out", day.input_tokens, day.output_tokens),
        format!("{:.4} USD", dollars(day.cost_nano_usd)),
    ]
}

fn view(day: &UsageDay) -> Value {
    json!({
        "day": day.day,
        "kind": day.kind,
        "model": day.model,
        "requests": day.request_count,
        "failed": day.failed_count,
        "input_tokens": day.input_tokens,
        "output_tokens": day.output_tokens,
        "cost_usd": dollars(day.cost_nano_usd),
    })
}
