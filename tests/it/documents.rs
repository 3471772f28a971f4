//! Documents as attachments, from upload to download: what is taken, what is refused, and how it is given out.

use serde_json::json;

use crate::on_both_databases;
use crate::support::{Database, Options, Site, Visitor};

const UPLOAD: &str = "/api/v1/widget/attachments";
const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nstartxref\n0\n%%EOF\n";

async fn upload(site: &Site, visitor: &Visitor, name: &str, bytes: &[u8]) -> crate::support::rest::Answer {
    site.upload_to(UPLOAD, &visitor.token, visitor.session_id(), name, bytes).await
}

on_both_databases! {
    async fn a_document_goes_from_a_visitor_to_an_agent_as_a_download(database: Database) {
        let mut site = Site::unlimited(database).await;
        let visitor = site.visitor().await;
        let agent = site.agent("ann").await;
        let id = visitor.session_id();
        let taken = upload(&site, &visitor, "../../Factura ñ.PDF", PDF).await;
        assert_eq!(taken.status, 201, "{taken:?}");
        let file = taken.body["attachment"].clone();
        assert_eq!((&file["name"], &file["content_type"], &file["bytes"]), (&json!("Factura ñ.PDF"), &json!("application/pdf"), &json!(PDF.len())));
        assert!(file.get("width").is_none() && file.get("height").is_none(), "{file}");
        assert_eq!(site.file(&agent.token, &file["id"]).await.0, 404, "it is not sent yet");

        let mut theirs = site.connect(&visitor.token).await;
        let sent = theirs.call("message:send", json!({"session_id": id, "content": "", "attachments": [file["id"]]})).await.unwrap();
        assert_eq!(sent["entry"]["attachments"], json!([file]));
        site.server.kill_and_restart().await;

        for token in [&visitor.token, &agent.token] {
            let history = site.connect(token).await.join(id).await;
            assert_eq!(history["entries"][0]["attachments"], json!([file]));
            let (status, headers, bytes) = site.file(token, &file["id"]).await;
            assert_eq!((status, &bytes[..]), (200, PDF), "as it came");
            assert_eq!(headers["content-type"], "application/pdf");
            assert_eq!(headers["content-disposition"], "attachment; filename*=UTF-8''Factura%20%C3%B1.PDF");
            assert_eq!(headers["x-content-type-options"], "nosniff");
            assert_eq!(headers["content-security-policy"], "default-src 'none'; sandbox");
        }
        let stranger = site.visitor().await;
        assert_eq!(site.file(&stranger.token, &file["id"]).await.0, 404);
        assert_eq!(site.file(&site.agent_of(&site.another_org().await, "eve").await.token, &file["id"]).await.0, 404);
    }

    async fn hostile_files_are_refused_and_leave_nothing(database: Database) {
        let site = Site::unlimited(database).await;
        let visitor = site.visitor().await;
        let mut pdf_and_page = PDF.to_vec();
        pdf_and_page.extend(b"<script>alert(1)</script>");
        let mut png_and_pdf = crate::support::files::PNG.to_vec();
        png_and_pdf.extend(PDF);
        for (name, bytes) in [
            ("empty.pdf", &b""[..]),
            ("page.txt", b"<!doctype html><script>alert(1)</script>"),
            ("drawing.pdf", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
            ("program.pdf", b"MZ\x90\0\x03\0\0\0\x04\0\0\0"),
            ("old.doc", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0\0\0"),
            ("archive.zip", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
            ("cut.docx", b"PK\x03\x04\x14\0\0\0"),
            ("more.pdf", &pdf_and_page),
            ("picture.png", &png_and_pdf),
        ] {
            let refused = upload(&site, &visitor, name, bytes).await;
            assert_eq!((refused.status, refused.code()), (400, "bad_request"), "{name}: {refused:?}");
        }
        let folder = site.server.database.dir().join("attachments");
        assert!(!folder.exists(), "nothing is on the disk");
        let taken = upload(&site, &visitor, "run\u{202e}txt.bat", b"echo hello\r\n").await;
        assert_eq!((&taken.body["attachment"]["name"], &taken.body["attachment"]["content_type"]), (&json!("runtxt.bat.txt"), &json!("text/plain")));
    }
}

#[tokio::test]
async fn a_channel_says_which_documents_it_takes_and_the_server_how_large() {
    let site =
        Site::start(Database::sqlite(), Options::unlimited().flag("--document-max-bytes", "2000")).await;
    let owner = site.agent("owner").await;
    let visitor = site.visitor().await;
    let path = format!("/api/v1/channels/{}/settings", site.org.channel_id);
    let wrong =
        site.patch(Some(&owner.token), &path, &json!({"settings": {"attachment_types": ["exe"]}})).await;
    assert_eq!(wrong.status, 400, "{wrong:?}");
    assert_eq!(upload(&site, &visitor, "a.pdf", PDF).await.status, 201);
    let set =
        site.patch(Some(&owner.token), &path, &json!({"settings": {"attachment_types": ["txt"]}})).await;
    assert_eq!(set.status, 200, "{set:?}");

    assert_eq!(upload(&site, &visitor, "a.pdf", PDF).await.code(), "bad_request");
    assert_eq!(upload(&site, &visitor, "a.csv", b"a;b").await.code(), "bad_request");
    assert_eq!(upload(&site, &visitor, "a.txt", &[b'a'; 2_000]).await.status, 201);
    assert_eq!(upload(&site, &visitor, "a.txt", &[b'a'; 2_001]).await.code(), "too_large");
    let picture = upload(&site, &visitor, "a.png", crate::support::files::PNG).await;
    assert_eq!(picture.status, 201, "pictures are always taken");
}
