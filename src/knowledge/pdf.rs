//! The text of a PDF, read on a thread of its own: the format is old, large and often broken.

use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, oneshot};

/// Pages of one file.
const PAGES_MAX: usize = 1_000;
/// A file that takes longer is made to.
const TIMEOUT: Duration = Duration::from_secs(60);
/// Deeply nested files need room; the thread ends with the file.
const STACK_BYTES: usize = 32 * 1024 * 1024;

/// The text of each page.
///
/// # Errors
/// Words for people when it cannot be read.
pub(super) async fn read(bytes: Vec<u8>, turn: OwnedSemaphorePermit) -> Result<Vec<String>, String> {
    let (reply, pages) = oneshot::channel();
    let work = move || {
        let pages = pdf_extract::extract_text_from_mem_by_pages(&bytes).map_err(|error| error.to_string());
        // Nobody waits any more once the time is over.
        let _late = reply.send(pages);
        // The next file is read when this one is done with, also where it took too long.
        drop(turn);
    };
    let thread = std::thread::Builder::new().name("pdf".to_owned()).stack_size(STACK_BYTES).spawn(work);
    thread.map_err(|error| format!("no thread could be started to read the file: {error}"))?;
    match tokio::time::timeout(TIMEOUT, pages).await {
        Err(_) => Err("reading the file took too long".to_owned()),
        // The thread panicked, which the log has noted.
        Ok(Err(_)) => Err("the file is damaged".to_owned()),
        Ok(Ok(Err(_))) => Err("the file is no PDF, is damaged, or is protected by a password".to_owned()),
        Ok(Ok(Ok(pages))) if pages.len() > PAGES_MAX => Err(format!("a PDF has at most {PAGES_MAX} pages")),
        Ok(Ok(Ok(pages))) if pages.iter().all(|page| page.trim().is_empty()) => {
            Err("the file holds no text; scanned pages must be recognised first".to_owned())
        }
        Ok(Ok(Ok(pages))) => Ok(pages),
    }
}
