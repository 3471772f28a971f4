//! Tests of where a setting's value comes from.

use super::*;
use clap::Command;
use proptest::prelude::*;
use secrecy::ExposeSecret as _;
use std::io::Write as _;

fn no_env(_: &str) -> Option<String> {
    None
}

fn matches(args: &[&str]) -> ArgMatches {
    let args = std::iter::once("serve").chain(args.iter().copied());
    Settings::command(Command::new("serve")).try_get_matches_from(args).unwrap()
}

fn load(args: &[&str], env: &[(&str, &str)]) -> Result<Settings, ConfigError> {
    let env: HashMap<String, String> = env.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Settings::load(&matches(args), &|name| env.get(name).cloned())
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

fn load_file(text: &str) -> Result<Settings, ConfigError> {
    let file = file(text);
    load(&["--config", file.path().to_str().unwrap()], &[])
}

#[test]
fn a_flag_wins_over_the_environment_over_the_file_over_the_default() {
    let file = file("heartbeat_ms = 1001\ndb_readers = 11\nroom_linger_s = 21\n");
    let env = [
        ("SWITCHBOARD_CONFIG", file.path().to_str().unwrap()),
        ("SWITCHBOARD_HEARTBEAT_MS", "1002"),
        ("SWITCHBOARD_DB_READERS", "12"),
    ];

    let settings = load(&["--heartbeat-ms", "1003"], &env).unwrap();

    assert_eq!(settings.heartbeat_ms, 1003);
    assert_eq!(settings.db_readers, 12);
    assert_eq!(settings.room_linger_s, 21);
    assert_eq!(settings.idle_sweep_s, 60);
}

#[test]
fn lists_are_repeated_flags_commas_or_toml_lists() {
    let expected = vec!["10.0.0.0/8".parse().unwrap(), "192.168.1.1/32".parse().unwrap()];
    let repeated = ["--trusted-proxies", "10.0.0.0/8", "--trusted-proxies", "192.168.1.1"];

    assert_eq!(load(&repeated, &[]).unwrap().trusted_proxies, expected);
    let comma = [("SWITCHBOARD_TRUSTED_PROXIES", "10.0.0.0/8, 192.168.1.1")];
    assert_eq!(load(&[], &comma).unwrap().trusted_proxies, expected);
    let settings = load_file("trusted_proxies = [\"10.0.0.0/8\", \"192.168.1.1\"]").unwrap();
    assert_eq!(settings.trusted_proxies, expected);
}

#[test]
fn switches_read_on_and_off_in_every_source() {
    assert!(!load(&[], &[("SWITCHBOARD_LIMITS", "off")]).unwrap().limits);
    assert!(!load(&["--limits", "off"], &[]).unwrap().limits);
    assert!(!load(&["--limits=off"], &[]).unwrap().limits);
    assert!(!load_file("limits = \"off\"").unwrap().limits);
    assert!(!load_file("limits = false").unwrap().limits);
    assert!(load(&["--demo"], &[]).unwrap().demo);
    assert!(load(&["--demo", "--limits", "on"], &[]).unwrap().demo);
}

#[test]
fn the_database_url_has_a_second_variable_and_is_not_shown() {
    let settings = load(&[], &[("DATABASE_URL", "postgres://u:canary@db/x")]).unwrap();

    assert_eq!(settings.database_url.as_ref().unwrap().expose_secret(), "postgres://u:canary@db/x");
    assert!(!format!("{settings:?}").contains("canary"));
    let both = [("DATABASE_URL", "postgres://a"), ("SWITCHBOARD_DATABASE_URL", "postgres://b")];
    assert_eq!(load(&[], &both).unwrap().database_url.unwrap().expose_secret(), "postgres://b");
}

#[test]
fn the_bus_is_redis_and_is_not_shown() {
    let settings = load(&[], &[("SWITCHBOARD_BUS", "rediss://:canary@bus:6379")]).unwrap();

    assert_eq!(settings.bus.as_ref().unwrap().0.expose_secret(), "rediss://:canary@bus:6379");
    assert!(!format!("{settings:?}").contains("canary"));
    for wrong in ["nats://:canary@bus", "canary", "redis:canary"] {
        let error = load(&["--bus", wrong], &[]).unwrap_err().to_string();
        assert!(error.contains("bus") && !error.contains("canary"), "{error}");
    }
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    let settings = load(&[], &[("SWITCHBOARD_PUBLIC_URL", ""), ("SWITCHBOARD_DB_READERS", "")]).unwrap();

    assert!(settings.public_url.is_none());
    assert_eq!(settings.db_readers, 4);
}

#[test]
fn an_unknown_key_of_the_file_is_named_with_the_setting_it_looks_like() {
    let error = load_file("hartbeat_ms = 5").unwrap_err();

    let text = error.to_string();
    assert!(text.contains("`hartbeat_ms`") && text.contains("did you mean `heartbeat_ms`?"), "{text}");
    assert!(load_file("[server]\nlisten = \"127.0.0.1:1\"").is_err());
}

#[test]
fn an_invalid_value_names_the_setting_and_where_it_came_from() {
    let error = load(&[], &[("SWITCHBOARD_DB_READERS", "many")]).unwrap_err().to_string();
    assert_eq!(
        error,
        "setting `db_readers` (environment variable SWITCHBOARD_DB_READERS) `many` is not a whole number"
    );

    let error = load(&["--db-readers", "0"], &[]).unwrap_err().to_string();
    assert_eq!(error, "setting `db_readers` (flag --db-readers) is 0, which is not between 1 and 1000");

    let error = load_file("listen = 8080").unwrap_err().to_string();
    assert!(error.starts_with("setting `listen` (file "), "{error}");
    assert!(load_file("listen = 1.5").is_err());
}

#[test]
fn values_that_do_not_fit_are_refused() {
    let wrong = [
        ("SWITCHBOARD_LISTEN", "localhost"),
        ("SWITCHBOARD_PUBLIC_URL", "ftp://example.com"),
        ("SWITCHBOARD_PUBLIC_URL", "https://user:password@example.com"),
        ("SWITCHBOARD_PUBLIC_URL", "https://example.com/?a=b"),
        ("SWITCHBOARD_TRUSTED_PROXIES", "10.0.0.0/33"),
        ("SWITCHBOARD_LOG_FORMAT", "xml"),
        ("SWITCHBOARD_LIMITS", "perhaps"),
        ("SWITCHBOARD_HEARTBEAT_MS", "-1"),
        ("SWITCHBOARD_HEARTBEAT_MS", "25s"),
        ("SWITCHBOARD_HISTORY_PAGE_DEFAULT", "201"),
    ];
    for (name, value) in wrong {
        assert!(load(&[], &[(name, value)]).is_err(), "{name}={value}");
    }
}

#[test]
fn a_missing_file_is_an_error() {
    let error = load(&["--config", "/nowhere/switchboard.toml"], &[]).unwrap_err();

    assert!(matches!(error, ConfigError::Unreadable { .. }));
}

#[test]
fn a_broken_file_is_named_by_line_without_showing_it() {
    let error = load_file("db_readers = 4\ndatabase_url = \"postgres://u:canary@db\n").unwrap_err();

    let text = format!("{error} {error:?}");
    assert!(text.contains("line 2") && !text.contains("canary"), "{text}");
}

#[test]
fn a_command_with_few_flags_still_reads_every_setting() {
    let command = Settings::storage_command(Command::new("org"));
    let args = command.try_get_matches_from(["org", "--data-dir", "/srv/data"]).unwrap();

    let settings = Settings::load(&args, &no_env).unwrap();

    assert_eq!(settings.data_dir, Path::new("/srv/data"));
    assert_eq!(settings.db_readers, 4);
}

proptest! {
    #[test]
    fn any_text_for_any_setting_is_read_or_refused_by_name(
        row in any::<prop::sample::Index>(),
        text in "[^\\x00]{1,20}",
    ) {
        let setting = row.get(TABLE);
        let variable = setting.env_names().remove(0);

        let loaded = Settings::load(&matches(&[]), &|name| (name == variable).then(|| text.clone()));

        if let Err(error) = loaded {
            prop_assert!(error.to_string().contains(setting.name));
        }
    }
}
