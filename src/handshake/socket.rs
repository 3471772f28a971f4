//! The two halves of an upgraded connection, which two tasks may use without a lock between them.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::accepted::{AcceptedStream, Held};

/// An upgraded connection.
pub struct Socket {
    /// What the client sends.
    pub reader: SocketReader,
    /// What the client is sent.
    pub writer: SocketWriter,
}

impl Socket {
    /// The halves of `stream`; `unread` was read along with the request.
    #[must_use]
    pub fn new(stream: AcceptedStream, unread: Bytes) -> Self {
        let (stream, stall_max, held) = stream.into_parts();
        let (reading, writing) = stream.into_split();
        // A copy: even an empty slice would keep the whole buffer of the request.
        let unread = Bytes::copy_from_slice(&unread);
        Self {
            reader: SocketReader { unread, half: reading },
            writer: SocketWriter { half: writing, stall_max, _held: held },
        }
    }
}

/// The reading half.
#[derive(Debug)]
pub struct SocketReader {
    unread: Bytes,
    half: OwnedReadHalf,
}

impl AsyncRead for SocketReader {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.unread.is_empty() {
            return Pin::new(&mut self.half).poll_read(context, buffer);
        }
        let count = self.unread.len().min(buffer.remaining());
        buffer.put_slice(&self.unread[..count]);
        self.unread.advance(count);
        Poll::Ready(Ok(()))
    }
}

/// The writing half. Dropping it ends the stream for the client.
pub struct SocketWriter {
    half: OwnedWriteHalf,
    stall_max: Duration,
    _held: Held,
}

impl SocketWriter {
    /// Writes as much as the system takes now; 0 where it takes nothing.
    ///
    /// # Errors
    /// When the connection is broken.
    pub fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        match self.half.try_write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(0),
            written => written,
        }
    }

    /// Waits until the system may take something again.
    ///
    /// # Errors
    /// When the connection is broken, and when the client has read nothing for too long.
    pub async fn writable(&self) -> io::Result<()> {
        tokio::time::timeout(self.stall_max, self.half.writable())
            .await
            .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl std::fmt::Debug for SocketWriter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SocketWriter").field("half", &self.half).finish_non_exhaustive()
    }
}
