//! The `search` tool: the org's knowledge first; if that is unsure or fails, web search on the org's own domains.

use std::time::Duration;

use rooms::OrgId;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use url::Url;

use super::run::Run;
use super::toolbox::{Source, ToolResult, Tools};
use crate::clock;
use crate::db::DbError;
use crate::knowledge::{Passage, Verdict};
use crate::model::PLATFORM;
use crate::org_settings::Level;
use crate::outbound::Trust;
use crate::providers::{
    Endpoint, FRAME_TOKENS, ProviderKind, TokenUsage, WEB_ANSWER_MAX_TOKENS, WebAnswer, count_at_most,
    estimate_tokens, search_web,
};
use crate::refusal::log_unanswered;
use crate::usage::{Expected, UsageEvent, UsageKind};

/// The secret's field of the key for web searches: the address it was entered for, a line break, and the key.
pub(super) const WEB_SEARCH_FIELD: &str = "web_search";
/// Pages that a search model reads count as input with some providers; no more than this is believed.
const WEB_CONTEXT_MAX_TOKENS: u64 = 131_072;
/// Passages that one search gives.
const PASSAGES: usize = 4;

pub(super) async fn run(tools: &Tools, query: &str, run: &Run) -> ToolResult {
    if query.is_empty() {
        return ToolResult::failed("query must not be empty");
    }
    let context = &run.context;
    let channel = run.channel();
    let known = match tools.parts.knowledge.consult(context.org, channel, query, PASSAGES).await {
        Ok(found) => Some(found),
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "could not search the knowledge");
            None
        }
    };
    let is_sure = matches!(known, Some((_, Verdict::Sure(_))));
    let passages = known.as_ref().map(|(passages, _)| passages.as_slice()).unwrap_or_default();
    if !is_sure && let Some(answer) = search_elsewhere(tools, query, run).await {
        return found_on_the_web(&answer, passages);
    }
    if known.is_none() {
        return ToolResult { attempts: 1, ..ToolResult::failed("the search failed") };
    }
    let content = json!({ "source": "knowledge", "passages": shown(passages) });
    ToolResult { sources: sources_of(passages), ..ToolResult::of(content).by("knowledge") }
}

fn sources_of(passages: &[Passage]) -> Vec<Source> {
    passages.iter().map(|passage| Source { title: passage.title.clone(), url: passage.url.clone() }).collect()
}

fn shown(passages: &[Passage]) -> Vec<Value> {
    passages
        .iter()
        .map(|passage| json!({ "title": passage.title, "question": passage.question, "text": passage.text, "url": passage.url }))
        .collect()
}

/// Asks the web, where the org has it; `None` where it has not, or nothing came of it.
async fn search_elsewhere(tools: &Tools, query: &str, run: &Run) -> Option<WebAnswer> {
    let org = run.context.org;
    let web = match web_of(tools, run).await {
        Ok(web) => web?,
        Err(error) => {
            log_unanswered(&error, "could not store or load tools");
            return None;
        }
    };
    let expected = Expected {
        model: &web.model,
        input_tokens: count_at_most(estimate_tokens(query)) + FRAME_TOKENS,
        output_tokens: WEB_ANSWER_MAX_TOKENS,
        is_spoken: false,
        billed_ms: 0,
    };
    let reservation = match tools.parts.usage.reserve(org, UsageKind::Search, &expected).await {
        Ok(reservation) => reservation,
        Err(refused) => {
            tracing::warn!(org.id = %org, "web search refused for org {org}: {refused}");
            return None;
        }
    };
    let started = clock::instant();
    let asked = search_web(&web.endpoint, &tools.parts.base.gateway, &web.model, query, &web.domains).await;
    let event = event_of(run, &web.model, query, asked.as_ref().ok(), started.elapsed());
    reservation.settle(event).await;
    match asked {
        Ok(answer) => Some(answer),
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, org.id = %org, "could not search the web");
            None
        }
    }
}

/// What the web says, with what the org's own knowledge may have to do with it.
fn found_on_the_web(answer: &WebAnswer, passages: &[Passage]) -> ToolResult {
    let pages: Vec<Source> = answer
        .sources
        .iter()
        .map(|source| Source { title: source.title.clone(), url: Some(source.url.clone()) })
        .collect();
    let mut content = json!({ "source": "web", "answer": answer.text, "pages": pages });
    if !passages.is_empty() {
        content["passages"] = shown(passages).into();
    }
    let sources = pages.into_iter().chain(sources_of(passages)).collect();
    ToolResult { sources, ..ToolResult::of(content).by("web") }
}

/// A search of the web as an org has it.
struct Web {
    endpoint: Endpoint,
    model: String,
    domains: Vec<String>,
}

/// Where an org searches the web. A key is sent to the address it was entered for and to no other, and an address that
/// an org set is trusted no more than the org.
async fn web_of(tools: &Tools, run: &Run) -> Result<Option<Web>, DbError> {
    let org = run.context.org;
    let channel = run.channel();
    let settings = tools.parts.org_settings.effective(org, channel).await?;
    let Ok(base_url) = Url::parse(&settings.web_search_base_url) else { return Ok(None) };
    let shown = tools.parts.org_settings.shown(Level::Org(org)).await?;
    let is_platforms =
        shown.iter().any(|one| one.field.name == "web_search_base_url" && one.source == "platform");
    let (owner, trust) = if is_platforms { (PLATFORM, Trust::Platform) } else { (org, Trust::Org) };
    let mut endpoint = Endpoint::new(ProviderKind::Compatible, trust);
    endpoint.key = key_of(tools, owner, &settings.web_search_base_url).await?;
    endpoint.base_url = Some(base_url);
    let (model, domains) = (settings.web_search_model.clone(), settings.search_domains.clone());
    Ok(Some(Web { endpoint, model, domains }))
}

async fn key_of(tools: &Tools, owner: OrgId, base_url: &str) -> Result<Option<SecretString>, DbError> {
    let Some(sealed) = tools.parts.base.db.secrets().get(owner, WEB_SEARCH_FIELD).await? else {
        return Ok(None);
    };
    let Ok(opened) = tools.parts.keys.open(&owner.to_string(), WEB_SEARCH_FIELD, &sealed) else {
        tracing::error!(org.id = %owner, "could not open the key of the web search with the master key");
        return Ok(None);
    };
    let key = opened.expose_secret().split_once('\n').filter(|(address, _)| *address == base_url);
    Ok(key.map(|(_, key)| SecretString::from(key.to_owned())))
}

fn event_of(run: &Run, model: &str, query: &str, answer: Option<&WebAnswer>, took: Duration) -> UsageEvent {
    let most = WEB_CONTEXT_MAX_TOKENS + query.len() as u64;
    let counted = answer
        .and_then(|answer| answer.usage)
        .filter(|counted| counted.input_tokens <= most && counted.output_tokens <= most);
    let estimated = TokenUsage {
        input_tokens: estimate_tokens(query),
        output_tokens: answer.map_or(0, |answer| estimate_tokens(&answer.text)),
        cached_input_tokens: 0,
    };
    let tokens = counted.unwrap_or(estimated);
    let (kind, provider, model) = (UsageKind::Search, "compatible".to_owned(), model.to_owned());
    UsageEvent {
        channel: run.channel(),
        conversation: run.conversation(),
        input_tokens: tokens.input_tokens,
        cached_input_tokens: tokens.cached_input_tokens,
        output_tokens: tokens.output_tokens,
        latency_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        success: answer.is_some(),
        is_estimate: counted.is_none(),
        ..UsageEvent::blank(run.context.org, kind, provider, model, "chat/completions")
    }
}
