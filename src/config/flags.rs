//! Adds the settings to a command as flags.

use super::declare::Setting;
use super::sources::{CONFIG_ENV, CONFIG_FLAG};
use super::table::{Settings, TABLE};
use clap::{Arg, ArgAction, Command};

/// What a command that only touches the database needs.
const STORAGE_SETTINGS: [&str; 2] = ["data_dir", "database_url"];

impl Settings {
    /// Adds every setting to `command`, for `serve`.
    pub fn command(command: Command) -> Command {
        command.arg(config_arg()).args(TABLE.iter().map(setting_arg))
    }

    /// Adds only what finds the database to `command`, for everything but `serve`.
    pub fn storage_command(command: Command) -> Command {
        let rows = TABLE.iter().filter(|setting| STORAGE_SETTINGS.contains(&setting.name));
        command.arg(config_arg()).args(rows.map(setting_arg))
    }
}

fn config_arg() -> Arg {
    Arg::new(CONFIG_FLAG)
        .long(CONFIG_FLAG)
        .value_name("FILE")
        .help(format!("TOML file with settings [env: {CONFIG_ENV}]"))
}

fn setting_arg(setting: &'static Setting) -> Arg {
    let env = setting.env_names().join(" or ");
    let help = format!("{} [default: {}] [env: {env}]", setting.help, setting.default_with_unit());
    let arg = Arg::new(setting.name)
        .long(setting.flag())
        .value_name(setting.shape.placeholder)
        .help_heading(setting.group)
        .help(help);
    match (setting.shape.is_list, setting.shape.is_switch) {
        (true, _) => arg.action(ArgAction::Append).value_delimiter(','),
        (_, true) => arg.num_args(0..=1).default_missing_value("true"),
        _ => arg,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_of_serve_lists_every_setting_with_default_unit_and_variable() {
        let help = Settings::command(Command::new("serve")).render_long_help().to_string();

        for setting in TABLE {
            assert!(help.contains(&format!("--{}", setting.flag())), "{} is missing", setting.name);
            assert!(help.contains(&setting.env_names()[0]), "{} lacks its variable", setting.name);
        }
        assert!(help.contains("[default: 25000 ms]") && help.contains("[default: 131072 bytes]"), "{help}");
        assert!(help.contains("--trusted-proxies <CIDR>"), "{help}");
    }

    #[test]
    fn other_commands_take_only_what_finds_the_database() {
        let command = Settings::storage_command(Command::new("org"));

        let flags: Vec<_> = command.get_arguments().filter_map(|arg| arg.get_long()).collect();
        assert_eq!(flags, ["config", "data-dir", "database-url"]);
    }
}
