//! Mails of a server without SMTP.

use super::{Site, within};

/// Mails in the outbox, once there are so many.
pub async fn outbox(site: &Site, count: usize) -> Vec<String> {
    let directory = site.server.database.dir().join("outbox");
    within("mails in the outbox", async {
        loop {
            let files = std::fs::read_dir(&directory).into_iter().flatten().flatten();
            let whole = files.filter(|file| file.file_name().to_string_lossy().ends_with(".eml"));
            let mails: Vec<String> =
                whole.map(|file| std::fs::read_to_string(file.path()).unwrap()).collect();
            if mails.len() >= count {
                return mails;
            }
            // Files of another process: there is no event to wait for.
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await
}

/// The text of a mail as it came, decoded.
pub fn text_of(mail: &str) -> String {
    let (head, body) = mail.split_once("\r\n\r\n").expect("a head and a body");
    let head = head.to_ascii_lowercase();
    if head.contains("content-transfer-encoding: base64") {
        use base64::Engine as _;
        let packed: String = body.split_whitespace().collect();
        let bytes = base64::engine::general_purpose::STANDARD.decode(packed).expect("base64");
        return String::from_utf8(bytes).expect("UTF-8");
    }
    if !head.contains("content-transfer-encoding: quoted-printable") {
        return body.to_owned();
    }
    let joined = body.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()).filter(|_| *first == b'=') {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}
