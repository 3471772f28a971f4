//! Sources of knowledge in tests: given, waited for, asked.

use std::time::Duration;

use serde_json::{Value, json};

use super::rest::{Answer, http, send};
use super::{Agent, Site};

const SOURCES: &str = "/api/v1/knowledge/sources";
/// Several hostile files of one org are read one after another, each up to its limit of time.
const READING_PATIENCE: Duration = Duration::from_secs(180);

/// Waits until a source has been read, or could not be.
pub async fn read_source(site: &Site, agent: &Agent, made: &Answer) -> Value {
    let id = made.body["source"]["id"].as_str().unwrap_or_else(|| panic!("{made:?}"));
    let path = format!("{SOURCES}/{id}");
    let reading = async {
        loop {
            let source = site.get(Some(&agent.token), &path).await.body["source"].clone();
            if matches!(source["state"].as_str(), Some("ready" | "failed")) {
                return source;
            }
            // Polling a background job: REST tells of no event to wait for.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(READING_PATIENCE, reading).await.expect("the source is read")
}

pub async fn add_text(site: &Site, agent: &Agent, text: &str) -> Answer {
    let body = json!({ "kind": "text", "title": "Notes", "content": text });
    site.post(Some(&agent.token), SOURCES, &body).await
}

/// Adds a page and waits until it has been read.
pub async fn add_page(site: &Site, agent: &Agent, url: &str) -> Value {
    let made = site.post(Some(&agent.token), SOURCES, &json!({ "kind": "page", "url": url })).await;
    read_source(site, agent, &made).await
}

pub async fn search_words(site: &Site, agent: &Agent, words: &str) -> Value {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("q", words);
    let answer = site.get(Some(&agent.token), &format!("/api/v1/knowledge/search?{}", query.finish())).await;
    assert_eq!(answer.status, 200, "{words}: {answer:?}");
    answer.body
}

pub async fn upload_source(site: &Site, agent: &Agent, name: &str, bytes: &[u8]) -> Answer {
    let boundary = "a-boundary-that-is-in-no-file";
    let head =
        format!("--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    let body = [head.as_bytes(), bytes, format!("\r\n--{boundary}--\r\n").as_bytes()].concat();
    let request = http()
        .post(site.server.url("/api/v1/knowledge/files"))
        .bearer_auth(&agent.token)
        .header("content-type", format!("multipart/form-data; boundary={boundary}"))
        .body(body);
    send(request).await
}

/// A PDF of objects, the first one being the catalogue.
pub fn pdf_of_objects(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in (1..).zip(objects) {
        places.push(file.len());
        file.extend(format!("{number} 0 obj\n").bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let table = file.len();
    let size = objects.len() + 1;
    file.extend(format!("xref\n0 {size}\n0000000000 65535 f \n").bytes());
    for place in places {
        file.extend(format!("{place:010} 00000 n \n").bytes());
    }
    file.extend(format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n").bytes());
    file
}

/// A stream with the entries of its dictionary.
pub fn pdf_stream(dictionary: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("<< {dictionary} /Length {} >>\nstream\n", content.len());
    [head.as_bytes(), content, b"\nendstream"].concat()
}

/// A PDF with one page that says a line.
pub fn pdf_of_line(line: &str) -> Vec<u8> {
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>";
    pdf_of_objects(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        page.into(),
        pdf_stream("", format!("BT /F1 12 Tf 72 720 Td ({line}) Tj ET").as_bytes()),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
    ])
}

/// Serves pages on a port of this machine; gives back where.
pub async fn serve_pages(pages: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, pages).await });
    base
}
