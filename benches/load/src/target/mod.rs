//! What is loaded: Switchboard, a peer beside it, or a server that somebody else has started.

mod contender;
mod cores;
mod estate;
mod meter;
mod peer;
mod postgres;
mod priority;
mod running;
mod shape;

pub(crate) use contender::{Contender, Contenders};
pub(crate) use cores::Cores;
pub(crate) use meter::{Meter, Spent};
pub(crate) use priority::Priority;
pub(crate) use running::Running;
pub(crate) use shape::Shape;
