//! Deletes orphaned files: uploads that were never sent, and files without a row.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::StreamExt as _;
use rooms::{AttachmentId, OrgId};

use super::{AttachmentError, Attachments};
use crate::clock;
use crate::files::{FileKey, FileKind};
use crate::model::UNSENT_KEPT_MS;

/// How often it is swept.
const PERIOD: Duration = Duration::from_secs(3_600);
/// Younger files may belong to an upload that is not done.
const ORPHAN_AGE: Duration = Duration::from_secs(24 * 3_600);
/// Files whose rows are looked for in one go, so that any number of them takes little memory.
const CHUNK: usize = 500;

impl Attachments {
    /// Starts the job that removes what no message names.
    pub fn start(&self) {
        self.base.spawn_until_stop(self.clone().sweep_always());
    }

    async fn sweep_always(self) {
        loop {
            self.base.claims.turn_to_sweep().await;
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
    /// When storage or the place of files fails; what is left is removed the next time.
    pub async fn sweep(&self) -> Result<usize, AttachmentError> {
        let before = self.base.now().plus_ms(-UNSENT_KEPT_MS);
        let unsent = self.base.db.attachments().forget_unsent(before).await?;
        // Their rows are deleted; if the server stops here, the sweep removes the files.
        let keys: Vec<FileKey> = unsent.into_iter().map(|(org, id)| FileKey::attachment(org, id)).collect();
        let mut count = keys.len();
        self.base.files.remove(keys).await?;
        for org in self.base.files.orgs(FileKind::Attachment).await? {
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
    /// When the place of files fails; what is left is removed when it is asked again.
    pub async fn remove_files(&self, org: OrgId, ids: &[AttachmentId]) -> Result<(), AttachmentError> {
        let keys = ids.iter().map(|id| FileKey::attachment(org, *id)).collect();
        Ok(self.base.files.remove(keys).await?)
    }

    async fn sweep_orphans(&self, org: OrgId) -> Result<usize, AttachmentError> {
        let kind = FileKind::Attachment;
        let old = self.base.files.list_old(kind, org, (clock::system_time(), ORPHAN_AGE));
        let mut chunks = old.chunks(CHUNK);
        let mut count = 0;
        while let Some(chunk) = chunks.next().await {
            let names: Vec<String> = chunk.into_iter().collect::<Result<_, _>>()?;
            let id = |name: &String| name.parse::<AttachmentId>().ok();
            let ids: Vec<AttachmentId> = names.iter().filter_map(id).collect();
            let known: HashSet<AttachmentId> = self.base.db.attachments().known(org, &ids).await?;
            let is_orphan = |name: &&String| id(name).is_none_or(|id| !known.contains(&id));
            let orphans = names.iter().filter(is_orphan);
            let keys: Vec<FileKey> = orphans.map(|name| FileKey::listed(kind, org, name)).collect();
            count += keys.len();
            self.base.files.remove(keys).await?;
        }
        Ok(count)
    }
}
