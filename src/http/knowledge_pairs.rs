//! Handlers of question-answer pairs and unanswered questions.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::api::Api;
use super::body::{Asked, Body};
use super::caller::{Caller, Id};
use super::create::{Key, create};
use super::error::ApiError;
use super::knowledge_query::{ChannelPageQuery, channel};
use super::knowledge_views::{PairAnswer, PairView, UnansweredView};
use super::pagination::{List, PageQuery};
use crate::knowledge::{PairFields, UnansweredAnswer};
use crate::model::{PairId, SourceId, UnansweredId};
use crate::wire::WireError;

/// Pagination and source filter.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PairQuery {
    /// Only the pairs of this source.
    source_id: Option<String>,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
    /// Maximum number of items: 50 by default, at most 200.
    limit: Option<u32>,
}

/// Fields of a pair. A new pair needs question and answer; absent fields of an existing pair keep their value.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = KnowledgePairFields)]
#[serde(deny_unknown_fields)]
pub(super) struct PairBody {
    #[serde(default)]
    question: Option<String>,
    /// Other phrasings of the question, at most 20.
    #[serde(default)]
    phrasings: Option<Vec<String>>,
    #[serde(default)]
    answer: Option<String>,
}

/// A question-answer pair of a new source.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = KnowledgePairOfSet)]
#[serde(deny_unknown_fields)]
pub(super) struct PairOfSetBody {
    question: String,
    /// Other phrasings of the question, at most 20.
    #[serde(default)]
    phrasings: Vec<String>,
    answer: String,
}

impl From<PairOfSetBody> for PairFields {
    fn from(PairOfSetBody { question, phrasings, answer }: PairOfSetBody) -> Self {
        Self { question, phrasings, answer }
    }
}

/// A new question-answer pair.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewKnowledgePair)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPairBody {
    question: String,
    /// Other phrasings of the question, at most 20.
    #[serde(default)]
    phrasings: Vec<String>,
    answer: String,
    /// The source the pair is added to; by default the first pair source of the channel, or of the org.
    #[serde(default)]
    source_id: Option<String>,
    /// The only channel that uses the pair.
    #[serde(default)]
    channel_id: Option<String>,
}

/// How an unanswered question is resolved: with a new `answer`, or with an existing `pair_id`.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = UnansweredAnswer)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerBody {
    /// The answer of a new pair.
    #[serde(default)]
    answer: Option<String>,
    /// A better wording of the question; the visitor's wording is kept as another phrasing.
    #[serde(default)]
    question: Option<String>,
    /// An existing pair that answers the question.
    #[serde(default)]
    pair_id: Option<String>,
}

/// List question-answer pairs, oldest first.
#[utoipa::path(get, path = "/knowledge/pairs", tag = "knowledge", params(PairQuery),
    responses((status = 200, description = "a page of pairs", body = List<PairView>)))]
pub(super) async fn list(
    State(api): State<Api>,
    caller: Caller,
    Asked(query): Asked<PairQuery>,
) -> Result<Json<List<PairView>>, ApiError> {
    let page = PageQuery { cursor: query.cursor, limit: query.limit };
    let source = query.source_id.map(|id| id.parse::<SourceId>().map_err(|_| WireError::not_found()));
    let known = api.knowledge.for_caller(&caller.principal);
    let pairs = known.pairs(source.transpose()?, page.after()?, page.limit() + 1).await?;
    Ok(Json(page.list(pairs, |pair| pair.id.to_string(), |pair| pair.into())))
}

/// Create a question-answer pair. It is searchable at once.
#[utoipa::path(post, path = "/knowledge/pairs", tag = "knowledge", request_body = NewPairBody,
    responses((status = 201, description = "the pair was created", body = PairAnswer)))]
pub(super) async fn make(
    State(api): State<Api>,
    caller: Caller,
    key: Key,
    body: Body<NewPairBody>,
) -> Result<Response, ApiError> {
    let (knowledge, principal) = (api.knowledge.clone(), caller.principal.clone());
    let given = body.value;
    create(&api, &caller, key, &body.bytes, async move {
        let channel = channel(given.channel_id.as_deref())?;
        let source = given.source_id.map(|id| id.parse().map_err(|_| WireError::not_found())).transpose()?;
        let fields =
            PairFields { question: given.question, phrasings: given.phrasings, answer: given.answer };
        let pair = knowledge.for_caller(&principal).add_pair(channel, source, &fields).await?;
        Ok((StatusCode::CREATED, PairAnswer::from(&pair)))
    })
    .await
}

/// Update a question-answer pair. The new text is searchable at once.
#[utoipa::path(patch, path = "/knowledge/pairs/{id}", tag = "knowledge", params(("id" = String, Path)),
    request_body = PairBody, responses((status = 200, description = "the pair was updated", body = PairAnswer)))]
pub(super) async fn change(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    body: Body<PairBody>,
) -> Result<Json<PairAnswer>, ApiError> {
    let (given, id) = (body.value, pair_id(&id.0)?);
    let known = api.knowledge.for_caller(&caller.principal);
    let pair = known.pair(id).await?;
    let fields = PairFields {
        question: given.question.unwrap_or(pair.question),
        phrasings: given.phrasings.unwrap_or(pair.phrasings),
        answer: given.answer.unwrap_or(pair.answer),
    };
    let pair = known.change_pair(id, &fields).await?;
    Ok(Json((&pair).into()))
}

/// Delete a question-answer pair. It stops appearing in answers at once.
#[utoipa::path(delete, path = "/knowledge/pairs/{id}", tag = "knowledge", params(("id" = String, Path)),
    responses((status = 204, description = "the pair was deleted")))]
pub(super) async fn delete(State(api): State<Api>, caller: Caller, id: Id) -> Result<StatusCode, ApiError> {
    api.knowledge.for_caller(&caller.principal).delete_pair(pair_id(&id.0)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List unanswered questions, most frequently asked first, on a single page.
#[utoipa::path(get, path = "/knowledge/unanswered", tag = "knowledge", params(ChannelPageQuery),
    responses((status = 200, description = "the unanswered questions", body = List<UnansweredView>)))]
pub(super) async fn unanswered(
    State(api): State<Api>,
    caller: Caller,
    Asked(query): Asked<ChannelPageQuery>,
) -> Result<Json<List<UnansweredView>>, ApiError> {
    let known = api.knowledge.for_caller(&caller.principal);
    let asked = known.unanswered(query.channel()?, query.limit()).await?;
    Ok(Json(List { items: asked.iter().map(UnansweredView::from).collect(), next_cursor: None }))
}

/// Resolve an unanswered question with an answer.
#[utoipa::path(post, path = "/knowledge/unanswered/{id}/answer", tag = "knowledge", params(("id" = String, Path)),
    request_body = AnswerBody, responses((status = 200, description = "the pair that now answers the question", body = PairAnswer)))]
pub(super) async fn answer(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    body: Body<AnswerBody>,
) -> Result<Json<PairAnswer>, ApiError> {
    let answer = match body.value {
        AnswerBody { answer: Some(answer), question, pair_id: None } => {
            UnansweredAnswer::New { answer, question }
        }
        AnswerBody { answer: None, question: None, pair_id: Some(id) } => {
            UnansweredAnswer::Phrasing(pair_id(&id)?)
        }
        _ => return Err(WireError::bad_request("send answer (and question), or pair_id").into()),
    };
    let known = api.knowledge.for_caller(&caller.principal);
    let pair = known.answer_unanswered(unanswered_id(&id)?, answer).await?;
    Ok(Json((&pair).into()))
}

/// Dismiss an unanswered question.
#[utoipa::path(delete, path = "/knowledge/unanswered/{id}", tag = "knowledge", params(("id" = String, Path)),
    responses((status = 204, description = "the question was dismissed")))]
pub(super) async fn dismiss(State(api): State<Api>, caller: Caller, id: Id) -> Result<StatusCode, ApiError> {
    api.knowledge.for_caller(&caller.principal).dismiss_unanswered(unanswered_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn pair_id(text: &str) -> Result<PairId, WireError> {
    text.parse().map_err(|_| WireError::not_found())
}

fn unanswered_id(id: &Id) -> Result<UnansweredId, WireError> {
    id.0.parse().map_err(|_| WireError::not_found())
}
