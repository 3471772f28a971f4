//! What came of runs: as JSON, as a table, as one HTML file, and compared with an earlier one.

mod compare;
mod gates;
mod html;
mod metrics;
mod plot;
mod reading;
mod results;
mod table;

pub(crate) use compare::compare;
pub(crate) use gates::verdicts;
pub(crate) use html::page;
pub(crate) use reading::Reading;
pub(crate) use results::{Item, Missing, Report, Runs};
pub(crate) use table::{gates_table, table};
