//! Produces one reply: tries the providers in order and runs rounds of tools until there is text.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::join_all;
use rooms::{Failure, Stage};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::keyless;
use super::output::Output;
use super::prompt::{self, Prompt};
use super::service::Assistant;
use super::turn_log::{TracedTool, TurnLog};
use super::writer::Writer;
use crate::handover::{Scene, texts};
use crate::llm::{CallOf, Link, Meter, ModelLink, json_line};
use crate::providers::{ChatItem, ChatMessage, ChatRequest, OwnFields, ProviderError, ToolCall, ToolSpec};
use crate::refusal::ServiceError;
use crate::tools::{Source, ToolContext, ToolResult, Wish};
use crate::usage::Refused;
use crate::wire::{CARDS_MAX, Card};

/// Calls that one round of tools may hold; the rest is refused to the model.
const CALLS_PER_ROUND: usize = 8;
/// Waits before the one more try at a provider that asked for patience, at most this long.
const PATIENCE: Duration = Duration::from_secs(5);
const FIRST_WAIT: Duration = Duration::from_millis(400);

/// The codes of failures after which a person is asked for at once.
pub(super) const LIMIT_REACHED: &str = "usage_limit_exceeded";
pub(super) const USAGE_UNKNOWN: &str = "unavailable";

/// How a reply ended, before the room is told.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Everything was said.
    Said { metadata: Value, usage: Option<Value>, wish: Option<Wish> },
    /// A person should answer this.
    HandOff(&'static str),
    /// It cannot be said.
    Failed(Failure),
}

/// Why a link of the chain did not answer.
#[derive(Debug)]
enum Broken {
    Provider(ProviderError),
    Room(ServiceError),
    /// It may not be asked.
    Usage(Refused),
}

/// What a model said in one round.
#[derive(Debug, Default)]
struct Round {
    said: String,
    calls: Vec<ToolCall>,
    own_fields: OwnFields,
}

impl Round {
    fn is_empty(&self) -> bool {
        self.said.is_empty() && self.calls.is_empty()
    }
}

impl Broken {
    /// Why, for whoever tests the assistant.
    fn reason(&self) -> String {
        match self {
            Self::Provider(error) => error.to_string(),
            Self::Room(error) => error.code().as_str().to_owned(),
            Self::Usage(refused) => refused.to_string(),
        }
    }
}

impl From<ServiceError> for Broken {
    fn from(error: ServiceError) -> Self {
        Self::Room(error)
    }
}

impl From<Refused> for Broken {
    fn from(refused: Refused) -> Self {
        Self::Usage(refused)
    }
}

impl From<ProviderError> for Broken {
    fn from(error: ProviderError) -> Self {
        Self::Provider(error)
    }
}

/// How tools run in a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tooling {
    /// For a visitor.
    Live,
    /// For whoever tests the assistant; what changes something runs only where they said so.
    Test { is_confirmed: bool },
}

/// One reply while it is being made.
pub(super) struct ReplyTurn<'a> {
    pub(super) assistant: &'a Assistant,
    /// For whom calls to models are counted.
    pub(super) call_of: CallOf,
    /// Where it goes.
    pub(super) output: Output<'a>,
    pub(super) tooling: Tooling,
    /// What it takes, known also when it is cut.
    pub(super) log: TurnLog,
}

/// A reply that was made, with its text.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) outcome: Outcome,
    pub(super) text: String,
}

impl ReplyTurn<'_> {
    /// Answers, or says why not. Dropping the future stops everything it has started.
    pub(super) async fn answer(&self, scene: &Scene) -> Result<Made, ServiceError> {
        let mut writer = Writer::new(self.output);
        let outcome = self.answer_into(scene, &mut writer).await?;
        Ok(Made { outcome, text: writer.text().to_owned() })
    }

    async fn answer_into(&self, scene: &Scene, writer: &mut Writer<'_>) -> Result<Outcome, ServiceError> {
        if let Some(reason) = Assistant::calls_for_a_person(scene) {
            return Ok(Outcome::HandOff(reason));
        }
        let links = self.assistant.parts.llm.chain(scene.org.id).await?;
        let mut last = None;
        for link in links.iter() {
            match self.try_link(link, scene, writer).await {
                Ok(outcome) => return Ok(outcome),
                Err(Broken::Room(error)) => return Err(error),
                Err(Broken::Usage(refused)) => {
                    writer.flush().await?;
                    return Ok(Outcome::Failed(usage_failure(refused, scene)));
                }
                Err(Broken::Provider(error)) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, org.id = %scene.org.id, "provider request failed");
                    let goes_on = writer.is_empty() && error.is_worth_another_provider();
                    last = Some(error);
                    if !goes_on {
                        break;
                    }
                }
            }
        }
        writer.flush().await?;
        Ok(Outcome::Failed(provider_failure(last.as_ref(), scene)))
    }

    async fn try_link(&self, link: &Link, scene: &Scene, writer: &mut Writer<'_>) -> Result<Outcome, Broken> {
        match link {
            Link::Knowledge => Ok(self.quote(scene, writer).await?),
            Link::Model(model) => self.converse(model, scene, writer).await,
        }
    }

    async fn quote(&self, scene: &Scene, writer: &mut Writer<'_>) -> Result<Outcome, ServiceError> {
        let parts = &self.assistant.parts;
        self.log.quote();
        match keyless::answer(&parts.base.db, &parts.knowledge, scene, &self.log).await {
            Ok(answer) => {
                writer.say(&answer.text).await?;
                self.log.note_word();
                writer.flush().await?;
                let wish = answer.hand_off.map(|reason| Wish::HandOff { reason: reason.to_owned() });
                Ok(Outcome::Said { metadata: answer.metadata, usage: None, wish })
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "could not answer from knowledge");
                Ok(Outcome::Failed(provider_failure(None, scene)))
            }
        }
    }

    /// Talks with a model: at most so many rounds of tools, then it must answer without.
    async fn converse(
        &self,
        model: &ModelLink,
        scene: &Scene,
        writer: &mut Writer<'_>,
    ) -> Result<Outcome, Broken> {
        let context = Assistant::tool_context(scene);
        let specs = self.assistant.parts.tools.specs(&context).await;
        let prompt = self.prompt(model, scene).await;
        let (mut messages, passages) = (prompt.messages, prompt.passages);
        let mut sources: Vec<Source> = Vec::new();
        let mut cards: Vec<Card> = Vec::new();
        let mut wish = None;
        for round in 0..=scene.settings.tool_rounds {
            let is_last = round == scene.settings.tool_rounds;
            let tools = if is_last { Vec::new() } else { specs.clone() };
            let request = request(model, scene, messages.clone(), tools);
            let Round { said, calls, own_fields } = self.listen(model, request, writer).await?;
            if calls.is_empty() || is_last {
                break;
            }
            writer.flush().await?;
            messages.push(ChatMessage::Assistant { text: said, tool_calls: calls.clone(), own_fields });
            for (call, result) in self.run_tools(&calls, &context).await? {
                sources.extend(result.sources);
                cards.extend(result.cards);
                wish = wish.or(result.wish);
                messages.push(ChatMessage::Tool {
                    call_id: call.id,
                    name: call.name,
                    content: json_line(&result.content),
                });
            }
        }
        if writer.is_empty() && wish.is_none() {
            return Err(ProviderError::Malformed { reason: "an empty answer" }.into());
        }
        writer.flush().await?;
        let sources = cited(writer.text(), &passages).into_iter().chain(sources.iter().map(|one| json!(one)));
        let metadata = metadata(model, sources.collect(), cards);
        Ok(Outcome::Said { metadata, usage: self.log.usage(), wish })
    }

    async fn prompt(&self, model: &ModelLink, scene: &Scene) -> Prompt {
        let parts = &self.assistant.parts;
        let mut material = scene.material(&self.assistant.today());
        if scene.settings.knowledge_passages > 0 {
            let (org, channel, question) = (scene.org.id, scene.channel.id, scene.question());
            match parts
                .knowledge
                .search(org, Some(channel), &question, scene.settings.knowledge_passages)
                .await
            {
                Ok(passages) => material.passages = passages,
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "could not search the knowledge"
                    );
                }
            }
        }
        if model.sees_images {
            self.assistant.add_pictures(&mut material, scene).await;
        }
        let prompt = prompt::build(material, scene.settings.max_prompt_tokens);
        self.log.found(&prompt.passages);
        tracing::debug!(tokens = prompt.tokens, passages = prompt.passages.len(), "made a prompt");
        prompt
    }

    /// Hears one answer of a model to its end; text goes out as it comes.
    async fn listen(
        &self,
        model: &ModelLink,
        request: ChatRequest,
        writer: &mut Writer<'_>,
    ) -> Result<Round, Broken> {
        self.log.ask(model, &request);
        let heard = match Meter::start(&self.assistant.parts.llm, self.call_of, model, &request).await {
            Ok(meter) => {
                self.log.count(meter);
                self.read_with_notices(model, request, writer).await
            }
            Err(refused) => Err(refused.into()),
        };
        self.log.end_call(heard.as_ref().err().map(Broken::reason)).await;
        heard
    }

    /// Hears an answer; a provider that is busy for a moment, before or inside its stream, is asked once more as long
    /// as nothing of its answer has been shown.
    async fn read_with_notices(
        &self,
        model: &ModelLink,
        request: ChatRequest,
        writer: &mut Writer<'_>,
    ) -> Result<Round, Broken> {
        let mut round = Round::default();
        let first = self.stream_round(model, request.clone(), writer, &mut round).await;
        match first {
            Err(Broken::Provider(error)) if round.is_empty() && error.is_worth_a_retry() => {
                let wait = match &error {
                    ProviderError::RateLimited { retry_after: Some(wait) } => *wait,
                    _ => FIRST_WAIT,
                };
                if wait > PATIENCE {
                    return Err(error.into());
                }
                tokio::time::sleep(wait).await;
                self.stream_round(model, request, writer, &mut round).await?;
            }
            heard => heard?,
        }
        Ok(round)
    }

    async fn stream_round(
        &self,
        model: &ModelLink,
        request: ChatRequest,
        writer: &mut Writer<'_>,
        round: &mut Round,
    ) -> Result<(), Broken> {
        let mut stream = self.assistant.parts.llm.provider(&model.endpoint).chat(request).await?;
        loop {
            let item = tokio::select! {
                biased;
                item = stream.next() => item,
                () = sleep_until(writer.due()), if writer.due().is_some() => {
                    writer.flush().await?;
                    continue;
                }
            };
            match item {
                Some(Ok(ChatItem::Text(text))) => {
                    self.log.note(|meter| meter.count_text(&text));
                    self.log.note_word();
                    round.said.push_str(&text);
                    if !writer.say(&text).await? {
                        break;
                    }
                }
                Some(Ok(ChatItem::ToolCall(call))) => round.calls.push(call),
                Some(Ok(ChatItem::Done(done))) => {
                    self.log.note(|meter| meter.done(&done));
                    round.own_fields = done.own_fields;
                    break;
                }
                Some(Err(error)) => return Err(error.into()),
                None => break,
            }
        }
        Ok(())
    }

    /// Runs the calls of a round at the same time.
    async fn run_tools(
        &self,
        calls: &[ToolCall],
        context: &ToolContext,
    ) -> Result<Vec<(ToolCall, ToolResult)>, Broken> {
        let names: Vec<&str> = calls.iter().map(|call| call.name.as_str()).collect();
        let stage = Stage::Tool(names.join(", ").into());
        self.output.show_stage(stage).await?;
        self.log.call_tools(calls);
        let runs = calls.iter().enumerate().map(|(index, call)| async move {
            let result = if index < CALLS_PER_ROUND {
                self.run_tool(call, context).await
            } else {
                ToolResult::failed("too many calls at once")
            };
            (call.clone(), result)
        });
        let results = join_all(runs).await;
        self.output.show_stage(Stage::Thinking).await?;
        Ok(results)
    }

    async fn run_tool(&self, call: &ToolCall, context: &ToolContext) -> ToolResult {
        let tools = &self.assistant.parts.tools;
        let Tooling::Test { is_confirmed } = self.tooling else { return tools.run(call, context).await };
        let (result, run) = tools.run_in_test(call, context, is_confirmed).await;
        self.log.trace_tool(|| TracedTool {
            name: call.name.clone(),
            arguments: call.arguments.clone(),
            result: result.content.clone(),
            is_run: run.is_some(),
            is_success: result.is_success,
            duration_ms: run.map_or(0, |run| run.duration_ms),
        });
        result
    }
}

fn request(
    model: &ModelLink,
    scene: &Scene,
    messages: Vec<ChatMessage>,
    tools: Vec<ToolSpec>,
) -> ChatRequest {
    ChatRequest {
        model: model.model.clone(),
        messages,
        tools,
        temperature: Some(scene.settings.temperature),
        max_output_tokens: scene.settings.max_output_tokens,
    }
}

/// What is kept with a reply: who wrote it, where it was found, and what tools want to show.
fn metadata(model: &ModelLink, sources: Vec<Value>, mut cards: Vec<Card>) -> Value {
    let mut metadata = json!({ "provider": model.provider, "model": model.model });
    if !sources.is_empty() {
        metadata["sources"] = deduplicated(sources);
    }
    cards.truncate(CARDS_MAX);
    if !cards.is_empty() {
        metadata["cards"] = json!(cards);
    }
    metadata
}

async fn sleep_until(due: Option<Instant>) {
    if let Some(due) = due {
        tokio::time::sleep_until(due).await;
    }
}

/// The passages whose numbers stand in a text.
fn cited(text: &str, passages: &[crate::knowledge::Passage]) -> Vec<Value> {
    passages
        .iter()
        .enumerate()
        .filter(|(index, _)| text.contains(&format!("[{}]", index + 1)))
        .map(|(index, passage)| json!({ "number": index + 1, "title": passage.title, "url": passage.url }))
        .collect()
}

fn deduplicated(sources: Vec<Value>) -> Value {
    let mut kept: Vec<Value> = Vec::new();
    for source in sources {
        let is_known = kept.iter().any(|one| one["title"] == source["title"] && one["url"] == source["url"]);
        if !is_known {
            kept.push(source);
        }
    }
    Value::Array(kept)
}

/// A limit is reached, or nobody knows whether one is: the assistant stops, and a person is asked for.
fn usage_failure(refused: Refused, scene: &Scene) -> Failure {
    let org = scene.org.id;
    match refused {
        Refused::Exceeded(exceeded) => {
            tracing::warn!(org.id = %org, limit = exceeded.limit, "org {org} has reached {}", exceeded.limit);
            Failure {
                code: LIMIT_REACHED.into(),
                message: texts(scene.language).limit_reached.into(),
                retry: false,
                details: Some(exceeded.details().to_string().into()),
            }
        }
        Refused::Unknown(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, org.id = %org, "could not load the usage of org {org}; its assistant stops");
            Failure {
                code: USAGE_UNKNOWN.into(),
                message: texts(scene.language).failed.into(),
                retry: true,
                details: None,
            }
        }
    }
}

fn provider_failure(error: Option<&ProviderError>, scene: &Scene) -> Failure {
    let retry = error.is_none_or(ProviderError::is_worth_a_retry);
    Failure {
        code: "provider_error".into(),
        message: texts(scene.language).failed.into(),
        retry,
        details: None,
    }
}
