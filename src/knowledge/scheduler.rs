//! Schedules indexing across orgs: fair turns, one source per org at a time, quick kinds apart from slow ones.

use rooms::OrgId;
use tokio::task::JoinSet;

use super::Knowledge;
use crate::db::DbError;
use crate::limits::FairTurns;
use crate::model::{SourceLane, SourceRecord};

/// What is being indexed, and whose turn it is.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    quick: FairTurns<OrgId>,
    slow: FairTurns<OrgId>,
    jobs: JoinSet<(SourceLane, OrgId, Result<(), DbError>)>,
}

impl Lanes {
    #[cfg(test)]
    pub(super) fn is_idle(&self) -> bool {
        self.jobs.is_empty()
    }

    /// Begins as many jobs as there is room for.
    ///
    /// # Errors
    /// When storage fails.
    pub(super) async fn fill(&mut self, knowledge: &Knowledge) -> Result<(), DbError> {
        let most = knowledge.settings().knowledge_orgs_at_once_max;
        for lane in [SourceLane::Quick, SourceLane::Slow] {
            while self.turns(lane).busy_count() < most {
                let waiting = knowledge.db().knowledge().indexing().queued_orgs(lane).await?;
                let Some(org) = self.turns(lane).begin(&waiting) else { break };
                match knowledge.db().knowledge().indexing().claim_next(org, lane, knowledge.node()).await {
                    Ok(Some(source)) => self.start(knowledge, lane, source),
                    // Another process was quicker, or it was deleted.
                    Ok(None) => self.turns(lane).end(org),
                    Err(error) => {
                        self.turns(lane).end(org);
                        return Err(error);
                    }
                }
            }
        }
        Ok(())
    }

    /// Waits for a job to end; pending for ever where none runs.
    ///
    /// # Errors
    /// When storage failed in it.
    pub(super) async fn finished(&mut self) -> Result<(), DbError> {
        match self.jobs.join_next().await {
            None => std::future::pending().await,
            Some(Ok((lane, org, outcome))) => {
                self.turns(lane).end(org);
                outcome
            }
            Some(Err(error)) => {
                // The job's own panic is caught inside it, and nobody cancels one.
                tracing::error!(error = &error as &dyn std::error::Error, "knowledge job ended abnormally");
                Ok(())
            }
        }
    }

    fn start(&mut self, knowledge: &Knowledge, lane: SourceLane, source: SourceRecord) {
        let knowledge = knowledge.clone();
        self.jobs.spawn(async move {
            let org = source.org;
            (lane, org, knowledge.index_guarded(source).await)
        });
    }

    fn turns(&mut self, lane: SourceLane) -> &mut FairTurns<OrgId> {
        match lane {
            SourceLane::Quick => &mut self.quick,
            SourceLane::Slow => &mut self.slow,
        }
    }
}
