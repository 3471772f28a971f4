//! `switchboard org list` and `org show`.

use clap::{ArgMatches, Command};
use rooms::Timestamp;
use serde_json::{Value, json};

use super::arguments::{positional, stored};
use super::listing::{PAGE, columns, org_of, whole};
use super::output::{Answer, Failure};
use super::storage::{open_db, settings};
use super::terminal::Terminal;
use crate::clock::{Clock as _, SystemClock};
use crate::model::{OrgFigures, OrgRecord};
use crate::tenancy::ListedOrg;
use crate::usage::month_start_of;
use crate::voice::usd;
use crate::wire::rfc3339;

pub(super) fn list_command() -> Command {
    stored(Command::new("list").about("List all orgs, oldest first"))
}

pub(super) fn show_command() -> Command {
    stored(Command::new("show").about("Show an org with its figures")).arg(positional("id", "Id of the org"))
}

pub(super) async fn list(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let db = open_db(&settings(args, terminal)?).await?;
    let orgs = whole(async |after| db.orgs().list(after, PAGE).await, |org| org.id).await?;
    let row = |org: &OrgRecord| {
        vec![org.id.to_string(), state(org).to_owned(), rfc3339(org.created_at), org.name.clone()]
    };
    let words = columns(&orgs.iter().map(row).collect::<Vec<_>>(), "There are no orgs.");
    Ok(Answer::new(json!({ "orgs": orgs.iter().map(view).collect::<Vec<_>>() }), words))
}

pub(super) async fn show(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let db = open_db(&settings(args, terminal)?).await?;
    let org = org_of(&db, args, "id").await?;
    let figures = db.figures().of(org.id, &month_start_of(SystemClock.now_ms())).await?;
    Ok(shown(&ListedOrg { org, figures }))
}

/// One org.
pub(super) fn shown(listed: &ListedOrg) -> Answer {
    let ListedOrg { org, figures } = listed;
    let mut json = view(org);
    json["figures"] = figures_view(figures);
    let never = || "never".to_owned();
    let rows = [
        ("id", org.id.to_string()),
        ("name", org.name.clone()),
        ("state", state(org).to_owned()),
        ("reason", org.suspension.clone().and_then(|suspension| suspension.reason).unwrap_or_default()),
        ("removed from", org.delete_at.map_or_else(never, rfc3339)),
        ("created", rfc3339(org.created_at)),
        ("members", figures.member_count.to_string()),
        ("channels", figures.channel_count.to_string()),
        ("conversations", format!("{} ({} open)", figures.conversation_count, figures.open_count)),
        ("last changed", figures.changed_at.map_or_else(never, rfc3339)),
        ("cost this month", format!("{:.4} USD", cost(figures))),
    ];
    let rows = rows.map(|(name, value)| vec![name.to_owned(), value]);
    Answer::new(json, columns(&rows, ""))
}

/// The words of REST.
fn state(org: &OrgRecord) -> &'static str {
    match (&org.suspension, org.delete_at) {
        (_, Some(_)) => "leaving",
        (Some(_), None) => "suspended",
        (None, None) => "active",
    }
}

fn cost(figures: &OrgFigures) -> f64 {
    usd(u64::try_from(figures.cost_nano_usd).unwrap_or(0))
}

fn view(org: &OrgRecord) -> Value {
    let suspension = org.suspension.as_ref();
    json!({
        "id": org.id.to_string(),
        "name": org.name,
        "status": state(org),
        "suspended_at": suspension.map(|suspension| rfc3339(suspension.at)),
        "suspended_reason": suspension.and_then(|suspension| suspension.reason.clone()),
        "delete_at": org.delete_at.map(rfc3339),
        "created_at": rfc3339(org.created_at),
    })
}

fn figures_view(figures: &OrgFigures) -> Value {
    json!({
        "members": figures.member_count,
        "channels": figures.channel_count,
        "conversations": figures.conversation_count,
        "open_conversations": figures.open_count,
        "changed_at": figures.changed_at.map(|at: Timestamp| rfc3339(at)),
        "cost_usd_this_month": cost(figures),
    })
}
