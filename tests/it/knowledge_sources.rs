//! Files and pages of the web become knowledge; what may not be reached is not, and what is too large is refused.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::header;
use axum::response::Redirect;
use axum::routing::get;
use serde_json::{Value, json};

use crate::support::rest::Answer;
use crate::support::site::Agent;
use crate::support::sources::{read_source, upload_source};
use crate::support::{Database, Options, Site};

const SOURCES: &str = "/api/v1/knowledge/sources";

async fn read(site: &Site, agent: &Agent, made: &Answer) -> Value {
    assert_eq!(made.status, 201, "{made:?}");
    read_source(site, agent, made).await
}

async fn search(site: &Site, agent: &Agent, words: &str) -> Value {
    site.get(Some(&agent.token), &format!("/api/v1/knowledge/search?q={}", words.replace(' ', "+")))
        .await
        .body
}

/// A PDF with one line of text on one page.
fn pdf(line: &str) -> Vec<u8> {
    let content = format!("BT /F1 12 Tf 72 720 Td ({line}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
    ];
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in (1..).zip(&objects) {
        places.push(file.len());
        file.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    let table = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        file.extend(format!("{place:010} 00000 n \n").bytes());
    }
    let size = objects.len() + 1;
    file.extend(format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n").bytes());
    file
}

#[tokio::test]
async fn files_are_read_and_what_cannot_be_read_says_why() {
    let site = Site::unlimited(Database::sqlite()).await;
    let agent = site.agent("ann").await;

    let made = upload_source(&site, &agent, "guide.pdf", &pdf("Frames have a warranty of five years.")).await;
    let source = read(&site, &agent, &made).await;
    assert_eq!((&source["state"], &source["kind"]), (&json!("ready"), &json!("pdf")), "{source}");
    let found = search(&site, &agent, "warranty of frames").await;
    assert_eq!(found["passages"][0]["title"], "guide.pdf › p. 1");
    let made = upload_source(&site, &agent, "broken.pdf", b"%PDF-1.4 nothing else").await;
    let broken = read(&site, &agent, &made).await;
    assert_eq!(broken["state"], "failed");
    assert!(broken["reason"].as_str().unwrap().contains("damaged"), "{broken}");
    let made = upload_source(&site, &agent, "notes.txt", "The door is yellow.".as_bytes()).await;
    assert_eq!(read(&site, &agent, &made).await["state"], "ready");
    for (name, bytes, code) in [
        ("program.exe", &b"MZ"[..], "bad_request"),
        ("binary.txt", b"\x7fELF\x02\x01\x01\0\0\xff\xfe", "bad_request"),
        ("empty.md", b" \n", "bad_request"),
    ] {
        assert_eq!(upload_source(&site, &agent, name, bytes).await.code(), code, "{name}");
    }
}

#[tokio::test]
async fn what_is_too_large_or_too_much_is_refused_with_the_limit() {
    let options = Options::unlimited()
        .flag("--knowledge-file-max-bytes", "2048")
        .flag("--knowledge-source-passages-max", "2")
        .flag("--knowledge-sources-max", "2");
    let site = Site::start(Database::sqlite(), options).await;
    let agent = site.agent("ann").await;

    let large = upload_source(&site, &agent, "large.txt", &[b'x'; 3_000]).await;
    assert_eq!((large.status, large.code()), (413, "too_large"));
    assert!(large.body["error"]["message"].as_str().unwrap().contains("2048"), "{large:?}");
    let many = "# a\none\n# b\ntwo\n# c\nthree\n";
    let body = json!({ "kind": "markdown", "title": "Many", "content": many });
    let failed = read(&site, &agent, &site.post(Some(&agent.token), SOURCES, &body).await).await;
    assert!(failed["reason"].as_str().unwrap().contains("at most 2"), "{failed}");
    for question in ["a?", "b?"] {
        let pair = json!({ "question": question, "answer": "x" });
        assert_eq!(site.post(Some(&agent.token), "/api/v1/knowledge/pairs", &pair).await.status, 201);
    }
    let pair = json!({ "question": "c?", "answer": "x" });
    assert_eq!(site.post(Some(&agent.token), "/api/v1/knowledge/pairs", &pair).await.code(), "too_large");
    assert_eq!(site.post(Some(&agent.token), SOURCES, &body).await.code(), "too_large", "the third source");
}

#[tokio::test]
async fn a_page_that_is_not_public_is_never_connected_to() {
    let site = Site::unlimited(Database::sqlite()).await;
    let agent = site.agent("ann").await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();

    for host in [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "169.254.169.254",
        "10.0.0.1",
        "192.168.1.1",
        "0.0.0.0",
    ] {
        let body = json!({ "kind": "page", "url": format!("http://{host}:{port}/") });
        let refused = site.post(Some(&agent.token), SOURCES, &body).await;
        assert_eq!(refused.code(), "bad_request", "{host}");
    }
    let body = json!({ "kind": "page", "url": format!("http://localhost:{port}/") });
    let by_name = read(&site, &agent, &site.post(Some(&agent.token), SOURCES, &body).await).await;
    assert_eq!(by_name["state"], "failed");
    assert!(by_name["reason"].as_str().unwrap().contains("not a public address"), "{by_name}");
    let pending = futures_util::FutureExt::now_or_never(listener.accept());
    assert!(pending.is_none(), "somebody connected");
}

#[tokio::test]
async fn a_page_is_read_followed_refreshed_and_cited() {
    let times = Arc::new(AtomicUsize::new(0));
    let counted = times.clone();
    let page = move || {
        let word = ["red", "green"][counted.fetch_add(1, Ordering::SeqCst).min(1)];
        let html = format!(
            "<html><head><title>Shop help</title></head><body><nav>Cart</nav><main><h2>Door</h2>\
             <p>The door of our shop is {word}, you cannot miss it.</p></main></body></html>"
        );
        async move { ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html) }
    };
    let web = Router::new()
        .route("/help", get(page))
        .route("/moved", get(|| async { Redirect::permanent("/help") }))
        .route("/inside", get(|| async { Redirect::temporary("http://169.254.169.254/latest/meta-data/") }))
        .route("/image", get(|| async { ([(header::CONTENT_TYPE, "image/png")], vec![0_u8; 8]) }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, web).await });
    let options = Options::unlimited().flag("--allow-private-ranges", "127.0.0.0/8");
    let site = Site::start(Database::sqlite(), options).await;
    let agent = site.agent("ann").await;

    let add = async |path: &str| {
        let body = json!({ "kind": "page", "url": format!("{base}{path}") });
        let made = site.post(Some(&agent.token), SOURCES, &body).await;
        (read(&site, &agent, &made).await, made)
    };
    let (source, made) = add("/moved").await;
    assert_eq!((&source["state"], &source["title"]), (&json!("ready"), &json!("Shop help")), "{source}");
    let found = search(&site, &agent, "door of the shop").await;
    assert_eq!(found["passages"][0]["title"], "Shop help › Door");
    assert_eq!(found["passages"][0]["url"], format!("{base}/moved"));
    assert!(found["passages"][0]["text"].as_str().unwrap().contains("red"));
    let path = format!("{SOURCES}/{}/refresh", source["id"].as_str().unwrap());
    site.post(Some(&agent.token), &path, &json!({})).await;
    read(&site, &agent, &made).await;
    let found = search(&site, &agent, "door of the shop").await;
    assert!(found["passages"][0]["text"].as_str().unwrap().contains("green"), "{found}");
    for (path, words) in [("/inside", "not a public address"), ("/image", "neither a page"), ("/none", "404")]
    {
        let (source, _) = add(path).await;
        assert!(source["reason"].as_str().is_some_and(|reason| reason.contains(words)), "{path}: {source}");
    }
}
