//! From an accepted TCP stream to a WebSocket: the bounds of the stream, and the server side of the handshake.

mod accepted;
mod socket;
mod upgrade;

pub use accepted::AcceptedStream;
pub use socket::{Socket, SocketReader, SocketWriter};
pub use upgrade::{Upgrade, UpgradedStream, refuse, refuse_while_draining};
