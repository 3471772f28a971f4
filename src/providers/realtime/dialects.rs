//! The dialects of a kind of provider, and which of them a model speaks.

use super::dialect::Dialect;
use super::models::VoiceModel;

/// The dialects of a kind of provider.
#[derive(Debug, Clone, Copy)]
pub struct Dialects {
    /// What its voice models speak where their entry says nothing else.
    usual: &'static dyn Dialect,
    /// Others by the name that entries of models give them.
    named: &'static [(&'static str, &'static dyn Dialect)],
}

impl Dialects {
    /// This one for most models, and others by their names.
    pub(super) const fn new(
        usual: &'static dyn Dialect,
        named: &'static [(&'static str, &'static dyn Dialect)],
    ) -> Self {
        Self { usual, named }
    }

    /// What is spoken where a model's entry says nothing else.
    pub(super) fn usual(&self) -> &'static dyn Dialect {
        self.usual
    }

    /// The dialect of a model: its entry's, where it has one.
    #[must_use]
    pub fn of(&self, model: &str) -> &'static dyn Dialect {
        let name = VoiceModel::named(model).map(|entry| entry.dialect.as_str());
        let named = self.named.iter().find(|(known, _)| name == Some(known));
        named.map_or(self.usual, |(_, dialect)| *dialect)
    }
}
