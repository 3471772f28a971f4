//! The one place from which this server connects to the outside.
//!
//! A target is checked before anything is sent: its URL, then every address its name stands for, and the connection goes to the address that was checked.
//! Nothing follows a redirect or uses the system's proxy. What the operator configured may be private; what an org configured may not.

mod address;
mod download;
mod error;
mod gateway;
mod request;
mod resolver;
mod retry_after;
mod streamed;
mod target;
mod tls;
mod websocket;

#[cfg(test)]
mod tests;

pub use address::Trust;
pub use error::OutboundError;
pub use gateway::Gateway;
pub use request::{OutboundRequest, OutboundResponse};
pub use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
pub use reqwest::{Method, StatusCode};
pub use resolver::{CheckedResolver, Lookup, SystemLookup};
pub use retry_after::retry_after;
pub use streamed::StreamedBody;
pub use target::is_allowed_range;
pub use tls::{install_crypto_provider, system_certificates};
pub use tokio_tungstenite::tungstenite::Message as SocketMessage;
pub use websocket::OutboundSocket;
