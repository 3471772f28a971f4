//! Views of the inbox that agents save: their own, and those that the whole org sees.

use std::sync::Arc;

use crate::auth::{Principal, Right};
use crate::base::Base;
use crate::db;
use crate::hub::Hub;
use crate::model::{ViewAssignee, ViewFilter, ViewId, ViewRecord};
use crate::refusal::ServiceError;
use crate::wire::ErrorCode;

const NAME_MAX_CHARS: usize = 60;

/// A view to save.
#[derive(Debug, Clone)]
pub struct NewView {
    /// What it is called.
    pub name: String,
    /// Whether the whole org sees it.
    pub is_shared: bool,
    /// What it shows.
    pub filter: ViewFilter,
}

/// A change of a view; what is not named stays.
#[derive(Debug, Clone, Default)]
pub struct ViewChange {
    /// What it is called.
    pub name: Option<String>,
    /// What it shows.
    pub filter: Option<ViewFilter>,
}

/// Saved views of the caller's inbox.
#[derive(Debug, Clone, Copy)]
pub struct Views<'a> {
    base: &'a Base,
    hub: &'a Arc<Hub>,
}

impl<'a> Views<'a> {
    pub(super) fn new(base: &'a Base, hub: &'a Arc<Hub>) -> Self {
        Self { base, hub }
    }

    /// Those of the org and the caller's own, oldest first.
    ///
    /// # Errors
    /// `forbidden` to visitors and servers.
    pub async fn list(self, principal: &Principal) -> Result<Vec<ViewRecord>, ServiceError> {
        Right::SaveViews.check(principal)?;
        Ok(self.stored().list(principal.org, principal.user.id).await?)
    }

    /// Saves a view.
    ///
    /// # Errors
    /// `forbidden`, `bad_request`, `not_found` for a channel or an assignee, `too_large` beyond the quota.
    pub async fn create(self, principal: &Principal, new: NewView) -> Result<ViewRecord, ServiceError> {
        Right::SaveViews.check(principal)?;
        let view = ViewRecord {
            id: ViewId::new(),
            org: principal.org,
            member: (!new.is_shared).then_some(principal.user.id),
            created_by: principal.user.id,
            name: checked_name(&new.name)?,
            filter: self.checked_filter(principal, new.filter).await?,
        };
        let settings = &self.base.settings;
        let max = if new.is_shared { settings.views_max } else { settings.member_views_max };
        let added = self.stored().add(&view, i64::try_from(max).unwrap_or(i64::MAX), self.base.now()).await?;
        added.map_err(|_| {
            ServiceError::new(ErrorCode::TooLarge, format!("at most {max} such views can be saved"))
        })?;
        self.hub.views_changed(principal.org).await;
        Ok(view)
    }

    /// Changes a view.
    ///
    /// # Errors
    /// `forbidden` for a view of the org that somebody else has created, `not_found`, `bad_request`.
    pub async fn change(
        self,
        principal: &Principal,
        id: &str,
        change: ViewChange,
    ) -> Result<ViewRecord, ServiceError> {
        let mut view = self.changeable(principal, id).await?;
        if let Some(name) = change.name {
            view.name = checked_name(&name)?;
        }
        if let Some(filter) = change.filter {
            view.filter = self.checked_filter(principal, filter).await?;
        }
        let now = self.base.now();
        self.stored().set(principal.org, view.id, (&view.name, &view.filter), now).await?;
        self.hub.views_changed(principal.org).await;
        Ok(view)
    }

    /// Deletes a view.
    ///
    /// # Errors
    /// `forbidden` for a view of the org that somebody else has created, `not_found`.
    pub async fn delete(self, principal: &Principal, id: &str) -> Result<(), ServiceError> {
        let view = self.changeable(principal, id).await?;
        self.stored().delete(principal.org, view.id).await?;
        self.hub.views_changed(principal.org).await;
        Ok(())
    }

    /// Whether the caller may change a view that they see: their own, and one of the org that they have created or that
    /// they manage.
    #[must_use]
    pub fn may_change(principal: &Principal, view: &ViewRecord) -> bool {
        view.created_by == principal.user.id || Right::ManageViews.check(principal).is_ok()
    }

    async fn changeable(self, principal: &Principal, id: &str) -> Result<ViewRecord, ServiceError> {
        Right::SaveViews.check(principal)?;
        let id = id.parse().map_err(|_| ServiceError::not_found())?;
        let found = self.stored().get(principal.org, principal.user.id, id).await?;
        let view = found.ok_or_else(ServiceError::not_found)?;
        if view.created_by != principal.user.id {
            Right::ManageViews.check(principal)?;
        }
        Ok(view)
    }

    /// The filter, whose channel and assignee must be of the caller's org.
    async fn checked_filter(
        self,
        principal: &Principal,
        filter: ViewFilter,
    ) -> Result<ViewFilter, ServiceError> {
        if let Some(channel) = filter.channel {
            let found = self.base.db.channels().get(principal.org, channel).await?;
            found.ok_or_else(ServiceError::not_found)?;
        }
        if let Some(ViewAssignee::Agent(agent)) = filter.assignee {
            let found = self.base.db.members().get(principal.org, agent).await?;
            found.ok_or_else(ServiceError::not_found)?;
        }
        Ok(filter)
    }

    fn stored(self) -> db::Views<'a> {
        self.base.db.views()
    }
}

fn checked_name(name: &str) -> Result<String, ServiceError> {
    let name = name.trim();
    let is_line = (1..=NAME_MAX_CHARS).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if is_line {
        return Ok(name.to_owned());
    }
    Err(ServiceError::bad_request("name must be one line of 1 to 60 characters"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_short_line() {
        assert_eq!(checked_name(" VIP ").unwrap(), "VIP");
        for bad in ["", "  ", "a\nb", &"é".repeat(61)] {
            assert!(checked_name(bad).is_err(), "{bad}");
        }
        assert!(checked_name(&"é".repeat(60)).is_ok());
    }
}
