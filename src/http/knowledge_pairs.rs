//! Questions with their answers, and questions that nobody has answered yet.

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
use super::pages::{List, PageQuery};
use crate::knowledge::{PairFields, PairId, SourceId, UnansweredAnswer, UnansweredId};
use crate::wire::WireError;

/// Which page of the pairs, and of which set.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PairQuery {
    /// Only the pairs of this source.
    source_id: Option<String>,
    /// Where the page before ended: its `next_cursor`.
    cursor: Option<String>,
    /// How many items: 50, at most 200.
    limit: Option<u32>,
}

/// A question with its answer. A new one needs both; of a known one, what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = KnowledgePairFields)]
#[serde(deny_unknown_fields)]
pub(super) struct PairBody {
    #[serde(default)]
    question: Option<String>,
    /// Other ways of asking it, up to 20.
    #[serde(default)]
    phrasings: Option<Vec<String>>,
    #[serde(default)]
    answer: Option<String>,
}

/// A question with its answer, of a new set.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = KnowledgePairOfSet)]
#[serde(deny_unknown_fields)]
pub(super) struct PairOfSetBody {
    question: String,
    /// Other ways of asking it, up to 20.
    #[serde(default)]
    phrasings: Vec<String>,
    answer: String,
}

impl From<PairOfSetBody> for PairFields {
    fn from(PairOfSetBody { question, phrasings, answer }: PairOfSetBody) -> Self {
        Self { question, phrasings, answer }
    }
}

/// A new question with its answer.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewKnowledgePair)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPairBody {
    question: String,
    /// Other ways of asking it, up to 20.
    #[serde(default)]
    phrasings: Vec<String>,
    answer: String,
    /// The set it is added to; without one, the first of the channel, or of the org.
    #[serde(default)]
    source_id: Option<String>,
    /// The channel that alone is to know it.
    #[serde(default)]
    channel_id: Option<String>,
}

/// How a question is answered for all who will ask it: `answer`, or `pair_id`.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = UnansweredAnswer)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerBody {
    /// The answer of a new pair.
    #[serde(default)]
    answer: Option<String>,
    /// The question, better put; the visitor's own words stay as another way of asking.
    #[serde(default)]
    question: Option<String>,
    /// The pair that answers it already.
    #[serde(default)]
    pair_id: Option<String>,
}

/// Questions with their answers, oldest first.
#[utoipa::path(get, path = "/knowledge/pairs", tag = "knowledge", params(PairQuery),
    responses((status = 200, description = "a page", body = List<PairView>)))]
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

/// Add a question with its answer; it is found at once.
#[utoipa::path(post, path = "/knowledge/pairs", tag = "knowledge", request_body = NewPairBody,
    responses((status = 201, description = "made", body = PairAnswer)))]
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

/// Change a question or its answer; the new words are found at once.
#[utoipa::path(patch, path = "/knowledge/pairs/{id}", tag = "knowledge", params(("id" = String, Path)),
    request_body = PairBody, responses((status = 200, description = "changed", body = PairAnswer)))]
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

/// Delete a question with its answer; it is no answer any more from then on.
#[utoipa::path(delete, path = "/knowledge/pairs/{id}", tag = "knowledge", params(("id" = String, Path)),
    responses((status = 204, description = "deleted")))]
pub(super) async fn delete(State(api): State<Api>, caller: Caller, id: Id) -> Result<StatusCode, ApiError> {
    api.knowledge.for_caller(&caller.principal).delete_pair(pair_id(&id.0)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Questions that could not be answered, the most asked first; all that are shown are on one page.
#[utoipa::path(get, path = "/knowledge/unanswered", tag = "knowledge", params(ChannelPageQuery),
    responses((status = 200, description = "the list", body = List<UnansweredView>)))]
pub(super) async fn unanswered(
    State(api): State<Api>,
    caller: Caller,
    Asked(query): Asked<ChannelPageQuery>,
) -> Result<Json<List<UnansweredView>>, ApiError> {
    let known = api.knowledge.for_caller(&caller.principal);
    let asked = known.unanswered(query.channel()?, query.limit()).await?;
    Ok(Json(List { items: asked.iter().map(UnansweredView::from).collect(), next_cursor: None }))
}

/// Answer a question for all who will ask it.
#[utoipa::path(post, path = "/knowledge/unanswered/{id}/answer", tag = "knowledge", params(("id" = String, Path)),
    request_body = AnswerBody, responses((status = 200, description = "the pair", body = PairAnswer)))]
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

/// Take a question off the list.
#[utoipa::path(delete, path = "/knowledge/unanswered/{id}", tag = "knowledge", params(("id" = String, Path)),
    responses((status = 204, description = "gone")))]
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
