//! Stock Socket.IO v4 clients at `/socket.io/chat`: WebSocket and long polling, namespace `/`.
//!
//! socketioxide speaks the protocol. Around it stands what it does not do: [`Pipe`] knows what the client
//! has taken, holds its sending back while its events wait, and can cut the transport without a goodbye;
//! the outbox of the hub stays the only queue that counts.

#[cfg(feature = "conformance")]
mod echo;
mod first_ping;
mod inbox;
mod pipe;
mod pump;
mod service;
mod sockets;
mod stream;

#[cfg(feature = "conformance")]
pub use echo::echo_service;
pub use service::{SocketIoEdge, edge};
