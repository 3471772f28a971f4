//! What files and pages of other people's software look like: compressed, in any encoding, folded, hyphenated.

use std::io::Write as _;

use axum::Router;
use axum::http::header;
use axum::routing::get;
use serde_json::{Value, json};

use crate::on_both_databases;
use crate::support::site::Agent;
use crate::support::sources::{add_page, add_text, read_source, search_words, serve_pages, upload_source};
use crate::support::{Database, Options, Site};

async fn site_for_pages() -> (Site, Agent) {
    let options = Options::unlimited().flag("--allow-private-ranges", "127.0.0.0/8");
    let site = Site::start(Database::sqlite(), options).await;
    let agent = site.agent("ann").await;
    (site, agent)
}

fn route(pages: Router, path: &str, content_type: &str, encoding: Option<&str>, body: Vec<u8>) -> Router {
    let mut headers = axum::http::HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, content_type.parse().unwrap());
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, encoding.parse().unwrap());
    }
    pages.route(path, get(move || async { (headers, body) }))
}

/// Whether the passages found for words hold a text.
async fn finds(site: &Site, agent: &Agent, words: &str, text: &str) -> bool {
    let found = search_words(site, agent, words).await;
    let passages = found["passages"].as_array().cloned().unwrap_or_default();
    passages.iter().any(|one| one["text"].as_str().is_some_and(|found| found.contains(text)))
}

async fn remove(site: &Site, agent: &Agent, source: &Value) {
    let path = format!("/api/v1/knowledge/sources/{}", source["id"].as_str().unwrap());
    assert_eq!(site.delete(Some(&agent.token), &path).await.status, 204);
}

#[tokio::test]
async fn compressed_pages_are_read_whatever_compressed_them() {
    let html = b"<html><head><title>Help</title></head><body><main><p>The warehouse ships on Mondays.</p></main></body></html>";
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(html).unwrap();
    let gzip = gzip.finish().unwrap();
    let mut deflate = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    deflate.write_all(html).unwrap();
    let mut bare = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    bare.write_all(html).unwrap();
    let zstd = ruzstd::encoding::compress_to_vec(&html[..], ruzstd::encoding::CompressionLevel::Fastest);
    let bodies = [
        ("/gzip", Some("gzip"), gzip.clone()),
        ("/unnamed", None, gzip.clone()),
        ("/zlib", Some("deflate"), deflate.finish().unwrap()),
        ("/bare", Some("deflate"), bare.finish().unwrap()),
        ("/zstd", Some("zstd"), zstd),
        ("/plain", Some("gzip"), html.to_vec()),
    ];
    let mut pages = Router::new();
    for (path, encoding, body) in bodies.clone() {
        pages = route(pages, path, "text/html; charset=utf-8", encoding, body);
    }
    pages = route(pages, "/unknown", "text/html", Some("compress"), gzip.clone());
    pages = route(pages, "/cut", "text/html", Some("gzip"), gzip[..gzip.len() - 20].to_vec());
    let base = serve_pages(pages).await;
    let (site, agent) = site_for_pages().await;

    for (path, ..) in bodies {
        let source = add_page(&site, &agent, &format!("{base}{path}")).await;
        assert_eq!(source["state"], "ready", "{path}: {source}");
        assert!(finds(&site, &agent, "when does the warehouse ship", "ships on Mondays").await, "{path}");
        remove(&site, &agent, &source).await;
    }
    for (path, words) in [("/unknown", "compress"), ("/cut", "damaged")] {
        let source = add_page(&site, &agent, &format!("{base}{path}")).await;
        assert_eq!(source["state"], "failed", "{path}: {source}");
        assert!(source["reason"].as_str().unwrap().contains(words), "{path}: {source}");
    }
}

#[tokio::test]
async fn pages_and_text_files_are_read_in_their_encoding() {
    let text = "Магазин открыт с девяти утра до шести часов вечера";
    let encode =
        |label: &str| encoding_rs::Encoding::for_label(label.as_bytes()).unwrap().encode(text).0.into_owned();
    let page = |head: &str, label: &str| {
        let (start, end) = (format!("<html><head>{head}</head><body><p>"), "</p></body></html>");
        [start.as_bytes(), &encode(label), end.as_bytes()].concat()
    };
    let bodies = [
        ("/header", "text/html; charset=windows-1251", page("", "windows-1251")),
        ("/spaces", "text/html", page("<meta charset = 'koi8-r'>", "koi8-r")),
        (
            "/script",
            "text/html",
            page("<script charset=utf-8></script><meta charset=windows-1251>", "windows-1251"),
        ),
        ("/wrong", "text/html; charset=utf-8", page("", "windows-1251")),
        ("/none", "text/html", page("", "windows-1251")),
        ("/denied", "text/html", page("<meta charset=iso-8859-1>", "utf-8")),
    ];
    let mut pages = Router::new();
    for (path, content_type, body) in bodies.clone() {
        pages = route(pages, path, content_type, None, body);
    }
    let base = serve_pages(pages).await;
    let (site, agent) = site_for_pages().await;

    for (path, ..) in bodies {
        let source = add_page(&site, &agent, &format!("{base}{path}")).await;
        assert!(finds(&site, &agent, "магазин открыт", text).await, "{path}: {source}");
        remove(&site, &agent, &source).await;
    }
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [[&[0xff, 0xfe], utf16.as_slice()].concat(), utf16, encode("windows-1251"), encode("utf-8")]
    {
        let made = upload_source(&site, &agent, "hours.txt", &bytes).await;
        let source = read_source(&site, &agent, &made).await;
        assert!(finds(&site, &agent, "магазин открыт", text).await, "{source}");
        remove(&site, &agent, &source).await;
    }
}

on_both_databases! {
    async fn words_are_found_whatever_stands_inside_them(database: Database) {
        let site = Site::unlimited(database).await;
        let agent = site.agent("ann").await;
        for (text, question) in [
            ("Die Ver\u{ad}sand\u{ad}kosten betragen elf Euro.", "Versandkosten"),
            ("Die Versand-\nkosten betragen elf Euro.", "Versandkosten"),
            ("Die Versand\u{200b}kosten betragen elf Euro.", "Versandkosten"),
            ("Die Versandkosten betragen elf Euro.", "Ver\u{ad}sand\u{200c}kosten"),
            ("Die \u{feff}Versand\u{2060}kosten betragen elf Euro.", "Versandkosten"),
            ("Die **V**ersandkosten betragen elf Euro.", "Versandkosten"),
            ("\u{627}\u{644}\u{634}\u{640}\u{640}\u{62d}\u{646} سريع", "\u{627}\u{644}\u{634}\u{62d}\u{646}"),
            ("コーヒー・紅茶は五百円です", "コーヒー・紅茶"),
            ("ค่าส่ง ฿50 ทั่วประเทศ", "ค่าส่ง ฿50"),
            ("ราคา ๕๐ บาท", "ราคา ๕๐ บาท ๚"),
            ("🅰🅱 Delivery 𞤀𞤁 is free", "🅰 delivery 𞤀𞤁 🅿"),
            ("Prix 5 € « livraison »", "« livraison » — ¿ ・ ฿ ؟ ๏ ໆ ៛"),
        ] {
            let made = add_text(&site, &agent, text).await;
            let source = read_source(&site, &agent, &made).await;
            let found = search_words(&site, &agent, question).await;
            assert_eq!(found["passages"][0]["text"], json!(text), "{question}: {source} {found}");
            remove(&site, &agent, &source).await;
        }
    }

    async fn the_shell_lists_and_removes_sources(database: Database) {
        let site = Site::unlimited(database).await;
        let agent = site.agent("ann").await;
        let made = add_text(&site, &agent, "The door is yellow.").await;
        let source = read_source(&site, &agent, &made).await;
        let id = source["id"].as_str().unwrap();
        let org = site.org.id.as_str();

        let listed = site.server.cli(&["knowledge", "list", "--org", org]).await;
        assert_eq!((&listed["sources"][0]["id"], &listed["sources"][0]["state"]), (&source["id"], &json!("ready")), "{listed}");
        let other = site.another_org().await;
        let foreign = site.server.cli_with_input(&["knowledge", "remove", id, "--org", &other.id], "").await.unwrap_err();
        assert_eq!(foreign["error"]["code"], "not_found");
        site.server.cli(&["knowledge", "remove", id, "--org", org]).await;

        assert_eq!(site.server.cli(&["knowledge", "list", "--org", org]).await["sources"], json!([]));
        assert_eq!(search_words(&site, &agent, "yellow door").await["passages"], json!([]));
    }

    async fn one_orgs_slow_pages_do_not_hold_up_another_org(database: Database) {
        let options = Options::unlimited().flag("--allow-private-ranges", "127.0.0.0/8").flag("--knowledge-job-timeout-s", "600");
        let site = Site::start(database, options).await;
        let (slow, other) = (site.agent("ann").await, site.agent_of(&site.another_org().await, "eve").await);
        // It answers never, as long as this test runs.
        let base = serve_pages(Router::new().fallback(std::future::pending::<&'static str>)).await;
        for number in 0..20 {
            let body = json!({ "kind": "page", "url": format!("{base}/{number}") });
            assert_eq!(site.post(Some(&slow.token), "/api/v1/knowledge/sources", &body).await.status, 201);
        }
        let good = serve_pages(route(Router::new(), "/", "text/plain", None, b"The shop opens at nine.".to_vec())).await;

        let text = add_text(&site, &other, "The door is red.").await;
        assert_eq!(read_source(&site, &other, &text).await["state"], "ready");
        assert_eq!(add_page(&site, &other, &good).await["state"], "ready");
        let own = add_text(&site, &slow, "The wall is blue.").await;
        assert_eq!(read_source(&site, &slow, &own).await["state"], "ready", "a text does not wait for pages either");
    }
}
