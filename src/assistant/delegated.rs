//! Tasks that a voice delegates in a call: the same turn as a visitor's in text, over what was said in the call. Its
//! answer goes back to the voice, which speaks it; what was spoken is what stands in the conversation.

use std::sync::Arc;

use rooms::{Body, Content, Entry, EntryId, Role, Timestamp, User, UserId, UserKind};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::call_prompts;
use super::in_call::EarlierMessage;
use super::output::Output;
use super::service::Assistant;
use super::spoken::{SpokenReply, spoken, with_choices, with_words};
use super::turn::{Outcome, ReplyTurn, Tooling};
use super::turn_log::TurnLog;
use super::turns::{Ended, turn_of};
use crate::handover::{InCall, Job, Scene, language_in, texts};
use crate::ids;
use crate::limits::{Limit, Source};
use crate::refusal::ServiceError;
use crate::tools::Wish;
use crate::wire::ErrorCode;

/// How a voice says what it is given.
#[derive(Debug, Clone)]
pub enum Manner {
    /// In its own words: it may be told what to say.
    OwnWords,
    /// As it is, and while it is written: every word is for the visitor, and goes there as it comes.
    Verbatim(mpsc::Sender<Arc<str>>),
}

/// What was said in a call so far.
#[derive(Debug, Default)]
pub struct SaidInCall {
    /// What everybody heard, the oldest first.
    pub lines: Vec<EarlierMessage>,
    /// What colleagues who listen told the assistant alone.
    pub whispers: Vec<Arc<str>>,
}

/// An answer to a task of a voice.
#[derive(Debug)]
pub struct DelegatedAnswer {
    /// What the voice may say; `None` where there is nothing to say but that it failed.
    pub text: Option<String>,
    /// What was asked of models for it, in billionths of a US dollar. It is counted already.
    pub cost_nano_usd: u64,
}

impl Assistant {
    /// Answers what was said last in a call, with the knowledge, tools and limits of the org. A wish for a person hands
    /// the conversation off. `stop` ends the work, and with it the requests to models.
    ///
    /// # Errors
    /// `not_found`, `rate_limited`, `unavailable`.
    pub async fn answer_delegated(
        &self,
        job: Job,
        visitor: UserId,
        said: SaidInCall,
        manner: Manner,
        stop: &CancellationToken,
    ) -> Result<DelegatedAnswer, ServiceError> {
        let counted = Source::Conversation(job.conversation);
        self.parts.base.limits.count(Limit::CallAnswers, counted)?;
        if self.parts.base.db.orgs().suspended().has(job.org) {
            return Err(ServiceError::new(ErrorCode::Forbidden, "the org is suspended"));
        }
        let _place = self.at_once.take(job.org).await;
        let scene = self.scene_of_call(job, visitor, said).await?;
        let (began_at, log) = (self.parts.base.now(), TurnLog::begin());
        let reply = match &manner {
            Manner::OwnWords => None,
            Manner::Verbatim(words) => Some(SpokenReply::new(words.clone())),
        };
        let (call_of, output) = (job.call_of(), reply.as_ref().map_or(Output::Nowhere, Output::Voice));
        let turn = ReplyTurn { assistant: self, call_of, output, tooling: Tooling::Live, log: log.clone() };
        let made = stop.run_until_cancelled(turn.answer(&scene)).await;
        log.end_call(None).await;
        let cost_nano_usd = log.read(|taken| taken.total("cost_nano_usd"));
        let (text, ended) = match made {
            Some(Ok(made)) => {
                let said = reply.map_or_else(|| spoken(&made.text), SpokenReply::finish);
                self.spoken_answer(&scene, &manner, made.outcome, said).await
            }
            Some(Err(error)) => (None, Ended::failed(error.report().code.as_str())),
            None => (None, Ended::superseded()),
        };
        self.turns.add(job.org, turn_of((job.channel, Some(job.conversation)), began_at, &log, &ended));
        Ok(DelegatedAnswer { text, cost_nano_usd })
    }

    async fn spoken_answer(
        &self,
        scene: &Scene,
        manner: &Manner,
        outcome: Outcome,
        said: String,
    ) -> (Option<String>, Ended) {
        let job = Job { org: scene.org.id, channel: scene.channel.id, conversation: scene.conversation };
        let reason = match outcome {
            Outcome::Said { wish: None, metadata, .. } => {
                return (Some(with_choices(said, &metadata)), Ended::answered(None));
            }
            Outcome::Failed(failure) => return (None, Ended::failed(&failure.code)),
            Outcome::Said { wish: Some(Wish::HandOff { reason }), .. } => reason,
            Outcome::HandOff(reason) => reason.to_owned(),
        };
        self.hand_off(job, &self.user(job).await, &reason).await;
        let asked_for = match manner {
            Manner::OwnWords => call_prompts::PERSON_ASKED_FOR,
            Manner::Verbatim(_) => texts(scene.language).stay_on_line,
        };
        (Some(with_words(said, asked_for)), Ended::handed_over(&reason))
    }

    /// The conversation with what was said in the call, which is not stored to its last word.
    async fn scene_of_call(
        &self,
        job: Job,
        visitor: UserId,
        said: SaidInCall,
    ) -> Result<Scene, ServiceError> {
        let db = &self.parts.base.db;
        let record = db.conversations().get(job.org, job.conversation).await?;
        let record = record.ok_or_else(ServiceError::not_found)?;
        let scene = Scene::of(db, &self.parts.org_settings, job, visitor, &record.head).await;
        let mut scene = scene.ok_or_else(ServiceError::not_found)?;
        let turns = usize::try_from(scene.settings.history_turns).unwrap_or(usize::MAX).max(1);
        scene.in_call = Some(InCall { whispers: said.whispers });
        let said = said.lines;
        let newest = said.len().saturating_sub(turns);
        let now = self.parts.base.now();
        let assistant: Arc<str> = scene.settings.assistant_name.as_str().into();
        let numbered = (scene.released_at + 1..).zip(said.into_iter().skip(newest));
        scene.messages =
            numbered.map(|(seq, line)| entry(seq, line, &scene, assistant.clone(), now)).collect();
        let is_asked = |entry: &&Entry| entry.author.kind == UserKind::Visitor;
        let asked: Vec<Entry> = scene.messages.iter().rev().take_while(is_asked).cloned().collect();
        scene.asked = asked.into_iter().rev().collect();
        scene.language = language_in(&scene.messages, scene.visitor.locale.as_deref());
        Ok(scene)
    }
}

fn entry(seq: u64, line: EarlierMessage, scene: &Scene, assistant: Arc<str>, now: Timestamp) -> Entry {
    let author = match line.role {
        Role::Visitor => {
            User { id: scene.visitor.id, kind: UserKind::Visitor, name: scene.visitor.name.clone() }
        }
        Role::Agent | Role::System => User { id: UserId(2), kind: UserKind::Agent, name: "Agent".into() },
        Role::Assistant => User { id: UserId(1), kind: UserKind::Assistant, name: assistant },
    };
    Entry {
        id: EntryId(ids::new_number()),
        seq,
        visitor_prev: Some(seq - 1),
        author,
        body: Body::Message(Content { text: line.text.into(), ..Content::default() }),
        takeover: 0,
        created_at: now,
    }
}
