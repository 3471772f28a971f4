//! Tools: the catalogue, what orgs set of it, and the audit of runs.

mod catalogue;
mod runs;

pub use catalogue::{OrgTool, ToolRecord, Tools, tool_secret_field};
pub use runs::{ToolRun, ToolRunFilter, ToolRuns};
