//! `switchboard channel set`, `rename`, `origins`, `rotate-key` and `rotate-secret`.

use clap::{Arg, ArgMatches, Command, value_parser};
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::arguments::{
    all_given, changing, clear, flag, given, is_cleared, is_on, needed, optional, patch, positional,
    repeated, stored, switch, text,
};
use super::as_shell::in_org;
use super::channels::shown;
use super::input::secret_of;
use super::output::{Answer, Failure};
use super::terminal::Terminal;
use crate::accounts::{ChannelFields, IssuerFields};
use crate::crypto::Overlap;
use crate::model::Patch;
use crate::refusal::ServiceError;
use crate::wire::rfc3339;

pub(super) fn set_command() -> Command {
    let secret = "Read the secret that the issuer signs with from the first line of standard input";
    let command = of_channel("set", "Change a channel; a running server follows within a second")
        .arg(optional("name", "NAME", "Name of the channel"))
        .arg(origin())
        .arg(no_origin())
        .arg(optional("color", "COLOR", "Colour of the widget, as #rrggbb"))
        .arg(optional("greeting", "TEXT", "What the widget says first"))
        .arg(optional("language", "CODE", "Language of the widget, such as es; the browser's by default"))
        .arg(switch("assistant", "Whether the assistant answers"))
        .arg(switch("handoff", "Whether visitors may ask for a person"))
        .arg(repeated("handoff-word", "WORD", "Word that asks for a person, in place of those of the org"))
        .arg(
            optional("message-max-chars", "N", "Longest message of a visitor; 0 is the server's setting")
                .value_parser(value_parser!(i64).range(0..)),
        )
        .arg(optional("issuer", "URL", "Issuer of the site's own tokens").requires("audience"))
        .arg(optional("audience", "TEXT", "Audience of those tokens").requires("issuer"))
        .arg(optional("jwks-url", "URL", "Where the issuer's public keys stand").requires("issuer"))
        .arg(flag("issuer-secret-stdin", secret).requires("issuer").conflicts_with("jwks-url"))
        .arg(clear(["color", "greeting", "language", "handoff-word", "issuer"]));
    let changes = [
        "name",
        "origin",
        "no-origin",
        "color",
        "greeting",
        "language",
        "assistant",
        "handoff",
        "handoff-word",
        "message-max-chars",
        "issuer",
        "clear",
    ];
    changing(command, changes)
}

pub(super) fn rename_command() -> Command {
    of_channel("rename", "Give a channel another name").arg(positional("name", "New name"))
}

pub(super) fn origins_command() -> Command {
    let about = "Set the origins of a channel; what is open on other pages closes within a second";
    changing(of_channel("origins", about).arg(origin()).arg(no_origin()), ["origin", "no-origin"])
}

pub(super) fn rotate_key_command() -> Command {
    of_channel("rotate-key", "Give a channel a new public key; visitors who are in stay in")
}

pub(super) fn rotate_secret_command() -> Command {
    let about = "Give a channel a new identity secret and print it; it cannot be shown again";
    of_channel("rotate-secret", about).arg(overlap())
}

fn of_channel(name: &'static str, about: &'static str) -> Command {
    stored(Command::new(name).about(about)).arg(positional("id", "Id of the channel")).arg(needed(
        "org",
        "ID",
        "Org of the channel",
    ))
}

fn origin() -> Arg {
    let help = "Origin of a site that may embed the widget, in place of those of before; repeatable";
    repeated("origin", "URL", help)
}

fn no_origin() -> Arg {
    let help =
        "Name no origin: none may embed the widget, but while the server listens on loopback every one";
    flag("no-origin", help).conflicts_with("origin")
}

/// For how long what is rotated is accepted beside the new.
pub(super) fn overlap() -> Arg {
    let help = "Hours for which the old secret is accepted as well, at most 720";
    optional("overlap-hours", "N", help).value_parser(value_parser!(u32)).default_value("0")
}

pub(super) fn overlap_of(args: &ArgMatches) -> Result<Overlap, Failure> {
    let hours = args.get_one("overlap-hours").copied().unwrap_or_default();
    Ok(Overlap::of_hours(hours)
        .ok_or_else(|| ServiceError::bad_request("--overlap-hours must be at most 720"))?)
}

fn no_channel(error: ServiceError) -> Failure {
    Failure::naming("channel with this id in this org")(error)
}

pub(super) async fn set(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let words = all_given(args, "handoff-word");
    let fields = ChannelFields {
        name: given(args, "name"),
        origins: origins_of(args),
        color: patch(args, "color"),
        greeting: patch(args, "greeting"),
        locale: patch(args, "language"),
        has_assistant: is_on(args, "assistant"),
        handoff_enabled: is_on(args, "handoff"),
        handoff_words: words.or_else(|| is_cleared(args, "handoff-word").then(Vec::new)),
        visitor_message_max_chars: args
            .get_one("message-max-chars")
            .map_or(Patch::Keep, |count| Patch::Set(*count)),
        issuer: issuer_of(args, terminal)?,
    };
    change(args, terminal, fields).await
}

pub(super) async fn rename(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let fields = ChannelFields { name: given(args, "name"), ..ChannelFields::default() };
    change(args, terminal, fields).await
}

pub(super) async fn origins(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let fields = ChannelFields { origins: origins_of(args), ..ChannelFields::default() };
    change(args, terminal, fields).await
}

fn origins_of(args: &ArgMatches) -> Option<Vec<String>> {
    all_given(args, "origin").or_else(|| args.get_flag("no-origin").then(Vec::new))
}

fn issuer_of(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Patch<IssuerFields>, Failure> {
    let Some(issuer) = given(args, "issuer") else {
        return Ok(if is_cleared(args, "issuer") { Patch::Clear } else { Patch::Keep });
    };
    let secret = secret_of(args, "issuer-secret-stdin", terminal)?;
    let shared_secret = secret.map(|secret| secret.expose_secret().to_owned());
    let audience = text(args, "audience").to_owned();
    Ok(Patch::Set(IssuerFields { issuer, audience, jwks_url: given(args, "jwks-url"), shared_secret }))
}

async fn change(
    args: &ArgMatches,
    terminal: &Terminal<'_>,
    fields: ChannelFields,
) -> Result<Answer, Failure> {
    in_org(args, terminal, async |shell| {
        let channels = shell.services.accounts.channels();
        let changed = channels.change(&shell.principal, text(args, "id"), fields).await;
        Ok(shown(&changed.map_err(no_channel)?))
    })
    .await
}

pub(super) async fn rotate_key(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    in_org(args, terminal, async |shell| {
        let channels = shell.services.accounts.channels();
        let rotated = channels.rotate_key(&shell.principal, text(args, "id")).await;
        Ok(shown(&rotated.map_err(no_channel)?))
    })
    .await
}

pub(super) async fn rotate_secret(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let overlap = overlap_of(args)?;
    in_org(args, terminal, async |shell| {
        let channels = shell.services.accounts.channels();
        let rotated = channels.rotate_identity_secret(&shell.principal, text(args, "id"), overlap).await;
        let (secret, until) = rotated.map_err(no_channel)?;
        let until = until.map(rfc3339);
        let words = match &until {
            Some(until) => format!("The old secret is accepted until {until}."),
            None => "The old secret is refused from now on.".to_owned(),
        };
        let json = json!({ "identity_secret": secret, "old_accepted_until": until });
        Ok(Answer::new(json, format!("Its new identity secret, shown once: {secret}\n{words}")))
    })
    .await
}
