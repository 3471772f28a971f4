//! What the route needs, and what is known of a connection before its hello.

use std::net::IpAddr;
use std::sync::Arc;

use crate::accounts::Accounts;
use crate::hub::Hub;

/// What the route needs.
#[derive(Clone)]
pub struct WsState {
    /// The hub.
    pub hub: Arc<Hub>,
    /// Checks tokens.
    pub accounts: Accounts,
}

/// What is known of a connection before its hello.
pub(super) struct Caller {
    pub(super) address: IpAddr,
    pub(super) origin: Option<String>,
    pub(super) host: Option<String>,
}
