//! The document of the API, generated from the handlers, and a page to read it.

use axum::Router;
use axum::http::header::{self, HeaderValue};
use serde_json::Value;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::OpenApi;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Components, ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::presence;
use crate::wire::ErrorView;

/// Where the document is.
pub(super) const DOCUMENT_PATH: &str = "/api/v1/openapi.json";
/// Where everything is that is in the document.
pub(super) const PREFIX: &str = "/api/v1";
const PAGE_PATH: &str = "/api/v1/docs";
/// The page brings everything it needs; its styles are partly inline.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                           img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; \
                           form-action 'none'; frame-ancestors 'none'";

/// What a refusal looks like.
#[derive(utoipa::ToSchema)]
#[schema(as = ErrorAnswer)]
#[expect(dead_code, reason = "its shape is in the document; answers are written by answer.rs")]
struct ErrorAnswer {
    error: ErrorView<'static>,
    /// Also in the header `X-Request-Id`, and in the server's log.
    request_id: String,
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Switchboard", description = "Self-hosted live chat: everything that is not live."),
    servers((url = "/", description = "this server")),
    components(schemas(ErrorAnswer)),
    security(("token" = []), ("key" = []), ("cookie" = [])),
    tags(
        (name = "widget", description = "What widgets ask for, with a visitor's token"),
        (name = "conversations", description = "Conversations, as agents and servers see them"),
        (name = "tickets"), (name = "channels"), (name = "tools", description = "What the assistant may do, and what it did"), (name = "webhooks"), (name = "knowledge", description = "What an org knows, and what it could not answer"), (name = "members"), (name = "tokens"), (name = "orgs"),
        (name = "auth", description = "Signing in"),
        (name = "setup", description = "The first run and the demo"),
    )
)]
struct Document;

/// What is true of every path of the document.
pub(super) fn base() -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    document.info.version = env!("CARGO_PKG_VERSION").to_owned();
    let components = document.components.get_or_insert_with(Components::new);
    let cookie = ApiKeyValue::new("switchboard");
    for (name, scheme) in [
        ("token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer))),
        ("key", SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-API-Key")))),
        ("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(cookie))),
    ] {
        components.add_security_scheme(name, scheme);
    }
    components.responses.insert("Refused".to_owned(), RefOr::T(refused()));
    document
}

fn refused() -> Response {
    let schema = Ref::from_schema_name("ErrorAnswer");
    let content = ContentBuilder::new().schema(Some(schema)).build();
    ResponseBuilder::new().description("refused").content("application/json", content).build()
}

/// Adds to every path what all of them have in common.
pub(super) fn finish(mut document: utoipa::openapi::OpenApi) -> Value {
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            let refused = RefOr::Ref(Ref::from_response_name("Refused"));
            operation.responses.responses.insert("default".to_owned(), refused);
        }
    }
    let paths = std::mem::take(&mut document.paths.paths);
    document.paths.paths = paths.into_iter().map(|(path, item)| (format!("{PREFIX}{path}"), item)).collect();
    let mut document = serde_json::to_value(document).expect("a document is plain data");
    presence::require_written_nulls(&mut document);
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, post, patch, delete, .. } = item;
    [get, post, patch, delete].into_iter().flatten()
}

/// The page that shows the document. It asks nobody but this server.
pub(super) fn page() -> Router {
    let policy = SetResponseHeaderLayer::overriding(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(PAGE_POLICY),
    );
    let no_sniff = SetResponseHeaderLayer::overriding(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    let config = Config::from(DOCUMENT_PATH).validator_url("none");
    Router::from(SwaggerUi::new(PAGE_PATH).config(config)).layer(policy).layer(no_sniff)
}
