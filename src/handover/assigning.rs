//! Automatic assignment: visitors who wait are assigned in turn to agents who are online and have room.

use std::collections::HashMap;
use std::time::Duration;

use rooms::{ConversationId, OrgId, User, UserId};

use super::assignment_feed::{begins_wait, may_free};
use super::job::Job;
use super::service::Handover;
use crate::db::DbError;
use crate::hub::{Actor, Command, Noted};
use crate::model::{AssignmentCandidate, AssignmentChoice, Patch};
use crate::refusal::log_unanswered;

/// Waiting conversations of an org that are looked at in one turn.
const WAITS_MAX: i64 = 200;
/// Members of an org who are looked through for those who are online.
const MEMBERS_MAX: i64 = 1_000;
/// How long a decision may take to be in the log before another may be made.
const CLAIM_MS: i64 = 30_000;
/// After a failure of storage.
const RETRY: Duration = Duration::from_secs(5);

impl Handover {
    /// Takes note of something that was committed.
    pub(super) async fn note_for_assignment(&self, job: Job, noted: &Noted) {
        if may_free(noted) {
            self.assignment.agent_freed(job.org);
        }
        if begins_wait(noted) && self.assigns(job).await {
            self.assignment.want(job.org);
        }
    }

    /// Whether a channel assigns automatically.
    pub(super) async fn assigns(&self, job: Job) -> bool {
        let settings = self.parts.org_settings.effective(job.org, Some(job.channel)).await;
        settings.is_ok_and(|settings| settings.assign_automatically)
    }

    /// Assigns whoever waits whenever something has changed.
    pub(super) async fn assign_waiting(self) {
        loop {
            self.assignment.changed().await;
            for org in self.assignment.take() {
                if let Err(error) = self.assign_waits_of(org).await {
                    log_unanswered(&error, "could not assign visitors who wait");
                    tokio::time::sleep(RETRY).await;
                    self.assignment.want(org);
                }
            }
        }
    }

    /// Assigns those of an org who wait, the first first, until nobody has room; gives back how many.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn assign_waits_of(&self, org: OrgId) -> Result<usize, DbError> {
        let conversations = self.parts.base.db.conversations();
        let waits = conversations.unassigned_waits(org, WAITS_MAX).await?;
        let (mut candidates, mut count) = (None, 0);
        for wait in waits {
            let job = Job { org, channel: wait.channel, conversation: wait.conversation };
            if !self.assigns(job).await {
                continue;
            }
            if candidates.is_none() {
                candidates = Some(self.candidates(org).await?);
            }
            let now = self.parts.base.now();
            let choice = conversations
                .claim_assignment(
                    org,
                    wait.conversation,
                    candidates.as_deref().unwrap_or_default(),
                    (now, now.plus_ms(CLAIM_MS)),
                )
                .await?;
            match choice {
                AssignmentChoice::Chosen(agent) => {
                    count += usize::from(self.assign(org, wait.conversation, agent).await);
                    conversations.end_assignment_claim(org, wait.conversation).await?;
                }
                AssignmentChoice::NobodyFree => break,
                AssignmentChoice::Settled => {}
            }
        }
        Ok(count)
    }

    /// Assigns a conversation that nobody has been assigned meanwhile; whether it was.
    async fn assign(&self, org: OrgId, conversation: ConversationId, agent: UserId) -> bool {
        let system = User::system();
        let actor = Actor::System { org, user: &system };
        let assign = Command::Assign { agent: Some(agent), expected: Patch::Clear, note: None };
        // Somebody was quicker, or it was closed: then there is nothing to assign.
        self.parts.hub.act(actor, conversation, assign).await.is_ok()
    }

    /// Agents of an org who are online, with how many conversations they take at once.
    async fn candidates(&self, org: OrgId) -> Result<Vec<AssignmentCandidate>, DbError> {
        let settings = self.parts.org_settings.effective(org, None).await?;
        let default = (settings.agent_capacity != 0).then_some(settings.agent_capacity);
        let members = self.parts.base.db.members().list(org, None, MEMBERS_MAX).await?;
        let own: HashMap<UserId, Option<u64>> =
            members.iter().map(|member| (member.id, member.capacity)).collect();
        let here = self.parts.hub.agents(org).await.into_iter();
        Ok(here
            .filter(|(_, status)| *status == "online")
            .map(|(user, _)| AssignmentCandidate {
                agent: user.id,
                capacity: own.get(&user.id).copied().flatten().or(default),
            })
            .collect())
    }
}
