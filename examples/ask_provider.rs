//! Asks any provider one question and shows what comes back, for trying an endpoint by hand.

#![expect(clippy::disallowed_methods, reason = "an example measures how long an answer takes")]

use anyhow::Context as _;
use clap::Parser;
use futures_util::StreamExt as _;
use serde_json::json;
use std::time::Instant;
use switchboard::config::Settings;
use switchboard::outbound::{Gateway, Trust};
use switchboard::providers::{
    ChatItem, ChatMessage, ChatRequest, Endpoint, Part, ProviderKind, ToolCalling, ToolSpec, connect, embed,
    estimate_tokens,
};

#[derive(Parser)]
struct Arguments {
    /// openai, compatible, azure or anthropic.
    #[arg(long, default_value = "compatible", value_parser = kind)]
    kind: ProviderKind,
    /// What stands before the operation, such as `http://127.0.0.1:9100/v1`.
    #[arg(long)]
    base_url: Option<url::Url>,
    /// What the provider knows us by.
    #[arg(long, env = "ASK_PROVIDER_KEY", hide_env_values = true)]
    key: Option<String>,
    #[arg(long, default_value = "any")]
    model: String,
    /// Offer a tool, described in the prompt.
    #[arg(long)]
    prompt_tool: bool,
    /// Offer a tool in the provider's own fields.
    #[arg(long, conflicts_with = "prompt_tool")]
    native_tool: bool,
    /// Turn the question into a vector instead.
    #[arg(long)]
    embed: bool,
    /// Stop reading after this many items.
    #[arg(long, default_value_t = usize::MAX)]
    items: usize,
    #[arg(default_value = "In one sentence, what is a switchboard?")]
    question: String,
}

fn kind(name: &str) -> Result<ProviderKind, String> {
    serde_json::from_value(json!(name)).map_err(|error| error.to_string())
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let tool_calling = if arguments.prompt_tool { ToolCalling::Prompt } else { ToolCalling::Native };
    let endpoint = Endpoint {
        base_url: arguments.base_url.clone(),
        key: arguments.key.clone().map(Into::into),
        tool_calling,
        ..Endpoint::new(arguments.kind, Trust::Platform)
    };
    let gateway = Gateway::new(&Settings::defaults());
    if arguments.embed {
        let texts = vec![arguments.question];
        let embedded = embed(&endpoint, &gateway, &arguments.model, texts).await.context("no vector")?;
        println!("{} dimensions, {} tokens", embedded.vectors[0].len(), embedded.input_tokens);
        return Ok(());
    }
    println!("estimated tokens of the question: {}", estimate_tokens(&arguments.question));
    let begun = Instant::now();
    let mut items = connect(endpoint, &gateway).chat(request(&arguments)).await.context("no answer")?;
    let mut read_count = 0;
    while read_count < arguments.items
        && let Some(item) = items.next().await
    {
        let elapsed_ms = begun.elapsed().as_millis();
        match item.context("the answer ended")? {
            ChatItem::Text(text) => println!("{elapsed_ms:>6} ms  {text:?}"),
            ChatItem::ToolCall(call) => println!("{elapsed_ms:>6} ms  {call:?}"),
            ChatItem::Done(done) => println!("{elapsed_ms:>6} ms  {done:?}"),
        }
        read_count += 1;
    }
    Ok(())
}

fn request(arguments: &Arguments) -> ChatRequest {
    let tool = ToolSpec {
        name: "get_weather".into(),
        description: "Tells the weather of a city.".into(),
        parameters: json!({
            "type": "object",
            "properties": { "city": { "type": "string" } },
            "required": ["city"],
        }),
    };
    ChatRequest {
        model: arguments.model.clone(),
        messages: vec![
            ChatMessage::System("You are brief and helpful.".into()),
            ChatMessage::User(vec![Part::Text(arguments.question.clone())]),
        ],
        tools: if arguments.prompt_tool || arguments.native_tool { vec![tool] } else { Vec::new() },
        temperature: Some(0.0),
        max_output_tokens: 60,
    }
}
