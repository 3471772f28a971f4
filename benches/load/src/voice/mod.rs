//! Calls under load: visitors who talk, providers who answer, and what the hub adds between them.
//!
//! Four parts, each with a server of its own. [`latency`] has the provider's end of every call inside this process,
//! where a frame says when it was written; the same calls without the hub in the same run are what is compared with.
//! [`talk`] has the simulator as a process of its own and counts CPU and memory; [`drops`] cuts the provider's
//! connections, and in [`takes`] agents take calls over. Everything that arrives is checked to the sample.

mod crowd;
mod desk;
mod direct;
mod drops;
mod far_end;
mod latency;
mod line;
mod marked;
mod marks;
mod metronome;
mod options;
mod playout;
mod rounds;
mod run;
mod short_call;
mod simulator;
mod takes;
mod talk;
mod talker;
mod tones;
mod truncation;
mod visitor;

pub(crate) use options::{AnswerMs, Options};
pub(crate) use run::run;
pub(crate) use short_call::short_call;
pub(crate) use simulator::Simulator;
