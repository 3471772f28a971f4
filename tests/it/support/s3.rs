//! A store with S3's protocol: `moto`, as a process of its own.

use std::process::Stdio;

use tokio::process::{Child, Command};

use super::rest::http;
use super::{Options, free_port, within};

pub const SECRET_KEY: &str = "canary-secret-key-of-the-store";

/// Killed when dropped.
pub struct S3 {
    pub port: u16,
    child: Child,
}

impl S3 {
    pub const BUCKET: &str = "files-of-the-shop";

    pub async fn start() -> Self {
        let port = free_port();
        let store = Self { port, child: spawn(port).await };
        store.make_bucket().await;
        store
    }

    /// Options of a server whose files stand here.
    pub fn options(&self) -> Options {
        Options::unlimited()
            .flag("--files", "s3")
            .flag("--s3-endpoint", &format!("http://127.0.0.1:{}", self.port))
            .flag("--s3-bucket", Self::BUCKET)
            .flag("--s3-prefix", "shop/one")
            .flag("--s3-timeout-s", "5")
            .env("SWITCHBOARD_S3_ACCESS_KEY", "access-key")
            .env("SWITCHBOARD_S3_SECRET_KEY", SECRET_KEY)
    }

    /// A file of settings that says the same, for commands beside that server.
    pub fn config(&self, dir: &std::path::Path) -> String {
        let path = dir.join("s3.toml");
        let settings = format!(
            "files = \"s3\"\ns3_endpoint = \"http://127.0.0.1:{}\"\ns3_bucket = \"{}\"\ns3_prefix = \"shop/one\"\n\
             s3_access_key = \"access-key\"\ns3_secret_key = \"{SECRET_KEY}\"\n",
            self.port,
            Self::BUCKET
        );
        std::fs::write(&path, settings).expect("a file");
        path.display().to_string()
    }

    /// The names of all files.
    pub async fn names(&self) -> Vec<String> {
        let url = format!("http://127.0.0.1:{}/{}?list-type=2", self.port, Self::BUCKET);
        let listed = http().get(url).send().await.unwrap().text().await.unwrap();
        let keys = listed.split("<Key>").skip(1);
        keys.map(|rest| rest.split("</Key>").next().unwrap().to_owned()).collect()
    }

    /// Waits until its names fit.
    pub async fn names_once(&self, what: &str, fit: impl Fn(&[String]) -> bool) -> Vec<String> {
        within(what, async {
            loop {
                let names = self.names().await;
                if fit(&names) {
                    return names;
                }
                // Another process works: there is no event to wait for.
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        })
        .await
    }

    pub async fn stop(&mut self) {
        self.child.kill().await.expect("it can be killed");
    }

    /// The same address again, and nothing in it.
    pub async fn restart(&mut self) {
        self.child = spawn(self.port).await;
        self.make_bucket().await;
    }

    async fn make_bucket(&self) {
        let made =
            http().put(format!("http://127.0.0.1:{}/{}", self.port, Self::BUCKET)).send().await.unwrap();
        assert!(made.status().is_success(), "{made:?}");
    }
}

async fn spawn(port: u16) -> Child {
    let child = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/target/clients-venv/bin/python"))
        .args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &port.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("moto runs; `make test` installs it");
    within("the file store answers", async {
        while http().get(format!("http://127.0.0.1:{port}/")).send().await.is_err() {
            // Polling a process that starts: there is no event to wait for.
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    })
    .await;
    child
}
