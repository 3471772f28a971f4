//! Parsers for each type of setting.

use super::declare::Shape;
use ipnet::IpNet;
use secrecy::SecretString;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use url::Url;

/// A type a setting can have. Reasons are fragments that follow the name of the setting.
pub(super) trait SettingValue: Sized {
    /// Placeholder in the help.
    const SHAPE: Shape;

    /// Reads the value; lists get several texts, everything else exactly one.
    fn from_texts(texts: &[String]) -> Result<Self, String>;

    /// The number that bounds are checked against.
    fn measure(&self) -> Option<u64> {
        None
    }
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one JSON object per line.
    Json,
}

/// Where files of conversations and recordings stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilePlace {
    /// In a folder.
    Local,
    /// In a store with S3's protocol.
    S3,
}

/// A secret that is no URL. It is never shown.
#[derive(Debug, Clone)]
pub struct Secret(pub SecretString);

/// Where the bus of several nodes is. It may hold a password and is never shown.
#[derive(Debug, Clone)]
pub struct BusUrl(pub SecretString);

/// A share, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio(pub f64);

/// A type that is read from one text.
trait SingleValue: Sized {
    const PLACEHOLDER: &'static str;

    fn from_text(text: &str) -> Result<Self, String>;

    fn number(&self) -> Option<u64> {
        None
    }
}

const fn shape(placeholder: &'static str, is_list: bool, is_switch: bool) -> Shape {
    Shape { placeholder, is_list, is_switch }
}

macro_rules! single_settings {
    ($($type:ty),*) => { $(
        impl SettingValue for $type {
            const SHAPE: Shape = shape(<$type>::PLACEHOLDER, false, false);

            fn from_texts(texts: &[String]) -> Result<Self, String> {
                let [text] = texts else { return Err("takes one value".to_owned()) };
                <$type>::from_text(text)
            }

            fn measure(&self) -> Option<u64> {
                self.number()
            }
        }
    )* };
}

single_settings!(SocketAddr, PathBuf, String, LogFormat, FilePlace, Ratio, u32, u64, usize);

macro_rules! number_settings {
    ($($type:ty),*) => { $(
        impl SingleValue for $type {
            const PLACEHOLDER: &'static str = "NUMBER";

            fn from_text(text: &str) -> Result<Self, String> {
                text.parse().map_err(|_| format!("`{text}` is not a whole number"))
            }

            fn number(&self) -> Option<u64> {
                u64::try_from(*self).ok()
            }
        }
    )* };
}

number_settings!(u32, u64, usize);

impl SettingValue for bool {
    const SHAPE: Shape = shape("on|off", false, true);

    fn from_texts(texts: &[String]) -> Result<Self, String> {
        match texts {
            [text] => match text.as_str() {
                "on" | "true" | "1" => Ok(true),
                "off" | "false" | "0" => Ok(false),
                _ => Err(format!("`{text}` is neither on nor off")),
            },
            _ => Err("takes one value".to_owned()),
        }
    }
}

impl<T: SingleValue> SettingValue for Option<T> {
    const SHAPE: Shape = shape(T::PLACEHOLDER, false, false);

    fn from_texts(texts: &[String]) -> Result<Self, String> {
        match texts {
            [] => Ok(None),
            [text] if text.is_empty() => Ok(None),
            [text] => T::from_text(text).map(Some),
            _ => Err("takes one value".to_owned()),
        }
    }
}

impl<T: SingleValue> SettingValue for Vec<T> {
    const SHAPE: Shape = shape(T::PLACEHOLDER, true, false);

    fn from_texts(texts: &[String]) -> Result<Self, String> {
        let items = texts.iter().flat_map(|text| text.split(',')).map(str::trim);
        items.filter(|item| !item.is_empty()).map(T::from_text).collect()
    }
}

impl SingleValue for SocketAddr {
    const PLACEHOLDER: &'static str = "ADDR:PORT";

    fn from_text(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| format!("`{text}` is not an address and port such as 127.0.0.1:8080"))
    }
}

impl SingleValue for PathBuf {
    const PLACEHOLDER: &'static str = "DIR";

    fn from_text(text: &str) -> Result<Self, String> {
        if text.is_empty() { Err("is empty".to_owned()) } else { Ok(Self::from(text)) }
    }
}

impl SingleValue for String {
    const PLACEHOLDER: &'static str = "TEXT";

    fn from_text(text: &str) -> Result<Self, String> {
        Ok(text.to_owned())
    }
}

/// Reasons never hold the value: it may be a password.
impl SingleValue for SecretString {
    const PLACEHOLDER: &'static str = "URL";

    fn from_text(text: &str) -> Result<Self, String> {
        Ok(Self::from(text))
    }
}

impl SingleValue for Url {
    const PLACEHOLDER: &'static str = "URL";

    fn from_text(text: &str) -> Result<Self, String> {
        let url = Self::parse(text).map_err(|_| "is not a URL".to_owned())?;
        let is_plain = url.query().is_none() && url.fragment().is_none();
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() || !is_plain {
            return Err("is not an http or https URL without query and fragment".to_owned());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("holds a user name or password".to_owned());
        }
        Ok(url)
    }
}

impl SingleValue for IpNet {
    const PLACEHOLDER: &'static str = "CIDR";

    /// A bare address is a range of one.
    fn from_text(text: &str) -> Result<Self, String> {
        let range = text.parse::<Self>().ok();
        let address = || text.parse::<IpAddr>().ok().map(Self::from);
        range.or_else(address).ok_or_else(|| format!("`{text}` is not a range such as 10.0.0.0/8"))
    }
}

impl SingleValue for Secret {
    const PLACEHOLDER: &'static str = "SECRET";

    fn from_text(text: &str) -> Result<Self, String> {
        Ok(Self(SecretString::from(text)))
    }
}

/// Reasons never hold the value: it may be a password.
impl SingleValue for BusUrl {
    const PLACEHOLDER: &'static str = "URL";

    fn from_text(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|_| "is not a URL".to_owned())?;
        if !matches!(url.scheme(), "redis" | "rediss") || !url.has_host() {
            return Err("is not a redis:// or rediss:// URL with a host".to_owned());
        }
        Ok(Self(SecretString::from(text)))
    }
}

impl SingleValue for FilePlace {
    const PLACEHOLDER: &'static str = "local|s3";

    fn from_text(text: &str) -> Result<Self, String> {
        match text {
            "local" => Ok(Self::Local),
            "s3" => Ok(Self::S3),
            _ => Err(format!("`{text}` is neither local nor s3")),
        }
    }
}

impl SingleValue for Ratio {
    const PLACEHOLDER: &'static str = "0..1";

    fn from_text(text: &str) -> Result<Self, String> {
        let ratio = text.parse().ok().filter(|ratio| (0.0..=1.0).contains(ratio));
        ratio.map(Self).ok_or_else(|| format!("`{text}` is not a number from 0 to 1"))
    }
}

impl SingleValue for LogFormat {
    const PLACEHOLDER: &'static str = "text|json";

    fn from_text(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(format!("`{text}` is neither text nor json")),
        }
    }
}
