//! Fields that must be there.

use serde::{Deserialize, Deserializer};

/// A field that must be there, though it may be null.
///
/// # Errors
/// When it is neither null nor what it must be.
pub fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}
