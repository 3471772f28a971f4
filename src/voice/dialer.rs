//! Reaches the providers of a call, in their order.

use std::sync::Arc;

use audio::relay::{LinkId, Loss};

use super::dialect::Setup;
use super::upstream::{Upstream, dial};
use crate::assistant::VoiceLink;
use crate::outbound::Gateway;

/// The providers of one call and the way to them. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Dialer {
    /// The way outside.
    pub(super) gateway: Gateway,
    /// The providers, the first choice first.
    pub(super) links: Arc<[VoiceLink]>,
    /// The model where a provider names none.
    pub(super) model: Arc<str>,
    /// The visitor, as providers may know them: a hash.
    pub(super) caller: Arc<str>,
}

impl Dialer {
    /// How many providers there are.
    pub(super) fn provider_count(&self) -> usize {
        self.links.len()
    }

    /// Connects to the provider of this place, with its own model where none is given.
    pub(super) async fn dial(
        &self,
        link: LinkId,
        place: usize,
        model: Option<String>,
        setup: Setup,
    ) -> Result<Upstream, Loss> {
        let voice = self.links.get(place).ok_or(Loss::Final)?;
        let model = model.or_else(|| voice.model.clone()).unwrap_or_else(|| self.model.to_string());
        let mut upstream = dial(&self.gateway, link, voice, model, setup, &self.caller).await?;
        upstream.place = place;
        Ok(upstream)
    }
}
