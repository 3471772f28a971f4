//! Whether a sentence of a visitor hands over to a person, told before anybody writes it: by the rules that decide live.

use rooms::ChannelId;

use super::service::Assistant;
use super::try_out::{Line, TestQuestion};
use crate::auth::{Principal, Right};
use crate::handover::urgent_words_in;
use crate::model::ChannelRecord;
use crate::refusal::ServiceError;
use crate::wire::ErrorCode;

/// Words that may be tried; as many as a channel may have.
const WORDS_MAX: usize = 100;
const WORD_MAX_CHARS: usize = 100;

/// A sentence, and words that are not saved yet.
#[derive(Debug)]
pub struct HandoffTest {
    /// What a visitor might write.
    pub text: String,
    /// The channel's words as they are being edited; `None` takes those that hold.
    pub handoff_words: Option<Vec<String>>,
}

/// What would happen.
#[derive(Debug)]
pub struct HandoffVerdict {
    /// Why a person would be asked for; `None` where the assistant would answer.
    pub reason: Option<&'static str>,
    /// The words that decide it.
    pub words: Vec<String>,
    /// Whose words ask for a person: `channel`, `org` or `built_in`.
    pub words_of: &'static str,
    /// Whether the channel offers people.
    pub handoff_enabled: bool,
}

impl Assistant {
    /// Says whether a sentence would hand over in a channel, and by what.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `bad_request`, `too_large`.
    pub async fn test_handoff(
        &self,
        principal: &Principal,
        channel: ChannelId,
        test: HandoffTest,
    ) -> Result<HandoffVerdict, ServiceError> {
        Right::TestAssistant.check(principal)?;
        let mut channel = self.channel_of(principal, channel).await?;
        check(&test, self.parts.hub.visitor_message_max_chars(&channel))?;
        channel.handoff_words = test.handoff_words.unwrap_or(channel.handoff_words);
        let handoff_enabled = channel.handoff_enabled;
        let rules = self.parts.hub.rules_of(&channel).await?;
        let words: Vec<String> = rules.handoff_words_in(&test.text).into_iter().map(str::to_owned).collect();
        let settings = self.parts.org_settings.effective(channel.org, Some(channel.id)).await?;
        let words_of = match (channel.handoff_words.is_empty(), settings.handoff_words.is_empty()) {
            (false, _) => "channel",
            (true, false) => "org",
            (true, true) => "built_in",
        };
        if !words.is_empty() {
            return Ok(HandoffVerdict { reason: Some("words"), words, words_of, handoff_enabled });
        }
        let line = Line { is_assistant: false, text: test.text };
        let question = TestQuestion { lines: vec![line], locale: None, runs_all_tools: false };
        let scene = self.scene_of_test(channel, &question).await?;
        let reason = Self::calls_for_a_person(&scene);
        let words = match reason {
            Some("high_priority") => urgent_words_in(&scene.settings, &scene.question()),
            _ => Vec::new(),
        };
        Ok(HandoffVerdict { reason, words, words_of, handoff_enabled })
    }

    /// The words that hold in a channel without words of its own, and whose they are: `org` or `built_in`.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn inherited_handoff_words(
        &self,
        principal: &Principal,
        channel: ChannelId,
    ) -> Result<(Vec<String>, &'static str), ServiceError> {
        Right::TestAssistant.check(principal)?;
        let mut channel = self.channel_of(principal, channel).await?;
        channel.handoff_words.clear();
        let rules = self.parts.hub.rules_of(&channel).await?;
        let settings = self.parts.org_settings.effective(channel.org, Some(channel.id)).await?;
        let words_of = if settings.handoff_words.is_empty() { "built_in" } else { "org" };
        Ok((rules.handoff_words.iter().map(str::to_owned).collect(), words_of))
    }

    /// A channel of the caller's org.
    pub(super) async fn channel_of(
        &self,
        principal: &Principal,
        channel: ChannelId,
    ) -> Result<ChannelRecord, ServiceError> {
        let found = self.parts.base.db.channels().get(principal.org, channel).await?;
        found.ok_or_else(ServiceError::not_found)
    }
}

fn check(test: &HandoffTest, max_chars: usize) -> Result<(), ServiceError> {
    if test.text.trim().is_empty() {
        return Err(ServiceError::bad_request("text must say something"));
    }
    if test.text.chars().count() > max_chars {
        return Err(ServiceError::new(
            ErrorCode::TooLarge,
            format!("text has at most {max_chars} characters"),
        ));
    }
    let words = test.handoff_words.as_deref().unwrap_or_default();
    if words.len() > WORDS_MAX || words.iter().any(|word| word.chars().count() > WORD_MAX_CHARS) {
        let message = "handoff_words holds at most 100 words of at most 100 characters";
        return Err(ServiceError::new(ErrorCode::TooLarge, message));
    }
    Ok(())
}
