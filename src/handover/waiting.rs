//! Visitors who wait for a person: they are told when nobody comes, may leave an address, or go on with the
//! assistant.

use std::sync::Arc;
use std::time::Duration;

use rooms::{Audience, Body, Content, Entry, EntryId, Head, TicketId, UNDETERMINED, User};
use serde_json::{Value, json};

use super::job::Job;
use super::scene::Scene;
use super::service::Handover;
use super::texts::texts;
use crate::hub::{Actor, Command, Noted};
use crate::ids;
use crate::model::{EntryRange, OwedAnswer, VisitorChange};
use crate::refusal::log_unanswered;

/// Interval between checks for waiting visitors.
const PERIOD: Duration = Duration::from_secs(10);
/// Wait after which no notice is sent, because the conversation closes first.
const LONGEST_MS: i64 = 24 * 3_600 * 1_000;
/// A brief that has been owed for longer was missed, or failed: it is tried again.
const BRIEF_PATIENCE_MS: i64 = 60_000;
/// Maximum conversations per round.
const ROUND_MAX: i64 = 500;
/// Maximum entries searched for an earlier notice.
const LOOK_BACK: u64 = 50;
/// The notice that nobody has come, or nobody will at this hour.
const WAITING: &str = "waiting";
/// The notice of who is there, at once.
const ASKED: &str = "asked";
/// The choices of a notice.
pub const GO_ON: &str = "go_on";
const KEEP_WAITING: &str = "wait";

/// What somebody who waits is told.
struct Notice<'a> {
    kind: &'static str,
    text: &'a str,
    facts: Option<Value>,
    /// Whether they may leave an address, or go on with the assistant.
    offers: bool,
    id: Option<Arc<str>>,
}

impl Handover {
    /// Tells who waits too long, as time passes.
    pub(super) async fn watch_waiting(self) {
        loop {
            tokio::time::sleep(PERIOD).await;
            self.parts.base.claims.turn_to_sweep().await;
            self.notify_waiting().await;
            self.take_up_briefs(BRIEF_PATIENCE_MS).await;
            self.mail_away().await;
        }
    }

    /// Tells everybody who has waited as long as their channel allows; returns how many.
    pub async fn notify_waiting(&self) -> usize {
        let now = self.parts.base.now();
        let found = self
            .parts
            .base
            .db
            .conversations()
            .waiting_since(now.plus_ms(-LONGEST_MS), now.plus_ms(-60_000), ROUND_MAX)
            .await;
        let waiting = match found {
            Ok(waiting) => waiting,
            Err(error) => {
                log_unanswered(&error, "what follows from a message or a handoff was not stored or read");
                return 0;
            }
        };
        let mut told = 0;
        for one in waiting {
            if self.assigns(one.org, one.channel).await {
                self.assignment.want(one.org);
            }
            told += usize::from(self.notify_if_waiting_long(one).await.unwrap_or(false));
        }
        told
    }

    async fn notify_if_waiting_long(&self, one: OwedAnswer) -> Option<bool> {
        if self.told.get(&one.conversation).is_some_and(|since| *since == one.since.0) {
            return Some(false);
        }
        let settings = self.parts.org_settings.effective(one.org, Some(one.channel)).await.ok()?;
        let notice_ms = i64::try_from(settings.wait_notice_minutes).ok()? * 60_000;
        if self.parts.base.now().0 - one.since.0 < notice_ms {
            return Some(false);
        }
        let job = Job { org: one.org, channel: one.channel, conversation: one.conversation };
        let record = self.parts.base.db.conversations().get(job.org, job.conversation).await.ok()??;
        let scene = self.scene(job, record.visitor.id, &record.head).await?;
        self.told.insert(one.conversation, one.since.0);
        if self.was_notified(job, one.since.0).await? {
            return Some(false);
        }
        let notice = Notice {
            kind: WAITING,
            text: texts(scene.language).nobody_free,
            facts: None,
            offers: true,
            id: None,
        };
        self.send_notice(job, &scene, notice).await;
        Some(true)
    }

    /// Whether the log shows a notice of this wait: a restart must not repeat it.
    async fn was_notified(&self, job: Job, since_ms: i64) -> Option<bool> {
        let range = EntryRange { after: 0, before: u64::MAX, limit: LOOK_BACK, newest: true };
        let entries = self
            .parts
            .base
            .db
            .entries()
            .list(job.org, job.conversation, Audience::Visitors, range)
            .await
            .ok()?;
        Some(entries.iter().any(|entry| {
            entry.created_at.0 >= since_ms && notice_of(&entry.body).as_deref() == Some(WAITING)
        }))
    }

    /// Who asks for a person is told at once who is there, and once for each ticket.
    pub(super) async fn announce_availability(&self, job: Job, scene: &Scene, head: &Head, ticket: TicketId) {
        let there = self.who_is_there(job, scene, head).await;
        let text = there.sentences(texts(scene.language));
        let notice = Notice {
            kind: if there.is_closed { WAITING } else { ASKED },
            text: &text,
            facts: Some(there.facts()),
            offers: !there.is_somebody_here(),
            id: Some(format!("asked-{ticket}").into()),
        };
        self.send_notice(job, scene, notice).await;
    }

    async fn send_notice(&self, job: Job, scene: &Scene, notice: Notice<'_>) {
        let words = texts(scene.language);
        let mut text = notice.text.to_owned();
        if notice.offers && scene.visitor.email.is_none() {
            text.push(' ');
            text.push_str(words.leave_email);
        }
        let mut metadata = json!({ "notice": notice.kind });
        if let Some(facts) = notice.facts {
            metadata["waiting"] = facts;
        }
        if notice.offers && scene.settings.wait_offer_assistant && scene.channel.has_assistant {
            text.push(' ');
            text.push_str(words.go_on);
            metadata["choices"] = json!([
                { "id": GO_ON, "text": words.go_on_choice },
                { "id": KEEP_WAITING, "text": words.keep_waiting },
            ]);
        }
        self.say(job, scene, &text, Some(metadata), notice.id).await;
    }

    /// Writes in the name of the channel: visitors know the business, not its software.
    async fn say(&self, job: Job, scene: &Scene, text: &str, metadata: Option<Value>, id: Option<Arc<str>>) {
        let metadata = metadata.map(|metadata| Arc::from(metadata.to_string()));
        let content =
            Content { text: Arc::from(text), metadata, client_message_id: id, ..Content::default() };
        let author = User { name: scene.channel.name.as_str().into(), ..User::system() };
        let actor = Actor::System { org: job.org, user: &author };
        let message = Command::Write { id: EntryId(ids::new_number()), content };
        if let Err(error) = self.parts.hub.act(actor, job.conversation, message).await {
            error.log_unanswered("could not tell a visitor who waits");
        }
    }

    /// Hears whether somebody who waits leaves an address or would rather go on with the assistant.
    pub(super) async fn handle_waiting_visitor(&self, job: Job, noted: &Noted) {
        let Body::Message(content) = &noted.entry.body else { return };
        let range = EntryRange { after: 0, before: noted.entry.seq, limit: LOOK_BACK, newest: true };
        let Ok(entries) =
            self.parts.base.db.entries().list(job.org, job.conversation, Audience::Visitors, range).await
        else {
            return;
        };
        if !entries.iter().any(|entry| notice_of(&entry.body).is_some()) {
            return;
        }
        if picked_of_any(&entries, content).as_deref() == Some(GO_ON) {
            let actor = Actor::System { org: job.org, user: &noted.entry.author };
            let resume = Command::Resume { reason: "resumed" };
            if let Err(error) = self.parts.hub.act(actor, job.conversation, resume).await {
                error.log_unanswered("could not go on with the assistant");
            }
            return;
        }
        if let Some(email) = email_in(&content.text) {
            self.store_email(job, noted, email).await;
        }
    }

    async fn store_email(&self, job: Job, noted: &Noted, email: String) {
        let author = noted.entry.author.id;
        let Some(scene) = self.scene(job, author, &noted.head).await else { return };
        let spoken = noted.head.insight.as_ref().map(|insight| &*insight.language);
        let spoken = spoken.filter(|language| *language != UNDETERMINED).unwrap_or(scene.language.code());
        let words = super::texts::texts_of(Some(spoken));
        if scene.visitor.profile_verified && scene.visitor.email.is_some() {
            // An email address proven by the site is not replaced by a typed one.
            return self.say(job, &scene, words.email_seen, None, None).await;
        }
        let change = VisitorChange { email: Some(email), ..VisitorChange::default() };
        let db = &self.parts.base.db;
        if let Err(error) = db.visitors().change(job.org, author, &change, self.parts.base.now()).await {
            log_unanswered(&error, "what follows from a message or a handoff was not stored or read");
            return;
        }
        if let Ok(Some(visitor)) = db.visitors().get(job.org, author).await
            && let Err(error) = self.parts.hub.visitor_changed(visitor).await
        {
            log_unanswered(&error, "an email address does not show yet");
        }
        self.say(job, &scene, words.email_kept, None, None).await;
    }
}

fn metadata_of(body: &Body) -> Option<Value> {
    serde_json::from_str(body.content()?.metadata.as_deref()?).ok()
}

/// Which notice a message is, where it is one.
fn notice_of(body: &Body) -> Option<String> {
    metadata_of(body)?["notice"].as_str().map(str::to_owned)
}

/// What was picked of the notice that a message answers: a later notice does not take an earlier offer back.
fn picked_of_any(entries: &[Entry], content: &Content) -> Option<String> {
    let answered = entries.iter().find(|entry| content.reply_to == Some(entry.id))?;
    notice_of(&answered.body)?;
    picked(&answered.body, &content.text)
}

fn picked(body: &Body, text: &str) -> Option<String> {
    let metadata = metadata_of(body)?;
    let choice = metadata["choices"].as_array()?.iter().find(|choice| choice["text"] == text.trim())?.clone();
    choice["id"].as_str().map(str::to_owned)
}

/// The first word that looks like an address for mail.
fn email_in(text: &str) -> Option<String> {
    let word = text.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric())).find(
        |word| {
            word.split_once('@').is_some_and(|(local, domain)| {
                let is_host = domain.split('.').all(|part| !part.is_empty()) && domain.contains('.');
                !local.is_empty() && is_host && !domain.contains('@')
            })
        },
    )?;
    (word.len() <= 254).then(|| word.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_among_words() {
        assert_eq!(email_in("it is Ana@Example.com, thanks").as_deref(), Some("ana@example.com"));
        assert_eq!(email_in("<bo.b+x@mail.example.org>").as_deref(), Some("bo.b+x@mail.example.org"));
        for none in ["no address", "a@b", "@example.com", "a@@b.com", "meet me @ noon"] {
            assert_eq!(email_in(none), None, "{none}");
        }
    }
}
