//! Handlers of what a model suggests to agents.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::api::Api;
use super::body::Body;
use super::caller::{Caller, Id};
use super::error::ApiError;
use super::knowledge_views::PassageView;
use crate::assistant::Rewriting;

/// A draft of a reply.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SuggestionView {
    /// The draft; null if the org has no model.
    text: Option<String>,
    /// Passages of the org's knowledge on the question, best match first, at most three.
    passages: Vec<PassageView>,
}

/// How to change a text.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum RewriteStyle {
    /// With fewer words.
    Shorter,
    /// In a warmer tone.
    Friendlier,
    /// In another language.
    Translate,
}

#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct RewriteBody {
    /// The text, at most 10,000 characters.
    text: String,
    style: RewriteStyle,
    /// With `translate`: the language, such as `de` or `pt-BR`; by default the visitor's.
    #[serde(default)]
    language: Option<String>,
}

/// A rewritten text.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RewrittenView {
    text: String,
}

/// Draft a reply to the visitor's last message. Nothing is sent.
#[utoipa::path(post, path = "/conversations/{id}/suggestion", tag = "conversations",
    params(("id" = String, Path)),
    responses((status = 200, description = "the draft and the passages it may rest on", body = SuggestionView)))]
pub(super) async fn suggest(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<Json<SuggestionView>, ApiError> {
    let suggestion = api.assistant.suggest(&caller.principal, id.conversation()?).await?;
    let passages = suggestion.passages.iter().map(PassageView::from).collect();
    Ok(Json(SuggestionView { text: suggestion.text, passages }))
}

/// Shorten, warm up or translate an agent's own words. Nothing is sent.
#[utoipa::path(post, path = "/conversations/{id}/rewrite", tag = "conversations",
    params(("id" = String, Path)), request_body = RewriteBody,
    responses((status = 200, description = "the text in other words", body = RewrittenView)))]
pub(super) async fn rewrite(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    body: Body<RewriteBody>,
) -> Result<Json<RewrittenView>, ApiError> {
    let RewriteBody { text, style, language } = body.value;
    let how = match style {
        RewriteStyle::Shorter => Rewriting::Shorter,
        RewriteStyle::Friendlier => Rewriting::Friendlier,
        RewriteStyle::Translate => Rewriting::Translated(language),
    };
    let text = api.assistant.rewrite(&caller.principal, id.conversation()?, &text, &how).await?;
    Ok(Json(RewrittenView { text }))
}
