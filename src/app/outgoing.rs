//! What goes out of a running server: tools, webhooks and mails.

use std::sync::Arc;

use anyhow::Context;

use crate::clock::SharedClock;
use crate::config::Settings;
use crate::crypto::MasterKeys;
use crate::hub::Hub;
use crate::knowledge::Knowledge;
use crate::mail::Mailer;
use crate::notify::{Notifier, NotifierParts};
use crate::org_settings::OrgSettings;
use crate::outbound::Gateway;
use crate::tools::{Tools, ToolsParts};
use crate::usage::Usage;

/// What [`outgoing`] needs.
pub(super) struct OutgoingParts<'a> {
    pub(super) hub: &'a Hub,
    pub(super) knowledge: &'a Knowledge,
    pub(super) keys: &'a Arc<MasterKeys>,
    pub(super) gateway: &'a Gateway,
    pub(super) clock: &'a SharedClock,
    pub(super) settings: &'a Arc<Settings>,
    pub(super) org_settings: OrgSettings,
    pub(super) usage: Usage,
}

/// Everything that goes out.
pub(super) struct Outgoing {
    pub(super) notifier: Notifier,
    pub(super) tools: Tools,
}

/// Puts it together.
///
/// # Errors
/// When the settings of mail cannot be used.
pub(super) fn outgoing(parts: OutgoingParts<'_>) -> anyhow::Result<Outgoing> {
    let mailer = Mailer::new(parts.settings).context("could not set mail up")?;
    let notifier = Notifier::new(NotifierParts {
        db: parts.hub.db().clone(),
        keys: parts.keys.clone(),
        gateway: parts.gateway.clone(),
        clock: parts.clock.clone(),
        settings: parts.settings.clone(),
        org_settings: parts.org_settings.clone(),
        mailer,
        tasks: parts.hub.tasks().clone(),
    });
    let tools = Tools::new(ToolsParts {
        db: parts.hub.db().clone(),
        knowledge: parts.knowledge.clone(),
        gateway: parts.gateway.clone(),
        keys: parts.keys.clone(),
        clock: parts.clock.clone(),
        settings: parts.settings.clone(),
        org_settings: parts.org_settings.clone(),
        usage: parts.usage.clone(),
        notifier: notifier.clone(),
        tasks: parts.hub.tasks().clone(),
    });
    Ok(Outgoing { notifier, tools })
}
