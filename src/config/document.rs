//! Generates the settings guide, `docs/operate/configuration.md`.

use super::declare::Setting;
use super::table::{Settings, TABLE};

const PREAMBLE: &str = "# Configuration

This file is written from the table of settings in `src/config/table.rs`; a test compares the two.

A setting comes from a flag (`--data-dir`), an environment variable (`SWITCHBOARD_DATA_DIR`), a key of the TOML file named by `--config` or `SWITCHBOARD_CONFIG` (`data_dir`), or its default, in this order.
Every flag is the key with dashes; every variable is the key in capitals behind `SWITCHBOARD_`.
Lists are repeated flags, comma-separated variables, or TOML lists.
An empty variable counts as not set.
A key of the file that is no setting, and a value that does not fit, stop the start with a message that names them.
The key that seals secrets in the database is no setting: it comes from `SWITCHBOARD_MASTER_KEY` (base64 of 32 bytes, or a comma-separated list of `id:base64` whose first is current) or from `master.key` in the data directory, which the first start makes.
";

impl Settings {
    /// The guide to the settings, in Markdown.
    pub fn guide() -> String {
        let mut guide = PREAMBLE.to_owned();
        let mut group = "";
        for setting in TABLE.iter().filter(|setting| setting.is_released()) {
            if setting.group != group {
                group = setting.group;
                guide.push_str(&format!(
                    "\n## {group}\n\n| key | takes | default | what it sets |\n|---|---|---|---|\n"
                ));
            }
            guide.push_str(&row(setting));
        }
        guide
    }
}

fn row(setting: &Setting) -> String {
    let takes = match &setting.bounds {
        Some(bounds) => format!("{} to {}", bounds.start(), bounds.end()),
        None => setting.shape.placeholder.replace('|', " or "),
    };
    let env = setting.env_names().into_iter().nth(1);
    let also = env.map(|name| format!(" (also `{name}`)")).unwrap_or_default();
    let default = setting.default_with_unit();
    format!("| `{}` | {takes} | {default} | {}{also} |\n", setting.name, setting.help)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `UPDATE_DOCS=1 cargo test --lib config` writes the guide again.
    #[test]
    fn the_guide_in_docs_is_the_one_of_the_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/operate/configuration.md");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(path, Settings::guide()).unwrap();
        }

        assert_eq!(std::fs::read_to_string(path).unwrap(), Settings::guide());
    }

    #[test]
    fn the_guide_lists_every_released_setting_once() {
        let guide = Settings::guide();

        for setting in TABLE.iter().filter(|setting| setting.is_released()) {
            assert_eq!(guide.matches(&format!("| `{}` |", setting.name)).count(), 1, "{}", setting.name);
        }
        assert!(!guide.contains("conformance"));
    }
}
