//! Outgoing WebSockets with bounded buffers.

use super::address::Trust;
use super::error::OutboundError;
use super::gateway::Gateway;
use super::request::allowed_headers;
use super::target::{Protocol, Target};
use super::tls;
use reqwest::header::HeaderMap;
use std::net::SocketAddr;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, client_async_tls_with_config};
use url::Url;

/// One per call: half a second of audio either way.
const BUFFER_BYTES: usize = 16 * 1024;
/// A target that does not read for this long of audio (about 20 s) has failed; writing to it is an error then.
const UNSENT_MAX_BYTES: usize = 1024 * 1024;

/// An open WebSocket to the outside.
pub type OutboundSocket = WebSocketStream<MaybeTlsStream<TcpStream>>;

impl Gateway {
    /// Opens a WebSocket to the checked address of `url`. A message larger than `outbound_max_bytes` ends it.
    pub async fn connect_ws(
        &self,
        url: &Url,
        headers: HeaderMap,
        trust: Trust,
    ) -> Result<OutboundSocket, OutboundError> {
        let target = self.check(url, Protocol::WebSocket, trust)?;
        let opening = self.open(&target, url, headers, trust);
        match timeout(self.connect_timeout(), opening).await {
            Ok(opened) => opened,
            Err(_) => Err(OutboundError::TimedOut { host: target.host }),
        }
    }

    async fn open(
        &self,
        target: &Target,
        url: &Url,
        headers: HeaderMap,
        trust: Trust,
    ) -> Result<OutboundSocket, OutboundError> {
        let failed = |error| OutboundError::from_websocket(&target.host, error);
        let request = request(url, headers).map_err(failed)?;
        let stream = self.connect_tcp(target, trust).await?;
        let config = WebSocketConfig::default()
            .read_buffer_size(BUFFER_BYTES)
            .write_buffer_size(BUFFER_BYTES)
            .max_write_buffer_size(UNSENT_MAX_BYTES)
            .max_message_size(Some(self.max_bytes()))
            .max_frame_size(Some(self.max_bytes()));
        let connector = Connector::Rustls(tls::websocket_config());
        let opened = client_async_tls_with_config(request, stream, Some(config), Some(connector)).await;
        opened.map(|(socket, _answer)| socket).map_err(failed)
    }

    async fn connect_tcp(&self, target: &Target, trust: Trust) -> Result<TcpStream, OutboundError> {
        let addresses = match target.literal {
            Some(address) => vec![address],
            None => self.resolver(trust).addresses(&target.host).await?,
        };
        let sockets: Vec<SocketAddr> =
            addresses.into_iter().map(|address| SocketAddr::new(address, target.port)).collect();
        let unreachable = |error: std::io::Error| OutboundError::Unreachable {
            host: target.host.clone(),
            reason: error.to_string(),
        };
        let stream = TcpStream::connect(sockets.as_slice()).await.map_err(unreachable)?;
        stream.set_nodelay(true).map_err(unreachable)?;
        Ok(stream)
    }
}

fn request(url: &Url, headers: HeaderMap) -> Result<Request, tokio_tungstenite::tungstenite::Error> {
    let mut request = url.as_str().into_client_request()?;
    request.headers_mut().extend(allowed_headers(headers));
    Ok(request)
}
