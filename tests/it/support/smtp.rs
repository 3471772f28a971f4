//! A mail server that keeps what it is sent, and can leave a mail it has taken without an answer.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

struct Shared {
    mails: Mutex<Vec<String>>,
    count: watch::Sender<usize>,
    is_silent: AtomicBool,
}

/// A running mail server.
pub struct MailServer {
    port: u16,
    shared: Arc<Shared>,
}

impl MailServer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            mails: Mutex::default(),
            count: watch::channel(0).0,
            is_silent: AtomicBool::new(false),
        });
        let accepting = shared.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(accepting.clone(), stream));
            }
        });
        Self { port, shared }
    }

    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// Takes mails from now on without ever saying so, or answers again.
    pub fn keep_silent(&self, is_silent: bool) {
        self.shared.is_silent.store(is_silent, Ordering::SeqCst);
    }

    /// Waits until so many mails have come, and gives them all as they came.
    pub async fn received(&self, count: usize) -> Vec<String> {
        let mut counter = self.shared.count.subscribe();
        super::within("mails to the mail server", counter.wait_for(|now| *now >= count)).await.unwrap();
        self.shared.mails.lock().unwrap().clone()
    }
}

/// Speaks just as much SMTP as a client needs; a client that goes ends it.
async fn serve(shared: Arc<Shared>, stream: TcpStream) -> std::io::Result<()> {
    let (from, mut to) = stream.into_split();
    let mut lines = BufReader::new(from).lines();
    to.write_all(b"220 mail.example.com ready\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer: &[u8] = match verb.as_str() {
            "EHLO" => b"250-mail.example.com\r\n250 8BITMIME\r\n",
            "DATA" => {
                to.write_all(b"354 go on\r\n").await?;
                let mut mail = String::new();
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    mail.push_str(line.strip_prefix('.').unwrap_or(&line));
                    mail.push_str("\r\n");
                }
                shared.mails.lock().unwrap().push(mail);
                shared.count.send_modify(|count| *count += 1);
                if shared.is_silent.load(Ordering::SeqCst) {
                    std::future::pending::<()>().await;
                }
                b"250 taken\r\n"
            }
            "QUIT" => b"221 bye\r\n",
            _ => b"250 fine\r\n",
        };
        to.write_all(answer).await?;
    }
    Ok(())
}
