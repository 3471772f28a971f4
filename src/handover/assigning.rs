//! Automatic assignment: visitors who wait are assigned in turn to agents who are online and have room.

use std::collections::HashMap;
use std::time::Duration;

use rooms::{ChannelId, OrgId, User, UserId};

use super::assignment_feed::{Turn, begins_wait, may_free};
use super::job::Job;
use super::service::Handover;
use crate::db::DbError;
use crate::hub::{Actor, Command, Noted};
use crate::limits::Shares;
use crate::model::{AssignmentCandidate, AssignmentChoice, Patch, UndecidedWait, UndecidedWaits};
use crate::refusal::log_unanswered;

/// Orgs that are looked at at once.
const ORGS_AT_ONCE: usize = 4;
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
        self.assignment.note(noted);
        if may_free(noted) {
            self.assignment.agent_freed(job.org);
        }
        if begins_wait(noted) && self.assigns(job.org, job.channel).await {
            self.assignment.want(job.org);
        }
    }

    /// Takes note of a change of what an org sets, or of how much one of its members takes.
    pub fn assignment_changed(&self, org: OrgId) {
        self.assignment.wake(org);
    }

    /// Whether a channel assigns automatically.
    pub(super) async fn assigns(&self, org: OrgId, channel: ChannelId) -> bool {
        let settings = self.parts.org_settings.effective(org, Some(channel)).await;
        settings.is_ok_and(|settings| settings.assign_automatically)
    }

    /// Assigns whoever waits whenever something has changed.
    pub(super) async fn assign_waiting(self) {
        let places = Shares::new(ORGS_AT_ONCE, 1);
        loop {
            self.assignment.changed().await;
            for turn in self.assignment.take() {
                self.parts.base.spawn_until_stop(self.clone().take_turn(turn, places.clone()));
            }
        }
    }

    async fn take_turn(self, turn: Turn, places: Shares<OrgId>) {
        let place = places.take(turn.org).await;
        let outcome = self.assign_waits_of(turn.org).await;
        drop(place);
        if let Err(error) = outcome {
            log_unanswered(&error, "could not assign visitors who wait");
            tokio::time::sleep(RETRY).await;
            self.assignment.wake(turn.org);
        }
    }

    /// Assigns those of an org who wait, the first first, until nobody has room; gives back how many.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn assign_waits_of(&self, org: OrgId) -> Result<usize, DbError> {
        let agents = self.parts.hub.agents(org).await;
        let online: Vec<UserId> = with_status(&agents, |status| status == "online");
        if online.is_empty() {
            return Ok(0);
        }
        let waits = self.undecided_waits(org, &agents).await?;
        if waits.is_empty() {
            return Ok(0);
        }
        let candidates = self.candidates(org, &online).await?;
        let (conversations, mut count) = (self.parts.base.db.conversations(), 0);
        for wait in waits {
            // Who released it does not come.
            let others = candidates.iter().filter(|one| Some(one.agent) != wait.assignee).copied();
            let others: Vec<AssignmentCandidate> = others.collect();
            if others.is_empty() {
                continue;
            }
            let now = self.parts.base.now();
            let claim = (now, now.plus_ms(CLAIM_MS));
            match conversations.claim_assignment(org, wait, &others, claim).await? {
                AssignmentChoice::Chosen(agent) => {
                    count += usize::from(self.assign(org, wait, agent).await);
                    conversations.end_assignment_claim(org, wait.conversation).await?;
                }
                AssignmentChoice::NobodyFree if others.len() == candidates.len() => break,
                AssignmentChoice::NobodyFree | AssignmentChoice::Settled => {}
            }
        }
        Ok(count)
    }

    /// Those of an org who wait and are assigned to nobody who would come. Who is busy comes to what they were assigned;
    /// who is away or gone does not, and who released it neither.
    async fn undecided_waits(
        &self,
        org: OrgId,
        agents: &[(User, &'static str)],
    ) -> Result<Vec<UndecidedWait>, DbError> {
        let conversations = self.parts.base.db.conversations();
        let mut channels = conversations.channels_with_waits(org).await?;
        for channel in std::mem::take(&mut channels) {
            if self.assigns(org, channel).await {
                channels.push(channel);
            }
        }
        if channels.is_empty() {
            return Ok(Vec::new());
        }
        let absent = with_status(agents, |status| status == "away");
        let here = with_status(agents, |status| status != "away");
        // Agents who were here before the server started have a while to come back.
        let settings = &self.parts.base.settings;
        let grace_ms = i64::try_from(settings.presence_grace_ms).unwrap_or(i64::MAX);
        let is_known = self.parts.base.now() >= self.started_at.plus_ms(grace_ms);
        let waits = UndecidedWaits {
            channels: &channels,
            absent: &absent,
            here: is_known.then_some(&here),
            released: &self.assignment.released(org),
        };
        conversations.undecided_waits(org, waits, WAITS_MAX).await
    }

    /// Assigns a conversation that nobody else was assigned meanwhile; whether it was.
    async fn assign(&self, org: OrgId, wait: UndecidedWait, agent: UserId) -> bool {
        let system = User::system();
        let actor = Actor::System { org, user: &system };
        let expected = wait.assignee.map_or(Patch::Clear, Patch::Set);
        let assign = Command::Assign { agent: Some(agent), expected, note: None };
        // Somebody was quicker, or it was closed: then there is nothing to assign.
        self.parts.hub.act(actor, wait.conversation, assign).await.is_ok()
    }

    /// Agents with how many conversations they take at once.
    async fn candidates(&self, org: OrgId, online: &[UserId]) -> Result<Vec<AssignmentCandidate>, DbError> {
        let settings = self.parts.org_settings.effective(org, None).await?;
        let default = (settings.agent_capacity != 0).then_some(settings.agent_capacity);
        let members = self.parts.base.db.members().list(org, None, MEMBERS_MAX).await?;
        let own: HashMap<UserId, Option<u64>> =
            members.iter().map(|member| (member.id, member.capacity)).collect();
        let capacity = |agent| own.get(agent).copied().flatten().or(default);
        Ok(online
            .iter()
            .map(|agent| AssignmentCandidate { agent: *agent, capacity: capacity(agent) })
            .collect())
    }
}

fn with_status(agents: &[(User, &'static str)], is_wanted: impl Fn(&str) -> bool) -> Vec<UserId> {
    agents.iter().filter(|(_, status)| is_wanted(status)).map(|(user, _)| user.id).collect()
}
