//! Ids and kinds as text, for serde.

/// An id as its text.
pub(super) mod id {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(in crate::bus) fn serialize<T: Display, S: Serializer>(
        value: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(in crate::bus) fn deserialize<'de, T: FromStr, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<T, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(|_| D::Error::custom("not an id"))
    }
}

/// An id as its text, where there is one.
pub(super) mod optional_id {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    #[expect(clippy::ref_option, reason = "serde asks for it")]
    pub(in crate::bus) fn serialize<T: Display, S: Serializer>(
        value: &Option<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => serializer.collect_str(value),
            None => serializer.serialize_none(),
        }
    }

    pub(in crate::bus) fn deserialize<'de, T: FromStr, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| text.parse().map_err(|_| D::Error::custom("not an id"))).transpose()
    }
}

/// A kind of user as its name.
pub(super) mod kind {
    use rooms::UserKind;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Visitor,
        Agent,
        Assistant,
        Server,
        System,
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
    pub(in crate::bus) fn serialize<S: Serializer>(
        kind: &UserKind,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let kind = match kind {
            UserKind::Visitor => Kind::Visitor,
            UserKind::Agent => Kind::Agent,
            UserKind::Assistant => Kind::Assistant,
            UserKind::Server => Kind::Server,
            UserKind::System => Kind::System,
        };
        kind.serialize(serializer)
    }

    pub(in crate::bus) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<UserKind, D::Error> {
        Ok(match Kind::deserialize(deserializer)? {
            Kind::Visitor => UserKind::Visitor,
            Kind::Agent => UserKind::Agent,
            Kind::Assistant => UserKind::Assistant,
            Kind::Server => UserKind::Server,
            Kind::System => UserKind::System,
        })
    }
}
