//! A throwaway Redis or Valkey of a test's own, on a free port, which can be stopped and started again.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use super::{free_port, within};

/// A running server that keeps nothing; killed when dropped.
pub struct Redis {
    pub port: u16,
    server: Child,
}

impl Redis {
    pub async fn start() -> Self {
        let port = free_port();
        let redis = Self { port, server: spawn(port) };
        redis.answers().await;
        redis
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// `kill -9`; whatever it was told is lost.
    pub fn kill(&mut self) {
        self.server.kill().expect("it can be killed");
        self.server.wait().expect("it ends");
    }

    /// Starts it again on the same port.
    pub async fn restart(&mut self) {
        self.server = spawn(self.port);
        self.answers().await;
    }

    async fn answers(&self) {
        within("Redis answers", async {
            while tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ended_already = self.server.kill();
        let _ended_already = self.server.wait();
    }
}

fn spawn(port: u16) -> Child {
    let program = ["valkey-server", "redis-server"].into_iter().find(|name| is_there(name));
    let program = program.expect(
        "no Redis or Valkey found; install one with `apt-get install redis-server`, or run `make test`, which does",
    );
    Command::new("setpriv")
        .args(["--pdeathsig=KILL", program])
        .args(["--bind", "127.0.0.1", "--port", &port.to_string()])
        .args(["--save", "", "--appendonly", "no", "--dir", "/tmp"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .expect("Redis starts")
}

fn is_there(program: &str) -> bool {
    let shown = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    shown.is_ok_and(|status| status.success())
}
