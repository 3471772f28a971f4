//! The test chat: a question to a channel's assistant, answered as a visitor's would be, with what went into the answer.
//!
//! It is the same turn as a visitor's, over a scene that stands in memory only: there is no conversation and no visitor,
//! nobody is notified, and unanswered questions are not noted. What it asks of models is counted and limited as any use.

use std::sync::Arc;

use rooms::{Body, ChannelId, Content, ConversationId, Entry, EntryId, Timestamp, User, UserId, UserKind};
use serde_json::Value;

use super::output::Output;
use super::service::Assistant;
use super::turn::{Made, Outcome, ReplyTurn, Tooling};
use super::turn_log::{Trace, TurnLog};
use super::turns::{Ended, turn_of};
use crate::auth::{Principal, Right};
use crate::handover::{Scene, language_in};
use crate::ids;
use crate::limits::{Limit, Source};
use crate::llm::CallOf;
use crate::model::{ChannelRecord, TurnOutcome, VisitorRecord};
use crate::refusal::ServiceError;
use crate::tools::Wish;
use crate::wire::ErrorCode;

/// Lines that a test chat may hold; a question needs few before it.
const LINES_MAX: usize = 40;
/// The visitor of a test, as the model is told of them.
const TESTER: &str = "Test";

/// One line of a test chat.
#[derive(Debug, Clone)]
pub struct Line {
    /// Whether the assistant said it; otherwise the visitor.
    pub is_assistant: bool,
    /// The words.
    pub text: String,
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct TestQuestion {
    /// The chat, the oldest line first; the last is the question.
    pub lines: Vec<Line>,
    /// The language of the visitor's browser.
    pub locale: Option<String>,
    /// Whether tools that change something or reach somebody run too.
    pub runs_all_tools: bool,
}

/// What came of it.
#[derive(Debug)]
pub struct TestAnswer {
    /// The outcome, as the log has it.
    pub outcome: TurnOutcome,
    /// Why a person would be asked for, or the code of the failure.
    pub reason: Option<String>,
    /// The words that hand over before the assistant is asked, where words do.
    pub words: Vec<String>,
    /// What the visitor would read.
    pub text: String,
    /// Sources, choices and cards of the answer; null where there are none.
    pub metadata: Value,
    /// The numbers of all calls together; `None` where no model was asked.
    pub usage: Option<Value>,
    /// From its begin to its end.
    pub latency_ms: u64,
    /// The language it was answered in.
    pub language: &'static str,
    /// What went into it.
    pub trace: Trace,
}

impl Assistant {
    /// Asks a channel's assistant as a visitor would, to see what it does and why.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `bad_request`, `too_large`, `rate_limited`.
    pub async fn try_out(
        &self,
        principal: &Principal,
        channel: ChannelId,
        question: TestQuestion,
    ) -> Result<TestAnswer, ServiceError> {
        Right::TestAssistant.check(principal)?;
        let channel = self.channel_of(principal, channel).await?;
        check(&question.lines, self.parts.hub.visitor_message_max_chars(&channel))?;
        let tester = Source::Token(&principal.user.id.to_string());
        self.parts.base.limits.count(Limit::AssistantTests, tester)?;
        let scene = self.scene_of_test(channel, &question).await?;
        let assistant = self.clone();
        // In a task of its own: what a model was asked is counted also when whoever asked has left.
        let task = self.parts.base.tasks.spawn(async move {
            let stop = assistant.parts.base.stop.clone();
            stop.run_until_cancelled(assistant.answer_test(&scene, question.runs_all_tools)).await
        });
        match task.await {
            Ok(Some(answer)) => answer,
            Ok(None) => Err(ServiceError::new(ErrorCode::Draining, "the server is stopping")),
            Err(_) => Err(ServiceError::broken("a test of the assistant broke")),
        }
    }

    async fn answer_test(&self, scene: &Scene, is_confirmed: bool) -> Result<TestAnswer, ServiceError> {
        let (org, began_at) = (scene.org.id, self.parts.base.now());
        let rules = self.parts.hub.rules_of(&scene.channel).await?;
        let words: Vec<String> =
            rules.handoff_words_in(&scene.question()).into_iter().map(str::to_owned).collect();
        let log = TurnLog::begin_traced();
        let (made, ended) = if words.is_empty() {
            let _place = self.at_once.take(org).await;
            let call_of = CallOf { org, channel: Some(scene.channel.id), conversation: None };
            let (output, tooling) = (Output::Nowhere, Tooling::Test { is_confirmed });
            let turn = ReplyTurn { assistant: self, call_of, output, tooling, log: log.clone() };
            let made = turn.answer(scene).await?;
            let ended = ended_of(&made.outcome);
            (made, ended)
        } else {
            // As live: a person is asked for, and the assistant is silent.
            (Made { outcome: Outcome::HandOff("words"), text: String::new() }, Ended::handed_over("words"))
        };
        let latency_ms = log.elapsed_ms();
        self.turns.add(org, turn_of((scene.channel.id, None), began_at, &log, &ended));
        let metadata = match made.outcome {
            Outcome::Said { metadata, .. } => metadata,
            Outcome::HandOff(_) | Outcome::Failed(_) => Value::Null,
        };
        Ok(TestAnswer {
            outcome: ended.outcome,
            reason: ended.reason,
            words,
            text: made.text,
            metadata,
            usage: log.usage(),
            latency_ms,
            language: scene.language.code(),
            trace: log.take_trace(),
        })
    }

    /// The conversation as it would stand in storage.
    pub(super) async fn scene_of_test(
        &self,
        channel: ChannelRecord,
        question: &TestQuestion,
    ) -> Result<Scene, ServiceError> {
        let org = channel.org;
        let settings = self.parts.org_settings.effective(org, Some(channel.id)).await?;
        let org = self.parts.base.db.orgs().get(org).await?.ok_or_else(ServiceError::not_found)?;
        let visitor = tester(&channel, question.locale.clone());
        let now = self.parts.base.now();
        let numbered = (1..).zip(&question.lines);
        let messages: Vec<Entry> =
            numbered.map(|(seq, line)| entry(seq, line, &visitor, &settings.assistant_name, now)).collect();
        let is_answered = |entry: &&Entry| entry.author.kind == UserKind::Visitor;
        let asked: Vec<Entry> = messages.iter().rev().take_while(is_answered).cloned().collect();
        Ok(Scene {
            language: language_in(&messages, visitor.locale.as_deref()),
            asked: asked.into_iter().rev().collect(),
            org,
            channel,
            conversation: ConversationId(ids::new_number()),
            visitor,
            settings,
            messages,
            released_at: 0,
            summary: None,
            open_tickets: Vec::new(),
            in_call: None,
            is_test: true,
        })
    }
}

/// The chat must end with a question, and be no longer than a conversation could be.
fn check(lines: &[Line], max_chars: usize) -> Result<(), ServiceError> {
    if lines.len() > LINES_MAX {
        return Err(ServiceError::new(ErrorCode::TooLarge, "a test chat has at most 40 messages"));
    }
    if lines.last().is_none_or(|line| line.is_assistant || line.text.trim().is_empty()) {
        return Err(ServiceError::bad_request(
            "the last message must be the visitor's, and must say something",
        ));
    }
    // The assistant may have said more than visitors may write.
    let is_long = |line: &Line| {
        let most = if line.is_assistant { 4 * max_chars.max(2_000) } else { max_chars };
        line.text.chars().count() > most
    };
    if lines.iter().any(is_long) {
        return Err(ServiceError::new(
            ErrorCode::TooLarge,
            format!("a message has at most {max_chars} characters"),
        ));
    }
    Ok(())
}

/// The visitor of a test, who is stored nowhere.
fn tester(channel: &ChannelRecord, locale: Option<String>) -> VisitorRecord {
    VisitorRecord {
        id: UserId(0),
        org: channel.org,
        channel: channel.id,
        external_id: None,
        name: Arc::from(TESTER),
        email: None,
        verified: false,
        profile_verified: false,
        locale,
        page: None,
        phone: None,
        attributes: Arc::default(),
        merged_into: None,
    }
}

fn entry(seq: u64, line: &Line, visitor: &VisitorRecord, assistant: &str, now: Timestamp) -> Entry {
    let author = if line.is_assistant {
        User { id: UserId(1), kind: UserKind::Assistant, name: assistant.into() }
    } else {
        User { id: visitor.id, kind: UserKind::Visitor, name: visitor.name.clone() }
    };
    Entry {
        id: EntryId(ids::new_number()),
        seq,
        visitor_prev: Some(seq - 1),
        author,
        body: Body::Message(Content { text: line.text.as_str().into(), ..Content::default() }),
        takeover: 0,
        created_at: now,
    }
}

/// How the log has it: nothing is held or cut here.
fn ended_of(outcome: &Outcome) -> Ended {
    match outcome {
        Outcome::Said { wish: Some(Wish::HandOff { reason }), .. } => Ended::handed_over(reason),
        Outcome::Said { .. } => Ended::answered(None),
        Outcome::HandOff(reason) => Ended::handed_over(reason),
        Outcome::Failed(failure) => Ended::failed(&failure.code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(is_assistant: bool, text: &str) -> Line {
        Line { is_assistant, text: text.to_owned() }
    }

    #[test]
    fn a_test_chat_ends_with_a_question_and_is_bounded() {
        let question = line(false, "when do you open?");
        let code = |lines: &[Line]| check(lines, 20).map_err(|error| error.code());

        assert_eq!(code(&[line(true, "At nine."), question.clone()]), Ok(()));
        assert_eq!(code(&[]), Err(ErrorCode::BadRequest));
        assert_eq!(code(&[question.clone(), line(true, "At nine.")]), Err(ErrorCode::BadRequest));
        assert_eq!(code(&[line(false, "  ")]), Err(ErrorCode::BadRequest));
        assert_eq!(code(&[line(false, &"x".repeat(21))]), Err(ErrorCode::TooLarge));
        assert_eq!(code(&vec![question; LINES_MAX + 1]), Err(ErrorCode::TooLarge));
    }
}
