//! Whole orgs: their figures, everything of one for taking along, and its removal.

mod export;
mod figures;
mod removal;
mod tables;

pub use export::{Export, ExportPart};
pub use figures::Figures;
pub use removal::Removal;
