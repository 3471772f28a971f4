//! Whole orgs, for whoever runs the platform: their figures, suspending them, taking along what they have, and removing
//! them after a while. Authorisation of all that.

mod export;
mod removal_job;
mod service;
mod suspension;

pub use export::ExportLines;
pub use service::{Tenancy, TenancyParts};
pub use suspension::ListedOrg;
