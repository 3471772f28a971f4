//! The OpenAPI document, generated from the handlers, and a page that renders it.

use axum::Router;
use axum::http::header::{self, HeaderValue};
use serde_json::Value;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::OpenApi;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Components, ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::required_fields;
use crate::wire::ErrorView;

/// Path of the OpenAPI document.
pub(super) const DOCUMENT_PATH: &str = "/api/v1/openapi.json";
/// Base path of all documented operations.
pub(super) const PREFIX: &str = "/api/v1";
const PAGE_PATH: &str = "/api/v1/docs";
/// Content security policy of the documentation page, which loads nothing external and has inline styles.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                           img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; \
                           form-action 'none'; frame-ancestors 'none'";

/// An error response.
#[derive(utoipa::ToSchema)]
#[schema(as = ErrorAnswer)]
#[expect(dead_code, reason = "its shape is in the document; answers are written by middleware.rs")]
struct ErrorAnswer {
    error: ErrorView<'static>,
    /// Request id, also in the `X-Request-Id` header and in the server's log.
    request_id: String,
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Switchboard", description = "REST API of a self-hosted live chat and AI voice hub. Live events use the WebSocket protocol."),
    servers((url = "/", description = "this server")),
    components(schemas(ErrorAnswer)),
    security(("token" = []), ("key" = []), ("cookie" = [])),
    tags(
        (name = "widget", description = "Operations of the widget, with a visitor token"),
        (name = "conversations", description = "Conversations, for agents and servers"),
        (name = "desk", description = "What agents keep to work with, and search"), (name = "tickets"), (name = "channels"), (name = "assistant", description = "The log of the assistant's turns"), (name = "tools", description = "Tools of the assistant and their runs"), (name = "webhooks"), (name = "knowledge", description = "Knowledge of an org and unanswered questions"), (name = "members"), (name = "tokens"), (name = "orgs"),
        (name = "auth", description = "Sign-in and sessions"),
        (name = "protection", description = "The audit log, security events and block lists"),
        (name = "platform", description = "The server as whoever runs it sees it: health, nodes, a mail to try"),
        (name = "setup", description = "First set-up and demo"),
    )
)]
struct Document;

/// Common parts of all operations: security, error responses and headers.
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

/// Adds the common parts to every operation.
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
    required_fields::require_written_nulls(&mut document);
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, patch, delete, .. } = item;
    [get, put, post, patch, delete].into_iter().flatten()
}

/// The page that renders the document. It requests nothing from other servers.
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
