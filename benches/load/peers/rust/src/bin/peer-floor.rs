//! The floor: one thread, epoll, a WebSocket written by hand. Nothing that does the job can be much cheaper.
//!
//! Direct: every frame is a write of its own, as it comes. Batched: what one turn of the loop has for a connection is
//! one write at the end of the turn.

use std::collections::HashMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};

use anyhow::Context;
use clap::Parser;
use load_peers::announce;
use load_peers::frame::{Frame, decode, encode};
use memchr::{memchr, memmem};
use rustix::buffer::spare_capacity;
use rustix::event::epoll;
use tungstenite::handshake::derive_accept_key;

const LISTENER: u64 = u64::MAX;
const EVENTS: usize = 1_024;

#[derive(Parser)]
struct Arguments {
    /// Write once per turn and connection instead of once per frame.
    #[arg(long)]
    batched: bool,
}

struct Connection {
    stream: TcpStream,
    /// Bytes that are no whole frame yet.
    rest: Vec<u8>,
    /// Bytes that the socket did not take, or that wait for the end of the turn.
    out: Vec<u8>,
    is_open: bool,
    is_dirty: bool,
    /// Whether the system says when the socket takes more.
    is_watched: bool,
    rooms: Vec<String>,
}

struct Server {
    epoll: std::os::fd::OwnedFd,
    is_batched: bool,
    connections: Vec<Option<Connection>>,
    free: Vec<usize>,
    rooms: HashMap<String, Vec<usize>>,
    dirty: Vec<usize>,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    listener.set_nonblocking(true)?;
    // Asked a second time, the system takes the longer backlog.
    rustix::net::listen(&listener, i32::try_from(load_peers::BACKLOG)?)?;
    let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
    epoll::add(&epoll, &listener, epoll::EventData::new_u64(LISTENER), epoll::EventFlags::IN)?;
    announce(listener.local_addr()?.port());
    let mut server = Server {
        epoll,
        is_batched: arguments.batched,
        connections: Vec::new(),
        free: Vec::new(),
        rooms: HashMap::new(),
        dirty: Vec::new(),
    };
    let (mut events, mut buffer) = (Vec::with_capacity(EVENTS), vec![0; 65_536]);
    loop {
        events.clear();
        match epoll::wait(&server.epoll, spare_capacity(&mut events), None) {
            Err(rustix::io::Errno::INTR) => continue,
            other => other.context("epoll")?,
        };
        for event in &events {
            let (data, flags) = (event.data, event.flags);
            if data.u64() == LISTENER {
                server.accept(&listener)?;
            } else {
                server.turn(usize::try_from(data.u64())?, flags, &mut buffer)?;
            }
        }
        for index in std::mem::take(&mut server.dirty) {
            server.flush(index)?;
        }
    }
}

impl Server {
    fn accept(&mut self, listener: &TcpListener) -> anyhow::Result<()> {
        loop {
            let stream = match listener.accept() {
                Ok((stream, _)) => stream,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error.into()),
            };
            stream.set_nonblocking(true)?;
            stream.set_nodelay(true)?;
            let index = self.free.pop().unwrap_or_else(|| {
                self.connections.push(None);
                self.connections.len() - 1
            });
            let data = epoll::EventData::new_u64(index as u64);
            epoll::add(&self.epoll, &stream, data, epoll::EventFlags::IN)?;
            self.connections[index] = Some(Connection {
                stream,
                rest: Vec::new(),
                out: Vec::new(),
                is_open: false,
                is_dirty: false,
                is_watched: false,
                rooms: Vec::new(),
            });
        }
    }

    fn turn(&mut self, index: usize, flags: epoll::EventFlags, buffer: &mut [u8]) -> anyhow::Result<()> {
        if flags.contains(epoll::EventFlags::OUT) {
            self.flush(index)?;
        }
        let Some(connection) = &mut self.connections[index] else { return Ok(()) };
        let count = match connection.stream.read(buffer) {
            Ok(0) => return self.close(index),
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
            Err(_) => return self.close(index),
        };
        if connection.rest.is_empty() {
            let rest = self.take(index, &buffer[..count])?;
            if let Some(connection) = &mut self.connections[index] {
                connection.rest.extend_from_slice(&buffer[rest..count]);
            }
        } else {
            let mut all = std::mem::take(&mut connection.rest);
            all.extend_from_slice(&buffer[..count]);
            let rest = self.take(index, &all)?;
            if let Some(connection) = &mut self.connections[index] {
                connection.rest.extend_from_slice(&all[rest..]);
            }
        }
        Ok(())
    }

    /// Handles what is whole, and gives where the rest begins.
    fn take(&mut self, index: usize, bytes: &[u8]) -> anyhow::Result<usize> {
        let mut at = 0;
        while let Some(connection) = &mut self.connections[index] {
            if !connection.is_open {
                let Some(end) = memmem::find(&bytes[at..], b"\r\n\r\n") else { break };
                let answer = upgrade(&bytes[at..at + end]).context("no WebSocket handshake")?;
                connection.is_open = true;
                at += end + 4;
                self.write(index, answer.as_bytes())?;
                continue;
            }
            let Some((frame, length)) = decode(&bytes[at..]) else { break };
            at += length;
            match frame {
                Frame::Text(text) => self.act(index, &text)?,
                Frame::Ping(payload) => {
                    let mut pong = Vec::new();
                    encode(10, &payload, &mut pong);
                    self.write(index, &pong)?;
                }
                Frame::Close => self.close(index)?,
                Frame::Other => {}
            }
        }
        Ok(at)
    }

    fn act(&mut self, index: usize, text: &[u8]) -> anyhow::Result<()> {
        let event = field(text, b"\"event\":\"", b'"').context("no event")?;
        let room = std::str::from_utf8(field(text, b"\"room\":\"", b'"').context("no room")?)?;
        if event == b"join" {
            self.rooms.entry(room.to_owned()).or_default().push(index);
            if let Some(connection) = &mut self.connections[index] {
                connection.rooms.push(room.to_owned());
            }
        } else {
            let content = field(text, b"\"content\":\"", b'"').context("no content")?;
            let is_typing = event == b"typing";
            let payload = [
                b"{\"event\":\"".as_slice(),
                event,
                b"\",\"room\":\"",
                room.as_bytes(),
                b"\",\"content\":\"",
                content,
                b"\"}",
            ]
            .concat();
            let mut frame = Vec::with_capacity(payload.len() + 4);
            encode(1, &payload, &mut frame);
            let members = self.rooms.get(room).cloned().unwrap_or_default();
            for member in members.into_iter().filter(|member| !(is_typing && *member == index)) {
                self.write(member, &frame)?;
            }
        }
        if let Some(id) = field(text, b"\"id\":", b',') {
            let mut ack = Vec::with_capacity(40);
            encode(1, &[b"{\"ack\":".as_slice(), id, b",\"data\":{}}"].concat(), &mut ack);
            self.write(index, &ack)?;
        }
        Ok(())
    }

    fn write(&mut self, index: usize, bytes: &[u8]) -> anyhow::Result<()> {
        let Some(connection) = &mut self.connections[index] else { return Ok(()) };
        if self.is_batched || !connection.out.is_empty() {
            connection.out.extend_from_slice(bytes);
            if !connection.is_dirty {
                connection.is_dirty = true;
                self.dirty.push(index);
            }
            return Ok(());
        }
        match connection.stream.write(bytes) {
            Ok(count) if count == bytes.len() => {}
            Ok(count) => {
                connection.out.extend_from_slice(&bytes[count..]);
                self.watch(index, true)?;
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                connection.out.extend_from_slice(bytes);
                self.watch(index, true)?;
            }
            Err(_) => self.close(index)?,
        }
        Ok(())
    }

    fn flush(&mut self, index: usize) -> anyhow::Result<()> {
        let Some(connection) = &mut self.connections[index] else { return Ok(()) };
        connection.is_dirty = false;
        if connection.out.is_empty() {
            return Ok(());
        }
        match connection.stream.write(&connection.out) {
            Ok(count) => {
                connection.out.drain(..count);
                let is_waiting = !connection.out.is_empty();
                self.watch(index, is_waiting)
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => self.watch(index, true),
            Err(_) => self.close(index),
        }
    }

    /// Asks to be told when the socket takes more, only where something waits.
    fn watch(&mut self, index: usize, is_waiting: bool) -> anyhow::Result<()> {
        let Some(connection) = &mut self.connections[index] else { return Ok(()) };
        if connection.is_watched == is_waiting {
            return Ok(());
        }
        connection.is_watched = is_waiting;
        let flags =
            if is_waiting { epoll::EventFlags::IN | epoll::EventFlags::OUT } else { epoll::EventFlags::IN };
        epoll::modify(&self.epoll, &connection.stream, epoll::EventData::new_u64(index as u64), flags)?;
        Ok(())
    }

    fn close(&mut self, index: usize) -> anyhow::Result<()> {
        if let Some(connection) = self.connections[index].take() {
            epoll::delete(&self.epoll, &connection.stream)?;
            for room in &connection.rooms {
                if let Some(members) = self.rooms.get_mut(room) {
                    members.retain(|member| *member != index);
                }
            }
            self.free.push(index);
        }
        Ok(())
    }
}

/// The answer to the head of an upgrade.
fn upgrade(head: &[u8]) -> Option<String> {
    let head = std::str::from_utf8(head).ok()?;
    let key = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("sec-websocket-key").then(|| value.trim())
    })?;
    let accept = derive_accept_key(key.as_bytes());
    Some(format!(
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: {accept}\r\n\r\n"
    ))
}

/// What stands between `name` and `end`.
fn field<'a>(text: &'a [u8], name: &[u8], end: u8) -> Option<&'a [u8]> {
    let from = memmem::find(text, name)? + name.len();
    let length = memchr(end, &text[from..])?;
    Some(&text[from..from + length])
}
