//! Peers: small servers with the same job, each described by a `peer.toml` in a folder of its own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::rc::Rc;

use anyhow::{Context, bail, ensure};
use serde::Deserialize;

use super::cores::Cores;
use crate::dialect::Dialect;

/// A peer as its folder describes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PeerFile {
    pub(super) about: String,
    /// The name of a dialect file.
    dialect: String,
    /// The command that serves, in the peer's folder; `{bin}` is where this program is.
    run: Vec<String>,
    /// Commands that install it, and a path that is there once they have run.
    #[serde(default)]
    prepare: Vec<Vec<String>>,
    prepared: Option<String>,
    #[serde(default)]
    needs: Vec<Need>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Need {
    program: String,
    remedy: String,
}

/// A peer that can be started.
#[derive(Debug)]
pub(crate) struct Peer {
    folder: PathBuf,
    file: PeerFile,
    dialect: Rc<Dialect>,
}

/// A running peer; it ends with this value.
pub(crate) struct RunningPeer {
    child: Child,
    pub(super) port: u16,
}

impl Peer {
    /// Reads a peer's folder; says what is missing and how to get it.
    pub(super) fn open(load_folder: &Path, name: &str) -> anyhow::Result<Self> {
        let folder = load_folder.join("peers").join(name);
        let path = folder.join("peer.toml");
        let text = std::fs::read_to_string(&path).with_context(|| format!("there is no peer {name}"))?;
        let file: PeerFile =
            toml::from_str(&text).with_context(|| format!("{} is no peer", path.display()))?;
        for need in &file.needs {
            ensure!(is_there(&placed(&need.program)?), "{} is missing: {}", need.program, need.remedy);
        }
        let dialect = Dialect::read(&load_folder.join("dialects").join(format!("{}.toml", file.dialect)))?;
        let peer = Self { folder, file, dialect: Rc::new(dialect) };
        peer.prepare()?;
        Ok(peer)
    }

    pub(super) fn about(&self) -> &str {
        &self.file.about
    }

    pub(super) fn dialect(&self) -> Rc<Dialect> {
        self.dialect.clone()
    }

    fn prepare(&self) -> anyhow::Result<()> {
        let is_prepared = self.file.prepared.as_ref().is_none_or(|path| self.folder.join(path).exists());
        if is_prepared {
            return Ok(());
        }
        for command in &self.file.prepare {
            let status = self.command(command)?.stdout(Stdio::null()).status();
            let status = status.with_context(|| format!("{command:?} cannot be run"))?;
            ensure!(status.success(), "{command:?} failed in {}", self.folder.display());
        }
        Ok(())
    }

    pub(super) fn start(&self, cores: Cores) -> anyhow::Result<RunningPeer> {
        cores.start_servers()?;
        let started = self.command(&self.file.run)?.stdout(Stdio::piped()).spawn();
        cores.generate()?;
        let child = started.with_context(|| format!("could not start {:?}", self.file.run))?;
        let mut peer = RunningPeer { child, port: 0 };
        let mut line = String::new();
        BufReader::new(peer.child.stdout.take().context("no output")?).read_line(&mut line)?;
        let Some((_, port)) = line.trim().rsplit_once(':') else {
            bail!("{:?} did not say where it listens", self.file.run);
        };
        peer.port = port.parse()?;
        Ok(peer)
    }

    fn command(&self, words: &[String]) -> anyhow::Result<Command> {
        let (program, arguments) = words.split_first().context("an empty command")?;
        let mut program = placed(program)?;
        // A path within the folder; a plain name is looked up by the system.
        if program.components().count() > 1 {
            program = self.folder.join(program);
        }
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.folder).stdin(Stdio::null());
        Ok(command)
    }
}

impl RunningPeer {
    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for RunningPeer {
    fn drop(&mut self) {
        // It may have ended by itself, which the run has told already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where this program and its neighbours are.
pub(super) fn bin_folder() -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe()?;
    Ok(program.parent().context("this program has no folder")?.to_owned())
}

fn placed(program: &str) -> anyhow::Result<PathBuf> {
    Ok(match program.strip_prefix("{bin}/") {
        Some(name) => bin_folder()?.join(name),
        None => PathBuf::from(program),
    })
}

fn is_there(program: &Path) -> bool {
    if program.components().count() > 1 {
        return program.exists();
    }
    std::env::var_os("PATH")
        .is_some_and(|paths| std::env::split_paths(&paths).any(|path| path.join(program).is_file()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_peer_of_the_folder_can_be_read_and_names_a_dialect() {
        let load_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut count = 0;
        for entry in std::fs::read_dir(load_folder.join("peers")).unwrap().flatten() {
            let Ok(text) = std::fs::read_to_string(entry.path().join("peer.toml")) else { continue };
            let file: PeerFile = toml::from_str(&text).unwrap();
            let dialect = load_folder.join("dialects").join(format!("{}.toml", file.dialect));
            assert!(dialect.exists(), "{}", dialect.display());
            assert!(file.needs.iter().all(|need| !need.remedy.is_empty()));
            count += 1;
        }

        assert_eq!(count, 7);
    }

    #[test]
    fn a_peer_that_is_not_there_is_an_error() {
        let error = Peer::open(Path::new(env!("CARGO_MANIFEST_DIR")), "nobody").unwrap_err();

        assert!(error.to_string().contains("no peer nobody"));
    }

    #[test]
    fn programs_are_found_where_the_system_looks() {
        assert!(is_there(Path::new("sh")) && !is_there(Path::new("no-such-program")));
    }
}
