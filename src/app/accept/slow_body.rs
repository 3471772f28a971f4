//! A request body that fails when it arrives too slowly.

use crate::clock;

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep};

/// How long a body may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct BodyTimes {
    /// From its first byte to its last.
    pub(super) whole: Duration,
    /// Between two pieces.
    pub(super) silence: Duration,
}

/// The body, or none where the request has none.
pub(super) fn limited(body: Incoming, times: BodyTimes) -> Body {
    if body.is_end_stream() {
        return Body::empty();
    }
    let now = clock::instant();
    let ends_at = now + times.whole;
    let next_by = ends_at.min(now + times.silence);
    Body::new(SlowBody {
        body,
        ends_at,
        silence: times.silence,
        late: Box::pin(tokio::time::sleep_until(next_by)),
    })
}

/// The body of a request that came too slowly.
#[derive(Debug, thiserror::Error)]
enum BodyError {
    #[error("the body arrived too slowly")]
    TooSlow,
    #[error("the body ended early")]
    Broken(#[source] hyper::Error),
}

struct SlowBody {
    body: Incoming,
    ends_at: Instant,
    silence: Duration,
    late: Pin<Box<Sleep>>,
}

impl HttpBody for SlowBody {
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::BoxError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            let next_by = self.ends_at.min(clock::instant() + self.silence);
            self.late.as_mut().reset(next_by);
            return Poll::Ready(frame.map(|frame| frame.map_err(|error| BodyError::Broken(error).into())));
        }
        ready!(self.late.as_mut().poll(context));
        Poll::Ready(Some(Err(BodyError::TooSlow.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
