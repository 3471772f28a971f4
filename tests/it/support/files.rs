//! Pictures and uploads of tests.

use serde_json::Value;

use super::Site;
use super::rest::{Answer, http, send};

pub const JPEG: &[u8] = include_bytes!("../../../src/pictures/testdata/baseline.jpg");
pub const PNG: &[u8] = include_bytes!("../../../src/pictures/testdata/plain.png");
pub const MOVING_GIF: &[u8] = include_bytes!("../../../src/pictures/testdata/moving.gif");

/// A JPEG as a phone sends it: turned, with its maker and a place.
pub fn photo() -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x02".to_vec();
    exif.extend(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0");
    exif.extend(b"\x01\x0f\0\x02\0\0\0\x14\0\0\0\x26");
    exif.extend(b"\0\0\0\0TestCam GPS 40.4 N\0\0");
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&JPEG[..2], &[0xff, 0xe1], &length, &exif, &JPEG[2..]].concat()
}

impl Site {
    /// Uploads a file to a conversation at a path, as browsers do.
    pub async fn upload_to(
        &self,
        path: &str,
        token: &str,
        session_id: &str,
        name: &str,
        bytes: &[u8],
    ) -> Answer {
        let boundary = "a-boundary-that-is-in-no-file";
        let mut body = format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"session_id\"\r\n\r\n{session_id}\r\n\
             --{boundary}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             content-type: text/html\r\n\r\n"
        )
        .into_bytes();
        body.extend(bytes);
        body.extend(format!("\r\n--{boundary}--\r\n").bytes());
        let request = http()
            .post(self.server.url(path))
            .bearer_auth(token)
            .header("content-type", format!("multipart/form-data; boundary={boundary}"))
            .body(body);
        send(request).await
    }

    /// Uploads a picture as a visitor and gives what messages say of it.
    pub async fn picture(&self, token: &str, session_id: &str, bytes: &[u8]) -> Value {
        let answer = self.upload_to("/api/v1/widget/attachments", token, session_id, "a b.jpg", bytes).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.body["attachment"].clone()
    }

    /// Status, headers and bytes of a file.
    pub async fn file(&self, token: &str, id: &Value) -> (u16, reqwest::header::HeaderMap, Vec<u8>) {
        self.file_from(None, token, id).await
    }

    /// The same, asked by a page of an origin.
    pub async fn file_from(
        &self,
        origin: Option<&str>,
        token: &str,
        id: &Value,
    ) -> (u16, reqwest::header::HeaderMap, Vec<u8>) {
        self.file_at(&format!("/api/v1/attachments/{}", id.as_str().unwrap()), origin, token).await
    }

    /// Status, headers and bytes of what stands at a path.
    pub async fn file_at(
        &self,
        path: &str,
        origin: Option<&str>,
        token: &str,
    ) -> (u16, reqwest::header::HeaderMap, Vec<u8>) {
        let mut request = http().get(self.server.url(path)).bearer_auth(token);
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        let response = super::within("a file", request.send()).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        (status, headers, response.bytes().await.unwrap().to_vec())
    }
}
