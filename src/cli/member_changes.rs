//! `switchboard member add`, `rename`, `role`, `remove`, `restore` and `link`.

use clap::{ArgMatches, Command};
use serde_json::json;

use super::arguments::{given, needed, optional, positional, stored, text};
use super::as_shell::in_org;
use super::members::shown;
use super::output::{Answer, Failure};
use super::terminal::Terminal;
use crate::accounts::{MadeMember, MailLanguage, MemberPatch};
use crate::model::Role;
use crate::refusal::ServiceError;

const ROLES: [&str; 3] = ["owner", "admin", "agent"];

pub(super) fn add_command() -> Command {
    let about = "Add a member who chooses their password by a link, which is printed, and mailed where the server can";
    stored(Command::new("add").about(about))
        .arg(positional("email", "Email address to sign in with"))
        .arg(needed("org", "ID", "Org of the member"))
        .arg(needed("role", "ROLE", "Role: owner, admin or agent").value_parser(ROLES))
        .arg(optional("name", "NAME", "Display name, shown to visitors"))
        .arg(optional("language", "CODE", "Language of the mail: en or es").value_parser(["en", "es"]))
}

pub(super) fn rename_command() -> Command {
    of_member("rename", "Give a member another name").arg(positional("name", "New name, shown to visitors"))
}

pub(super) fn role_command() -> Command {
    of_member("role", "Give a member another role; their sessions and sockets end")
        .arg(positional("role", "Role: owner, admin or agent").value_parser(ROLES))
}

pub(super) fn remove_command() -> Command {
    of_member(
        "remove",
        "Take a member's access away with their sessions and tokens; what they wrote stays theirs",
    )
}

pub(super) fn restore_command() -> Command {
    of_member("restore", "Give a removed member access again; they sign in anew")
}

pub(super) fn link_command() -> Command {
    of_member("link", "Print a link by which a member chooses a new password; it works once")
}

fn of_member(name: &'static str, about: &'static str) -> Command {
    stored(Command::new(name).about(about))
        .arg(positional("id", "Id of the member, as `member list` shows it"))
        .arg(needed("org", "ID", "Org of the member"))
}

fn no_member(error: ServiceError) -> Failure {
    Failure::naming("member with this id in this org")(error)
}

pub(super) async fn add(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let email = text(args, "email");
    let name = given(args, "name").unwrap_or_else(|| email.split('@').next().unwrap_or_default().to_owned());
    let role = Role::parse(text(args, "role")).expect("the grammar knows the roles");
    let language = MailLanguage::of(&given(args, "language").unwrap_or_default());
    in_org(args, terminal, async |shell| {
        let base = shell.services.base.settings.link_base();
        let members = shell.services.accounts.members();
        let fields = (email.to_owned(), name);
        let made = members.invite(&shell.principal, fields, role, language, &base).await?;
        Ok(with_link(&made))
    })
    .await
}

pub(super) async fn link(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    in_org(args, terminal, async |shell| {
        let base = shell.services.base.settings.link_base();
        let links = shell.services.accounts.password_links();
        let made = links.create(&shell.principal, text(args, "id"), &base).await.map_err(no_member)?;
        Ok(with_link(&made))
    })
    .await
}

fn with_link(made: &MadeMember) -> Answer {
    let mut answer = shown(&made.member);
    answer.json["set_password_url"] = json!(made.set_password_url);
    answer.json["is_mailed"] = json!(made.is_mailed);
    answer
        .words
        .push_str(&format!("\n\nTheir link to choose a password, shown once: {}", made.set_password_url));
    if made.is_mailed {
        answer.words.push_str("\nIt was mailed to them.");
    }
    answer
}

pub(super) async fn rename(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    change(args, terminal, MemberPatch { name: given(args, "name"), ..MemberPatch::default() }).await
}

pub(super) async fn role(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let role = Role::parse(text(args, "role")).expect("the grammar knows the roles");
    change(args, terminal, MemberPatch { role: Some(role), ..MemberPatch::default() }).await
}

pub(super) async fn remove(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    change(args, terminal, MemberPatch { active: Some(false), ..MemberPatch::default() }).await
}

pub(super) async fn restore(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    change(args, terminal, MemberPatch { active: Some(true), ..MemberPatch::default() }).await
}

async fn change(args: &ArgMatches, terminal: &Terminal<'_>, patch: MemberPatch) -> Result<Answer, Failure> {
    in_org(args, terminal, async |shell| {
        let members = shell.services.accounts.members();
        let changed = members.change(&shell.principal, text(args, "id"), patch).await;
        Ok(shown(&changed.map_err(no_member)?))
    })
    .await
}
