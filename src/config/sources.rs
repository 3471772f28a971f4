//! Finds the text of a setting: flag, then environment, then file, then default.

use super::declare::Setting;
use super::error::{ConfigError, Origin};
use super::given::{Given, Sources};
use super::table::{Settings, TABLE};
use super::value::FilePlace;
use clap::ArgMatches;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The flag and the environment variable that name the file.
pub(super) const CONFIG_FLAG: &str = "config";
pub(super) const CONFIG_ENV: &str = "SWITCHBOARD_CONFIG";

/// A key of TOML within this many changes of a setting's name is taken for a slip.
const SLIP_CHANGE_COUNT: usize = 3;

impl Settings {
    /// Reads the settings from flags, environment and file. Flags the command does not have count as not given.
    pub fn load(args: &ArgMatches, env: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let file = match flag_texts(args, CONFIG_FLAG).pop().or_else(|| env_text(env, CONFIG_ENV)) {
            Some(path) => read_file(Path::new(&path))?,
            None => HashMap::new(),
        };
        let given = TABLE.iter().filter_map(|setting| {
            let from_flag = || flag_given(args, setting);
            let from_env = || env_given(env, setting);
            let from_file = || file.get(setting.name).cloned();
            Some((setting.name, from_flag().or_else(from_env).or_else(from_file)?))
        });
        Self::read(&Sources { given: given.collect() })?.checked()
    }

    /// The settings when nothing is given.
    pub fn defaults() -> Self {
        Self::read(&Sources::default()).expect("a test reads every default")
    }

    fn checked(self) -> Result<Self, ConfigError> {
        if self.history_page_default > self.history_page_max {
            let reason = format!("is above history_page_max, which is {}", self.history_page_max);
            return Err(ConfigError::Invalid {
                key: "history_page_default",
                origin: Origin::Default,
                reason,
            });
        }
        self.checked_files()
    }

    fn checked_files(self) -> Result<Self, ConfigError> {
        if self.files == FilePlace::Local {
            return Ok(self);
        }
        let needed = [
            ("s3_bucket", self.s3_bucket.is_some()),
            ("s3_access_key", self.s3_access_key.is_some()),
            ("s3_secret_key", self.s3_secret_key.is_some()),
        ];
        match needed.into_iter().find(|(_, is_given)| !is_given) {
            None => Ok(self),
            Some((key, _)) => {
                let reason = "is needed with files=s3".to_owned();
                Err(ConfigError::Invalid { key, origin: Origin::Default, reason })
            }
        }
    }
}

fn flag_texts(args: &ArgMatches, id: &str) -> Vec<String> {
    let values = args.try_get_many::<String>(id).ok().flatten();
    values.map(|values| values.cloned().collect()).unwrap_or_default()
}

fn flag_given(args: &ArgMatches, setting: &Setting) -> Option<Given> {
    let texts = flag_texts(args, setting.name);
    (!texts.is_empty()).then(|| Given { origin: Origin::Flag(setting.flag()), texts })
}

/// An empty variable counts as not set, as container tools write it.
fn env_text(env: &dyn Fn(&str) -> Option<String>, name: &str) -> Option<String> {
    env(name).filter(|text| !text.is_empty())
}

fn env_given(env: &dyn Fn(&str) -> Option<String>, setting: &Setting) -> Option<Given> {
    setting.env_names().into_iter().find_map(|name| {
        let text = env_text(env, &name)?;
        Some(Given { origin: Origin::Environment(name), texts: vec![text] })
    })
}

fn read_file(path: &Path) -> Result<HashMap<String, Given>, ConfigError> {
    let unreadable = |source| ConfigError::Unreadable { path: path.to_owned(), source };
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    let table: toml::Table = text.parse().map_err(|error| syntax_error(path, &text, &error))?;
    table.into_iter().map(|(key, value)| file_given(path, key, value)).collect()
}

fn syntax_error(path: &Path, text: &str, error: &toml::de::Error) -> ConfigError {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    ConfigError::Syntax { path: path.to_owned(), line, reason: error.message().to_owned() }
}

fn file_given(path: &Path, key: String, value: toml::Value) -> Result<(String, Given), ConfigError> {
    let Some(setting) = TABLE.iter().find(|setting| setting.name == key) else {
        return Err(ConfigError::UnknownKey { path: path.to_owned(), nearest: nearest(&key), key });
    };
    let origin = Origin::File(PathBuf::from(path));
    let texts = match value {
        toml::Value::Array(items) => items.iter().map(scalar_text).collect(),
        value => scalar_text(&value).map(|text| vec![text]),
    };
    match texts {
        Some(texts) => Ok((key, Given { origin, texts })),
        None => {
            let reason = "takes a text, a number, true, false or a list of texts".to_owned();
            Err(ConfigError::Invalid { key: setting.name, origin, reason })
        }
    }
}

fn scalar_text(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Float(number) => Some(number.to_string()),
        toml::Value::Boolean(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn nearest(key: &str) -> Option<String> {
    let key = key.to_lowercase().replace('-', "_");
    let candidates = TABLE.iter().map(|setting| (change_count(&key, setting.name), setting.name));
    let (changes, name) = candidates.min()?;
    (changes <= SLIP_CHANGE_COUNT).then(|| name.to_owned())
}

/// How many characters must be added, dropped or replaced to make `to` of `from` (Levenshtein).
fn change_count(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (index, from_char) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, to_char) in to.chars().enumerate() {
            let replaced = diagonal + usize::from(from_char != to_char);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
#[path = "sources_tests.rs"]
mod tests;
