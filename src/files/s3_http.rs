//! The HTTP of the S3 client: every request goes through the gateway, in the operator's trust.

use std::pin::Pin;
use std::time::Duration;

use http_body_util::BodyExt as _;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody,
    HttpService,
};

use crate::outbound::{Gateway, OutboundError, Trust};

/// Gives the S3 client the gateway instead of a client of its own.
#[derive(Debug)]
pub(super) struct GatewayConnector {
    service: GatewayService,
}

impl GatewayConnector {
    pub(super) fn new(gateway: Gateway, silence: Duration) -> Self {
        Self { service: GatewayService { gateway, silence } }
    }
}

impl HttpConnector for GatewayConnector {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.service.clone()))
    }
}

#[derive(Debug, Clone)]
struct GatewayService {
    gateway: Gateway,
    silence: Duration,
}

type Calling<'a> = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'a>>;

impl HttpService for GatewayService {
    fn call<'a, 'b>(&'a self, request: HttpRequest) -> Calling<'b>
    where
        'a: 'b,
        Self: 'b,
    {
        Box::pin(async move {
            let response = self.gateway.stream(request, Trust::Platform, self.silence).await;
            let (parts, body) = response.map_err(failed)?.into_parts();
            Ok(HttpResponse::from_parts(parts, HttpResponseBody::new(body.map_err(failed))))
        })
    }
}

/// What the client may try again.
fn failed(error: OutboundError) -> HttpError {
    let kind = match &error {
        OutboundError::TimedOut { .. } => HttpErrorKind::Timeout,
        OutboundError::NotResolved { .. } | OutboundError::Unreachable { .. } => HttpErrorKind::Connect,
        _ => HttpErrorKind::Unknown,
    };
    HttpError::new(kind, error)
}
