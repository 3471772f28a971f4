//! Deletes orphaned files: uploads that were never sent, and files without a row.

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Duration;

use rooms::{AttachmentId, OrgId};

use super::files::{Files, next_old};
use super::{AttachmentError, Attachments};
use crate::model::UNSENT_KEPT_MS;

/// How often it is swept.
const PERIOD: Duration = Duration::from_secs(3_600);
/// Younger files may belong to an upload that is not done.
const ORPHAN_AGE: Duration = Duration::from_secs(24 * 3_600);

impl Attachments {
    /// Starts the job that removes what no message names.
    pub fn start(&self) {
        self.base.spawn_until_stop(self.clone().sweep_always());
    }

    async fn sweep_always(self) {
        loop {
            match self.sweep().await {
                Ok(0) => {}
                Ok(count) => tracing::info!(count, "deleted {count} orphaned files"),
                Err(error) => tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "could not delete orphaned files"
                ),
            }
            tokio::time::sleep(PERIOD).await;
        }
    }

    /// Removes files that no message names; gives back how many. It may run at any time, and again.
    ///
    /// # Errors
    /// When storage or the data directory fails; what is left is removed the next time.
    pub async fn sweep(&self) -> Result<usize, AttachmentError> {
        let before = self.base.now().plus_ms(-UNSENT_KEPT_MS);
        let unsent = self.base.db.attachments().forget_unsent(before).await?;
        // Their rows are deleted; if the server stops here, the sweep removes the files.
        let paths: Vec<PathBuf> = unsent.into_iter().map(|(org, id)| self.files.path(org, id)).collect();
        let mut count = self.remove(paths).await?;
        let files = self.files.clone();
        for org in in_background(move || files.orgs()).await? {
            // Of an org that this database does not know nothing is removed: it may be another database's.
            if self.base.db.orgs().get(org).await?.is_some() {
                count += self.sweep_orphans(org).await?;
            }
        }
        Ok(count)
    }

    /// Removes files whose conversation is about to be removed; those that are gone already are fine.
    ///
    /// # Errors
    /// When the data directory fails; what is left is removed when it is asked again.
    pub async fn remove_files(&self, org: OrgId, ids: &[AttachmentId]) -> Result<(), AttachmentError> {
        self.remove(ids.iter().map(|id| self.files.path(org, *id)).collect()).await.map(drop)
    }

    /// Where a file of an org stands.
    #[must_use]
    pub fn path(&self, org: OrgId, id: AttachmentId) -> PathBuf {
        self.files.path(org, id)
    }

    async fn sweep_orphans(&self, org: OrgId) -> Result<usize, AttachmentError> {
        let files = self.files.clone();
        let mut folder = in_background(move || files.of_org(org)).await?;
        let mut count = 0;
        while let Some((old, rest)) = in_background(move || next_old(folder, ORPHAN_AGE)).await? {
            folder = rest;
            let id = |path: &PathBuf| path.file_name()?.to_str()?.parse::<AttachmentId>().ok();
            let ids: Vec<AttachmentId> = old.iter().filter_map(id).collect();
            let known: HashSet<AttachmentId> = self.base.db.attachments().known(org, &ids).await?;
            let is_orphan = |path: &PathBuf| id(path).is_none_or(|id| !known.contains(&id));
            count += self.remove(old.into_iter().filter(is_orphan).collect()).await?;
        }
        Ok(count)
    }

    async fn remove(&self, paths: Vec<PathBuf>) -> Result<usize, AttachmentError> {
        let count = paths.len();
        in_background(move || paths.iter().try_for_each(|path| Files::remove(path))).await?;
        Ok(count)
    }
}

/// Runs work on the disk off the threads that serve sockets.
pub(super) async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, AttachmentError> {
    let stopping = |_| std::io::Error::other("the server is stopping");
    Ok(tokio::task::spawn_blocking(work).await.map_err(stopping)??)
}
