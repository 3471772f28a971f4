//! Model requests that are not replies to a visitor: summaries and classification.

use tokio::time::{Duration, timeout};

use super::{CallOf, Link, Llm, Meter, ModelLink};
use crate::providers::{ChatMessage, ChatRequest, Part, read_to_end};

/// Maximum tokens of a response.
const ANSWER_TOKENS: u32 = 250;
/// Timeout of a response.
const PATIENCE: Duration = Duration::from_secs(20);

impl Llm {
    /// Asks the first model of the chain something on the side; `None` where there is none or it fails.
    pub async fn ask(&self, of: CallOf, task: &str, text: &str) -> Option<String> {
        let links = self.chain(of.org).await.ok()?;
        let model = links.iter().find_map(|link| match link {
            Link::Model(model) => Some(model.clone()),
            Link::Knowledge => None,
        })?;
        let request = ChatRequest {
            model: model.model.clone(),
            messages: vec![
                ChatMessage::System(task.to_owned()),
                ChatMessage::User(vec![Part::Text(text.to_owned())]),
            ],
            tools: Vec::new(),
            temperature: Some(0.2),
            max_output_tokens: ANSWER_TOKENS,
        };
        let mut meter = Meter::start(self, of, &model, &request).await.ok()?;
        let heard = timeout(PATIENCE, self.hear_all(&model, request, &mut meter)).await.ok().flatten();
        meter.finish(heard.is_some()).await;
        heard.filter(|text| !text.trim().is_empty())
    }

    async fn hear_all(&self, model: &ModelLink, request: ChatRequest, meter: &mut Meter) -> Option<String> {
        let (text, done) =
            read_to_end(self.provider(&model.endpoint).chat(request).await.ok()?).await.ok()?;
        meter.hear(&text);
        if let Some(done) = &done {
            meter.done(done);
        }
        Some(text.trim().to_owned())
    }
}
