//! Tasks that a voice delegates in a call: the same turn as a visitor's in text, over what was said in the call. Its
//! answer goes back to the voice, which speaks it; what was spoken is what stands in the conversation.

use std::sync::Arc;

use rooms::{Body, Content, Entry, EntryId, Role, Timestamp, User, UserId, UserKind};
use serde_json::Value;

use super::call_prompts;
use super::in_call::EarlierMessage;
use super::keyless::NONE_OF_THESE;
use super::output::Output;
use super::service::Assistant;
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// In its own words: it may be told what to say.
    OwnWords,
    /// As it is: every word is for the visitor.
    Verbatim,
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
    /// the conversation off.
    ///
    /// # Errors
    /// `not_found`, `rate_limited`, `unavailable`.
    pub async fn answer_delegated(
        &self,
        job: Job,
        visitor: UserId,
        said: SaidInCall,
        manner: Manner,
    ) -> Result<DelegatedAnswer, ServiceError> {
        let counted = Source::Conversation(job.conversation);
        self.parts.base.limits.count(Limit::CallAnswers, counted)?;
        if self.parts.base.db.orgs().suspended().has(job.org) {
            return Err(ServiceError::new(ErrorCode::Forbidden, "the org is suspended"));
        }
        let _place = self.at_once.take(job.org).await;
        let scene = self.scene_of_call(job, visitor, said).await?;
        let (began_at, log) = (self.parts.base.now(), TurnLog::begin());
        let (call_of, output) = (job.call_of(), Output::Nowhere);
        let turn = ReplyTurn { assistant: self, call_of, output, tooling: Tooling::Live, log: log.clone() };
        let made = turn.answer(&scene).await;
        log.end_call(None).await;
        let cost_nano_usd = log.read(|taken| taken.total("cost_nano_usd"));
        let (text, ended) = match made {
            Ok(made) => self.spoken_answer(&scene, manner, made.outcome, &made.text).await,
            Err(error) => (None, Ended::failed(error.report().code.as_str())),
        };
        self.turns.add(job.org, turn_of((job.channel, Some(job.conversation)), began_at, &log, &ended));
        Ok(DelegatedAnswer { text, cost_nano_usd })
    }

    async fn spoken_answer(
        &self,
        scene: &Scene,
        manner: Manner,
        outcome: Outcome,
        text: &str,
    ) -> (Option<String>, Ended) {
        let job = Job { org: scene.org.id, channel: scene.channel.id, conversation: scene.conversation };
        let reason = match outcome {
            Outcome::Said { wish: None, metadata, .. } => {
                return (Some(spoken(text, &metadata)), Ended::answered(None));
            }
            Outcome::Failed(failure) => return (None, Ended::failed(&failure.code)),
            Outcome::Said { wish: Some(Wish::HandOff { reason }), .. } => reason,
            Outcome::HandOff(reason) => reason.to_owned(),
        };
        self.hand_off(job, &self.user(job).await, &reason).await;
        let asked_for = match manner {
            Manner::OwnWords => call_prompts::PERSON_ASKED_FOR,
            Manner::Verbatim => texts(scene.language).stay_on_line,
        };
        let said = format!("{} {asked_for}", spoken(text, &Value::Null));
        (Some(said.trim().to_owned()), Ended::handed_over(&reason))
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

/// An answer as it can be spoken: without numbers of sources, addresses of links and markup; the choices that a text
/// shows as buttons stand in it.
fn spoken(text: &str, metadata: &Value) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        plain.push_str(&rest[..open]);
        rest = &rest[open..];
        let Some(length) = rest.find(']') else { break };
        let label = &rest[1..length];
        rest = &rest[length + 1..];
        if !label.bytes().all(|byte| byte.is_ascii_digit()) {
            plain.push_str(label);
        }
        if rest.starts_with('(')
            && let Some(end) = rest.find(')')
        {
            rest = &rest[end + 1..];
        }
    }
    plain.push_str(rest);
    let mut words: Vec<&str> = plain.split_whitespace().collect();
    words.retain(|word| !word.chars().all(|one| "*_#`-".contains(one)));
    let mut said = words.join(" ").replace(['*', '`', '#'], "").replace(" .", ".");
    for choice in spoken_choices(metadata) {
        said.push(' ');
        said.push_str(choice);
        if !choice.ends_with(['.', '?', '!']) {
            said.push('.');
        }
    }
    said
}

/// The choices that are told. Yes, no, and none of these are said by whoever wants them; a text has asked for them.
fn spoken_choices(metadata: &Value) -> Vec<&str> {
    let choices = metadata["choices"].as_array().map_or(&[][..], Vec::as_slice);
    let told: Vec<&str> = choices
        .iter()
        .filter(|choice| choice["id"] != NONE_OF_THESE)
        .filter_map(|choice| choice["text"].as_str())
        .collect();
    let is_yes_or_no = choices.len() == 2 && told.len() == 1;
    if is_yes_or_no { Vec::new() } else { told }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_is_spoken_without_what_only_eyes_can_use() {
        let cases = [
            ("We open at nine [1].", "We open at nine."),
            ("**Yes**, see [our page](https://shop.example/hours).", "Yes, see our page."),
            ("- one\n- two\n\nSource: [FAQ](https://x.example)", "one two Source: FAQ"),
            ("an [open bracket", "an [open bracket"),
        ];
        for (text, expected) in cases {
            assert_eq!(spoken(text, &Value::Null), expected);
        }
    }

    #[test]
    fn choices_are_named() {
        let none = json!({ "id": "none", "text": "None of these" });
        let one = |id: &str, text: &str| json!({ "id": id, "text": text });
        let several = json!({ "choices": [one("1", "When are you open?"), one("2", "Holidays"), none] });
        let yes_or_no = json!({ "choices": [one("1", "Yes"), none] });

        assert_eq!(spoken("Which one?", &several), "Which one? When are you open? Holidays.");
        assert_eq!(spoken("Do you mean the hours?", &yes_or_no), "Do you mean the hours?");
    }
}
