//! Why storage cannot serve.

/// Why storage cannot serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unwell {
    /// It does not answer, or takes no writes.
    Database,
    /// A page of it is damaged.
    Damaged,
}

impl Unwell {
    /// The reason that `/readyz` gives.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Damaged => "database_damaged",
        }
    }
}
