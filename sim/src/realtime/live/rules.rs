//! How the full-duplex session behaves beyond what it shares with the other dialect.

/// How the full-duplex session behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveRules {
    /// It falls silent when somebody has spoken over it for so long; `u64::MAX` is never.
    pub yields_after_ms: u64,
    /// So often it says what it has used, by its clock.
    pub usage_every_ms: u64,
    /// It ends at this time of its clock, with this reason.
    pub closes_at: Option<(u64, String)>,
    /// It says this while a task is with somebody else.
    pub acknowledges: Option<String>,
    /// Words come so long before their sound; they are heard when they are heard.
    pub words_ahead_ms: u64,
}

impl Default for LiveRules {
    fn default() -> Self {
        Self {
            yields_after_ms: 240,
            usage_every_ms: 1_000,
            closes_at: None,
            acknowledges: None,
            words_ahead_ms: 40,
        }
    }
}
