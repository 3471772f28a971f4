//! Model requests that are not replies to a visitor: summaries and classification.

use tokio::time::{Duration, timeout};

use super::{CallOf, Link, Llm, Meter, ModelLink};
use crate::providers::{ChatMessage, ChatRequest, Part, read_to_end};
use crate::usage::Refused;

/// Maximum tokens of a response.
const ANSWER_TOKENS: u32 = 250;
/// Timeout of a response.
const PATIENCE: Duration = Duration::from_secs(20);

/// What came of a request that is no reply to a visitor.
#[derive(Debug)]
pub enum ModelAnswer {
    /// What the model said; never only space.
    Text(String),
    /// The org's chain has no model.
    NoModel,
    /// A limit forbids it, or what was used cannot be read.
    Refused(Refused),
    /// The model failed, said nothing, or took too long.
    Failed,
}

impl Llm {
    /// Asks the first model of the chain something on the side; `None` where there is none or it fails.
    pub async fn ask(&self, of: CallOf, task: &str, text: &str) -> Option<String> {
        let messages =
            vec![ChatMessage::System(task.to_owned()), ChatMessage::User(vec![Part::Text(text.to_owned())])];
        match self.complete(of, messages, ANSWER_TOKENS).await {
            ModelAnswer::Text(text) => Some(text),
            ModelAnswer::NoModel | ModelAnswer::Refused(_) | ModelAnswer::Failed => None,
        }
    }

    /// Lets the first model of the chain go on after these messages, with at most so many tokens.
    pub async fn complete(
        &self,
        of: CallOf,
        messages: Vec<ChatMessage>,
        max_output_tokens: u32,
    ) -> ModelAnswer {
        let links = match self.chain(of.org).await {
            Ok(links) => links,
            Err(error) => return ModelAnswer::Refused(error.into()),
        };
        let model = links.iter().find_map(|link| match link {
            Link::Model(model) => Some(model.clone()),
            Link::Knowledge => None,
        });
        let Some(model) = model else { return ModelAnswer::NoModel };
        let request = ChatRequest {
            model: model.model.clone(),
            messages,
            tools: Vec::new(),
            temperature: Some(0.2),
            max_output_tokens,
        };
        let mut meter = match Meter::start(self, of, &model, &request).await {
            Ok(meter) => meter,
            Err(refused) => return ModelAnswer::Refused(refused),
        };
        let heard = timeout(PATIENCE, self.read_completion(&model, request, &mut meter)).await.ok().flatten();
        meter.finish(heard.is_some()).await;
        match heard.filter(|text| !text.trim().is_empty()) {
            Some(text) => ModelAnswer::Text(text),
            None => ModelAnswer::Failed,
        }
    }

    async fn read_completion(
        &self,
        model: &ModelLink,
        request: ChatRequest,
        meter: &mut Meter,
    ) -> Option<String> {
        let (text, done) =
            read_to_end(self.provider(&model.endpoint).chat(request).await.ok()?).await.ok()?;
        meter.count_text(&text);
        if let Some(done) = &done {
            meter.done(done);
        }
        Some(text.trim().to_owned())
    }
}
