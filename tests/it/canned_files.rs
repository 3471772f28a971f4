//! Files of canned replies: who adds and reads them, and what is taken.

use serde_json::{Value, json};

use crate::on_both_databases;
use crate::support::files::{PNG, photo};
use crate::support::{Agent, Options, Site};

const PDF: &[u8] = b"%PDF-1.4\nprices\n%%EOF";

async fn reply(site: &Site, agent: &Agent, scope: &str) -> String {
    let body = json!({"scope": scope, "shortcut": "prices", "title": "Prices", "body": "Here they are."});
    let made = site.post(Some(&agent.token), "/api/v1/canned-replies", &body).await;
    assert_eq!(made.status, 201, "{made:?}");
    format!("/api/v1/canned-replies/{}", made.body["canned_reply"]["id"].as_str().unwrap())
}

async fn files(site: &Site, agent: &Agent) -> Value {
    let list = site.get(Some(&agent.token), "/api/v1/canned-replies").await;
    list.body["items"][0]["files"].clone()
}

on_both_databases! {
    async fn a_canned_reply_brings_its_files(database: Database) {
        let mut site = Site::unlimited(database).await;
        let owner = site.agent("owner").await;
        let ann = site.agent_with_role(&site.org, "ann", "agent").await;
        let path = reply(&site, &owner, "org").await;
        let upload = format!("{path}/files");
        let refused = site.upload_to(&upload, &ann.token, "", "prices.pdf", PDF).await;
        assert_eq!((refused.status, refused.code()), (403, "forbidden"), "it is the org's");
        let pdf = site.upload_to(&upload, &owner.token, "", "prices.pdf", PDF).await;
        assert_eq!(pdf.status, 201, "{pdf:?}");
        let photo = site.upload_to(&upload, &owner.token, "", "a b.jpg", &photo()).await.body["attachment"].clone();
        let pdf = pdf.body["attachment"].clone();
        assert_eq!((&pdf["name"], &pdf["content_type"]), (&json!("prices.pdf"), &json!("application/pdf")));

        site.server.kill_and_restart().await;
        assert_eq!(files(&site, &ann).await, json!([pdf, photo]));
        let of = |file: &Value| format!("{upload}/{}", file["id"].as_str().unwrap());
        let (status, headers, bytes) = site.file_at(&of(&pdf), None, &ann.token).await;
        assert_eq!((status, &*bytes), (200, PDF));
        assert_eq!(headers["content-disposition"], "attachment; filename*=UTF-8''prices.pdf");
        assert_eq!(headers["content-security-policy"], "default-src 'none'; sandbox");
        let (_, _, bytes) = site.file_at(&of(&photo), None, &ann.token).await;
        assert!(!bytes.windows(7).any(|window| window == b"TestCam"), "it says nothing of its maker");

        assert_eq!(site.delete(Some(&ann.token), &of(&pdf)).await.status, 403);
        for _ in 0..2 {
            assert_eq!(site.delete(Some(&owner.token), &of(&pdf)).await.status, 204);
        }
        assert_eq!(files(&site, &ann).await, json!([photo]));
        assert_eq!(site.delete(Some(&owner.token), &path).await.status, 204);
        assert_eq!(site.file_at(&of(&photo), None, &ann.token).await.0, 404);
    }

    async fn files_of_canned_replies_are_nobody_elses(database: Database) {
        let site = Site::unlimited(database).await;
        let (ann, bob, visitor) = (site.agent("ann").await, site.agent("bob").await, site.visitor().await);
        let eve = site.agent_of(&site.another_org().await, "eve").await;
        let path = reply(&site, &ann, "personal").await;
        let upload = format!("{path}/files");
        let file = site.upload_to(&upload, &ann.token, "", "a.png", PNG).await.body["attachment"].clone();
        let own = format!("{upload}/{}", file["id"].as_str().unwrap());

        for stranger in [&bob.token, &eve.token] {
            assert_eq!(site.file_at(&own, None, stranger).await.0, 404);
            assert_eq!(site.upload_to(&upload, stranger, "", "a.png", PNG).await.status, 404);
            assert_eq!(site.delete(Some(stranger), &own).await.status, 404);
        }
        assert_eq!(site.file_at(&own, None, &visitor.token).await.0, 403);
        assert_eq!(site.upload_to(&upload, &visitor.token, "", "a.png", PNG).await.status, 403);
        assert_eq!(site.file_at(&own, None, &ann.token).await.0, 200);
    }

    async fn what_is_too_much_or_lies_is_not_added(database: Database) {
        let options = Options::unlimited()
            .flag("--canned-file-max-bytes", "2048")
            .flag("--canned-reply-files-max", "3")
            .flag("--org-canned-files-max-bytes", "60");
        let site = Site::start(database, options).await;
        let ann = site.agent("ann").await;
        let upload = format!("{}/files", reply(&site, &ann, "personal").await);
        let add = |name: &'static str, bytes: Vec<u8>| {
            let (site, upload, token) = (&site, &upload, &ann.token);
            async move { site.upload_to(upload, token, "", name, &bytes).await }
        };

        assert_eq!(add("prices.pdf", b"MZ\x90\0 a program".to_vec()).await.code(), "bad_request");
        assert_eq!(add("large.txt", vec![b'x'; 2_049]).await.code(), "too_large");
        for _ in 0..2 {
            assert_eq!(add("prices.pdf", PDF.to_vec()).await.status, 201);
        }
        let over = add("prices.pdf", PDF.to_vec()).await;
        assert_eq!((over.status, over.code()), (413, "too_large"), "{over:?}");
        assert_eq!(add("a.txt", b"x".to_vec()).await.status, 201);
        let over = add("b.txt", b"x".to_vec()).await;
        assert!(over.code() == "too_large" && over.body.to_string().contains("at most 3 files"), "{over:?}");
        assert_eq!(files(&site, &ann).await.as_array().unwrap().len(), 3);
    }
}
