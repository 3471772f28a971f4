//! The accept loop, and serving one connection with its timeouts.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use super::connection_limits::Places;
use super::slow_body::{self, BodyTimes};
use crate::config::Settings;
use crate::handshake::AcceptedStream;

/// The longest head of a request, in bytes; also what hyper may buffer of one connection.
const HEAD_MAX_BYTES: usize = 64 * 1_024;
/// How a client begins that speaks HTTP/2 without being asked (RFC 9113 section 3.4).
const HTTP2_PREFACE: &[u8] = b"PRI ";
/// After a failure to accept, such as no free file: others may end meanwhile.
const FAILED_ACCEPT_WAIT: Duration = Duration::from_millis(100);
/// Maximum concurrent refusal responses; further connections are closed without one.
const REFUSALS_AT_ONCE: usize = 64;
/// Timeout for writing a refusal.
const REFUSAL_TIME: Duration = Duration::from_secs(1);
/// Silence after which a client is taken for dead, in heartbeats, as on sockets that are read.
const STALLED_HEARTBEATS: u32 = 3;

/// Body of a refusal.
const REFUSAL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\nretry-after: 5\r\n\
connection: close\r\ncontent-length: 101\r\n\r\n\
{\"error\":{\"code\":\"unavailable\",\"message\":\"too many connections\",\"retry\":true,\"retry_after_ms\":5000}}\n";

/// How long a connection may take for what.
#[derive(Debug, Clone, Copy)]
pub(in crate::app) struct Times {
    head: Duration,
    body: BodyTimes,
    stall: Duration,
    is_http2_allowed: bool,
}

impl Times {
    pub(in crate::app) fn new(settings: &Settings) -> Self {
        Self {
            head: Duration::from_secs(settings.request_head_timeout_s),
            body: BodyTimes {
                whole: Duration::from_secs(settings.request_body_timeout_s),
                silence: Duration::from_secs(settings.request_body_silence_s),
            },
            stall: Duration::from_millis(settings.heartbeat_ms) * STALLED_HEARTBEATS,
            is_http2_allowed: settings.http2_cleartext,
        }
    }
}

/// Serves `app` until `until`; then accepts nothing more and ends when every request has its answer.
pub(in crate::app) async fn serve(
    listener: TcpListener,
    app: Router,
    times: Times,
    places: Arc<Places>,
    until: CancellationToken,
) {
    let connections = TaskTracker::new();
    let refusals = Arc::new(Semaphore::new(REFUSALS_AT_ONCE));
    loop {
        let accepted = tokio::select! {
            () = until.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Ignore clients that disconnected before accept; without a free file descriptor wait for others to close.
                tracing::debug!(%error, "could not accept a connection");
                tokio::time::sleep(FAILED_ACCEPT_WAIT).await;
                continue;
            }
        };
        let Some(place) = places.take(address.ip()) else {
            if let Ok(permit) = refusals.clone().try_acquire_owned() {
                tokio::spawn(refuse_in_time(stream, permit));
            }
            continue;
        };
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "could not set TCP_NODELAY");
        }
        let client = Client { stream: AcceptedStream::new(stream, place, times.stall), address, times };
        connections.spawn(client.serve(app.clone(), until.clone()));
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

async fn refuse_in_time(stream: TcpStream, permit: OwnedSemaphorePermit) {
    // A client that does not read the refusal in time is disconnected anyway.
    let _unread = tokio::time::timeout(REFUSAL_TIME, refuse(stream)).await;
    drop(permit);
}

/// An accepted connection.
struct Client {
    stream: AcceptedStream,
    address: SocketAddr,
    times: Times,
}

impl Client {
    async fn serve(self, app: Router, until: CancellationToken) {
        let (address, times) = (self.address, self.times);
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let mut request: Request = request.map(|body| slow_body::limited(body, times.body));
            request.extensions_mut().insert(ConnectInfo(address));
            app.clone().oneshot(request)
        });
        let speaks_http2 = times.is_http2_allowed
            && tokio::time::timeout(times.head, self.stream.begins_with(HTTP2_PREFACE))
                .await
                .unwrap_or(false);
        let io = TokioIo::new(self.stream);
        // Both are asked to finish the request they are at, and to take no more.
        let served = if speaks_http2 {
            let mut builder = http2::Builder::new(TokioExecutor::new());
            builder.timer(TokioTimer::new()).keep_alive_interval(times.head).keep_alive_timeout(times.head);
            let mut connection = std::pin::pin!(builder.serve_connection(io, service));
            tokio::select! {
                served = connection.as_mut() => served,
                () = until.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            }
        } else {
            let mut builder = http1::Builder::new();
            builder.timer(TokioTimer::new()).header_read_timeout(times.head).max_buf_size(HEAD_MAX_BYTES);
            let mut connection = std::pin::pin!(builder.serve_connection(io, service).with_upgrades());
            tokio::select! {
                served = connection.as_mut() => served,
                () = until.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            }
        };
        if let Err(error) = served {
            tracing::trace!(%error, "a connection ended early");
        }
    }
}

/// Tells a connection for which there is no place, and ends it.
async fn refuse(mut stream: TcpStream) -> std::io::Result<()> {
    stream.write_all(REFUSAL).await?;
    stream.shutdown().await?;
    // What the client had sent is read: closing before would take the answer away from it.
    let mut sink = [0_u8; 1_024];
    while tokio::io::AsyncReadExt::read(&mut stream, &mut sink).await? != 0 {}
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::REFUSAL;

    #[test]
    fn the_refusal_announces_its_own_length() {
        let text = std::str::from_utf8(REFUSAL).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();

        assert!(head.contains(&format!("content-length: {}", body.len())), "{}", body.len());
        serde_json::from_str::<serde_json::Value>(body).unwrap();
    }
}
