//! Unanswered questions of visitors, and turning them into pairs.

use rooms::{ChannelId, ConversationId, OrgId};

use super::pair_fields::PairFields;
use super::{Knowledge, KnowledgeError, checks, language, words};
use crate::model::{AskedQuestion, PairId, PairRecord, UnansweredId, UnansweredRecord};

/// Longer messages are cut: the list shows a line.
const QUESTION_MAX_CHARS: usize = 500;

/// How a question on the list is answered.
#[derive(Debug, Clone)]
pub enum UnansweredAnswer {
    /// With a new pair: this answer, and this question instead of the visitor's own where it is given.
    New {
        /// The answer.
        answer: String,
        /// The question, better put.
        question: Option<String>,
    },
    /// It is another way of asking what a pair answers already.
    Phrasing(PairId),
}

/// Unanswered questions.
#[derive(Debug, Clone, Copy)]
pub struct Unanswered<'a> {
    pub(super) knowledge: &'a Knowledge,
}

impl Unanswered<'_> {
    /// Notes a question that could not be answered; the same one again is counted.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn note(
        self,
        org: OrgId,
        channel: Option<ChannelId>,
        conversation: Option<ConversationId>,
        question: &str,
        language: Option<&str>,
    ) -> Result<(), KnowledgeError> {
        let line = question.split_whitespace().collect::<Vec<_>>().join(" ");
        let question: String =
            line.chars().filter(|one| !one.is_control()).take(QUESTION_MAX_CHARS).collect();
        let folded = words::fold(&question);
        // Emoji and punctuation alone are not a question.
        if folded.is_empty() {
            return Ok(());
        }
        let language = Some(language.unwrap_or_else(|| language::of_text(&question)).to_owned());
        let asked = AskedQuestion { org, channel, conversation, question, folded, language };
        Ok(self.knowledge.db().knowledge().unanswered().note(&asked, self.knowledge.now()).await?)
    }

    /// The questions of an org that could not be answered, the most asked first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(
        self,
        org: OrgId,
        channel: Option<ChannelId>,
        limit: i64,
    ) -> Result<Vec<UnansweredRecord>, KnowledgeError> {
        Ok(self.knowledge.db().knowledge().unanswered().list(org, channel, limit).await?)
    }

    /// Answers a question for all who will ask it, and takes it off the list.
    ///
    /// # Errors
    /// `NotFound`, `Malformed`, `TooLarge`, or when storage fails.
    pub async fn answer(
        self,
        org: OrgId,
        id: UnansweredId,
        answer: UnansweredAnswer,
    ) -> Result<PairRecord, KnowledgeError> {
        let asked = self
            .knowledge
            .db()
            .knowledge()
            .unanswered()
            .get(org, id)
            .await?
            .ok_or(KnowledgeError::NotFound)?;
        let pair = match answer {
            UnansweredAnswer::New { answer, question } => {
                let put = question.as_deref().map(checks::question).transpose()?;
                let (question, phrasings) = match put {
                    Some(question) => (question, vec![asked.question]),
                    None => (asked.question, Vec::new()),
                };
                let fields = PairFields { question, phrasings, answer };
                self.knowledge.pairs().add(org, asked.channel, None, &fields).await?
            }
            UnansweredAnswer::Phrasing(pair) => {
                let pair = self.knowledge.pairs().get(org, pair).await?;
                let mut phrasings = pair.phrasings;
                phrasings.push(asked.question);
                let fields = PairFields { question: pair.question, phrasings, answer: pair.answer };
                self.knowledge.pairs().change(org, pair.id, &fields).await?
            }
        };
        self.knowledge.db().knowledge().unanswered().remove(org, id).await?;
        Ok(pair)
    }

    /// Takes a question off the list.
    ///
    /// # Errors
    /// `NotFound`, or when storage fails.
    pub async fn dismiss(self, org: OrgId, id: UnansweredId) -> Result<(), KnowledgeError> {
        let is_deleted = self.knowledge.db().knowledge().unanswered().remove(org, id).await?;
        if is_deleted { Ok(()) } else { Err(KnowledgeError::NotFound) }
    }
}
