//! All clients of a run: connects them, joins their rooms, sends for them, and passes on what they hear.

use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use super::connection::{Connection, Phase};
use super::frame;
use super::poller::Poller;
use crate::dialect::{Dialect, Fill, Heard};

const READ_BYTES: usize = 256 * 1_024;
/// Addresses that connections come from: each has some 28,000 ports.
const SOURCES: usize = 16;

/// Who a client is and where it belongs.
#[derive(Debug, Clone)]
pub(crate) struct Seat {
    pub(crate) room: u32,
    pub(crate) room_id: Rc<str>,
    pub(crate) token: Rc<str>,
    pub(crate) is_visitor: bool,
}

/// Who is told what clients hear.
pub(crate) trait Listener {
    /// A frame that came.
    fn heard(&mut self, crowd: &mut Crowd, index: usize, heard: Heard<'_>, at: Instant);
    /// This client is in its room.
    fn joined(&mut self, crowd: &mut Crowd, index: usize, at: Instant);
    /// This client's connection has ended, or could not be had.
    fn lost(&mut self, crowd: &mut Crowd, index: usize, why: &str);
    /// From where a client that comes back goes on.
    fn position(&self, index: usize) -> Option<u64>;
}

pub(crate) struct Crowd {
    dialect: Rc<Dialect>,
    port: u16,
    poller: Poller,
    seats: Vec<Seat>,
    connections: Vec<Connection>,
    /// Who is still to connect, and how many are at it.
    waiting: VecDeque<usize>,
    opening: usize,
    at_once: usize,
    joins: bool,
    /// Added to the numbers of messages, so that a later run against the same conversations names others.
    first_message: u64,
    buffer: Vec<u8>,
    scratch: Vec<u8>,
}

impl Crowd {
    pub(crate) fn new(dialect: Rc<Dialect>, port: u16, seats: Vec<Seat>) -> anyhow::Result<Self> {
        let connections = seats.iter().map(|_| Connection::default()).collect();
        Ok(Self {
            dialect,
            port,
            poller: Poller::new()?,
            seats,
            connections,
            waiting: VecDeque::new(),
            opening: 0,
            at_once: 0,
            joins: true,
            first_message: unix_us(),
            buffer: vec![0; READ_BYTES],
            scratch: Vec::new(),
        })
    }

    /// Has these clients connect, so many at a time, and join unless they only connect.
    pub(crate) fn open(&mut self, indices: impl IntoIterator<Item = usize>, at_once: usize, joins: bool) {
        self.waiting.extend(indices);
        self.at_once = at_once;
        self.joins = joins;
    }

    /// Whether every client that was told to connect has come to its end of it.
    pub(crate) fn is_settled(&self) -> bool {
        self.waiting.is_empty() && self.opening == 0
    }

    pub(crate) fn seat(&self, index: usize) -> &Seat {
        &self.seats[index]
    }

    pub(crate) fn dialect(&self) -> Rc<Dialect> {
        self.dialect.clone()
    }

    pub(crate) fn is_open(&self, index: usize) -> bool {
        self.connections[index].phase == Phase::Open
    }

    /// Closes these clients' sockets at once.
    pub(crate) fn drop_all(&mut self, indices: impl IntoIterator<Item = usize>) {
        for index in indices {
            self.connections[index].close();
        }
    }

    /// Sends a text to the client's room; gives the id that its ack will have.
    pub(crate) fn send(&mut self, index: usize, text: &str, message: u64) -> anyhow::Result<u64> {
        let id = self.connections[index].take_id();
        let dialect = self.dialect.clone();
        let room = self.seats[index].room_id.clone();
        let message = self.first_message + message;
        let fill = Fill { id, room: &room, text, message, ..Fill::default() };
        self.scratch.clear();
        dialect.send.write(fill, &mut self.scratch);
        self.write_text(index)?;
        Ok(id)
    }

    /// Types in the client's room.
    pub(crate) fn type_text(&mut self, index: usize, text: &str) -> anyhow::Result<()> {
        let dialect = self.dialect.clone();
        let typing = dialect.typing.as_ref().context("the dialect does not say how to type")?;
        let room = self.seats[index].room_id.clone();
        self.scratch.clear();
        typing.write(Fill { room: &room, text, ..Fill::default() }, &mut self.scratch);
        self.write_text(index)
    }

    /// Waits this long at most, and passes on what has come.
    pub(crate) fn poll(&mut self, timeout: Duration, listener: &mut impl Listener) -> anyhow::Result<()> {
        while self.opening < self.at_once
            && let Some(index) = self.waiting.pop_front()
        {
            let source = Ipv4Addr::new(127, 0, 0, u8::try_from(2 + index % SOURCES)?);
            self.connections[index].connect(source, self.port, index, &self.poller)?;
            self.opening += 1;
        }
        let mut ready = Vec::new();
        self.poller.wait(timeout, &mut ready)?;
        for one in ready {
            if one.is_writable {
                self.writable(one.index, listener)?;
            }
            self.readable(one.index, listener)?;
        }
        Ok(())
    }

    fn writable(&mut self, index: usize, listener: &mut impl Listener) -> anyhow::Result<()> {
        if self.connections[index].phase != Phase::Connecting {
            return self.connections[index].flush(index, &self.poller);
        }
        if let Some(error) = self.connections[index].error() {
            self.lose(index, &error.to_string(), listener);
            return Ok(());
        }
        let request = format!(
            "GET {} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\
             sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n",
            self.dialect.path, self.port
        );
        self.connections[index].phase = Phase::Upgrading;
        self.connections[index].write(request.as_bytes(), index, &self.poller)?;
        self.connections[index].flush(index, &self.poller)
    }

    fn readable(&mut self, index: usize, listener: &mut impl Listener) -> anyhow::Result<()> {
        if matches!(self.connections[index].phase, Phase::Closed | Phase::Connecting) {
            return Ok(());
        }
        // Taken out, so that whoever hears a frame may use the crowd.
        let mut buffer = std::mem::take(&mut self.buffer);
        let read = self.connections[index].read(&mut buffer);
        let at = now();
        let result = match read {
            Ok(None) => Ok(()),
            Ok(Some(0)) => {
                self.lose(index, "the server closed", listener);
                Ok(())
            }
            Ok(Some(count)) => self.take(index, &buffer[..count], at, listener),
            Err(error) => {
                self.lose(index, &error.to_string(), listener);
                Ok(())
            }
        };
        self.buffer = buffer;
        result
    }

    fn take(
        &mut self,
        index: usize,
        bytes: &[u8],
        at: Instant,
        listener: &mut impl Listener,
    ) -> anyhow::Result<()> {
        let mut joint = std::mem::take(&mut self.connections[index].rest);
        let bytes = if joint.is_empty() {
            bytes
        } else {
            joint.extend_from_slice(bytes);
            &joint
        };
        let mut used = 0;
        while let Some(length) = self.take_one(index, &bytes[used..], at, listener)? {
            used += length;
        }
        if self.connections[index].phase != Phase::Closed {
            self.connections[index].rest.extend_from_slice(&bytes[used..]);
        }
        Ok(())
    }

    /// Handles what is whole at the beginning of `bytes`; gives its length.
    fn take_one(
        &mut self,
        index: usize,
        bytes: &[u8],
        at: Instant,
        listener: &mut impl Listener,
    ) -> anyhow::Result<Option<usize>> {
        match self.connections[index].phase {
            Phase::Closed | Phase::Connecting => return Ok(None),
            Phase::Upgrading => {
                let Some(end) = memchr::memmem::find(bytes, b"\r\n\r\n") else { return Ok(None) };
                if bytes.starts_with(b"HTTP/1.1 101") {
                    self.step(index, 0, at, listener)?;
                } else {
                    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
                    self.lose(index, &head, listener);
                }
                return Ok(Some(end + 4));
            }
            Phase::Stepping(_) | Phase::Joining(_) | Phase::Open => {}
        }
        let Some(frame) = frame::decode(bytes) else { return Ok(None) };
        match frame.opcode {
            frame::TEXT => self.take_text(index, frame.payload, at, listener)?,
            frame::PING => {
                self.connections[index].write_frame(frame::PONG, frame.payload, index, &self.poller)?;
            }
            frame::CLOSE => {
                let why = String::from_utf8_lossy(frame.payload.get(2..).unwrap_or_default()).into_owned();
                self.lose(index, &format!("the server closed: {why}"), listener);
            }
            _ => {}
        }
        Ok(Some(frame.length))
    }

    fn take_text(
        &mut self,
        index: usize,
        payload: &[u8],
        at: Instant,
        listener: &mut impl Listener,
    ) -> anyhow::Result<()> {
        let dialect = self.dialect.clone();
        let phase = self.connections[index].phase;
        if let Phase::Stepping(step) = phase {
            if payload.starts_with(dialect.connect[step].until.as_bytes()) {
                return self.step(index, step + 1, at, listener);
            }
            if !matches!(dialect.hear(payload), Heard::Other | Heard::Ping) {
                self.lose(index, &String::from_utf8_lossy(payload), listener);
            }
            return Ok(());
        }
        match (dialect.hear(payload), phase) {
            (Heard::Ping, _) => {
                self.scratch.clear();
                self.scratch.extend(dialect.pong.iter().flat_map(|pong| pong.bytes()));
                self.write_text(index)?;
            }
            (Heard::Ack { id, is_refused }, Phase::Joining(join)) if id == join => {
                if is_refused {
                    self.lose(index, &String::from_utf8_lossy(payload), listener);
                } else {
                    self.arrive(index, at, listener);
                }
            }
            (heard, _) => listener.heard(self, index, heard, at),
        }
        Ok(())
    }

    /// Does this step of the dialect, or joins after the last.
    fn step(
        &mut self,
        index: usize,
        step: usize,
        at: Instant,
        listener: &mut impl Listener,
    ) -> anyhow::Result<()> {
        let dialect = self.dialect.clone();
        let seat = self.seats[index].clone();
        let fill = Fill { room: &seat.room_id, token: &seat.token, ..Fill::default() };
        self.scratch.clear();
        if let Some(step_now) = dialect.connect.get(step) {
            self.connections[index].phase = Phase::Stepping(step);
            if let Some(send) = &step_now.send {
                send.write(fill, &mut self.scratch);
                self.write_text(index)?;
            }
            return Ok(());
        }
        if !self.joins {
            self.arrive(index, at, listener);
            return Ok(());
        }
        let id = self.connections[index].take_id();
        match (listener.position(index), &dialect.resume) {
            (Some(after), Some(resume)) => resume.write(Fill { id, after, ..fill }, &mut self.scratch),
            _ => dialect.join.write(Fill { id, ..fill }, &mut self.scratch),
        }
        self.connections[index].phase = Phase::Joining(id);
        self.write_text(index)
    }

    fn arrive(&mut self, index: usize, at: Instant, listener: &mut impl Listener) {
        self.connections[index].phase = Phase::Open;
        self.opening -= 1;
        listener.joined(self, index, at);
    }

    fn lose(&mut self, index: usize, why: &str, listener: &mut impl Listener) {
        if self.connections[index].phase != Phase::Open {
            self.opening -= 1;
        }
        self.connections[index].close();
        listener.lost(self, index, why);
    }

    fn write_text(&mut self, index: usize) -> anyhow::Result<()> {
        ensure!(!self.scratch.is_empty(), "the dialect says nothing to send");
        self.connections[index].write_frame(frame::TEXT, &self.scratch, index, &self.poller)
    }
}

fn now() -> Instant {
    Instant::now()
}

/// Microseconds since 1970.
fn unix_us() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| u64::try_from(since.as_micros()).unwrap_or(0))
}
