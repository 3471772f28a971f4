//! Tools: the platform's catalogue, and what an org sets of it.

/// A tool of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct ToolRecord {
    /// The name a model calls it by.
    pub name: String,
    /// `built_in` or `webhook`.
    pub kind: String,
    /// Whether it came with the server; then only its default can be changed.
    pub is_shipped: bool,
    /// What it does, for the model.
    pub description: String,
    /// JSON schema of its arguments.
    pub input_schema: String,
    /// JSON schema of its answer.
    pub output_schema: Option<String>,
    /// Whether running it twice does no harm.
    pub is_idempotent: bool,
    /// Whether orgs have it unless they say otherwise.
    pub default_enabled: bool,
    /// When it was added.
    pub created_at: i64,
}

/// A tool as an org has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgTool {
    /// The tool itself.
    pub tool: ToolRecord,
    /// What the org says; nothing means the default.
    pub enabled: Option<bool>,
    /// Where the org's webhook is.
    pub url: Option<String>,
    /// What its secret looks like.
    pub secret_hint: Option<String>,
    /// The org's settings of it, as JSON.
    pub settings: Option<String>,
}

impl OrgTool {
    /// Whether the assistant may call it: switched on, and with an address where it needs one.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        let is_on = self.enabled.unwrap_or(self.tool.default_enabled);
        is_on && (self.tool.kind != "webhook" || self.url.is_some())
    }
}
