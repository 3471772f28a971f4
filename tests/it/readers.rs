//! Documents and pages from outside are read in a child of the server: whatever they are, the server goes on.

use std::io::Write as _;

use axum::Router;
use axum::http::header;
use axum::routing::get;
use serde_json::{Value, json};
use switchboard::db::Db;

use crate::on_both_databases;
use crate::support::sources::{
    add_page, add_text, pdf_of_line, pdf_of_objects, pdf_stream, read_source, search_words, serve_pages,
    upload_source,
};
use crate::support::{Database, Options, Site};

/// A time that a hostile document uses up, short enough for a test.
fn hurried() -> Options {
    Options::unlimited()
        .flag("--knowledge-reader-timeout-s", "3")
        .flag("--knowledge-reader-memory-max-bytes", "201326592")
}

fn page(resources: &str) -> Vec<u8> {
    format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << {resources} >> >>"
    )
    .into()
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Files that made a reader overflow, run for ever or take everything, by what they are.
fn hostile_files() -> Vec<(&'static str, Vec<u8>)> {
    let catalog = || b"<< /Type /Catalog /Pages 2 0 R >>".to_vec();
    let pages = || b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec();
    let form = |name: &str, content: &str| {
        let dictionary =
            format!("/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources << /XObject << {name} >> >>");
        pdf_stream(&dictionary, content.as_bytes())
    };
    let draws_itself = [
        catalog(),
        pages(),
        page("/XObject << /A 5 0 R >>"),
        pdf_stream("", b"/A Do"),
        form("/A 5 0 R", "/A Do /A Do"),
    ];
    let mut doubles = vec![catalog(), pages(), page("/XObject << /A 5 0 R >>"), pdf_stream("", b"/A Do")];
    doubles.extend((6..46).map(|next| form(&format!("/A {next} 0 R"), "/A Do /A Do")));
    doubles.push(form("", ""));
    let ring = [
        catalog(),
        b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 9 /Parent 2 0 R >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>".to_vec(),
        pdf_stream("", b"BT ET"),
    ];
    let two_rings = [
        catalog(),
        b"<< /Type /Pages /Kids [3 0 R 4 0 R] /Parent 3 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [2 0 R 4 0 R] /Parent 2 0 R >>".to_vec(),
        b"<< /Type /Page /Parent 3 0 R >>".to_vec(),
    ];
    let bomb = deflated(&deflated(&b"(a) Tj ".repeat(80_000_000)));
    let bombs = [catalog(), pages(), page(""), pdf_stream("/Filter [/FlateDecode /FlateDecode]", &bomb)];
    let nested = [catalog(), pages(), page(""), pdf_stream("", &b"[".repeat(2_000_000))];
    let nested_objects = [catalog(), b"[".repeat(1_000_000)];
    vec![
        ("a form that draws itself", pdf_of_objects(&draws_itself)),
        ("forms that draw each other twice, forty deep", pdf_of_objects(&doubles)),
        ("a page tree with a ring", pdf_of_objects(&ring)),
        ("a page tree with two rings", pdf_of_objects(&two_rings)),
        ("a bomb of 560 MB in a bomb", pdf_of_objects(&bombs)),
        ("content nested two million deep", pdf_of_objects(&nested)),
        ("an object nested a million deep", pdf_of_objects(&nested_objects)),
    ]
}

/// The reasons that a hostile file may fail with.
fn expected(name: &str) -> &'static [&'static str] {
    match name {
        "a form that draws itself" => &["nested too deeply"],
        "forms that draw each other twice, forty deep" => &["longer than 3 seconds"],
        "a bomb of 560 MB in a bomb" => &["bytes of memory", "longer than 3 seconds"],
        _ => &["nested too deeply", "pages can be read", "damaged", "no text"],
    }
}

#[tokio::test]
async fn a_hostile_file_fails_with_a_reason_and_the_server_goes_on() {
    let site = Site::start(Database::sqlite(), hurried()).await;
    let (agent, other) = (site.agent("ann").await, site.agent_of(&site.another_org().await, "eve").await);
    let pid = site.server.pid();
    let mut made = Vec::new();
    for (name, bytes) in hostile_files() {
        made.push((name, upload_source(&site, &agent, "hostile.pdf", &bytes).await));
    }

    let text = add_text(&site, &other, "The door is yellow.").await;
    assert_eq!(read_source(&site, &other, &text).await["state"], "ready", "while the others are read");

    for (name, made) in made {
        let source = read_source(&site, &agent, &made).await;
        assert_eq!(source["state"], "failed", "{name}: {source}");
        let reason = source["reason"].as_str().unwrap();
        assert!(expected(name).iter().any(|words| reason.contains(words)), "{name}: {reason}");
    }
    let good = upload_source(&site, &agent, "good.pdf", &pdf_of_line("Frames have a warranty.")).await;
    assert_eq!(read_source(&site, &agent, &good).await["state"], "ready");
    assert_eq!((site.server.pid(), site.get(None, "/readyz").await.status), (pid, 200));
}

/// The limits a reader sets itself before it reads: no file, no connection, no core dump.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_reader_limits_itself_before_it_reads() {
    let mut reader = tokio::process::Command::new(crate::support::server::binary())
        .args(["read-document", "100000000", "7"])
        .env_clear()
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let path = format!("/proc/{}/limits", reader.id().unwrap());
    let limits = crate::support::within("it limits itself", async {
        loop {
            let limits = std::fs::read_to_string(&path).unwrap();
            let value = |name: &str| {
                let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
                line[name.len()..].split_whitespace().next().unwrap().to_owned()
            };
            if value("Max open files") == "3" {
                let names = ["Max cpu time", "Max core file size", "Max file size"];
                return (names.map(value), value("Max address space").parse::<u64>().unwrap());
            }
            // Another process's limits change without an event.
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    })
    .await;

    assert_eq!(limits.0, ["7", "0", "0"].map(str::to_owned));
    assert!(limits.1 > 100_000_000 && limits.1 < 2_000_000_000, "{limits:?}");
    drop(reader.stdin.take());
    let output = reader.wait_with_output().await.unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("no document"), "{output:?}");
    let misused =
        tokio::process::Command::new(crate::support::server::binary()).arg("read-document").output().await;
    assert_eq!(misused.unwrap().status.code(), Some(2));
}

#[tokio::test]
async fn texts_and_pages_of_any_shape_are_read_or_refused_in_time() {
    let large = |unit: &str| unit.repeat(3_000_000 / unit.len());
    let bodies: Vec<(&str, &str, String)> = vec![
        ("/deep", "nested", "<div>".repeat(100_000)),
        ("/tables", "nested", "<table><tr><td>".repeat(100_000)),
        ("/ends", "nested", "<b></i>".repeat(100_000)),
        ("/word", "at most 2000", format!("<p>{}", large("a"))),
        ("/attributes", "", format!("<main><p {}>The door is yellow, always.</p></main>", large("a=1 "))),
    ];
    let mut web = Router::new();
    for (path, _, body) in &bodies {
        let body = body.clone();
        web = web.route(path, get(move || async { ([(header::CONTENT_TYPE, "text/html")], body) }));
    }
    let bomb = {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![b'a'; 200_000_000]).unwrap();
        encoder.finish().unwrap()
    };
    let send =
        move || async { ([(header::CONTENT_TYPE, "text/html"), (header::CONTENT_ENCODING, "gzip")], bomb) };
    let base = serve_pages(web.route("/bomb", get(send))).await;
    let options = Options::unlimited().flag("--allow-private-ranges", "127.0.0.0/8");
    let site = Site::start(Database::sqlite(), options).await;
    let agent = site.agent("ann").await;

    for unit in ["a", "[[[[", "# ", "> ", "*a", "![](", "```\n"] {
        for name in ["large.md", "large.txt"] {
            let made = upload_source(&site, &agent, name, format!("x {}", large(unit)).as_bytes()).await;
            let source = read_source(&site, &agent, &made).await;
            let reason = source["reason"].as_str().unwrap_or_default();
            let is_known = source["state"] == "ready" || reason.contains("at most 2000");
            assert!(is_known, "{unit} {name}: {source}");
        }
    }
    for (path, words, _) in
        bodies.iter().map(|(path, words, _)| (*path, *words, ())).chain([("/bomb", "decompressed", ())])
    {
        let source = add_page(&site, &agent, &format!("{base}{path}")).await;
        let reason = source["reason"].as_str().unwrap_or_default();
        assert!(reason.contains(words), "{path}: {source}");
        assert_eq!(source["state"] == "ready", words.is_empty(), "{path}: {source}");
    }
}

#[tokio::test]
async fn a_bad_page_of_a_pdf_is_named_and_the_others_are_found() {
    let site = Site::start(Database::sqlite(), hurried()).await;
    let agent = site.agent("ann").await;
    let good = "BT /F1 12 Tf 72 720 Td (Frames have a warranty of five years.) Tj ET";
    let draws = |resources: &str, contents: usize| {
        format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {contents} 0 R /Resources << {resources} >> >>").into_bytes()
    };
    let font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>";
    let bad_font =
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding /ToUnicode 10 0 R >>";
    let objects: Vec<Vec<u8>> = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R 4 0 R 5 0 R] /Count 3 >>".to_vec(),
        draws("/Font << /F1 7 0 R >>", 6),
        draws("/Font << /F1 8 0 R >>", 6),
        draws("/XObject << /A 9 0 R >>", 11),
        pdf_stream("", good.as_bytes()),
        font.into(),
        bad_font.into(),
        pdf_stream("/Subtype /Form /BBox [0 0 1 1] /Resources << /XObject << /A 9 0 R >> >>", b"/A Do"),
        pdf_stream("", b"1 beginbfrange <00> <zz> endbfrange garbage <"),
        pdf_stream("", b"/A Do"),
    ];
    let whole = pdf_of_objects(&objects);
    let around = [&b"HTTP/1.1 200 OK\r\n\r\n"[..], &whole, &b"<!-- cached -->".repeat(60)].concat();
    let headless = String::from_utf8_lossy(&whole).replace("startxref\n", "startxref\n9").into_bytes();

    for (name, bytes) in
        [("bad font and loop", whole), ("junk around it", around), ("a wrong table", headless)]
    {
        let made = upload_source(&site, &agent, "guide.pdf", &bytes).await;
        let source = read_source(&site, &agent, &made).await;
        assert_eq!(source["state"], "ready", "{name}: {source}");
        assert_eq!(source["warning"], "pages 2, 3 could not be read and were left out", "{name}");
        let found = search_words(&site, &agent, "warranty of frames").await;
        assert_eq!(found["passages"][0]["title"], "guide.pdf › p. 1");
        let path = format!("/api/v1/knowledge/sources/{}", source["id"].as_str().unwrap());
        assert_eq!(site.delete(Some(&agent.token), &path).await.status, 204);
    }
}

on_both_databases! {
    async fn a_source_that_ended_the_server_twice_fails_and_is_not_read_again(database: Database) {
        let mut site = Site::unlimited(database).await;
        let agent = site.agent("ann").await;
        let made = add_text(&site, &agent, "The door is yellow.").await;
        let source = read_source(&site, &agent, &made).await;
        let path = format!("/api/v1/knowledge/sources/{}/refresh", source["id"].as_str().unwrap());

        site.server.kill().await;
        interrupted(&site, &source, 1).await;
        site.server.restart().await;
        assert_eq!(read_source(&site, &agent, &made).await["state"], "ready", "one interruption may be chance");
        site.server.kill().await;
        interrupted(&site, &source, 2).await;
        site.server.restart().await;
        let failed = read_source(&site, &agent, &made).await;
        assert_eq!(failed["state"], "failed", "{failed}");
        assert!(failed["reason"].as_str().unwrap().contains("ended twice"), "{failed}");
        assert_eq!(search_words(&site, &agent, "yellow door").await["passages"].as_array().unwrap().len(), 1);

        site.post(Some(&agent.token), &path, &json!({})).await;
        assert_eq!(read_source(&site, &agent, &made).await["state"], "ready", "asked for again it is read again");
    }
}

/// Leaves a source as a server leaves it that ends while reading it for the so-many-th time.
async fn interrupted(site: &Site, source: &Value, times: usize) {
    let db = Db::open(site.server.database.url(), site.server.database.dir(), 1).await.unwrap();
    let id = source["id"].as_str().unwrap().parse().unwrap();
    let org = site.org.id.parse().unwrap();
    let change = switchboard::model::SourceChange {
        state: Some(switchboard::model::SourceState::Queued),
        ..switchboard::model::SourceChange::default()
    };
    db.knowledge().sources().change(org, id, &change, rooms::Timestamp(1)).await.unwrap();
    let gone = switchboard::model::NodeId::new();
    for time in 1..=times {
        assert!(db.knowledge().indexing().claim(id, gone).await.unwrap().is_some(), "it waits");
        if time < times {
            // What the start between them does.
            db.knowledge().indexing().requeue_interrupted(2, "never", rooms::Timestamp(1)).await.unwrap();
        }
    }
    db.close().await;
}
