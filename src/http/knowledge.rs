//! Handlers of knowledge sources and search.

use axum::Json;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::api::Api;
use super::body::{Asked, Body};
use super::caller::{Caller, Id};
use super::create::{Key, create};
use super::enums::NewKnowledgeSourceKind;
use super::error::ApiError;
use super::knowledge_pairs::PairOfSetBody;
use super::knowledge_query::{ChannelPageQuery, channel};
use super::knowledge_views::{SearchView, SourceAnswer, SourceView};
use super::pagination::List;
use crate::knowledge::{SourceFields, SourcePatch, text_of_file};
use crate::model::{Patch, SourceId};
use crate::refusal::ServiceError;
use crate::wire::{ErrorCode, WireError};

/// A search query.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchQuery {
    /// The question.
    q: String,
    /// The channel whose knowledge is searched.
    channel_id: Option<String>,
    /// Maximum number of passages: 10 by default, at most 20.
    limit: Option<usize>,
}

/// A new source. `kind` decides which other fields are required.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewKnowledgeSource)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSourceBody {
    /// `pairs`, `markdown`, `text`, `page` or `vector_store`; use the file upload for PDF.
    #[schema(value_type = NewKnowledgeSourceKind)]
    kind: String,
    /// The only channel that uses the source; null for every channel of the org.
    #[serde(default)]
    channel_id: Option<String>,
    #[serde(default)]
    title: Option<String>,
    /// Content of a `markdown` or `text` source.
    #[serde(default)]
    content: Option<String>,
    /// URL of a `page` source.
    #[serde(default)]
    url: Option<String>,
    /// Id of the vector store, such as `vs_abc123`.
    #[serde(default)]
    vector_store_id: Option<String>,
    /// At most 500 per request.
    #[serde(default)]
    pairs: Vec<PairOfSetBody>,
}

impl NewSourceBody {
    fn fields(self) -> Result<SourceFields, WireError> {
        let needs = |field: &str, value: Option<String>| {
            value.ok_or_else(|| WireError::bad_request(format!("a source of this kind needs {field}")))
        };
        match self.kind.as_str() {
            "pairs" => {
                let pairs = self.pairs.into_iter().map(Into::into).collect();
                Ok(SourceFields::Pairs(pairs))
            }
            "markdown" => needs("content", self.content).map(SourceFields::Markdown),
            "text" => needs("content", self.content).map(SourceFields::Text),
            "page" => needs("url", self.url).map(SourceFields::Page),
            "vector_store" => needs("vector_store_id", self.vector_store_id).map(SourceFields::VectorStore),
            "pdf" => Err(WireError::bad_request("upload a PDF to /api/v1/knowledge/files")),
            _ => Err(WireError::bad_request("kind must be pairs, markdown, text, page or vector_store")),
        }
    }
}

/// Fields of a source to change; absent fields keep their value.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = KnowledgeSourceChange)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceBody {
    #[serde(default)]
    title: Option<String>,
    /// The only channel that uses the source; null for every channel of the org.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    channel_id: Patch<String>,
    #[serde(default)]
    content: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    vector_store_id: Option<String>,
}

/// A file to index: PDF, Markdown or plain text.
#[derive(Debug, ToSchema)]
#[schema(as = KnowledgeFile)]
#[expect(dead_code, reason = "its shape is in the document; the handler reads the parts as they come")]
pub(super) struct FileForm {
    /// The file; its extension decides how it is parsed: `.pdf`, `.md` or `.txt`.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    title: Option<String>,
    channel_id: Option<String>,
}

/// List the sources of the org, oldest first.
#[utoipa::path(get, path = "/knowledge/sources", tag = "knowledge", params(ChannelPageQuery),
    responses((status = 200, description = "a page of sources", body = List<SourceView>)))]
pub(super) async fn list(
    State(api): State<Api>,
    caller: Caller,
    Asked(query): Asked<ChannelPageQuery>,
) -> Result<Json<List<SourceView>>, ApiError> {
    let page = query.page();
    let known = api.knowledge.for_caller(&caller.principal);
    let sources = known.sources(query.channel()?, page.after()?, page.limit() + 1).await?;
    Ok(Json(page.list(sources, |source| source.id.to_string(), |source| source.into())))
}

/// Create a source. It is indexed in the background.
#[utoipa::path(post, path = "/knowledge/sources", tag = "knowledge", request_body = NewSourceBody,
    responses((status = 201, description = "the source was created", body = SourceAnswer)))]
pub(super) async fn make(
    State(api): State<Api>,
    caller: Caller,
    key: Key,
    body: Body<NewSourceBody>,
) -> Result<Response, ApiError> {
    let (knowledge, principal) = (api.knowledge.clone(), caller.principal.clone());
    let (channel, title) = (body.value.channel_id.clone(), body.value.title.clone());
    let given = body.value;
    create(&api, &caller, key, &body.bytes, async move {
        let channel = self::channel(channel.as_deref())?;
        let fields = given.fields()?;
        let made = knowledge.for_caller(&principal).add_source(channel, title.as_deref(), fields).await?;
        Ok((StatusCode::CREATED, SourceAnswer::from(&made)))
    })
    .await
}

/// Create a source from an uploaded PDF, Markdown or text file. It is indexed in the background.
#[utoipa::path(post, path = "/knowledge/files", tag = "knowledge",
    request_body(content = FileForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "the source was created", body = SourceAnswer)))]
pub(super) async fn upload(
    State(api): State<Api>,
    caller: Caller,
    form: Multipart,
) -> Result<(StatusCode, Json<SourceAnswer>), ApiError> {
    api.knowledge.for_caller(&caller.principal).check_may_change()?;
    let form = Upload::read(form, api.settings.knowledge_file_max_bytes).await?;
    let channel = channel(form.channel_id.as_deref())?;
    let (name, bytes) = form.file.ok_or_else(|| WireError::bad_request("the form has no part named file"))?;
    let title = form.title.unwrap_or_else(|| name.clone());
    let read = tokio::task::spawn_blocking(move || fields_of_file(&name, bytes)).await;
    let fields = read.map_err(ServiceError::internal)??;
    let known = api.knowledge.for_caller(&caller.principal);
    let made = known.add_source(channel, Some(&title), fields).await?;
    Ok((StatusCode::CREATED, Json((&made).into())))
}

/// Get a source.
#[utoipa::path(get, path = "/knowledge/sources/{id}", tag = "knowledge", params(("id" = String, Path)),
    responses((status = 200, description = "the source", body = SourceAnswer)))]
pub(super) async fn get(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<Json<SourceAnswer>, ApiError> {
    let source = api.knowledge.for_caller(&caller.principal).source(source_id(&id)?).await?;
    Ok(Json((&source).into()))
}

/// Update a source. Changed content is searchable once it has been indexed.
#[utoipa::path(patch, path = "/knowledge/sources/{id}", tag = "knowledge", params(("id" = String, Path)),
    request_body = SourceBody, responses((status = 200, description = "the source was updated", body = SourceAnswer)))]
pub(super) async fn change(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    body: Body<SourceBody>,
) -> Result<Json<SourceAnswer>, ApiError> {
    let given = body.value;
    let channel = if given.channel_id.is_keep() {
        Patch::Keep
    } else {
        channel(given.channel_id.value().as_deref())?.map_or(Patch::Clear, Patch::Set)
    };
    let patch = SourcePatch {
        title: given.title,
        channel,
        content: given.content,
        url: given.url,
        vector_store_id: given.vector_store_id,
    };
    let known = api.knowledge.for_caller(&caller.principal);
    let source = known.change_source(source_id(&id)?, patch).await?;
    Ok(Json((&source).into()))
}

/// Delete a source. Its passages stop appearing in answers at once.
#[utoipa::path(delete, path = "/knowledge/sources/{id}", tag = "knowledge", params(("id" = String, Path)),
    responses((status = 204, description = "the source was deleted")))]
pub(super) async fn delete(State(api): State<Api>, caller: Caller, id: Id) -> Result<StatusCode, ApiError> {
    api.knowledge.for_caller(&caller.principal).delete_source(source_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Index a source again, such as a page that has changed. The previous content stays searchable until then.
#[utoipa::path(post, path = "/knowledge/sources/{id}/refresh", tag = "knowledge", params(("id" = String, Path)),
    responses((status = 200, description = "the source was queued for indexing", body = SourceAnswer)))]
pub(super) async fn refresh(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<Json<SourceAnswer>, ApiError> {
    let source = api.knowledge.for_caller(&caller.principal).refresh_source(source_id(&id)?).await?;
    Ok(Json((&source).into()))
}

/// Search the knowledge and show the answer that would be given without a model.
#[utoipa::path(get, path = "/knowledge/search", tag = "knowledge", params(SearchQuery),
    responses((status = 200, description = "the passages found and the verdict", body = SearchView)))]
pub(super) async fn search(
    State(api): State<Api>,
    caller: Caller,
    Asked(query): Asked<SearchQuery>,
) -> Result<Json<SearchView>, ApiError> {
    /// Maximum number of passages of one search.
    const DEFAULT: usize = 10;
    let channel = channel(query.channel_id.as_deref())?;
    let knowledge = api.knowledge;
    let known = knowledge.for_caller(&caller.principal);
    let verdict = known.assess(channel, &query.q).await?;
    let passages = known.search(channel, &query.q, query.limit.unwrap_or(DEFAULT)).await?;
    Ok(Json(SearchView::new(&verdict, &passages, knowledge.has_encoder())))
}

fn source_id(id: &Id) -> Result<SourceId, WireError> {
    id.0.parse().map_err(|_| WireError::not_found())
}

/// The parts of an uploaded multipart form.
#[derive(Debug, Default)]
struct Upload {
    file: Option<(String, Vec<u8>)>,
    title: Option<String>,
    channel_id: Option<String>,
}

impl Upload {
    async fn read(mut form: Multipart, max_bytes: usize) -> Result<Self, WireError> {
        let broken = |_| WireError::bad_request("the form is malformed or broke off");
        let mut upload = Self::default();
        while let Some(mut part) = form.next_field().await.map_err(broken)? {
            let name = part.name().unwrap_or_default().to_owned();
            let file_name = part.file_name().map(str::to_owned);
            let mut bytes = Vec::new();
            while let Some(piece) = part.chunk().await.map_err(broken)? {
                if bytes.len() + piece.len() > max_bytes {
                    let words = format!("a file has at most {max_bytes} bytes");
                    return Err(WireError::new(ErrorCode::TooLarge, words));
                }
                bytes.extend_from_slice(&piece);
            }
            match name.as_str() {
                "file" => upload.file = Some((file_name.unwrap_or_default(), bytes)),
                "title" => upload.title = Some(utf8(bytes)?).filter(|title| !title.is_empty()),
                "channel_id" => upload.channel_id = Some(utf8(bytes)?),
                _ => {}
            }
        }
        Ok(upload)
    }
}

fn fields_of_file(name: &str, bytes: Vec<u8>) -> Result<SourceFields, WireError> {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref() {
        Some("pdf") => Ok(SourceFields::Pdf(bytes)),
        Some("md" | "markdown") => text(&bytes).map(SourceFields::Markdown),
        Some("txt") => text(&bytes).map(SourceFields::Text),
        _ => Err(WireError::bad_request("the file's name must end in .pdf, .md or .txt")),
    }
}

/// Decodes a text file, whose encoding is detected.
fn text(bytes: &[u8]) -> Result<String, WireError> {
    text_of_file(bytes).ok_or_else(|| WireError::bad_request("the file is not a text"))
}

fn utf8(bytes: Vec<u8>) -> Result<String, WireError> {
    let text = String::from_utf8(bytes)
        .map_err(|_| WireError::bad_request("the fields of the form must be UTF-8"))?;
    if text.contains('\0') {
        return Err(WireError::bad_request("text must not hold NUL characters"));
    }
    Ok(text)
}
