//! One connection to a provider: dial, write, read. Keys, URLs and set-ups stay here and in the dialect.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use audio::relay::{Capabilities, Event, Loss};
use futures_util::{Sink, Stream};
use secrecy::SecretString;
use tokio_tungstenite::tungstenite::{Error, Message};
use url::Url;

use super::dialect::Session;
use super::dialects::Dialects;
use super::heard::Heard;
use super::request::Request;
use super::setup::Setup;
use crate::outbound::{Gateway, OutboundSocket, Trust};
use crate::providers::traced::{provider_name, traced};
use crate::telemetry::trace::Span;

/// Capacity of the write queue: 5 s of audio. A provider that reads more slowly counts as lost.
const WAITING_MAX: usize = 512;

/// A provider of voices and how to reach it. Its key is never shown.
#[derive(Debug, Clone)]
pub struct RealtimeEndpoint {
    /// The kind of provider, for usage events; `simulated` where no real model answers.
    pub provider: String,
    /// How its models are spoken with.
    pub dialects: &'static Dialects,
    /// The model; nothing means the channel's.
    pub model: Option<String>,
    /// Its base URL.
    pub base_url: Url,
    /// What it knows us by.
    pub key: Option<SecretString>,
    /// Who configured it.
    pub trust: Trust,
    /// Whether no real model answers.
    pub is_simulated: bool,
}

/// A connection that stands.
#[derive(Debug)]
pub struct Connection {
    /// The kind of provider, for usage events.
    pub provider: String,
    /// The model, for usage events.
    pub model: String,
    session: Box<dyn Session>,
    socket: OutboundSocket,
    waiting: VecDeque<String>,
    needs_flush: bool,
    /// Ends with the connection.
    _traced: Span,
}

/// Connects to a provider.
///
/// # Errors
/// Whether it is worth to try again. The cause is logged.
pub async fn dial(
    gateway: &Gateway,
    endpoint: &RealtimeEndpoint,
    model: String,
    setup: Setup,
    caller: &str,
) -> Result<Connection, Loss> {
    let dialect = endpoint.dialects.of(&model);
    let address = dialect.address(&endpoint.base_url, setup.task, &model).ok_or(Loss::Final)?;
    let headers = dialect.headers(endpoint.key.as_ref(), caller).map_err(|_| Loss::Final)?;
    let traced = traced("realtime", provider_name(&endpoint.provider), &model);
    match gateway.connect_ws(&address, headers, endpoint.trust).await {
        Ok(socket) => Ok(Connection {
            provider: endpoint.provider.clone(),
            session: dialect.session(&model, setup),
            model,
            socket,
            waiting: VecDeque::new(),
            needs_flush: false,
            _traced: traced,
        }),
        Err(error) => {
            // Wrong keys and addresses are permanent; other errors may be temporary.
            let loss = if error.may_pass() { Loss::Passing } else { Loss::Final };
            traced.fail(error.code());
            tracing::warn!(provider = endpoint.provider, %error, "could not reach a voice provider");
            Err(loss)
        }
    }
}

impl Connection {
    /// What the provider can do.
    #[must_use]
    pub fn capabilities(&self) -> Capabilities {
        self.session.capabilities()
    }

    /// Queues what is to be sent for a request; false when too much waits.
    pub fn request(&mut self, request: Request) -> bool {
        let mut texts = Vec::new();
        self.session.say(request, &mut texts);
        self.waiting.extend(texts);
        self.waiting.len() <= WAITING_MAX
    }

    /// Queues what the dialect answers by itself ([`Heard::Answer`]).
    pub fn answer(&mut self, text: String) {
        self.waiting.push_back(text);
    }

    /// Ends the connection as the protocol wants it, and adds what its provider says last. What came by then is there
    /// also where the future is dropped.
    pub async fn close(&mut self, out: &mut Vec<Heard>) {
        if let Some(farewell) = self.session.farewell() {
            self.waiting.push_back(farewell);
            while self.next(out).await {}
        }
        // The peer may be gone already.
        let _gone = self.socket.close(None).await;
    }

    /// Adds what is known of its use, once it has ended.
    pub fn end(&mut self, out: &mut Vec<Heard>) {
        self.session.ended(out);
    }

    /// Writes what waits, as far as the socket takes it.
    ///
    /// # Errors
    /// When the connection has failed.
    pub fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let mut socket = Pin::new(&mut self.socket);
        while !self.waiting.is_empty() {
            std::task::ready!(socket.as_mut().poll_ready(cx))?;
            let Some(text) = self.waiting.pop_front() else { break };
            socket.as_mut().start_send(Message::text(text))?;
            self.needs_flush = true;
        }
        if self.needs_flush {
            std::task::ready!(socket.as_mut().poll_flush(cx))?;
            self.needs_flush = false;
        }
        Poll::Ready(Ok(()))
    }

    /// Writes what waits until a message comes, and adds what it means; false when the connection has ended. Nothing
    /// is lost where the future is dropped.
    pub async fn next(&mut self, out: &mut Vec<Heard>) -> bool {
        std::future::poll_fn(|cx| {
            if let Poll::Ready(Err(_)) = self.poll_write(cx) {
                return Poll::Ready(false);
            }
            self.poll_read(cx, out)
        })
        .await
    }

    /// Adds what the next message means; false when the connection has ended.
    pub fn poll_read(&mut self, cx: &mut Context<'_>, out: &mut Vec<Heard>) -> Poll<bool> {
        match std::task::ready!(Pin::new(&mut self.socket).poll_next(cx)) {
            Some(Ok(Message::Text(text))) => {
                self.session.decode(&text, out);
                Poll::Ready(true)
            }
            Some(Ok(Message::Close(Some(frame)))) => {
                self.session.closed(frame.code.into(), &frame.reason, out);
                self.session.ended(out);
                out.push(Heard::Event(Event::Lost(Loss::Passing)));
                Poll::Ready(false)
            }
            Some(Ok(Message::Close(None)) | Err(_)) | None => {
                self.session.ended(out);
                out.push(Heard::Event(Event::Lost(Loss::Passing)));
                Poll::Ready(false)
            }
            // Pings are answered by the library; binary frames are not part of the dialect.
            Some(Ok(_)) => Poll::Ready(true),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{SinkExt as _, StreamExt as _};
    use tokio::net::TcpListener;

    use super::*;
    use crate::config::Settings;
    use crate::providers::realtime::second_dialect_for_tests::MORSE;

    static MORSE_ALONE: Dialects = Dialects::new(&MORSE, &[]);

    /// A server that sends what it gets back, and closes at `bye`.
    async fn echo() -> Url {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
            while let Some(Ok(message)) = socket.next().await {
                let is_last = message == Message::text("bye");
                socket.send(message).await.unwrap();
                if is_last {
                    socket.close(None).await.unwrap();
                }
            }
        });
        format!("http://{address}").parse().unwrap()
    }

    fn endpoint(base_url: Url) -> RealtimeEndpoint {
        RealtimeEndpoint {
            provider: "morse".to_owned(),
            dialects: &MORSE_ALONE,
            model: None,
            base_url,
            key: None,
            trust: Trust::Platform,
            is_simulated: false,
        }
    }

    #[tokio::test]
    async fn a_connection_speaks_whatever_dialect_its_endpoint_has() {
        let gateway = Gateway::new(&Settings::defaults());
        let endpoint = endpoint(echo().await);
        let mut connection =
            dial(&gateway, &endpoint, "m".to_owned(), Setup::for_tests(), "caller").await.unwrap();
        assert!(!connection.capabilities().can_truncate, "the dialect says what can be done");

        assert!(connection.request(Request::CancelActive));
        let mut heard = Vec::new();
        assert!(connection.next(&mut heard).await);
        assert!(matches!(&heard[..], [Heard::Complaint(text)] if text == "stop"), "{heard:?}");

        connection.answer("bye".to_owned());
        while connection.next(&mut heard).await {}
        assert!(matches!(heard.last(), Some(Heard::Event(Event::Lost(Loss::Passing)))), "{heard:?}");
    }

    #[tokio::test]
    async fn what_waits_to_be_written_is_bounded() {
        let gateway = Gateway::new(&Settings::defaults());
        let endpoint = endpoint(echo().await);
        let mut connection =
            dial(&gateway, &endpoint, "m".to_owned(), Setup::for_tests(), "caller").await.unwrap();

        let taken = (0..WAITING_MAX + 3).filter(|_| connection.request(Request::CancelActive)).count();

        assert_eq!(taken, WAITING_MAX);
    }

    #[tokio::test]
    async fn an_address_that_the_dialect_does_not_know_is_lost_for_good() {
        let gateway = Gateway::new(&Settings::defaults());
        let endpoint = endpoint("ftp://nowhere".parse().unwrap());

        let outcome = dial(&gateway, &endpoint, "m".to_owned(), Setup::for_tests(), "caller").await;

        assert_eq!(outcome.map(drop).unwrap_err(), Loss::Final);
    }
}
