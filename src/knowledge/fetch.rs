//! Fetches a web page for an org through the gateway, which refuses private targets.

use url::Url;

use super::reader::document::DocumentKind;
use crate::outbound::{Gateway, HeaderMap, HeaderValue, OutboundRequest, Trust, header};

/// Moved pages are followed this far; each address is checked again.
const REDIRECTS_MAX: usize = 5;
/// What came.
#[derive(Debug)]
pub(super) struct Fetched {
    pub(super) kind: DocumentKind,
    pub(super) bytes: Vec<u8>,
    /// The charset it names, where it does.
    pub(super) charset: Option<String>,
    /// The Content-Encoding of the bytes.
    pub(super) content_encoding: String,
}

/// Fetches a page.
///
/// # Errors
/// Words for people when it cannot be fetched; they hold no more of an address than its host.
pub(super) async fn fetch(gateway: &Gateway, url: &Url, max_bytes: usize) -> Result<Fetched, String> {
    let mut url = url.clone();
    for _ in 0..=REDIRECTS_MAX {
        let mut request = OutboundRequest::get(url.clone(), Trust::Org);
        request.max_bytes = Some(max_bytes);
        let accepted = "text/html, text/markdown, text/plain, application/pdf;q=0.9, */*;q=0.1";
        request.headers.insert(header::ACCEPT, HeaderValue::from_static(accepted));
        let answer = gateway.request(request).await.map_err(|error| error.to_string())?;
        let host = url.host_str().unwrap_or_default().to_owned();
        if answer.status.is_redirection() {
            let next = text(&answer.headers, header::LOCATION.as_str()).and_then(|to| url.join(to).ok());
            url = next.ok_or_else(|| format!("{host} says that the page has moved, and not where to"))?;
            continue;
        }
        if !answer.status.is_success() {
            return Err(format!("{host} answered with status {}", answer.status.as_u16()));
        }
        let media_type = text(&answer.headers, header::CONTENT_TYPE.as_str()).unwrap_or("text/html");
        let kind =
            kind_of(media_type).ok_or_else(|| format!("{host} sent neither a page nor a text nor a PDF"))?;
        let charset = parameter(media_type, "charset");
        let names = answer.headers.get_all(header::CONTENT_ENCODING).iter();
        let content_encoding = names.filter_map(|name| name.to_str().ok()).collect::<Vec<_>>().join(",");
        return Ok(Fetched { kind, bytes: answer.body.to_vec(), charset, content_encoding });
    }
    Err("the page has moved too often".to_owned())
}

fn kind_of(media_type: &str) -> Option<DocumentKind> {
    match media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "text/html" | "application/xhtml+xml" => Some(DocumentKind::Html),
        "text/markdown" | "text/x-markdown" => Some(DocumentKind::Markdown),
        "text/plain" => Some(DocumentKind::Text),
        "application/pdf" => Some(DocumentKind::Pdf),
        _ => None,
    }
}

fn parameter(media_type: &str, name: &str) -> Option<String> {
    media_type.split(';').skip(1).find_map(|part| {
        let (key, value) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"').to_owned())
    })
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_read_has_a_kind() {
        assert_eq!(kind_of("text/html; charset=utf-8"), Some(DocumentKind::Html));
        assert_eq!(kind_of("application/PDF"), Some(DocumentKind::Pdf));
        assert_eq!(kind_of("image/png"), None);
        assert_eq!(parameter("text/html; charset=\"ISO-8859-1\"", "charset").as_deref(), Some("ISO-8859-1"));
    }
}
