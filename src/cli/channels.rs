//! `switchboard channel list` and `channel show`.

use clap::{ArgMatches, Command};
use rooms::ChannelId;
use serde_json::{Value, json};

use super::arguments::{id, needed, positional, stored};
use super::listing::{PAGE, columns, org_of, whole};
use super::output::{Answer, Failure};
use super::storage::{open_db, settings};
use super::terminal::Terminal;
use crate::model::ChannelRecord;
use crate::refusal::ServiceError;
use crate::wire::rfc3339;

pub(super) fn list_command() -> Command {
    stored(Command::new("list").about("List the channels of an org")).arg(needed(
        "org",
        "ID",
        "Org of the channels",
    ))
}

pub(super) fn show_command() -> Command {
    stored(Command::new("show").about("Show a channel; its secrets are not shown"))
        .arg(positional("id", "Id of the channel"))
        .arg(needed("org", "ID", "Org of the channel"))
}

pub(super) async fn list(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let db = open_db(&settings(args, terminal)?).await?;
    let org = org_of(&db, args, "org").await?.id;
    let channels =
        whole(async |after| db.channels().list(org, after, PAGE).await, |channel| channel.id).await?;
    let row = |channel: &ChannelRecord| {
        vec![channel.id.to_string(), channel.key.clone(), channel.name.clone(), channel.origins.join(" ")]
    };
    let words = columns(&channels.iter().map(row).collect::<Vec<_>>(), "There are no channels.");
    Ok(Answer::new(json!({ "channels": channels.iter().map(view).collect::<Vec<_>>() }), words))
}

pub(super) async fn show(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let no_channel = Failure::naming("channel with this id in this org");
    let channel: ChannelId = id(args, "id", &no_channel)?;
    let db = open_db(&settings(args, terminal)?).await?;
    let org = org_of(&db, args, "org").await?.id;
    let found = db.channels().get(org, channel).await?;
    Ok(shown(&found.ok_or_else(|| no_channel(ServiceError::not_found()))?))
}

/// One channel.
pub(super) fn shown(channel: &ChannelRecord) -> Answer {
    let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
    let rows = [
        ("id", channel.id.to_string()),
        ("name", channel.name.clone()),
        ("key", channel.key.clone()),
        ("origins", channel.origins.join(" ")),
        ("language", channel.locale.clone().unwrap_or_else(|| "the browser's".to_owned())),
        ("assistant", yes(channel.has_assistant)),
        ("handoff", yes(channel.handoff_enabled)),
        ("issuer", channel.issuer.clone().unwrap_or_default()),
        ("created", rfc3339(channel.created_at)),
    ];
    let rows = rows.map(|(name, value)| vec![name.to_owned(), value]);
    Answer::new(view(channel), columns(&rows, ""))
}

fn view(channel: &ChannelRecord) -> Value {
    json!({
        "id": channel.id.to_string(),
        "name": channel.name,
        "key": channel.key,
        "origins": channel.origins,
        "color": channel.color,
        "greeting": channel.greeting,
        "locale": channel.locale,
        "has_assistant": channel.has_assistant,
        "handoff_enabled": channel.handoff_enabled,
        "handoff_words": channel.handoff_words,
        "visitor_message_max_chars": channel.visitor_message_max_chars,
        "issuer": channel.issuer,
        "issuer_audience": channel.issuer_audience,
        "issuer_jwks_url": channel.issuer_jwks_url,
        "created_at": rfc3339(channel.created_at),
    })
}
