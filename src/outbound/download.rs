//! Streams a response body into a file.

use std::time::Duration;

use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use super::error::OutboundError;
use super::gateway::Gateway;
use super::request::OutboundRequest;
use super::target::Protocol;

/// How long a download may take where the request does not say.
const DOWNLOAD_TIMEOUT: Duration = Duration::from_secs(600);

impl Gateway {
    /// Sends a request and writes a successful answer into `into` as it comes; says how many bytes came.
    pub async fn download(
        &self,
        request: OutboundRequest,
        into: &mut (impl AsyncWrite + Unpin),
    ) -> Result<u64, OutboundError> {
        let host = self.check(&request.url, Protocol::Http, request.trust)?.host;
        let max_bytes = request.max_bytes.unwrap_or(self.max_bytes());
        let failed = |error: reqwest::Error| OutboundError::from_http(&host, &error);
        let mut answer = self
            .client(request.trust)
            .request(request.method, request.url)
            .timeout(request.timeout.unwrap_or(DOWNLOAD_TIMEOUT))
            .headers(super::request::allowed_headers(request.headers))
            .body(request.body)
            .send()
            .await
            .map_err(failed)?;
        if !answer.status().is_success() {
            return Err(OutboundError::BadStatus { host, status: answer.status().as_u16() });
        }
        let mut count = 0;
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            count += chunk.len();
            if count > max_bytes {
                return Err(OutboundError::TooLarge { host, max_bytes });
            }
            let written = into.write_all(&chunk).await;
            written.map_err(|error| OutboundError::NotKept { reason: error.to_string() })?;
        }
        Ok(count as u64)
    }
}
