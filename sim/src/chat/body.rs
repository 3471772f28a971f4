//! Streamed response bodies, produced step by step while the client reads.

use super::fault::Cut;
use super::frames::Step;
use super::record::Answering;
use super::reply::Gate;
use bytes::Bytes;
use futures_util::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Frame;
use std::collections::VecDeque;
use std::io;
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

pub(super) type Body = UnsyncBoxBody<Bytes, io::Error>;

/// The connection of a request, for breaking it.
#[derive(Debug, Clone)]
pub(super) struct Connection(Arc<TcpStream>);

impl Connection {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self(Arc::new(stream))
    }

    /// Lets the connection end with a reset instead of an orderly end, as soon as it is closed.
    fn arm_reset(&self) {
        // If it is gone already there is nothing to reset.
        let _gone = socket2::SockRef::from(&*self.0).set_linger(Some(Duration::ZERO));
    }
}

/// How fast the pieces come.
#[derive(Debug)]
pub(super) struct Pace {
    pub(super) delay: Duration,
    pub(super) gate: Option<Gate>,
}

struct Playing {
    steps: VecDeque<Step>,
    pace: Pace,
    connection: Connection,
    answering: Answering,
}

/// A body that carries the steps out. The answer is over when the last has been handed to the connection.
pub(super) fn play(
    steps: impl Into<VecDeque<Step>>,
    pace: Pace,
    connection: Connection,
    answering: Answering,
) -> Body {
    let playing = Playing { steps: steps.into(), pace, connection, answering };
    let frames = stream::unfold(playing, |mut playing| async move {
        let sent = playing.next().await?;
        Some((sent.map(Frame::data), playing))
    });
    StreamBody::new(frames).boxed_unsync()
}

impl Playing {
    async fn next(&mut self) -> Option<io::Result<Bytes>> {
        let Some(step) = self.steps.pop_front() else {
            self.answering.end();
            return None;
        };
        match step {
            Step::Send(bytes) => Some(Ok(bytes)),
            Step::Piece(bytes) => {
                tokio::time::sleep(self.pace.delay).await;
                if let Some(gate) = &self.pace.gate {
                    gate.pass().await;
                }
                self.answering.piece_sent();
                Some(Ok(bytes))
            }
            Step::Silence => std::future::pending().await,
            Step::Cut(cut) => {
                // What was sent before is written out while this waits; otherwise the connection takes it along.
                tokio::task::yield_now().await;
                self.answering.end();
                if cut == Cut::Reset {
                    self.connection.arm_reset();
                }
                (cut != Cut::CleanEnd).then(|| Err(io::Error::other("cut as scripted")))
            }
        }
    }
}
