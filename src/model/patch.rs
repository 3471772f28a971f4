//! A field of a partial update: absent, null, or a value.

use serde::{Deserialize, Deserializer};

/// What a change says of a field. In JSON: absent, null or a value; the field needs `#[serde(default)]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Patch<T> {
    /// Nothing: the field stays as it is.
    #[default]
    Keep,
    /// The field becomes empty.
    Clear,
    /// The field becomes this.
    Set(T),
}

impl<T> Patch<T> {
    /// Whether the field stays as it is.
    #[must_use]
    pub fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// The new value, where there is one.
    #[must_use]
    pub fn value(self) -> Option<T> {
        match self {
            Self::Keep | Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }

    /// The same with a borrowed value.
    #[must_use]
    pub fn as_ref(&self) -> Patch<&T> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(value),
        }
    }

    /// The same with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(change(value)),
        }
    }

    /// The same with a value that may be refused.
    ///
    /// # Errors
    /// Why the value is refused.
    pub fn try_map<U, E>(self, check: impl FnOnce(T) -> Result<U, E>) -> Result<Patch<U>, E> {
        Ok(match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(check(value)?),
        })
    }

    /// The new value of a field that is never empty; cleared, it becomes the default.
    pub fn value_or(self, default: impl FnOnce() -> T) -> Option<T> {
        match self {
            Self::Keep => None,
            Self::Clear => Some(default()),
            Self::Set(value) => Some(value),
        }
    }

    /// Changes a field.
    pub fn apply(self, field: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *field = None,
            Self::Set(value) => *field = Some(value),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Clear, Self::Set))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Change {
        #[serde(default)]
        field: Patch<String>,
    }

    fn read(json: &str) -> Patch<String> {
        serde_json::from_str::<Change>(json).unwrap().field
    }

    #[test]
    fn absent_keeps_null_clears_and_a_value_is_set() {
        for (json, patch, after) in [
            ("{}", Patch::Keep, Some("old")),
            (r#"{"field":null}"#, Patch::Clear, None),
            (r#"{"field":"new"}"#, Patch::Set("new".to_owned()), Some("new")),
            (r#"{"field":""}"#, Patch::Set(String::new()), Some("")),
        ] {
            let mut field = Some("old".to_owned());
            assert_eq!(read(json), patch);
            read(json).apply(&mut field);
            assert_eq!(field.as_deref(), after, "{json}");
        }
        assert!(serde_json::from_str::<Change>(r#"{"field":1}"#).is_err());
    }

    #[test]
    fn a_check_sees_only_a_value() {
        let refuse = |_: String| Err::<String, _>("refused");

        assert_eq!(Patch::Keep.try_map(refuse), Ok(Patch::Keep));
        assert_eq!(Patch::Clear.try_map(refuse), Ok(Patch::Clear));
        assert_eq!(Patch::Set("x".to_owned()).try_map(refuse), Err("refused"));
    }
}
