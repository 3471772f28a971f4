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
