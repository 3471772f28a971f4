//! `switchboard member list`.

use clap::{ArgMatches, Command};
use serde_json::{Value, json};

use super::arguments::{needed, stored};
use super::listing::{PAGE, columns, org_of, whole};
use super::output::{Answer, Failure};
use super::storage::{open_db, settings};
use super::terminal::Terminal;
use crate::model::MemberRecord;
use crate::wire::rfc3339;

pub(super) fn list_command() -> Command {
    stored(Command::new("list").about("List the members of an org, also those who may not sign in any more"))
        .arg(needed("org", "ID", "Org of the members"))
}

pub(super) async fn list(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let db = open_db(&settings(args, terminal)?).await?;
    let org = org_of(&db, args, "org").await?.id;
    let members = whole(async |after| db.members().list(org, after, PAGE).await, |member| member.id).await?;
    let words = columns(&members.iter().map(row).collect::<Vec<_>>(), "There are no members.");
    Ok(Answer::new(json!({ "members": members.iter().map(view).collect::<Vec<_>>() }), words))
}

/// One member.
pub(super) fn shown(member: &MemberRecord) -> Answer {
    Answer::new(view(member), columns(&[row(member)], ""))
}

fn row(member: &MemberRecord) -> Vec<String> {
    let mut notes = Vec::new();
    if member.platform_admin {
        notes.push("platform admin");
    }
    if member.has_two_step {
        notes.push("two steps");
    }
    if !member.active {
        notes.push("removed");
    }
    let role = member.role.as_str().to_owned();
    vec![member.id.to_string(), member.email.clone(), role, member.name.clone(), notes.join(", ")]
}

fn view(member: &MemberRecord) -> Value {
    json!({
        "id": member.id.to_string(),
        "email": member.email,
        "name": member.name,
        "role": member.role.as_str(),
        "platform_admin": member.platform_admin,
        "active": member.active,
        "has_password": member.password_hash.is_some(),
        "has_two_step": member.has_two_step,
        "created_at": rfc3339(member.created_at),
    })
}
