//! Dials the providers of a call in chain order.

use std::sync::Arc;

use audio::relay::Loss;

use crate::outbound::Gateway;
use crate::providers::realtime::{Connection, RealtimeEndpoint, Setup, dial};

/// The providers of one call and the way to them. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Dialer {
    /// The way outside.
    pub(super) gateway: Gateway,
    /// The providers, the first choice first.
    pub(super) endpoints: Arc<[RealtimeEndpoint]>,
    /// The model where a provider names none.
    pub(super) model: Arc<str>,
    /// The visitor, as providers may know them: a hash.
    pub(super) caller: Arc<str>,
}

impl Dialer {
    /// How many providers there are.
    pub(super) fn provider_count(&self) -> usize {
        self.endpoints.len()
    }

    /// Connects to the provider of this place, with its own model where none is given.
    pub(super) async fn dial(
        &self,
        place: usize,
        model: Option<String>,
        setup: Setup,
    ) -> Result<Connection, Loss> {
        let endpoint = self.endpoints.get(place).ok_or(Loss::Final)?;
        let model = model.or_else(|| endpoint.model.clone()).unwrap_or_else(|| self.model.to_string());
        dial(&self.gateway, endpoint, model, setup, &self.caller).await
    }
}
