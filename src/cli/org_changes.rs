//! `switchboard org rename`, `suspend`, `resume` and `keep`.

use clap::{ArgMatches, Command};

use super::arguments::{given, optional, positional, stored, text};
use super::as_shell::on_platform;
use super::org_lists::shown;
use super::output::{Answer, Failure};
use super::terminal::Terminal;
use crate::refusal::ServiceError;

pub(super) fn rename_command() -> Command {
    of_org("rename", "Give an org another name").arg(positional("name", "New name"))
}

pub(super) fn suspend_command() -> Command {
    let about =
        "Suspend an org: no assistant, nothing begins, its people only read; calls end within a second";
    of_org("suspend", about).arg(optional("reason", "TEXT", "Why; its members read it"))
}

pub(super) fn resume_command() -> Command {
    of_org("resume", "Let a suspended org go on")
}

pub(super) fn keep_command() -> Command {
    of_org("keep", "Take the removal of an org back while its time has not come; it stays suspended")
}

fn of_org(name: &'static str, about: &'static str) -> Command {
    stored(Command::new(name).about(about)).arg(positional("id", "Id of the org"))
}

fn no_org(error: ServiceError) -> Failure {
    Failure::naming("org with this id")(error)
}

pub(super) async fn rename(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    on_platform(args, terminal, async |shell| {
        let tenancy = &shell.services.tenancy;
        let renamed = tenancy.rename(&shell.principal, text(args, "id"), text(args, "name")).await;
        Ok(shown(&renamed.map_err(no_org)?))
    })
    .await
}

pub(super) async fn suspend(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let reason = given(args, "reason");
    on_platform(args, terminal, async |shell| {
        let tenancy = &shell.services.tenancy;
        let suspended = tenancy.suspend(&shell.principal, text(args, "id"), reason.as_deref()).await;
        Ok(shown(&suspended.map_err(no_org)?))
    })
    .await
}

pub(super) async fn resume(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    on_platform(args, terminal, async |shell| {
        let resumed = shell.services.tenancy.resume(&shell.principal, text(args, "id")).await;
        Ok(shown(&resumed.map_err(no_org)?))
    })
    .await
}

pub(super) async fn keep(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    on_platform(args, terminal, async |shell| {
        let kept = shell.services.tenancy.cancel_removal(&shell.principal, text(args, "id")).await;
        Ok(shown(&kept.map_err(no_org)?))
    })
    .await
}
