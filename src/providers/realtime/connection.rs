//! One connection to a provider, on a server or in this process. Keys, URLs and set-ups stay here and in the dialect.

use std::sync::Arc;
use std::task::{Context, Poll};

use audio::relay::{Capabilities, Loss};
use secrecy::SecretString;
use tokio_tungstenite::tungstenite::Error;
use url::Url;

use super::dialects::Dialects;
use super::heard::Heard;
use super::local::{LocalSession, LocalVoice};
use super::request::Request;
use super::server_line::ServerLine;
use super::setup::Setup;
use crate::outbound::{Gateway, Trust};
use crate::providers::traced::{provider_name, traced};
use crate::telemetry::trace::Span;

/// A provider of voices and how to reach it. Its key is never shown.
#[derive(Debug, Clone)]
pub struct RealtimeEndpoint {
    /// The kind of provider, for usage events; `simulated` where no real model answers.
    pub provider: String,
    /// The model; nothing means the channel's.
    pub model: Option<String>,
    /// Whether no real model answers.
    pub is_simulated: bool,
    /// Where it is.
    pub reach: Reach,
}

impl RealtimeEndpoint {
    /// Whether this process makes the voice itself.
    #[must_use]
    pub fn is_local(&self) -> bool {
        matches!(self.reach, Reach::Here(_))
    }
}

/// Where a provider of voices is.
#[derive(Debug, Clone)]
pub enum Reach {
    /// On a server.
    Server(VoiceServer),
    /// In this process.
    Here(Arc<dyn LocalVoice>),
}

/// A server that speaks a dialect.
#[derive(Debug, Clone)]
pub struct VoiceServer {
    /// How its models are spoken with.
    pub dialects: &'static Dialects,
    /// Its base URL.
    pub base_url: Url,
    /// What it knows us by.
    pub key: Option<SecretString>,
    /// Who configured it.
    pub trust: Trust,
}

/// A connection that stands.
#[derive(Debug)]
pub struct Connection {
    /// The kind of provider, for usage events.
    pub provider: String,
    /// The model, for usage events.
    pub model: String,
    line: Line,
    /// Ends with the connection.
    _traced: Span,
}

#[derive(Debug)]
enum Line {
    Server(Box<ServerLine>),
    Here(Box<dyn LocalSession>),
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
    let server = match &endpoint.reach {
        Reach::Server(server) => server,
        Reach::Here(voice) => {
            let (provider, model) = (endpoint.provider.clone(), endpoint.model.clone().unwrap_or(model));
            let traced = traced("realtime", provider_name(&provider), &model);
            let line = Line::Here(voice.session(setup));
            return Ok(Connection { provider, model, line, _traced: traced });
        }
    };
    let dialect = server.dialects.of(&model);
    let address = dialect.address(&server.base_url, setup.task, &model).ok_or(Loss::Final)?;
    let headers = dialect.headers(server.key.as_ref(), caller).map_err(|_| Loss::Final)?;
    let traced = traced("realtime", provider_name(&endpoint.provider), &model);
    match gateway.connect_ws(&address, headers, server.trust).await {
        Ok(socket) => Ok(Connection {
            provider: endpoint.provider.clone(),
            line: Line::Server(Box::new(ServerLine::new(dialect.session(&model, setup), socket))),
            model,
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
        match &self.line {
            Line::Server(line) => line.capabilities(),
            Line::Here(session) => session.capabilities(),
        }
    }

    /// Queues what is to be sent for a request; false when too much waits.
    pub fn request(&mut self, request: Request) -> bool {
        match &mut self.line {
            Line::Server(line) => line.request(request),
            Line::Here(session) => {
                session.request(request);
                true
            }
        }
    }

    /// Queues what the dialect answers by itself ([`Heard::Answer`]).
    pub fn answer(&mut self, text: String) {
        match &mut self.line {
            Line::Server(line) => line.answer(text),
            // It needs no answers of ours.
            Line::Here(_) => {}
        }
    }

    /// Ends the connection as the protocol wants it, and adds what its provider says last. What came by then is there
    /// also where the future is dropped.
    pub async fn close(&mut self, out: &mut Vec<Heard>) {
        if let Line::Server(line) = &mut self.line {
            line.close(out).await;
        }
    }

    /// Adds what is known of its use, once it has ended.
    pub fn end(&mut self, out: &mut Vec<Heard>) {
        match &mut self.line {
            Line::Server(line) => line.end(out),
            Line::Here(session) => session.end(out),
        }
    }

    /// Writes what waits, as far as the socket takes it.
    ///
    /// # Errors
    /// When the connection has failed.
    pub fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        match &mut self.line {
            Line::Server(line) => line.poll_write(cx),
            Line::Here(_) => Poll::Ready(Ok(())),
        }
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
        match &mut self.line {
            Line::Server(line) => line.poll_read(cx, out),
            Line::Here(session) => session.poll(cx, out),
        }
    }
}

#[cfg(test)]
mod tests {
    use audio::relay::Event;
    use futures_util::{SinkExt as _, StreamExt as _};
    use tokio::net::TcpListener;
    use tokio_tungstenite::tungstenite::Message;

    use super::*;
    use crate::config::Settings;
    use crate::providers::realtime::second_dialect_for_tests::MORSE;
    use crate::providers::realtime::server_line::WAITING_MAX;

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
        let server = VoiceServer { dialects: &MORSE_ALONE, base_url, key: None, trust: Trust::Platform };
        RealtimeEndpoint {
            provider: "morse".to_owned(),
            model: None,
            is_simulated: false,
            reach: Reach::Server(server),
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
