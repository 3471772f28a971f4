//! A throwaway PostgreSQL from the system's packages on a free port, shared by the tests of one run.

use super::free_port;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

struct Cluster {
    port: u16,
    bin: PathBuf,
    made: AtomicUsize,
    _server: Child,
    _remover: Child,
}

static CLUSTER: OnceLock<Cluster> = OnceLock::new();

/// The address of a new, empty database.
pub fn new_database() -> String {
    let cluster = CLUSTER.get_or_init(start);
    let name = format!("test_{}", cluster.made.fetch_add(1, Ordering::Relaxed));
    let port = cluster.port.to_string();
    let made = as_postgres(&cluster.bin.join("createdb"))
        .args(["-h", "127.0.0.1", "-p", &port, "-U", "postgres", &name])
        .output()
        .expect("createdb runs");
    assert!(made.status.success(), "createdb: {}", String::from_utf8_lossy(&made.stderr));
    format!("postgres://postgres@127.0.0.1:{port}/{name}")
}

/// The program that sends statements to a database.
pub fn client() -> PathBuf {
    find_bin().join("psql")
}

fn start() -> Cluster {
    let bin = find_bin();
    let dir = tempfile::Builder::new().prefix("switchboard-pg-").tempdir().expect("a temporary directory");
    let data = dir.path().join("data");
    if is_root() {
        run(Command::new("chown").args(["postgres", &dir.path().display().to_string()]));
        run(Command::new("chmod").args(["755", &dir.path().display().to_string()]));
    }
    run(as_postgres(&bin.join("initdb"))
        .args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-locale", "-D"])
        .arg(&data));
    let port = free_port();
    let dir = dir.keep();
    let server = spawn_for_this_process(&bin, &data, &dir, port);
    let remover = remove_after_this_process(&dir, server.id());
    wait_until_ready(&bin, port);
    Cluster { port, bin, made: AtomicUsize::new(0), _server: server, _remover: remover }
}

/// Removes the directory once this process has ended, which closes the pipe, and the server after it. Nothing of a
/// static is dropped, so the directory of a run would stay for good.
fn remove_after_this_process(dir: &Path, server: u32) -> Child {
    const PROGRAM: &str = r#"read _; while kill -0 "$1" 2>/dev/null; do sleep 0.1; done; rm -rf "$0""#;
    Command::new("sh")
        .args(["-c", PROGRAM, &dir.display().to_string(), &server.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .expect("sh")
}

/// The server dies with this process: a parent-death signal is sent when the thread that started it ends, so
/// that thread waits for ever.
fn spawn_for_this_process(bin: &Path, data: &Path, dir: &Path, port: u16) -> Child {
    let mut command = Command::new("setpriv");
    command.arg("--pdeathsig=INT");
    if is_root() {
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
    }
    command
        .arg(bin.join("postgres"))
        .arg("-D")
        .arg(data)
        .args(["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=400", "-c", "fsync=off"])
        .args(["-c", "synchronous_commit=off", "-c", "log_min_messages=fatal"])
        .arg("-c")
        .arg(format!("unix_socket_directories={}", dir.display()))
        .args(["-p", &port.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0);
    let (started, server) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        started.send(command.spawn().expect("postgres starts")).expect("somebody waits");
        loop {
            std::thread::park();
        }
    });
    server.recv().expect("postgres was started")
}

fn wait_until_ready(bin: &Path, port: u16) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while Instant::now() < deadline {
        let ready = Command::new(bin.join("pg_isready"))
            .args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()])
            .status()
            .expect("pg_isready runs");
        if ready.success() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("PostgreSQL did not answer on port {port} within 60 s");
}

fn find_bin() -> PathBuf {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    found.sort();
    found.pop().expect("no PostgreSQL server found; install one with `apt-get install postgresql`, or run `make test`, which does")
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").map(|meta| std::os::unix::fs::MetadataExt::uid(&meta)).unwrap_or(1) == 0
}

fn as_postgres(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]).arg(program);
    command
}

fn run(command: &mut Command) {
    let output = command.current_dir("/").output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
