//! Serves the file for a path.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use axum::response::IntoResponse;
use rust_embed::{Embed, EmbeddedFile};
use sha2::{Digest as _, Sha256};

use super::headers::{put, put_page_policies};
use super::html::escaped;
use super::negotiation::{Encoding, Kind, kind_of};

/// What the pages' build made; without it every page answers 503.
#[derive(Embed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Dist;

/// What a page may load: everything from here, styles also inline, nothing from elsewhere.
const PAGE_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                           connect-src 'self' ws: wss:; img-src 'self' data: blob:; media-src 'self' blob:; \
                           object-src 'none'; base-uri 'none'; form-action 'self'";

/// Answers a request for a page or one of its files. `base_path` is the path below which browsers find this server,
/// such as `/support`; empty at the root.
pub fn page(request: &Request<Body>, base_path: &str) -> Response<Body> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let Some(path) = file_of(request.uri().path()) else { return not_found() };
    let Some(plain) = Dist::get(&path) else {
        return if Dist::get("index.html").is_none() { not_built() } else { not_found() };
    };
    answer(&path, plain, request.headers(), base_path)
}

/// The file that a path names; the console is one page whatever is below it.
fn file_of(path: &str) -> Option<String> {
    let path = path.trim_start_matches('/');
    let is_plain = path
        .split('/')
        .all(|part| part != ".." && part != "." && !part.ends_with(".br") && !part.ends_with(".gz"));
    match path {
        _ if !is_plain => None,
        "" => Some("index.html".to_owned()),
        "console" => Some("console/index.html".to_owned()),
        _ if path.starts_with("console/") && !path.contains('.') => Some("console/index.html".to_owned()),
        _ => Some(path.to_owned()),
    }
}

fn answer(path: &str, plain: EmbeddedFile, request: &HeaderMap, base_path: &str) -> Response<Body> {
    let kind = kind_of(path);
    let below =
        (kind == Kind::Page && !base_path.is_empty()).then(|| rewrite_base_path(&plain.data, base_path));
    let tag = tag_of(&plain, if below.is_some() { base_path } else { "" });
    let mut headers = headers_of(path, kind, &plain, &tag);
    let known = request.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if known.is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    let accepted =
        request.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let compressed = Encoding::accepted(accepted)
        .filter(|_| below.is_none())
        .find_map(|encoding| Some((encoding, Dist::get(&format!("{path}.{}", encoding.suffix()))?)));
    let data = match compressed {
        Some((encoding, file)) => {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
            file.data
        }
        None => below.map_or(plain.data, Cow::Owned),
    };
    (headers, Body::from(data.into_owned())).into_response()
}

/// The headers of a file, whatever its encoding.
fn headers_of(path: &str, kind: Kind, plain: &EmbeddedFile, tag: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    put(&mut headers, header::ETAG, tag);
    put(&mut headers, header::CACHE_CONTROL, kind.cache_control());
    put(&mut headers, header::VARY, "Accept-Encoding");
    put(&mut headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(&mut headers, header::CONTENT_TYPE, &content_type(path, plain));
    if kind == Kind::Page {
        // Agents act in the console: no page frames it.
        let is_console = path.starts_with("console/");
        let framed_by = if is_console { "'none'" } else { "'self'" };
        put_page_policies(&mut headers, &format!("{PAGE_POLICY}; frame-ancestors {framed_by}"));
        put(&mut headers, header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    } else {
        put(&mut headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        put(&mut headers, header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin");
    }
    headers
}

/// A page whose own addresses begin with the path that browsers find this server below, and that tells its scripts.
fn rewrite_base_path(html: &[u8], base_path: &str) -> Vec<u8> {
    let shown = escaped(base_path);
    String::from_utf8_lossy(html)
        .replacen("<html ", &format!("<html data-server-path=\"{shown}\" "), 1)
        .replace("=\"/assets/", &format!("=\"{shown}/assets/"))
        .into_bytes()
}

fn tag_of(file: &EmbeddedFile, base_path: &str) -> String {
    let content = crate::ids::hex(&file.metadata.sha256_hash()[..12]);
    if base_path.is_empty() {
        return format!("\"{content}\"");
    }
    format!("\"{content}-{}\"", crate::ids::hex(&Sha256::digest(base_path.as_bytes())[..4]))
}

fn content_type(path: &str, file: &EmbeddedFile) -> String {
    // Types of the page's interface are read by people and compilers; by its end the name could be that of a film.
    let media_type = if path.ends_with(".d.ts") { "text/plain" } else { file.metadata.mimetype() };
    if media_type.starts_with("text/") || media_type.ends_with("javascript") || media_type.ends_with("json") {
        format!("{media_type}; charset=utf-8")
    } else {
        media_type.to_owned()
    }
}

pub(super) fn not_found() -> Response<Body> {
    (StatusCode::NOT_FOUND, "there is no such page\n").into_response()
}

fn not_built() -> Response<Body> {
    let words = "The pages are not built. Run `make build` (or `make run`) in the project's folder and start again; \
                 it needs Node.js 20 or later.\n";
    (StatusCode::SERVICE_UNAVAILABLE, words).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_console_is_one_page_and_nothing_is_outside() {
        assert_eq!(file_of("/").as_deref(), Some("index.html"));
        assert_eq!(file_of("/console").as_deref(), Some("console/index.html"));
        assert_eq!(file_of("/console/inbox/018f").as_deref(), Some("console/index.html"));
        assert_eq!(file_of("/assets/app-1a2b.js").as_deref(), Some("assets/app-1a2b.js"));
        assert_eq!(file_of("/../Cargo.toml"), None);
        assert_eq!(file_of("/widget.js.br"), None);
    }
}
