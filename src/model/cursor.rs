//! Where a list goes on.

/// Where a list goes on: behind this conversation, in the order of its view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The moment of change, or the rank, of the last one shown.
    pub at: i64,
    /// Its id.
    pub id: String,
}

impl Cursor {
    /// The text a client hands back.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("{}_{}", self.at, self.id)
    }

    /// A cursor from what a client handed back.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('_')?;
        Some(Self { at: at.parse().ok()?, id: id.to_owned() })
    }
}
