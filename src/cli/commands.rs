//! Commands that create and update stored data.

use clap::ArgMatches;
use serde_json::json;

use super::arguments::{id, text};
use super::input::read_password;
use super::output::{Answer, Failure};
use super::storage::{directory, directory_with_keys, open_db, settings};
use super::terminal::Terminal;
use crate::accounts::{MemberFields, NewToken, TokenOwner};
use crate::audit::{Act, Note};
use crate::crypto::CryptoError;
use crate::model::{Role, TokenRights};
use crate::refusal::ServiceError;

pub(super) async fn create_org(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let directory = directory(args, terminal).await?;
    let note = Note::by_shell(None, Act::OrgMade, directory.now());
    let org = directory.create_org_noting(note, text(args, "name")).await?;
    let words = format!("Made org {} with the id {}.", org.name, org.id);
    Ok(Answer::new(json!({ "org_id": org.id.to_string() }), words))
}

pub(super) async fn create_channel(
    args: &ArgMatches,
    terminal: &mut Terminal<'_>,
) -> Result<Answer, Failure> {
    let no_org = || Failure::naming("org with this id");
    let org = id(args, "org", no_org())?;
    let directory = directory_with_keys(args, terminal).await?;
    let origins: Vec<String> =
        args.get_many::<String>("origin").map(|origins| origins.cloned().collect()).unwrap_or_default();
    let note = Note::by_shell(Some(org), Act::ChannelMade, directory.now());
    let made = directory.create_channel_noting(note, org, text(args, "name"), &origins);
    let made = made.await.map_err(no_org())?;
    let words = format!(
        "Made channel {} with the id {}.\n\nIts public key, for the page:      {}\nIts identity secret, shown once:   {}",
        made.channel.name, made.channel.id, made.channel.key, made.identity_secret
    );
    let json = json!({
        "channel_id": made.channel.id.to_string(),
        "channel_key": made.channel.key,
        "identity_secret": made.identity_secret,
    });
    Ok(Answer::new(json, words))
}

pub(super) async fn create_agent(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let no_org = || Failure::naming("org with this id");
    let org = id(args, "org", no_org())?;
    let password = read_password(terminal.input)?;
    let directory = directory(args, terminal).await?;
    let fields = MemberFields {
        email: text(args, "email").to_owned(),
        name: args.get_one::<String>("name").cloned(),
        role: Role::parse(text(args, "role")).expect("the grammar knows the roles"),
        platform_admin: args.get_flag("platform-admin"),
        password: Some(password),
    };
    let note = Note::by_shell(Some(org), Act::MemberInvited, directory.now());
    let member = directory.create_member_noting(note, org, fields).await.map_err(no_org())?;
    let words = format!("Added {} as {} with the id {}.", member.email, member.role.as_str(), member.id);
    Ok(Answer::new(json!({ "agent_id": member.id.to_string() }), words))
}

pub(super) async fn set_password(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let password = read_password(terminal.input)?;
    let directory = directory(args, terminal).await?;
    let set = directory.set_password(text(args, "email"), password).await;
    let agent = set.map_err(Failure::naming("agent with this address"))?;
    let words = "Set the password; every session of theirs has ended.";
    Ok(Answer::new(json!({ "agent_id": agent.to_string() }), words))
}

pub(super) async fn reset_two_step(
    args: &ArgMatches,
    terminal: &mut Terminal<'_>,
) -> Result<Answer, Failure> {
    let directory = directory(args, terminal).await?;
    let reset = directory.reset_two_step(text(args, "email")).await;
    let (agent, was_on) = reset.map_err(Failure::naming("agent with this address"))?;
    let words = if was_on { "Ended two-step sign-in." } else { "Two-step sign-in was off already." };
    Ok(Answer::new(json!({ "agent_id": agent.to_string(), "was_on": was_on }), words))
}

pub(super) async fn create_token(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let no_owner = || Failure::naming("active agent or org with this id");
    let owner = if args.contains_id("agent") {
        TokenOwner::Agent(id(args, "agent", no_owner())?)
    } else {
        TokenOwner::Org(id(args, "org", no_owner())?)
    };
    let directory = directory(args, terminal).await?;
    let new = NewToken {
        name: args.get_one::<String>("name").map(String::as_str),
        rights: TokenRights::parse(text(args, "rights")).expect("the grammar knows the rights"),
        lives_d: args.get_one("expires-in-days").copied(),
    };
    let now = directory.now();
    let note = |org| Note::by_shell(Some(org), Act::TokenMade, now);
    let (_, token) = directory.create_token_noting(note, owner, new).await.map_err(no_owner())?;
    let words = format!("Made a token, shown once: {}", token.expose());
    Ok(Answer::new(json!({ "token": token.expose() }), words))
}

pub(super) async fn rotate_key(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let directory = directory_with_keys(args, terminal).await?;
    let key_id = match directory.keys().rotate_key() {
        Ok(key_id) => key_id,
        // The operator has put the new key first already; what is left is sealing again.
        Err(CryptoError::KeysFromEnvironment) => directory.keys().current_key(),
        Err(error) => return Err(error.into()),
    };
    let note = Note::by_shell(None, Act::MasterKeyRotated, directory.now()).on(&key_id);
    directory.db().audit().append(note.into()).await.map_err(ServiceError::from)?;
    let resealed = directory.reseal_all().await?;
    let words = format!(
        "Master key {key_id} seals from now on; {resealed} secrets were sealed anew.\n\
         Older keys stay in the file, for backups made under them. Restart a running server to make it seal with the new key."
    );
    Ok(Answer::new(json!({ "key_id": key_id.to_string(), "resealed": resealed }), words))
}

pub(super) async fn migrate(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let db = open_db(&settings(args, terminal)?).await?;
    let words = format!("The {} database is up to date.", db.engine());
    Ok(Answer::new(json!({ "engine": db.engine(), "current": true }), words))
}
