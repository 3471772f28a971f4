//! What follows from a handoff: a note and a ticket that say what an agent should know, and mails to those who are
//! not here. It is owed from the handoff's own commit on, so a server that was killed in the middle goes on.

use std::sync::Arc;

use rooms::{Content, Entry, Responder, TicketId, UserKind};

use serde_json::json;

use super::brief::Brief;
use super::job::Job;
use super::scene::{Scene, is_urgent, text_of};
use super::service::{Handover, assistant_user};
use crate::db::DbError;
use crate::hub::{Actor, Command};
use crate::insight::{self, Sentiment};
use crate::model::{ClaimKind, HandoffMails, OwedBrief, TicketBrief};
use crate::notify::HandoffNotice;
use crate::refusal::log_unanswered;
use crate::wire::ErrorCode;

/// Maximum briefs per round.
const TAKEN_UP_MAX: i64 = 100;
/// Number of the visitor's last messages that determine the priority.
const PRIORITY_MESSAGES: usize = 3;

impl Handover {
    /// Sees to it that a handoff gets its brief.
    pub(super) fn request_brief(&self, owed: OwedBrief) {
        if !self.briefing.insert(owed.ticket) {
            return;
        }
        let handover = self.clone();
        // A summary may take seconds: do not block other conversations.
        self.parts.base.tasks.spawn(async move {
            handover.brief_once(&owed).await;
            handover.briefing.remove(&owed.ticket);
        });
    }

    /// Writes a brief, unless another node is at it; what that one leaves is found again.
    async fn brief_once(&self, owed: &OwedBrief) {
        let (claims, key) = (&self.parts.base.claims, owed.ticket.to_string());
        match claims.take(ClaimKind::Brief, &key, Some(owed.org)).await {
            Ok(true) => {
                self.brief(owed).await;
                claims.release(ClaimKind::Brief, &key).await;
            }
            Ok(false) => {}
            Err(error) => log_unanswered(&error, "could not claim the brief of a handoff"),
        }
    }

    /// Takes up briefs that have been owed for so long that whoever was at them is gone; returns how many.
    pub(super) async fn take_up_briefs(&self, owed_for_ms: i64) -> usize {
        let until = self.parts.base.now().plus_ms(-owed_for_ms);
        match self.parts.base.db.tickets().owed_briefs(until, TAKEN_UP_MAX).await {
            Ok(owed) => {
                owed.iter().for_each(|one| self.request_brief(*one));
                owed.len()
            }
            Err(error) => {
                log_unanswered(&error, "what follows from a message or a handoff was not stored or read");
                0
            }
        }
    }

    /// Writes what an agent should know, and queues the mails. Every step may be done again: words are known by the
    /// ticket's id, and ticket and mails are one transaction, the last. What fails is still owed.
    async fn brief(&self, owed: &OwedBrief) {
        let job = Job { org: owed.org, channel: owed.channel, conversation: owed.conversation };
        let db = &self.parts.base.db;
        let record = match db.conversations().get(job.org, job.conversation).await {
            Ok(Some(record)) => record,
            Ok(None) => return,
            Err(error) => {
                return log_unanswered(
                    &error,
                    "what follows from a message or a handoff was not stored or read",
                );
            }
        };
        let Some(scene) = self.scene(job, owed.visitor, &record.head).await else { return };
        // First the visitor, who waits for a word: a brief may take a model some seconds.
        if matches!(record.head.responder, Responder::Waiting { .. }) {
            self.announce_availability(job, &scene, &record.head, owed.ticket).await;
        }
        let brief = self.brief_for_agents(job, &scene, &record.head).await;
        let Some(summary) = self.record_brief(job, owed.ticket, brief).await else { return };
        let brief = TicketBrief { title: super::brief::title(&scene), priority: priority(&scene), summary };
        let settled = match self.mails_of(job, &brief).await {
            Ok(mails) => db.tickets().settle_brief(owed, &brief, &mails, self.parts.base.now()).await,
            Err(error) => Err(error),
        };
        if let Err(error) = settled {
            log_unanswered(&error, "what follows from a message or a handoff was not stored or read");
        }
    }

    /// The mails to those who are not here; who is online has heard of it already.
    async fn mails_of(&self, job: Job, brief: &TicketBrief) -> Result<HandoffMails, DbError> {
        if self.online_count(job.org).await != 0 {
            return Ok(HandoffMails::default());
        }
        let notice = HandoffNotice {
            org: job.org,
            channel: job.channel,
            conversation: job.conversation,
            title: brief.title.clone(),
            brief: brief.summary.clone(),
            priority: brief.priority,
        };
        self.parts.notifier.handoff_mails(&notice).await
    }

    /// Notes a brief for the agents, once per ticket, and gives the one that stands there; `None` where storage
    /// failed.
    async fn record_brief(&self, job: Job, ticket: TicketId, brief: Brief) -> Option<String> {
        let summary = brief.text;
        let content = Content {
            text: Arc::from(summary.as_str()),
            metadata: Some(json!({ "brief": true, "brief_data": brief.data }).to_string().into()),
            client_message_id: Some(format!("brief-{ticket}").into()),
            ..Content::default()
        };
        let by = assistant_user(&self.parts.org_settings, job).await;
        let actor = Actor::System { org: job.org, user: &by };
        match self.parts.hub.act(actor, job.conversation, Command::WriteNote(content)).await {
            Ok(acted) => {
                let noted = acted.entry.as_deref().and_then(text_of).map(str::to_owned);
                Some(noted.unwrap_or(summary))
            }
            Err(error) => {
                error.log_unanswered("could not note the brief of a handoff");
                (error.code() != ErrorCode::Unavailable).then_some(summary)
            }
        }
    }
}

/// How urgent a handoff is, by what the visitor said last.
fn priority(scene: &Scene) -> &'static str {
    let by_visitor = |entry: &&Entry| entry.author.kind == UserKind::Visitor;
    let said = scene.messages.iter().rev().filter(by_visitor).filter_map(text_of).take(PRIORITY_MESSAGES);
    let said = said.collect::<Vec<_>>().join("\n");
    if is_urgent(scene, &said) {
        return "urgent";
    }
    if insight::read(&said).sentiment == Sentiment::Negative { "high" } else { "medium" }
}
