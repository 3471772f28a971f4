//! What was given of the settings, and from where.

use super::declare::Setting;
use super::error::{ConfigError, Origin};
use super::value::SettingValue;
use std::collections::HashMap;
use std::ops::RangeInclusive;

/// What was given, by name of setting.
#[derive(Debug, Default)]
pub(super) struct Sources {
    pub(super) given: HashMap<&'static str, Given>,
}

#[derive(Debug, Clone)]
pub(super) struct Given {
    pub(super) origin: Origin,
    pub(super) texts: Vec<String>,
}

impl Sources {
    /// Reads one setting and checks its bounds.
    pub(super) fn read<T: SettingValue>(&self, setting: &Setting) -> Result<T, ConfigError> {
        let default = || Given { origin: Origin::Default, texts: default_texts(setting) };
        let given = self.given.get(setting.name).cloned().unwrap_or_else(default);
        let invalid =
            |reason| ConfigError::Invalid { key: setting.name, origin: given.origin.clone(), reason };
        let value = T::from_texts(&given.texts).map_err(invalid)?;
        match (value.measure(), &setting.bounds) {
            (Some(number), Some(bounds)) if !bounds.contains(&number) => {
                Err(invalid(out_of_bounds(number, bounds)))
            }
            _ => Ok(value),
        }
    }
}

fn out_of_bounds(number: u64, bounds: &RangeInclusive<u64>) -> String {
    format!("is {number}, which is not between {} and {}", bounds.start(), bounds.end())
}

fn default_texts(setting: &Setting) -> Vec<String> {
    if setting.default.is_empty() { Vec::new() } else { vec![setting.default.to_owned()] }
}
