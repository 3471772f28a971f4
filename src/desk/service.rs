//! The desk as a service.

use std::sync::Arc;

use rooms::OrgId;

use super::canned_replies::CannedReplies;
use super::drafts::Drafts;
use super::follows::Follows;
use super::notifications::Notifications;
use super::search::{AT_ONCE, Search};
use super::search_job;
use super::views::Views;
use crate::base::Base;
use crate::hub::Hub;
use crate::limits::Shares;

/// What agents keep, and search. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Desk {
    base: Base,
    hub: Arc<Hub>,
    searches: Shares<OrgId>,
}

impl Desk {
    /// The desk of every org; agents are told of news through the hub.
    #[must_use]
    pub fn new(base: Base, hub: Arc<Hub>) -> Self {
        Self { base, hub, searches: Shares::new(AT_ONCE, AT_ONCE) }
    }

    /// Starts the job that makes things searchable.
    pub fn start(&self) {
        self.base.spawn_until_stop(search_job::run(self.base.clone(), self.hub.clone()));
    }

    /// Canned replies.
    #[must_use]
    pub fn canned_replies(&self) -> CannedReplies<'_> {
        CannedReplies::new(&self.base)
    }

    /// What agents have begun to write.
    #[must_use]
    pub fn drafts(&self) -> Drafts<'_> {
        Drafts::new(&self.base)
    }

    /// Conversations that agents follow.
    #[must_use]
    pub fn follows(&self) -> Follows<'_> {
        Follows::new(&self.base)
    }

    /// What agents are told of.
    #[must_use]
    pub fn notifications(&self) -> Notifications<'_> {
        Notifications::new(&self.base)
    }

    /// Views of the inbox that agents save.
    #[must_use]
    pub fn views(&self) -> Views<'_> {
        Views::new(&self.base, &self.hub)
    }

    /// Searching.
    #[must_use]
    pub fn search(&self) -> Search<'_> {
        Search::new(&self.base, &self.searches)
    }
}
