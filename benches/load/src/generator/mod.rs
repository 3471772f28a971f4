//! Many clients in one thread: sockets over epoll, so that the generator costs little and its core is enough.

mod checker;
mod connection;
mod crowd;
mod frame;
mod mark;
mod poller;
mod schedule;

pub(crate) use checker::{Checker, Fault};
pub(crate) use crowd::{Crowd, Listener, Seat};
pub(crate) use mark::Mark;
pub(crate) use schedule::{Order, Schedule};
