//! `switchboard models list` and `models pull`.

use std::path::Path;

use clap::ArgMatches;
use serde_json::{Value, json};

use super::output::{Answer, Failure};
use super::storage::settings;
use super::terminal::Terminal;
use crate::outbound::Gateway;
use crate::weights::{
    LockedModel, ModelError, Presence, install, locked, locked_model, presence, pull, pull_from,
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
                "{} ({state})\n  {}\n  {} MiB to fetch, {} MiB on disk, licence {}\n  {}",
                model.name,
                model.about,
                model.bytes.div_ceil(MIB),
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
    let model = locked_model(name)?;
    let place = match args.get_one::<String>("from") {
        Some(package) => install(Path::new(package), &settings.data_dir, model)?,
        None if presence(&settings.data_dir, model) == Presence::Installed => {
            let words = format!("Model {name} is there already.");
            return Ok(Answer::new(as_json(&settings.data_dir, model), words));
        }
        None => match &settings.model_url {
            Some(url) => pull_from(&Gateway::new(&settings), url, &settings.data_dir, model).await?,
            None => pull(&settings.data_dir, model).await?,
        },
    };
    let words = format!(
        "Model {name} stands at {}. Restart a running server to make it use it; what is known already is read again then.",
        place.display()
    );
    Ok(Answer::new(as_json(&settings.data_dir, model), words))
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
        "about": model.about,
        "licence": model.licence,
        "upstream": model.upstream,
        "package": model.requirement(),
        "bytes": model.bytes,
        "sha256": model.sha256,
        "file": model.file,
        "file_bytes": model.file_bytes,
        "installed": presence(data_dir, model) == Presence::Installed,
    })
}
