//! `switchboard call start`: a visitor's side of a call, with files instead of a microphone and a loudspeaker.
//!
//! [`connect`] gets in as a widget does, [`talk`] is the call. What is decided in between knows neither sockets nor
//! clocks: [`microphone`] cuts what is said into frames, [`playback`] plays what comes as fast as time goes, [`hang_up`]
//! knows when everything has been said.

mod connect;
mod events;
mod frames;
mod hang_up;
mod microphone;
mod playback;
mod start;
mod talk;
mod transcript;
mod wav;

pub(super) use start::start;
