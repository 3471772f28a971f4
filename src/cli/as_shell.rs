//! The services that REST stands on, for commands that change something: with the shell as their principal, so that
//! validation, rights and the audit log are those of REST. A running server follows by what the audit log notes
//! (`hub::followed_acts`).

use std::sync::Arc;
use std::time::Duration;

use clap::ArgMatches;
use tokio_util::task::TaskTracker;

use super::listing::org_of;
use super::output::{Answer, Failure};
use super::storage::{master_keys, open_db, settings};
use super::terminal::Terminal;
use crate::app::{Models, Services};
use crate::audit::{Act, Note};
use crate::auth::Principal;
use crate::base::Base;
use crate::clock::SystemClock;
use crate::llm::EnvironmentKeys;
use crate::model::PLATFORM;
use crate::wire::ErrorCode;

/// How long work may go on behind an answer: a mail that is tried again, a usage event that is written.
const BEHIND_TIME: Duration = Duration::from_secs(60);

/// Services in this process, and the shell as who asks them.
pub(super) struct Shell {
    pub(super) services: Services,
    pub(super) principal: Principal,
}

/// Does something in the org that `--org` names.
pub(super) async fn in_org(
    args: &ArgMatches,
    terminal: &Terminal<'_>,
    act: impl AsyncFnOnce(&Shell) -> Result<Answer, Failure>,
) -> Result<Answer, Failure> {
    let mut shell = Shell::open(args, terminal).await?;
    let org = org_of(&shell.services.base.db, args, "org").await?.id;
    shell.principal = Principal::of_shell(org);
    shell.run(act).await
}

/// Does something above all orgs.
pub(super) async fn on_platform(
    args: &ArgMatches,
    terminal: &Terminal<'_>,
    act: impl AsyncFnOnce(&Shell) -> Result<Answer, Failure>,
) -> Result<Answer, Failure> {
    Shell::open(args, terminal).await?.run(act).await
}

/// Does something in the org that `--org` names, or above all orgs with `--platform`.
pub(super) async fn in_org_or_on_platform(
    args: &ArgMatches,
    terminal: &Terminal<'_>,
    act: impl AsyncFnOnce(&Shell) -> Result<Answer, Failure>,
) -> Result<Answer, Failure> {
    if args.get_flag("platform") {
        return on_platform(args, terminal, act).await;
    }
    in_org(args, terminal, act).await
}

impl Shell {
    async fn open(args: &ArgMatches, terminal: &Terminal<'_>) -> Result<Self, Failure> {
        let settings = settings(args, terminal)?;
        let db = open_db(&settings).await?;
        let keys = master_keys(&db, &settings, terminal).await?;
        // The writer of entries runs as long as the process; what is waited for behind an answer is tracked apart.
        let base = Base::new(db, Arc::new(SystemClock), Arc::new(settings));
        let base = Base { tasks: TaskTracker::new(), ..base };
        let services = Services::new(base, keys, EnvironmentKeys::read(), Models::default());
        let services = services.map_err(|error| Failure::of(ErrorCode::Unavailable, error.as_ref()))?;
        services.accounts.directory().check_master_key().await?;
        Ok(Self { services, principal: Principal::of_shell(PLATFORM) })
    }

    async fn run(self, act: impl AsyncFnOnce(&Self) -> Result<Answer, Failure>) -> Result<Answer, Failure> {
        let outcome = act(&self).await;
        let tasks = &self.services.base.tasks;
        tasks.close();
        // What has not ended by then is as if the server had been stopped meanwhile.
        let _late = tokio::time::timeout(BEHIND_TIME, tasks.wait()).await;
        // Services hold one another, so dropping them would leave the database open.
        self.services.base.db.close().await;
        outcome
    }

    /// Whether it acts above all orgs.
    pub(super) fn is_on_platform(&self) -> bool {
        self.principal.org == PLATFORM
    }

    /// Records an act that its service leaves to the edge.
    pub(super) async fn record(&self, act: Act, subject: &str) -> Result<(), Failure> {
        let note = Note::by(&self.principal, act, self.services.base.now()).on(subject);
        let note = if self.is_on_platform() { note.of_platform() } else { note };
        Ok(self.services.audit.record(note).await?)
    }
}
