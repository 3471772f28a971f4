//! `switchboard call start`: a visitor's side of a call, with files instead of a microphone and a loudspeaker.
//!
//! [`door`] gets in as a widget does, [`talk`] is the call. What is decided in between knows neither sockets nor
//! clocks: [`microphone`] cuts what is said into frames, [`ear`] plays what comes as fast as time goes, [`patience`]
//! knows when everything has been said.

mod door;
mod ear;
mod events;
mod frames;
mod microphone;
mod patience;
mod start;
mod talk;
mod teller;
mod wav;

pub(super) use start::start;
