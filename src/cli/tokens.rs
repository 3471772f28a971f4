//! `switchboard token list` and `token revoke`.

use clap::{ArgMatches, Command};
use rooms::UserId;
use serde_json::{Value, json};

use super::arguments::{id, needed, positional, stored};
use super::listing::{columns, org_of};
use super::output::{Answer, Failure};
use super::storage::{directory, open_db, settings};
use super::terminal::Terminal;
use crate::audit::{Act, Note};
use crate::model::ApiToken;
use crate::wire::rfc3339;

pub(super) fn list_command() -> Command {
    stored(Command::new("list").about("List the API tokens of an org; not the tokens themselves"))
        .arg(needed("org", "ID", "Org of the tokens"))
}

pub(super) fn revoke_command() -> Command {
    stored(Command::new("revoke").about("Delete an API token; its sockets close within a second"))
        .arg(positional("id", "Id of the token, as `token list` shows it"))
        .arg(needed("org", "ID", "Org of the token"))
}

pub(super) async fn list(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let db = open_db(&settings(args, terminal)?).await?;
    let org = org_of(&db, args, "org").await?.id;
    let tokens = db.credentials().api_tokens(org).await?;
    let words = columns(&tokens.iter().map(row).collect::<Vec<_>>(), "There are no tokens.");
    Ok(Answer::new(json!({ "tokens": tokens.iter().map(view).collect::<Vec<_>>() }), words))
}

pub(super) async fn revoke(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let no_token = || Failure::naming("token with this id in this org");
    let token: UserId = id(args, "id", no_token())?;
    let directory = directory(args, terminal).await?;
    let org = org_of(directory.db(), args, "org").await?.id;
    let note = Note::by_shell(Some(org), Act::TokenDeleted, directory.now());
    let deleted = directory.delete_token_noting(note, org, token).await.map_err(no_token())?;
    let words = format!("Deleted the token {}; it is worth nothing any more.", deleted.name);
    Ok(Answer::new(json!({ "token_id": token.to_string(), "deleted": true }), words))
}

fn row(token: &ApiToken) -> Vec<String> {
    let owner = token.member.map_or_else(|| "the org's server".to_owned(), |member| member.to_string());
    let end = token.expires_at.map_or_else(|| "never".to_owned(), rfc3339);
    let used = token.used_at.map_or_else(|| "never".to_owned(), rfc3339);
    let rights = token.rights.as_str().to_owned();
    vec![
        token.id.to_string(),
        token.name.clone(),
        rights,
        format!("acts as {owner}"),
        format!("expires {end}"),
        format!("used {used}"),
    ]
}

fn view(token: &ApiToken) -> Value {
    json!({
        "id": token.id.to_string(),
        "name": token.name,
        "rights": token.rights.as_str(),
        "agent_id": token.member.map(|member| member.to_string()),
        "created_at": rfc3339(token.created_at),
        "expires_at": token.expires_at.map(rfc3339),
        "used_at": token.used_at.map(rfc3339),
    })
}
