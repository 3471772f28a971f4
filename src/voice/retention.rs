//! Retention of recordings, and repair of those a killed server left unfinished.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::recording;
use super::registry::Shared;
use crate::clock;
use crate::clock::DAY_MS;
use crate::db::DbError;
use crate::files::FileKind;
use crate::model::RecordedCall;

/// Interval between deletions of expired recordings.
const PERIOD: Duration = Duration::from_secs(3_600);
/// Maximum recordings per step.
const STEP: usize = 500;
/// No call lasts so long: what is unfinished for longer was left by a server that was killed.
const UNFINISHED: Duration = Duration::from_secs(24 * 3_600);

/// The job that removes recordings.
#[derive(Debug)]
pub(super) struct Retention {
    shared: Arc<Shared>,
}

impl Retention {
    /// Of the calls of this server.
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Removes what is over, now and every hour; it never ends by itself.
    pub(super) async fn run(self) {
        loop {
            self.remove_expired().await;
            let files = &self.shared.parts.base.files;
            match files.take_in_waiting(FileKind::Recording).await {
                Ok(0) => {}
                Ok(count) => {
                    tracing::info!(count, "stored {count} recordings that waited for the file store")
                }
                Err(error) => {
                    let (code, error) = (error.code(), &error as &dyn std::error::Error);
                    tracing::error!(error, code, "could not store the recordings that wait on this disk");
                }
            }
            let folder = files.spool_folder(FileKind::Recording);
            if let Err(error) = remove_unfinished(&folder).await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "could not remove unfinished recordings"
                );
            }
            tokio::time::sleep(PERIOD).await;
        }
    }

    /// Removes recordings that are kept no longer, on one of several nodes. The rest of a round is of this one's own disk.
    async fn remove_expired(&self) {
        if !self.shared.parts.base.claims.runs_sweeps() {
            return;
        }
        match self.remove_old_recordings().await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "deleted {count} expired recordings"),
            Err(error) => tracing::error!(
                error = &error as &dyn std::error::Error,
                "could not look for expired recordings"
            ),
        }
    }

    /// Removes the recordings that their channel keeps no longer; gives back how many.
    async fn remove_old_recordings(&self) -> Result<usize, DbError> {
        let db = &self.shared.parts.base.db;
        let (mut after, mut count) = (None, 0);
        loop {
            let step = db.calls().recorded(after, STEP as i64).await?;
            let Some(last) = step.last() else { return Ok(count) };
            after = Some(last.id);
            for call in &step {
                if self.is_over(call).await? && self.forget(call).await? {
                    count += 1;
                }
            }
        }
    }

    async fn is_over(&self, call: &RecordedCall) -> Result<bool, DbError> {
        let parts = &self.shared.parts;
        let settings = parts.org_settings.effective(call.org, Some(call.channel)).await?;
        let days = i64::try_from(settings.voice_recording_days).unwrap_or(i64::MAX / DAY_MS);
        Ok(days > 0 && parts.base.now().0 - call.ended_at.0 >= days * DAY_MS)
    }

    /// The file goes first: should the server stop here, the next look finds the call again.
    async fn forget(&self, call: &RecordedCall) -> Result<bool, DbError> {
        let hub = &self.shared.parts.hub;
        if let Err(error) = recording::remove_stored(&hub.base().files, call.org, call.id).await {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, call.id = %call.id, "could not delete the recording of call {}", call.id);
            return Ok(false);
        }
        hub.db().calls().forget_recording(call.org, call.id).await?;
        Ok(true)
    }
}

/// Removes what servers that were killed left unfinished.
async fn remove_unfinished(folder: &Path) -> std::io::Result<()> {
    let mut orgs = match tokio::fs::read_dir(folder).await {
        // There is no recording.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        orgs => orgs?,
    };
    while let Some(org) = orgs.next_entry().await? {
        if !org.file_type().await?.is_dir() {
            continue;
        }
        let mut files = tokio::fs::read_dir(org.path()).await?;
        while let Some(file) = files.next_entry().await? {
            let path = file.path();
            let is_unfinished = path.extension().is_some_and(|ending| ending == recording::UNFINISHED);
            // A file that has its final name is complete.
            let Some(changed) = file.metadata().await.ok().filter(|_| is_unfinished) else { continue };
            let age = clock::system_time().duration_since(changed.modified()?).unwrap_or_default();
            if age >= UNFINISHED {
                recording::remove(&path).await?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_what_was_left_unfinished_long_ago_is_removed() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("recordings");
        remove_unfinished(&folder).await.unwrap();
        let org = folder.join("org");
        std::fs::create_dir_all(&org).unwrap();
        std::fs::write(folder.join("a-file"), b"").unwrap();
        for (name, age_h) in [("old.part", 25), ("new.part", 23), ("old.wav", 25)] {
            let file = std::fs::File::create(org.join(name)).unwrap();
            file.set_modified(clock::system_time() - Duration::from_secs(age_h * 3_600)).unwrap();
        }

        remove_unfinished(&folder).await.unwrap();

        let mut left: Vec<_> =
            std::fs::read_dir(&org).unwrap().map(|file| file.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["new.part", "old.wav"]);
    }
}
