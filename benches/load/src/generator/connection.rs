//! One client's socket: its phase, what is not whole yet, and what the socket did not take.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};

use anyhow::Context;
use socket2::{Domain, Protocol, SockAddr, Socket, Type};

use super::frame;
use super::poller::Poller;

/// How far a client has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Phase {
    #[default]
    Closed,
    Connecting,
    Upgrading,
    /// Waits for the frame that ends this step of the dialect.
    Stepping(usize),
    /// Waits for the ack of its join.
    Joining(u64),
    Open,
}

#[derive(Default)]
pub(super) struct Connection {
    stream: Option<TcpStream>,
    pub(super) phase: Phase,
    /// Bytes that are no whole frame yet.
    pub(super) rest: Vec<u8>,
    out: Vec<u8>,
    is_watched: bool,
    last_id: u64,
}

impl Connection {
    /// Begins to connect from an address of the loopback network.
    pub(super) fn connect(
        &mut self,
        source: Ipv4Addr,
        port: u16,
        index: usize,
        poller: &Poller,
    ) -> anyhow::Result<()> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP))?;
        socket.set_nonblocking(true)?;
        socket.set_tcp_nodelay(true)?;
        socket.bind(&SockAddr::from(SocketAddr::from((source, 0)))).context("no free port")?;
        match socket.connect(&SockAddr::from(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))) {
            Ok(()) => {}
            Err(error) if error.raw_os_error() == Some(rustix::io::Errno::INPROGRESS.raw_os_error()) => {}
            Err(error) => return Err(error).context("could not connect"),
        }
        let stream = TcpStream::from(socket);
        poller.add(&stream, index, true)?;
        *self = Self { stream: Some(stream), phase: Phase::Connecting, is_watched: true, ..Self::default() };
        Ok(())
    }

    /// What became of connecting.
    pub(super) fn error(&self) -> Option<std::io::Error> {
        self.stream.as_ref().and_then(|stream| stream.take_error().ok().flatten())
    }

    /// A new id for what wants an ack.
    pub(super) fn take_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Reads once: how many bytes, or `None` where nothing is there. Zero is the end.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<Option<usize>> {
        let Some(stream) = &mut self.stream else { return Ok(None) };
        match stream.read(buffer) {
            Ok(count) => Ok(Some(count)),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) fn write_frame(
        &mut self,
        opcode: u8,
        payload: &[u8],
        index: usize,
        poller: &Poller,
    ) -> anyhow::Result<()> {
        let mask = [0x5a, 0x3c, (index & 0xff) as u8, (self.last_id & 0xff) as u8];
        let mut bytes = Vec::with_capacity(payload.len() + 14);
        frame::encode(opcode, payload, mask, &mut bytes);
        self.write(&bytes, index, poller)
    }

    pub(super) fn write(&mut self, bytes: &[u8], index: usize, poller: &Poller) -> anyhow::Result<()> {
        if !self.out.is_empty() {
            self.out.extend_from_slice(bytes);
            return Ok(());
        }
        let Some(stream) = &mut self.stream else { return Ok(()) };
        let written = match stream.write(bytes) {
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => 0,
            // The end is told by reading.
            Err(_) => return Ok(()),
        };
        self.out.extend_from_slice(&bytes[written..]);
        self.watch(index, poller)
    }

    /// Writes what waits.
    pub(super) fn flush(&mut self, index: usize, poller: &Poller) -> anyhow::Result<()> {
        let Some(stream) = &mut self.stream else { return Ok(()) };
        if !self.out.is_empty()
            && let Ok(count) = stream.write(&self.out)
        {
            self.out.drain(..count);
        }
        self.watch(index, poller)
    }

    fn watch(&mut self, index: usize, poller: &Poller) -> anyhow::Result<()> {
        let is_waiting = !self.out.is_empty();
        if let Some(stream) = &self.stream
            && self.is_watched != is_waiting
        {
            poller.change(stream, index, is_waiting)?;
            self.is_watched = is_waiting;
        }
        Ok(())
    }

    /// Closes the socket; the system takes it out of the poller.
    pub(super) fn close(&mut self) {
        *self = Self::default();
    }
}
