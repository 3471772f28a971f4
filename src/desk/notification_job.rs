//! The job that writes notifications right behind the commits, in bounded batches, and tells their agents.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use rooms::{ConversationId, OrgId, Timestamp, UserId};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::notification_delivery::NotificationDelivery;
use super::notification_feed::{Happening, NotificationFeed};
use super::notification_rules::{Occasion, Recipients};
use crate::base::Base;
use crate::clock;
use crate::db::DbError;
use crate::hub::Hub;
use crate::model::{
    NewNotification, NotificationId, NotificationKind, NotificationLimit, NotificationPlace, Role,
    SettledNotifications, SettledUntil,
};
use crate::refusal::log_unanswered;
use crate::telemetry::metrics::NOTIFICATIONS_WRITTEN;

/// What happens within so long is written together.
const SETTLE: Duration = Duration::from_millis(50);
/// While things go on happening, they are written once in so long: words of one visitor become one write, and every
/// write is a commit of its own, for which a message's may have to wait.
const PERIOD: Duration = Duration::from_secs(1);
/// After a failure, before the one retry.
const RETRY: Duration = Duration::from_secs(1);
/// What is taken from the queue at once.
const BATCH_MAX: usize = 2_048;
/// Notifications of one transaction: others who write wait for it.
const WRITTEN_AT_ONCE: usize = 200;
/// Agents who are told of one thing; in a larger team those who came first are told.
const RECIPIENTS_MAX: usize = 50;
/// Members who are looked through for them.
const MEMBERS_MAX: i64 = 200;
/// Notifications of one agent after which the oldest are looked for.
const TRIM_AFTER: u64 = 50;
/// Agents whose notifications are counted until then.
const COUNTED_MAX: usize = 10_000;

/// One unread notification in the making.
type Key = (OrgId, UserId, NotificationKind, Option<ConversationId>);

/// Writes notifications until the server stops.
pub(super) async fn run(
    delivery: NotificationDelivery,
    feed: Arc<NotificationFeed>,
    mut waiting: mpsc::Receiver<Happening>,
) {
    let (base, hub) = (delivery.base.clone(), delivery.hub.clone());
    let mut job = Job { base, hub, delivery, online: HashMap::new(), written: HashMap::new() };
    let mut batch = Vec::new();
    let mut last = None;
    while waiting.recv_many(&mut batch, BATCH_MAX).await != 0 {
        let rest = last.map_or(SETTLE, |last: Instant| SETTLE.max(PERIOD.saturating_sub(last.elapsed())));
        tokio::time::sleep(rest).await;
        while batch.len() < BATCH_MAX
            && let Ok(one) = waiting.try_recv()
        {
            batch.push(one);
        }
        feed.count_taken(&batch);
        let began = clock::instant();
        last = Some(began);
        if let Err(error) = job.process(&batch).await {
            log_unanswered(&error, "could not write notifications");
            feed.forget_unwritten(&batch);
        }
        batch.clear();
        // Messages are committed in between.
        tokio::time::sleep(began.elapsed()).await;
    }
}

struct Job {
    base: Base,
    hub: Arc<Hub>,
    delivery: NotificationDelivery,
    /// Who is online, as it was asked for the batch.
    online: HashMap<OrgId, Vec<UserId>>,
    /// Notifications written since an agent's oldest were removed.
    written: HashMap<(OrgId, UserId), u64>,
}

impl Job {
    /// Writes a batch, with one retry that goes on where the first try failed.
    async fn process(&mut self, batch: &[Happening]) -> Result<(), DbError> {
        let mut plan = None;
        let Err(error) = self.attempt(batch, &mut plan).await else { return Ok(()) };
        log_unanswered(&error, "could not write notifications and tries again");
        tokio::time::sleep(RETRY).await;
        self.attempt(batch, &mut plan).await
    }

    async fn attempt(&mut self, batch: &[Happening], plan: &mut Option<Plan>) -> Result<(), DbError> {
        let plan = match plan {
            Some(plan) => plan,
            None => plan.insert(self.plan(batch).await?),
        };
        self.write(plan).await?;
        if !plan.settled.is_empty() {
            let whose = self.base.db.notifications().settle(&plan.settled, self.base.now()).await?;
            self.delivery.tell_read(&whose).await?;
        }
        Ok(())
    }

    async fn plan(&mut self, batch: &[Happening]) -> Result<Plan, DbError> {
        let mut settled = Settled::default();
        batch.iter().for_each(|one| settled.add(one));
        let mut new = Fresh::default();
        self.online.clear();
        for one in batch {
            match one {
                Happening::Told { org, place, occasions, at } => {
                    self.add_told(&mut new, &settled, (*org, *place, *at), occasions).await?;
                }
                Happening::Limit { org, limit, at } => self.add_limit(&mut new, *org, limit, *at).await?,
                Happening::Settled(_) | Happening::TellsAssigned { .. } => {}
            }
        }
        let settled = settled.by_conversation.into_values().flatten().collect();
        Ok(Plan { new: new.in_order(), written: Vec::new(), settled })
    }

    /// Adds what agents are told of by one entry, each of one thing; what is settled already is not told.
    async fn add_told(
        &mut self,
        new: &mut Fresh,
        settled: &Settled,
        (org, place, at): (OrgId, NotificationPlace, Timestamp),
        occasions: &[Occasion],
    ) -> Result<(), DbError> {
        let mut told = HashSet::new();
        for Occasion { kind, recipients, once_since } in occasions.iter().copied() {
            for agent in self.recipients(org, place.conversation, recipients).await? {
                let one = NewNotification {
                    org,
                    agent,
                    kind,
                    place: Some(place),
                    limit: None,
                    event_count: 1,
                    once_since,
                    at,
                };
                if !settled.covers(&one) && told.insert(agent) {
                    new.add(one);
                }
            }
        }
        Ok(())
    }

    async fn write(&mut self, plan: &mut Plan) -> Result<(), DbError> {
        let is_long = plan.new.len() > WRITTEN_AT_ONCE;
        loop {
            // What was written before a failure is told now.
            self.delivery.deliver(&plan.written).await?;
            plan.written.clear();
            if plan.new.is_empty() {
                return Ok(());
            }
            let part = &plan.new[..plan.new.len().min(WRITTEN_AT_ONCE)];
            let began = clock::instant();
            plan.written = self.base.db.notifications().add(part).await?;
            metrics::counter!(NOTIFICATIONS_WRITTEN).increment(plan.written.len() as u64);
            let part: Vec<NewNotification> = plan.new.drain(..part.len()).collect();
            self.trim(&part).await?;
            if is_long {
                tokio::time::sleep(began.elapsed()).await;
            }
        }
    }

    /// Removes the oldest of whoever was told of much.
    async fn trim(&mut self, new: &[NewNotification]) -> Result<(), DbError> {
        let most = i64::try_from(self.base.settings.member_notifications_max).unwrap_or(i64::MAX);
        for one in new {
            if self.written.len() >= COUNTED_MAX {
                self.written.clear();
            }
            let count = self.written.entry((one.org, one.agent)).or_default();
            *count += 1;
            if *count >= TRIM_AFTER {
                *count = 0;
                self.base.db.notifications().trim(one.org, one.agent, most).await?;
            }
        }
        Ok(())
    }

    async fn add_limit(
        &self,
        new: &mut Fresh,
        org: OrgId,
        limit: &NotificationLimit,
        at: rooms::Timestamp,
    ) -> Result<(), DbError> {
        let members = self.base.db.members().list(org, None, MEMBERS_MAX).await?;
        for member in members.iter().filter(|member| member.active && member.role != Role::Agent) {
            new.add(NewNotification {
                org,
                agent: member.id,
                kind: NotificationKind::Limit,
                place: None,
                limit: Some(limit.clone()),
                event_count: 1,
                once_since: None,
                at,
            });
        }
        Ok(())
    }

    async fn recipients(
        &mut self,
        org: OrgId,
        conversation: ConversationId,
        recipients: Recipients,
    ) -> Result<Vec<UserId>, DbError> {
        match recipients {
            Recipients::Watcher(agent) if self.hub.is_focused(agent, conversation) => Ok(Vec::new()),
            Recipients::Watcher(agent) | Recipients::One(agent) => Ok(vec![agent]),
            Recipients::Available { but } => {
                let online = self.online_agents(org).await;
                let mut agents = if online.is_empty() { self.everybody(org).await? } else { online };
                agents.retain(|agent| Some(*agent) != but);
                agents.truncate(RECIPIENTS_MAX);
                Ok(agents)
            }
            Recipients::Followers { but } => {
                let mut agents = self.base.db.follows().followers(org, conversation).await?;
                agents.retain(|agent| Some(*agent) != but && !self.hub.is_focused(*agent, conversation));
                agents.truncate(RECIPIENTS_MAX);
                Ok(agents)
            }
            Recipients::WhoWereTold => {
                let limit = i64::try_from(RECIPIENTS_MAX).unwrap_or(i64::MAX);
                let told = self.base.db.notifications().told_of_wait(org, conversation, limit).await?;
                if told.is_empty() { self.everybody(org).await } else { Ok(told) }
            }
        }
    }

    /// Agents of an org who are online, asked once for a batch.
    async fn online_agents(&mut self, org: OrgId) -> Vec<UserId> {
        if let Some(known) = self.online.get(&org) {
            return known.clone();
        }
        let here = self.hub.agents(org).await.into_iter();
        let mut online: Vec<UserId> =
            here.filter(|(_, status)| *status == "online").map(|(user, _)| user.id).collect();
        online.sort_unstable();
        self.online.insert(org, online.clone());
        online
    }

    /// Members of an org who can answer visitors.
    async fn everybody(&self, org: OrgId) -> Result<Vec<UserId>, DbError> {
        let members = self.base.db.members().list(org, None, MEMBERS_MAX).await?;
        let active = members.iter().filter(|member| member.active);
        Ok(active.map(|member| member.id).take(RECIPIENTS_MAX).collect())
    }
}

/// Notifications to be written, one of a key: what a statement writes twice, PostgreSQL refuses.
#[derive(Default)]
struct Fresh {
    in_order: Vec<NewNotification>,
    by_key: HashMap<Key, usize>,
}

impl Fresh {
    fn add(&mut self, new: NewNotification) {
        let conversation = new.place.map(|place| place.conversation);
        // Limits have no conversation, and are never the same thing twice.
        let key = conversation.map(|_| (new.org, new.agent, new.kind, conversation));
        if let Some(known) = key.and_then(|key| self.by_key.get(&key)) {
            let before = &mut self.in_order[*known];
            let event_count = before.event_count + u64::from(new.once_since.is_none());
            *before = NewNotification { event_count, ..new };
            return;
        }
        if let Some(key) = key {
            self.by_key.insert(key, self.in_order.len());
        }
        self.in_order.push(new);
    }

    fn in_order(self) -> Vec<NewNotification> {
        self.in_order
    }
}

/// What a batch comes to, and how far it is done.
struct Plan {
    /// Not written yet.
    new: Vec<NewNotification>,
    /// Written, and their agents are not told yet.
    written: Vec<(OrgId, NotificationId)>,
    settled: Vec<SettledNotifications>,
}

/// What makes notifications read, and what need not be told: in a conversation the latest settles the earlier ones too.
#[derive(Default)]
struct Settled {
    by_conversation: HashMap<ConversationId, Vec<SettledNotifications>>,
    /// Told of an assignment by a note.
    assigned: HashSet<(ConversationId, UserId)>,
}

impl Settled {
    fn add(&mut self, happening: &Happening) {
        match happening {
            Happening::TellsAssigned { conversation, agent, .. } => {
                self.assigned.insert((*conversation, *agent));
            }
            Happening::Settled(one) => {
                let known = self.by_conversation.entry(one.conversation).or_default();
                if !known.iter_mut().any(|known| extend(known, one)) {
                    known.push(*one);
                }
            }
            Happening::Told { .. } | Happening::Limit { .. } => {}
        }
    }

    fn covers(&self, new: &NewNotification) -> bool {
        let Some(place) = new.place else { return false };
        let is_settled = self
            .by_conversation
            .get(&place.conversation)
            .is_some_and(|settled| settled.iter().any(|one| one.covers(new)));
        let is_told = new.kind == NotificationKind::Assigned
            && self.assigned.contains(&(place.conversation, new.agent));
        is_settled || is_told
    }
}

/// Lets what is settled already reach as far as `later`; `false` where it is another's.
fn extend(known: &mut SettledNotifications, later: &SettledNotifications) -> bool {
    if (known.org, known.whose) != (later.org, later.whose) {
        return false;
    }
    known.until = match (known.until, later.until) {
        (SettledUntil::Entry(one), SettledUntil::Entry(other)) => SettledUntil::Entry(one.max(other)),
        (SettledUntil::Moment(one), SettledUntil::Moment(other)) => SettledUntil::Moment(one.max(other)),
        _ => return false,
    };
    true
}

#[cfg(test)]
mod tests {
    use rooms::EntryId;

    use super::*;
    use crate::model::SettledOf;

    fn written(agent: u128, seq: u64) -> NewNotification {
        NewNotification {
            org: OrgId(1),
            agent: UserId(agent),
            kind: NotificationKind::VisitorWrote,
            place: Some(NotificationPlace {
                conversation: ConversationId(4),
                entry: EntryId(seq.into()),
                seq,
            }),
            limit: None,
            event_count: 1,
            once_since: None,
            at: Timestamp(0),
        }
    }

    #[test]
    fn of_one_conversation_an_agent_gets_one_notification_that_counts() {
        let mut fresh = Fresh::default();
        for new in [written(1, 1), written(2, 1), written(1, 2)] {
            fresh.add(new);
        }

        let told: Vec<_> = fresh
            .in_order()
            .iter()
            .map(|new| (new.agent.0, new.event_count, new.place.unwrap().seq))
            .collect();

        assert_eq!(told, [(1, 2, 2), (2, 1, 1)]);
    }

    #[test]
    fn what_happens_once_is_counted_once_and_limits_are_never_merged() {
        let mut fresh = Fresh::default();
        let once = NewNotification { once_since: Some(Timestamp(0)), ..written(1, 1) };
        let limit = NewNotification { kind: NotificationKind::Limit, place: None, ..written(1, 1) };
        for new in [once.clone(), once, limit.clone(), limit] {
            fresh.add(new);
        }

        assert_eq!(fresh.in_order().iter().map(|new| new.event_count).collect::<Vec<_>>(), [1, 1, 1]);
    }

    #[test]
    fn what_was_seen_in_the_same_batch_is_not_told_and_what_came_later_is() {
        let settle = |whose, until| {
            Happening::Settled(SettledNotifications {
                org: OrgId(1),
                conversation: ConversationId(4),
                whose,
                until,
            })
        };
        let agent = SettledOf::Agent(UserId(1));
        let mut settled = Settled::default();
        for one in [
            settle(agent, SettledUntil::Entry(2)),
            settle(agent, SettledUntil::Entry(1)),
            settle(agent, SettledUntil::Moment(Timestamp(50))),
            settle(SettledOf::Wait { but: Some(UserId(2)) }, SettledUntil::Entry(9)),
            Happening::TellsAssigned { org: OrgId(1), conversation: ConversationId(4), agent: UserId(2) },
        ] {
            settled.add(&one);
        }
        let at = |seq, at| NewNotification { at: Timestamp(at), ..written(1, seq) };
        let of = |kind, agent| NewNotification { kind, ..written(agent, 5) };

        assert!(settled.covers(&at(2, 99)) && settled.covers(&at(3, 50)));
        assert!(!settled.covers(&at(3, 51)), "written after they looked");
        assert!(!settled.covers(&of(NotificationKind::VisitorWrote, 2)), "another's");
        assert!(settled.covers(&of(NotificationKind::Handoff, 3)), "somebody else comes");
        assert!(!settled.covers(&of(NotificationKind::Handoff, 2)), "who has to come");
        assert!(settled.covers(&of(NotificationKind::Assigned, 2)), "a note tells them");
        assert!(!settled.covers(&of(NotificationKind::Assigned, 3)));
        assert_eq!(settled.by_conversation[&ConversationId(4)].len(), 3);
    }
}
