//! One connection to a provider of voices: dialled, written, read.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use audio::relay::{Event, LinkId, Loss};
use futures_util::{Sink, Stream};
use secrecy::ExposeSecret as _;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::dialect::{Dialect, Heard, Setup};
use super::openai_ga::{OpenAiGa, session_url};
use crate::assistant::VoiceLink;
use crate::outbound::{Gateway, HeaderMap, HeaderName, HeaderValue, OutboundSocket};

/// Messages that may wait to be written: 5 s of the finest sound. A provider that reads more slowly is lost.
const WAITING_MAX: usize = 512;

/// A connection that stands.
#[derive(Debug)]
pub(super) struct Upstream {
    pub(super) link: LinkId,
    /// Which of the call's providers it is.
    pub(super) place: usize,
    /// The kind of provider and the model, for usage events.
    pub(super) provider: String,
    pub(super) model: String,
    pub(super) dialect: Box<dyn Dialect>,
    socket: OutboundSocket,
    waiting: VecDeque<String>,
    needs_flush: bool,
}

/// Connects to a provider; the address, the key and the set-up stay in here.
pub(super) async fn dial(
    gateway: &Gateway,
    link: LinkId,
    voice: &VoiceLink,
    model: String,
    setup: Setup,
    caller: &str,
) -> Result<Upstream, Loss> {
    let url = session_url(&voice.base_url, setup.task, &model, voice.is_azure);
    let Some(url) = url else { return Err(Loss::Final) };
    let Ok(headers) = headers(voice, caller) else { return Err(Loss::Final) };
    match gateway.connect_ws(&url, headers, voice.trust).await {
        Ok(socket) => Ok(Upstream {
            link,
            place: 0,
            provider: voice.provider.clone(),
            model,
            dialect: Box::new(OpenAiGa::new(setup)),
            socket,
            waiting: VecDeque::new(),
            needs_flush: false,
        }),
        Err(error) => {
            // Wrong keys and addresses stay wrong; the rest may pass.
            let loss = if error.may_pass() { Loss::Passing } else { Loss::Final };
            tracing::warn!(provider = voice.provider, %error, "could not reach a provider of voices");
            Err(loss)
        }
    }
}

fn headers(voice: &VoiceLink, caller: &str) -> Result<HeaderMap, ()> {
    let mut headers = HeaderMap::new();
    if let Some(key) = &voice.key {
        let (name, value) = if voice.is_azure {
            (HeaderName::from_static("api-key"), key.expose_secret().to_owned())
        } else {
            (HeaderName::from_static("authorization"), format!("Bearer {}", key.expose_secret()))
        };
        let mut value = HeaderValue::from_str(&value).map_err(drop)?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    let caller = HeaderValue::from_str(caller).map_err(drop)?;
    headers.insert(HeaderName::from_static("openai-safety-identifier"), caller);
    Ok(headers)
}

impl Upstream {
    /// Queues texts; false when too many wait.
    pub(super) fn say(&mut self, texts: impl IntoIterator<Item = String>) -> bool {
        self.waiting.extend(texts);
        self.waiting.len() <= WAITING_MAX
    }

    /// Ends the connection as the protocol wants it.
    pub(super) async fn close(mut self) {
        // Whoever is gone needs no goodbye.
        let _gone = self.socket.close(None).await;
    }

    /// Writes what waits, as far as the socket takes it.
    pub(super) fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
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
    pub(super) async fn next(&mut self, out: &mut Vec<Heard>) -> bool {
        std::future::poll_fn(|cx| {
            if let Poll::Ready(Err(_)) = self.poll_write(cx) {
                return Poll::Ready(false);
            }
            self.poll_read(cx, out)
        })
        .await
    }

    /// Adds what the next message means; false when the connection has ended.
    pub(super) fn poll_read(&mut self, cx: &mut Context<'_>, out: &mut Vec<Heard>) -> Poll<bool> {
        match std::task::ready!(Pin::new(&mut self.socket).poll_next(cx)) {
            Some(Ok(Message::Text(text))) => {
                self.dialect.hear(&text, out);
                Poll::Ready(true)
            }
            Some(Ok(Message::Close(Some(frame)))) => {
                self.dialect.closed(frame.code.into(), &frame.reason, out);
                out.push(Heard::Event(Event::Lost(Loss::Passing)));
                Poll::Ready(false)
            }
            Some(Ok(Message::Close(None)) | Err(_)) | None => {
                out.push(Heard::Event(Event::Lost(Loss::Passing)));
                Poll::Ready(false)
            }
            // Answered by the library, or none of the dialect's.
            Some(Ok(_)) => Poll::Ready(true),
        }
    }
}
