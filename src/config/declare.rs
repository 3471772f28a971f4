//! The macro that turns the table of settings into a struct and a list of rows.

use std::ops::RangeInclusive;

/// What kind of text a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    /// Stands for the value in the help, such as `ADDR:PORT`.
    pub(super) placeholder: &'static str,
    /// May be given several times, or as a comma-separated list.
    pub(super) is_list: bool,
    /// A flag without a value means `true`.
    pub(super) is_switch: bool,
}

/// One row of the table.
#[derive(Debug)]
pub(super) struct Setting {
    pub(super) name: &'static str,
    pub(super) group: &'static str,
    pub(super) help: &'static str,
    /// Empty where the setting is off unless given.
    pub(super) default: &'static str,
    pub(super) bounds: Option<RangeInclusive<u64>>,
    pub(super) shape: Shape,
}

impl Setting {
    /// The flag, without its dashes.
    pub(super) fn flag(&self) -> String {
        self.name.replace('_', "-")
    }

    /// The environment variables that are looked at, in their order.
    pub(super) fn env_names(&self) -> Vec<String> {
        let own = format!("SWITCHBOARD_{}", self.name.to_uppercase());
        match self.name {
            "database_url" => vec![own, "DATABASE_URL".to_owned()],
            _ => vec![own],
        }
    }

    /// What the number counts, read from the end of the name.
    pub(super) fn unit(&self) -> Option<&'static str> {
        const UNITS: [(&str, &str); 9] = [
            ("_bytes", "bytes"),
            ("_chars", "characters"),
            ("_ms", "ms"),
            ("_per_3s", "in 3 s"),
            ("_s", "s"),
            ("_per_minute", "a minute"),
            ("_minutes", "minutes"),
            ("_h", "hours"),
            ("_d", "days"),
        ];
        UNITS.iter().find(|(ending, _)| self.name.ends_with(ending)).map(|(_, unit)| *unit)
    }

    /// The default as people read it, such as `25000 ms`.
    pub(super) fn default_with_unit(&self) -> String {
        match (self.default, self.unit()) {
            ("", _) => "none".to_owned(),
            ("true", _) => "on".to_owned(),
            ("false", _) => "off".to_owned(),
            (default, Some(unit)) => format!("{default} {unit}"),
            (default, None) => default.to_owned(),
        }
    }

    /// Settings of the conformance feature are in no release, so the guide leaves them out.
    pub(super) fn is_released(&self) -> bool {
        !self.name.starts_with("conformance_")
    }
}

/// Makes `Settings` and `TABLE` of rows `name: type = default in smallest..=largest, "help";`, in groups.
macro_rules! settings {
    ($( $group:literal { $(
        $(#[$attribute:meta])*
        $name:ident: $type:ty = $default:literal $(in $bounds:expr)?, $help:literal;
    )* } )*) => {
        /// Every setting of the server, read and checked. `docs/operate/configuration.md` lists them.
        #[derive(Debug, Clone)]
        pub struct Settings { $( $(
            $(#[$attribute])*
            #[doc = $help]
            pub $name: $type,
        )* )* }

        /// The rows of the table, in the order of the guide.
        pub(super) static TABLE: &[Setting] = &[ $( $(
            $(#[$attribute])*
            Setting {
                name: stringify!($name),
                group: $group,
                help: $help,
                default: concat!($default),
                bounds: settings!(@bounds $($bounds)?),
                shape: <$type as SettingValue>::SHAPE,
            },
        )* )* ];

        impl Settings {
            pub(super) fn read(sources: &Sources) -> Result<Self, ConfigError> {
                let row = |name| TABLE.iter().find(|row| row.name == name).expect("the macro makes the table");
                Ok(Self { $( $(
                    $(#[$attribute])*
                    $name: sources.read(row(stringify!($name)))?,
                )* )* })
            }
        }
    };
    (@bounds) => { None };
    (@bounds $bounds:expr) => { Some($bounds) };
}

pub(super) use settings;
