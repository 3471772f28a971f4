//! Tools: the catalogue, what orgs set of it, and the audit of runs.

mod catalogue;
mod runs;

pub use catalogue::Tools;
pub use runs::ToolRuns;
