//! Whole orgs, for whoever runs the platform: their figures, suspending them, taking along what they have, and removing
//! them after a while. Authorisation of all that.

mod arranging;
mod by_shell;
mod export;
mod removal_job;
mod service;
mod suspension;

pub use by_shell::{arrange_removal_by_shell, export_by_shell};
pub use export::ExportLines;
pub use service::{Tenancy, TenancyParts};
pub use suspension::ListedOrg;
