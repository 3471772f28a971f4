//! A server under load.

use std::rc::Rc;

use super::meter::Meter;
use super::peer::RunningPeer;
use crate::dialect::Dialect;
use crate::generator::{Crowd, Seat};
use crate::server::Server;

/// Holds what ends with the run.
pub(super) enum Started {
    Switchboard(#[expect(dead_code, reason = "it ends when it is dropped")] Box<Server>),
    Peer(#[expect(dead_code, reason = "it ends when it is dropped")] RunningPeer),
    Elsewhere,
}

/// A server with what its clients need to know.
pub(crate) struct Running {
    _started: Started,
    dialect: Rc<Dialect>,
    port: u16,
    pub(crate) meter: Meter,
    seats: Vec<Seat>,
}

impl Running {
    pub(super) fn new(started: Started, dialect: Rc<Dialect>, port: u16, pid: u32, seats: Vec<Seat>) -> Self {
        Self { _started: started, dialect, port, meter: Meter::new(pid), seats }
    }

    /// All clients, none of them connected.
    pub(crate) fn crowd(&self) -> anyhow::Result<Crowd> {
        Crowd::new(self.dialect.clone(), self.port, self.seats.clone())
    }

    /// Whether clients that come back are given what they missed.
    pub(crate) fn resumes(&self) -> bool {
        self.dialect.resume.is_some()
    }
}
