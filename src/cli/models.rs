//! `switchboard models list` and `models pull`.

use std::path::Path;

use clap::ArgMatches;
use serde_json::{Value, json};

use super::output::{Answer, Failure};
use super::storage::settings;
use super::terminal::Terminal;
use crate::config::Settings;
use crate::outbound::Gateway;
use crate::weights::{
    LockedModel, ModelError, Presence, install, locked, models_named, presence, pull, pull_from,
};
use crate::wire::ErrorCode;

const MIB: u64 = 1024 * 1024;

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Self {
        let code = match error {
            ModelError::Unknown(_) => ErrorCode::NotFound,
            _ => ErrorCode::Unavailable,
        };
        Self::of(code, &error)
    }
}

pub(super) fn list(args: &ArgMatches, terminal: &Terminal<'_>) -> Result<Answer, Failure> {
    let data_dir = settings(args, terminal)?.data_dir;
    let words: Vec<String> = locked()
        .iter()
        .map(|model| {
            let state = state(&data_dir, model);
            format!(
                "{} ({state}; set {})\n  {}\n  {} MiB to fetch, {} MiB on disk, licence {}\n  {}",
                model.name,
                model.set,
                model.about,
                model.bytes().div_ceil(MIB),
                model.file_bytes.div_ceil(MIB),
                model.licence,
                model.upstream
            )
        })
        .collect();
    let models: Vec<Value> = locked().iter().map(|model| as_json(&data_dir, model)).collect();
    Ok(Answer::new(json!({ "models": models }), words.join("\n")))
}

pub(super) async fn pull_models(args: &ArgMatches, terminal: &Terminal<'_>) -> Result<Answer, Failure> {
    let settings = settings(args, terminal)?;
    let name = args.get_one::<String>("name").map_or(locked()[0].name.as_str(), String::as_str);
    let models = models_named(name)?;
    let from: Vec<&Path> = args.get_many::<String>("from").into_iter().flatten().map(Path::new).collect();
    if models.len() > 1 && (!from.is_empty() || settings.model_url.is_some()) {
        let names: Vec<&str> = models.iter().map(|model| model.name.as_str()).collect();
        let words = format!("one package is one model: name one of {}", names.join(", "));
        return Err(Failure::new(ErrorCode::BadRequest, words));
    }
    let mut words = Vec::new();
    for model in &models {
        words.push(pull_model(&settings, model, &from).await?);
    }
    let described: Vec<Value> = models.iter().map(|model| as_json(&settings.data_dir, model)).collect();
    let answer = match &described[..] {
        [only] => only.clone(),
        _ => json!({ "models": described }),
    };
    Ok(Answer::new(answer, words.join("\n")))
}

/// Puts a model in its place; gives back what to say of it.
async fn pull_model(settings: &Settings, model: &LockedModel, from: &[&Path]) -> Result<String, ModelError> {
    let (name, data_dir) = (&model.name, &settings.data_dir);
    let place = if !from.is_empty() {
        install(from, data_dir, model)?
    } else if presence(data_dir, model) == Presence::Installed {
        return Ok(format!("Model {name} is there already."));
    } else if let Some(url) = &settings.model_url {
        pull_from(&Gateway::new(settings), url, data_dir, model).await?
    } else {
        pull(data_dir, model).await?
    };
    Ok(format!(
        "Model {name} stands at {}. Restart a running server to make it use it; what is known already is read again then.",
        place.display()
    ))
}

fn state(data_dir: &Path, model: &LockedModel) -> &'static str {
    match presence(data_dir, model) {
        Presence::Missing => "not pulled",
        Presence::Damaged => "damaged; pull it again",
        Presence::Installed => "installed",
    }
}

fn as_json(data_dir: &Path, model: &LockedModel) -> Value {
    json!({
        "name": model.name,
        "set": model.set,
        "about": model.about,
        "licence": model.licence,
        "upstream": model.upstream,
        "packages": model.packages.iter().map(|package| json!({
            "package": package.requirement(),
            "bytes": package.bytes,
            "sha256": package.sha256,
        })).collect::<Vec<_>>(),
        "file": model.file,
        "file_bytes": model.file_bytes,
        "installed": presence(data_dir, model) == Presence::Installed,
    })
}
