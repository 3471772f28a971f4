//! `switchboard settings`: what orgs, channels and the platform set. Not the server's own settings.

use std::sync::Arc;

use clap::{Arg, ArgMatches, Command};
use rooms::ChannelId;
use serde_json::{Map, Value, json};

use super::arguments::{id, positional, stored, text};
use super::listing::{columns, org_of};
use super::output::{Answer, Failure};
use super::storage::{open_db, settings};
use super::terminal::Terminal;
use crate::clock::SystemClock;
use crate::db::Db;
use crate::org_settings::{Level, OrgSettings, Shown};
use crate::refusal::ServiceError;
use crate::wire::ErrorCode;

pub(super) fn list_command() -> Command {
    leveled(Command::new("list").about("List the settings of the platform, an org or a channel"))
}

pub(super) fn get_command() -> Command {
    leveled(Command::new("get").about("Show one setting: its value and where it comes from"))
        .arg(positional("name", "Name of the setting, such as assistant_name"))
}

pub(super) fn set_command() -> Command {
    let about = "Set one setting; a running server follows within a second";
    let value =
        "Value as JSON, such as true, 5 or [\"a\"]; what is no JSON is taken as text. null inherits again";
    leveled(Command::new("set").about(about))
        .arg(positional("name", "Name of the setting, such as assistant_name"))
        .arg(positional("value", value).allow_hyphen_values(true))
}

fn leveled(command: Command) -> Command {
    let org = Arg::new("org").long("org").value_name("ID").help("Org that is meant; the platform by default");
    let channel =
        Arg::new("channel").long("channel").value_name("ID").requires("org").help("Channel of the org");
    stored(command).arg(org).arg(channel)
}

pub(super) async fn list(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let (settings, level) = open(args, terminal).await?;
    let shown = settings.shown(level).await?;
    let row = |one: &Shown| vec![one.field.name.to_owned(), one.value.to_string(), one.source.to_owned()];
    let words = columns(&shown.iter().map(row).collect::<Vec<_>>(), "");
    Ok(Answer::new(json!({ "settings": shown.iter().map(view).collect::<Vec<_>>() }), words))
}

pub(super) async fn get(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let (settings, level) = open(args, terminal).await?;
    let shown = settings.shown(level).await?;
    answer(&shown, text(args, "name"))
}

pub(super) async fn set(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let (settings, level) = open(args, terminal).await?;
    let (name, value) = (text(args, "name"), text(args, "value"));
    let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
    let values = Map::from_iter([(name.to_owned(), value)]);
    let shown = settings.change_by_shell(level, values).await?;
    answer(&shown, name)
}

fn answer(shown: &[Shown], name: &str) -> Result<Answer, Failure> {
    let one = shown.iter().find(|one| one.field.name == name);
    let one = one.ok_or_else(|| Failure::new(ErrorCode::NotFound, format!("there is no setting {name}")))?;
    let words = format!("{name} is {} ({})", one.value, one.source);
    Ok(Answer::new(view(one), words))
}

async fn open(args: &ArgMatches, terminal: &Terminal<'_>) -> Result<(OrgSettings, Level), Failure> {
    let db = open_db(&settings(args, terminal)?).await?;
    let level = level(&db, args).await?;
    Ok((OrgSettings::new(db, Arc::new(SystemClock)), level))
}

async fn level(db: &Db, args: &ArgMatches) -> Result<Level, Failure> {
    if !args.contains_id("org") {
        return Ok(Level::Platform);
    }
    let org = org_of(db, args, "org").await?.id;
    if !args.contains_id("channel") {
        return Ok(Level::Org(org));
    }
    let no_channel = Failure::naming("channel with this id in this org");
    let channel: ChannelId = id(args, "channel", &no_channel)?;
    let found = db.channels().get(org, channel).await?;
    found.map(|_| Level::Channel(org, channel)).ok_or_else(|| no_channel(ServiceError::not_found()))
}

fn view(one: &Shown) -> Value {
    json!({
        "name": one.field.name,
        "value": one.value,
        "source": one.source,
        "inherited_value": one.inherited_value,
        "settable": one.is_settable,
    })
}
