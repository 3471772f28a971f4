//! Resolves a host name to the addresses outgoing connections may use; others are dropped.

use super::address::{AddressPolicy, Trust};
use super::error::OutboundError;
use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::fmt::Debug;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// A name with more addresses than this is cut short.
const ADDRESSES_MAX: usize = 32;
/// The client puts the port of the URL in its place.
const NO_PORT: u16 = 0;

/// Looks names up. Tests hand in their own.
pub trait Lookup: Debug + Send + Sync {
    /// The addresses of a name.
    fn lookup(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// Asks the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let host = host.to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((host.as_str(), NO_PORT)).await?;
            Ok(found.map(|socket| socket.ip()).collect())
        })
    }
}

/// Looks names up and keeps back every address that `trust` may not connect to.
#[derive(Debug, Clone)]
pub struct CheckedResolver {
    lookup: Arc<dyn Lookup>,
    policy: AddressPolicy,
    trust: Trust,
}

impl CheckedResolver {
    pub(super) fn new(lookup: Arc<dyn Lookup>, policy: AddressPolicy, trust: Trust) -> Self {
        Self { lookup, policy, trust }
    }

    /// The addresses of `host` that may be connected to; an error where there is none.
    pub(super) async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, OutboundError> {
        let not_resolved = || OutboundError::NotResolved { host: host.to_owned() };
        let mut addresses = self.lookup.lookup(host).await.map_err(|_| not_resolved())?;
        if addresses.is_empty() {
            return Err(not_resolved());
        }
        addresses.retain(|address| self.policy.permits(self.trust, *address));
        addresses.truncate(ADDRESSES_MAX);
        if addresses.is_empty() {
            return Err(OutboundError::AddressRefused { host: host.to_owned() });
        }
        Ok(addresses)
    }
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            let addresses = resolver.addresses(name.as_str()).await?;
            let sockets = addresses.into_iter().map(|address| SocketAddr::new(address, NO_PORT));
            Ok(Box::new(sockets) as Addrs)
        })
    }
}
