//! A throwaway PostgreSQL from the system's packages, with its defaults: acked means durable there, too.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

const READY_MAX: Duration = Duration::from_secs(20);
const REMEDY: &str = "install it, for example: apt-get install postgresql; or name one with --database-url";

/// A running server; it ends with this value, and its directory goes with it.
pub(super) struct Postgres {
    server: Child,
    port: u16,
    _directory: tempfile::TempDir,
}

impl Postgres {
    pub(super) fn start() -> anyhow::Result<Self> {
        let bin = find_bin().with_context(|| format!("PostgreSQL is missing: {REMEDY}"))?;
        let directory = tempfile::Builder::new().prefix("load-pg-").tempdir()?;
        let path = directory.path().display().to_string();
        if is_root()? {
            // A server that belongs to root refuses to start.
            run(Command::new("chown").args(["postgres", &path]))?;
            run(Command::new("chmod").args(["755", &path]))?;
        }
        let data = directory.path().join("data");
        let arguments = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-locale", "-D"];
        run(as_postgres(&bin.join("initdb"))?.args(arguments).arg(&data))?;
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let server = as_postgres(&bin.join("postgres"))?
            .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1", "-k", &path, "-D"])
            .arg(&data)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let postgres = Self { server, port, _directory: directory };
        postgres.wait_until_ready(&bin)?;
        Ok(postgres)
    }

    pub(super) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn wait_until_ready(&self, bin: &Path) -> anyhow::Result<()> {
        let until = Instant::now() + READY_MAX;
        while Instant::now() < until {
            let asked = Command::new(bin.join("pg_isready"))
                .args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()])
                .status()?;
            if asked.success() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        bail!("PostgreSQL did not become ready")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // A fast shutdown; the directory is removed afterwards.
        if let Some(pid) = i32::try_from(self.server.id()).ok().and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::INT);
        }
        let _ = self.server.wait();
    }
}

/// Debian keeps a folder for each version.
fn find_bin() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut bins: Vec<PathBuf> = versions.flatten().map(|version| version.path().join("bin")).collect();
    bins.retain(|bin| bin.join("initdb").exists());
    bins.sort();
    bins.pop()
}

fn is_root() -> anyhow::Result<bool> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    Ok(status.lines().any(|line| line.starts_with("Uid:\t0\t")))
}

/// A program that ends with this process, and where that is root's is the user's postgres.
fn as_postgres(program: &Path) -> anyhow::Result<Command> {
    let mut command = Command::new("setpriv");
    command.arg("--pdeathsig=INT");
    if is_root()? {
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
    }
    // A directory of root's may not be one that it can look into.
    command.arg("--").arg(program).current_dir("/");
    Ok(command)
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let output = command.output().with_context(|| format!("{command:?} cannot be run"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?} failed: {said}");
    Ok(())
}
