//! The listening socket.

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::TcpListener;

/// Connections that may wait to be accepted: a reconnect storm of thousands loses none.
const BACKLOG: i32 = 4_096;

/// Listens on `address`.
pub(super) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

/// Allows as many open sockets as the system lets this process have.
pub(super) fn raise_open_files() -> u64 {
    let Ok((_, most)) = rlimit::Resource::NOFILE.get() else { return 0 };
    // What cannot be raised stays as it is; the number is logged.
    let _unchanged = rlimit::Resource::NOFILE.set(most, most);
    rlimit::Resource::NOFILE.get_soft().unwrap_or(0)
}
