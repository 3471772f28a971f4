//! A WebSocket that one thread reads in one task and writes in another, without waiting.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use anyhow::{Context as _, bail};
use futures_util::{Sink, Stream};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, accept_async_with_config, client_async_with_config};

/// Bytes read and gathered at once.
const BUFFER_BYTES: usize = 8_192;
/// What the other side may leave unread before the run ends.
const UNREAD_MAX_BYTES: usize = 4 << 20;

/// One end of a connection.
pub(super) struct Line {
    socket: Option<WebSocketStream<TcpStream>>,
    needs_flush: bool,
}

fn config() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES)
        .max_write_buffer_size(UNREAD_MAX_BYTES)
}

impl Line {
    /// Connects to a path of this machine.
    pub(super) async fn dial(port: u16, path: &str, protocol: Option<&str>) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.context("could not connect")?;
        stream.set_nodelay(true)?;
        let mut request = format!("ws://127.0.0.1:{port}{path}").into_client_request()?;
        if let Some(protocol) = protocol {
            request.headers_mut().insert("sec-websocket-protocol", protocol.parse()?);
        }
        let (socket, _) =
            client_async_with_config(request, stream, Some(config())).await.context("no WebSocket")?;
        Ok(Self { socket: Some(socket), needs_flush: false })
    }

    /// Takes a connection in.
    pub(super) async fn accept(stream: TcpStream) -> anyhow::Result<Self> {
        stream.set_nodelay(true)?;
        let socket = accept_async_with_config(stream, Some(config())).await.context("no WebSocket")?;
        Ok(Self { socket: Some(socket), needs_flush: false })
    }

    /// Writes a message now, or keeps it until [`Line::flush`] where the other side is behind.
    pub(super) fn post(&mut self, message: Message) -> anyhow::Result<()> {
        let Some(socket) = &mut self.socket else { bail!("the connection is gone") };
        let mut socket = Pin::new(socket);
        let mut cx = Context::from_waker(Waker::noop());
        // One that is behind is written to all the same: the buffer has a bound, and its end is the run's.
        let _behind = socket.as_mut().poll_ready(&mut cx)?;
        socket.as_mut().start_send(message)?;
        self.needs_flush = true;
        self.flush()
    }

    /// Writes what could not be written at once.
    pub(super) fn flush(&mut self) -> anyhow::Result<()> {
        if let Some(socket) = self.socket.as_mut().filter(|_| self.needs_flush) {
            let mut cx = Context::from_waker(Waker::noop());
            self.needs_flush = Pin::new(socket).poll_flush(&mut cx)?.is_pending();
        }
        Ok(())
    }

    /// Takes the connection away, so that the other side sees it reset.
    pub(super) fn cut(&mut self) {
        if let Some(socket) = self.socket.take() {
            // Already gone is as good.
            let _gone = socket.get_ref().set_zero_linger();
        }
    }
}

/// The next message of a line; `None` once it has ended.
pub(super) async fn next(line: &RefCell<Line>) -> Option<Result<Message, Error>> {
    poll_fn(|cx| match &mut line.borrow_mut().socket {
        Some(socket) => Pin::new(socket).poll_next(cx),
        None => Poll::Ready(None),
    })
    .await
}

/// Gives every text of a line to `hear`, until that fails or the line ends; why it came to that. `end` says what it
/// means that the other side has hung up.
pub(super) async fn read_texts(
    line: &RefCell<Line>,
    mut hear: impl FnMut(&str) -> anyhow::Result<()>,
    end: &'static str,
) -> anyhow::Error {
    loop {
        let taken = match next(line).await {
            Some(Ok(Message::Text(text))) => hear(&text),
            Some(Ok(_)) => Ok(()),
            Some(Err(error)) => return error.into(),
            None => return anyhow::anyhow!(end),
        };
        if let Err(error) = taken {
            return error;
        }
    }
}
