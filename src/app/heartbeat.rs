//! The heartbeat of this process among those that serve the database, and the take-over of what dead ones left.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::services::Services;
use crate::base::Base;
use crate::config::{FilePlace, Settings};
use crate::db::DbError;
use crate::model::ClaimKind;
use crate::nodes::{Beat, Membership};

/// What the claim of the take-over is called.
const ALL_THAT_DIED: &str = "server";
/// The wait before a take-over is tried again that failed, or that another node is at.
const TAKE_OVER_WAIT: Duration = Duration::from_secs(1);

/// What several nodes need that a server alone does not.
///
/// # Errors
/// What is missing, and what helps.
pub(super) fn check_nodes(settings: &Settings) -> anyhow::Result<()> {
    use secrecy::ExposeSecret as _;
    if settings.bus.is_none() {
        return Ok(());
    }
    let url = settings.database_url.as_ref().map(|url| url.expose_secret());
    if url.is_none_or(|url| url.starts_with("sqlite:")) {
        return Err(DbError::NoNodes.into());
    }
    let has_shared_dir = settings.files_dir.is_some() && settings.files_dir_is_shared;
    anyhow::ensure!(
        settings.files == FilePlace::S3 || has_shared_dir,
        "a bus joins several nodes, which need files that all of them reach: set files=s3, or files_dir to a folder that \
         all nodes share together with files_dir_is_shared=on"
    );
    Ok(())
}

/// The heartbeat of this process, from its registration to its end.
#[derive(Debug)]
pub(super) struct Heartbeat {
    fenced: CancellationToken,
    end: CancellationToken,
    lost: Arc<Notify>,
}

impl Heartbeat {
    /// Registers this process and lets its heart beat.
    pub(super) async fn begin(services: &Services) -> Result<Self, DbError> {
        let Base { db, clock, settings, claims, .. } = &services.base;
        let membership = Membership::join(db, clock, settings, claims).await?;
        let (fenced, end, lost) = (CancellationToken::new(), CancellationToken::new(), Arc::default());
        let begun = Self { fenced, end, lost };
        tokio::spawn(beat(membership, services.clone(), begun.parts()));
        Ok(begun)
    }

    /// Takes up what stopped and dead servers left, now or, where another node is at it, as soon as it has finished.
    ///
    /// # Errors
    /// When storage fails.
    pub(super) async fn recover(&self, services: &Services) -> anyhow::Result<()> {
        services.recover().await?;
        if !take_over(services).await? {
            self.lost.notify_one();
        }
        services.base.spawn_until_stop(take_over_lost(services.clone(), self.lost.clone()));
        Ok(())
    }

    /// Ends when this process must stop, because others may take its work over.
    pub(super) async fn fenced(&self) {
        self.fenced.cancelled().await;
    }

    /// Ends the heartbeat of a process that stops, so that others need not wait for the end of its lease.
    pub(super) async fn end(&self, base: &Base) {
        self.end.cancel();
        if self.fenced.is_cancelled() {
            return;
        }
        if let Err(error) = Membership::leave(&base.db, base.node).await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "could not take this node out of the list of nodes");
        }
    }

    fn parts(&self) -> Self {
        Self { fenced: self.fenced.clone(), end: self.end.clone(), lost: self.lost.clone() }
    }
}

/// Beats until the end. It goes on while connections are drained: until then this process holds what it has claimed.
async fn beat(mut membership: Membership, services: Services, heartbeat: Heartbeat) {
    let beating = async {
        let mut last = Beat::Counted { has_lost: false };
        loop {
            membership.due(last).await;
            last = membership.beat(&services.platform.load()).await;
            match last {
                Beat::Counted { has_lost: true } => heartbeat.lost.notify_one(),
                Beat::Counted { has_lost: false } | Beat::Failed => {}
                Beat::Fenced => return heartbeat.fenced.cancel(),
            }
        }
    };
    heartbeat.end.run_until_cancelled(beating).await;
}

/// Takes over what nodes left that are gone, whenever one is.
async fn take_over_lost(services: Services, lost: Arc<Notify>) {
    loop {
        lost.notified().await;
        loop {
            match take_over(&services).await {
                Ok(true) => break,
                Ok(false) => {}
                Err(error) => {
                    let error: &dyn std::error::Error = error.as_ref();
                    tracing::error!(error, "could not take over what another node left; it is tried again");
                }
            }
            tokio::time::sleep(TAKE_OVER_WAIT).await;
        }
    }
}

/// Takes over what nodes left that are gone; false where another node is at it.
async fn take_over(services: &Services) -> anyhow::Result<bool> {
    let claims = &services.base.claims;
    let taken = claims.take(ClaimKind::Recovery, ALL_THAT_DIED, None).await;
    if !taken.context("could not claim what other nodes left")? {
        return Ok(false);
    }
    let outcome = services.take_over().await;
    claims.release(ClaimKind::Recovery, ALL_THAT_DIED).await;
    outcome.map(|()| true)
}
