//! Requests and answers as streams, for clients of a protocol that bring their own requests.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use hyper::{Request, Response};
use tokio::time::Sleep;
use url::Url;

use super::address::Trust;
use super::error::OutboundError;
use super::gateway::Gateway;
use super::target::Protocol;

/// An answer whose body has yet to be read. A silence longer than was agreed on ends it.
#[derive(Debug)]
pub struct StreamedBody {
    body: reqwest::Body,
    host: String,
    silence: Duration,
    /// Runs while the next bytes are waited for.
    waiting: Option<Pin<Box<Sleep>>>,
}

impl Gateway {
    /// Sends a request and gives the answer as soon as its head is here. Neither the head nor any piece of the body may
    /// take longer than `silence`.
    ///
    /// # Errors
    /// When nothing was sent, or no head came.
    pub async fn stream<B>(
        &self,
        request: Request<B>,
        trust: Trust,
        silence: Duration,
    ) -> Result<Response<StreamedBody>, OutboundError>
    where
        B: Body<Data = Bytes> + Send + Sync + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let (parts, body) = request.into_parts();
        let url: Url =
            parts.uri.to_string().parse().map_err(|_| OutboundError::BadUrl { reason: "is not a URL" })?;
        let host = self.check(&url, Protocol::Http, trust)?.host;
        let mut request = reqwest::Request::new(parts.method, url);
        *request.headers_mut() = parts.headers;
        *request.body_mut() = Some(reqwest::Body::wrap(body));
        let sent = tokio::time::timeout(silence, self.client(trust).execute(request)).await;
        let response = sent
            .map_err(|_| OutboundError::TimedOut { host: host.clone() })?
            .map_err(|error| OutboundError::from_http(&host, &error))?;
        let response: Response<reqwest::Body> = response.into();
        Ok(response.map(|body| StreamedBody { body, host, silence, waiting: None }))
    }
}

impl Body for StreamedBody {
    type Data = Bytes;
    type Error = OutboundError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, OutboundError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            self.waiting = None;
            let failed = |error: reqwest::Error| OutboundError::from_http(&self.host, &error);
            return Poll::Ready(frame.map(|frame| frame.map_err(failed)));
        }
        let silence = self.silence;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(tokio::time::sleep(silence)));
        if waiting.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Some(Err(OutboundError::TimedOut { host: self.host.clone() })));
        }
        Poll::Pending
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
