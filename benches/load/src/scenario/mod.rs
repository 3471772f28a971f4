//! What is done to a server, and what of it is measured.

pub(crate) mod broadcast;
pub(crate) mod idle;
mod ladder;
mod measure;
pub(crate) mod mixed;
mod options;
pub(crate) mod rooms;
mod storage;
pub(crate) mod storm;
mod talk;
#[cfg(test)]
mod talk_tests;
pub(crate) mod typing;
mod workload;

pub(crate) use options::Common;
pub(crate) use workload::Workload;
