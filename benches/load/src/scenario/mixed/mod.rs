//! A business day at speed: visitors come, ask the assistant, ask for a person, are answered by agents who take over,
//! and some call. Switchboard alone is asked to do all of that.

mod day;
mod desk;
mod follower;
mod options;
mod tally;
mod visit;

pub(super) use day::run;
pub(crate) use options::Options;
