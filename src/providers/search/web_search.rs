//! Web search by a model, over Perplexity's variant of chat completions.

use crate::outbound::Gateway;
use crate::providers::chat::TokenUsage;
use crate::providers::counts::completion_usage;
use crate::providers::endpoint::{Endpoint, ProviderKind};
use crate::providers::error::ProviderError;
use crate::providers::transport::Call;
use serde::Deserialize;
use serde_json::{Value, json};

/// Maximum domains that Perplexity accepts.
const DOMAINS_MAX: usize = 20;
/// The longest answer: enough for one with its facts; the assistant retells it.
pub const WEB_ANSWER_MAX_TOKENS: u64 = 1_024;

/// What a model found on the web.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAnswer {
    /// The answer, with marks such as `[1]` that count the sources.
    pub text: String,
    /// Where it was found.
    pub sources: Vec<WebSource>,
    /// What the provider counted.
    pub usage: Option<TokenUsage>,
}

/// A page that an answer rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebSource {
    /// Its title, or its URL where it has none.
    pub title: String,
    /// Where it stands.
    pub url: String,
}

#[derive(Deserialize)]
struct Answer {
    choices: Vec<Choice>,
    search_results: Option<Vec<Found>>,
    citations: Option<Vec<String>>,
    /// Read by hand: an odd count must not spoil a good answer.
    usage: Option<Value>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
}

#[derive(Deserialize)]
struct Found {
    title: Option<String>,
    url: String,
}

/// Asks the web, on these domains only where some are given.
pub async fn search_web(
    endpoint: &Endpoint,
    gateway: &Gateway,
    model: &str,
    query: &str,
    domains: &[String],
) -> Result<WebAnswer, ProviderError> {
    if matches!(endpoint.kind, ProviderKind::Anthropic | ProviderKind::Azure) {
        return Err(ProviderError::NotOffered { what: "search of the web" });
    }
    let call = Call::new(endpoint, gateway, model, &["chat", "completions"])?;
    let mut request = json!({
        "model": model,
        "messages": [{ "role": "user", "content": query }],
        "max_tokens": WEB_ANSWER_MAX_TOKENS,
        "stream": false,
    });
    if domains.len() > DOMAINS_MAX {
        return Err(ProviderError::NotOffered { what: "search of more than 20 domains" });
    }
    if !domains.is_empty() {
        request["search_domain_filter"] = json!(domains);
    }
    let answer: Answer = call.post_for_json(&request).await?;
    let text = answer.choices.into_iter().next().and_then(|choice| choice.message.content);
    let usage = answer.usage.as_ref().and_then(completion_usage);
    let found = answer.search_results.unwrap_or_default().into_iter();
    let mut sources: Vec<WebSource> = found
        .map(|found| WebSource { title: found.title.unwrap_or_else(|| found.url.clone()), url: found.url })
        .collect();
    if sources.is_empty() {
        let cited = answer.citations.unwrap_or_default().into_iter();
        sources.extend(cited.map(|url| WebSource { title: url.clone(), url }));
    }
    // Only http and https addresses become links.
    sources.retain(|source| source.url.starts_with("https://") || source.url.starts_with("http://"));
    let text = text.ok_or(ProviderError::Malformed { reason: "it has no text" })?;
    Ok(WebAnswer { text, sources, usage })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::setup_for_tests::{endpoint, gateway};
    use switchboard_sim::chat::{ChatSim, Reply};

    #[tokio::test]
    async fn an_answer_comes_with_its_sources() {
        let sim = ChatSim::start().await;
        let sources = [("Shipping", "https://shop.example/ship"), ("Odd", "javascript:alert(1)")];
        sim.push(Reply::text("Two days [1].").with_sources(&sources).with_usage(3, 4, 0));
        let endpoint = endpoint(&sim, ProviderKind::Compatible);

        let domains = ["shop.example".to_owned()];
        let answer = search_web(&endpoint, &gateway(), "sonar", "how long?", &domains).await.unwrap();

        assert_eq!(answer.text, "Two days [1].");
        let source = WebSource { title: "Shipping".into(), url: "https://shop.example/ship".into() };
        assert_eq!(answer.sources, [source]);
        assert_eq!(answer.usage.map(|usage| (usage.input_tokens, usage.output_tokens)), Some((3, 4)));
        let asked = sim.last_request().unwrap().body;
        assert_eq!(asked["search_domain_filter"], json!(["shop.example"]));
    }
}
