//! Security events and block lists, for owners and admins of orgs and for platform admins.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use ipnet::IpNet;
use rooms::{OrgId, Timestamp, UserId};
use serde_json::json;
use tokio::sync::Mutex;

use super::act::Act;
use super::note::Note;
use super::suspicion::SuspicionListener;
use crate::auth::{Principal, Right};
use crate::base::Base;
use crate::clock::DAY_MS;
use crate::db::{BlockOutcome, Db, DbError};
use crate::guard::AddressBlocks;
use crate::model::{AddressBlock, AddressBlockId, AddressFigures, SecurityFilter, SecurityRow};
use crate::refusal::ServiceError;
use crate::wire::{ErrorCode, WireError};

/// So many events in a day make an address suspicious.
pub const SUSPICIOUS_EVENTS: i64 = 10;
/// The busiest addresses that are shown.
const BUSIEST_MAX: i64 = 100;
/// Blocks of one list: all of them are in memory.
const BLOCKS_MAX: i64 = 5_000;
/// Wider ranges shut out whole countries by mistake.
const V4_PREFIX_MIN: u8 = 8;
const V6_PREFIX_MIN: u8 = 16;
const REASON_MAX_CHARS: usize = 300;

/// Whose events and blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecurityScope {
    /// The caller's org.
    Org,
    /// The platform: all events, and its own blocks.
    Platform,
}

/// An address or range to block.
#[derive(Debug, Clone)]
pub struct NewBlock {
    /// An address, or a range such as `192.0.2.0/24`.
    pub range: String,
    /// Why, for people.
    pub reason: Option<String>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// Whether it may hold the address of whoever blocks.
    pub allows_own: bool,
}

/// Addresses that stand out.
#[derive(Debug, Clone)]
pub struct Standouts {
    /// Those with many events in the last day.
    pub suspicious: Vec<AddressFigures>,
    /// The busiest of the last seven days.
    pub busiest: Vec<AddressFigures>,
}

/// Security events and block lists. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Security {
    pub(super) base: Base,
    /// One change of the lists after the other, so that memory ends up as the database does.
    changing: Arc<Mutex<()>>,
    pub(super) listener: Arc<OnceLock<Arc<dyn SuspicionListener>>>,
}

impl Security {
    /// Over a database.
    #[must_use]
    pub fn new(base: Base) -> Self {
        Self { base, changing: Arc::default(), listener: Arc::default() }
    }

    /// Sets who hears of suspicious addresses; only the first call counts.
    pub fn listen(&self, listener: Arc<dyn SuspicionListener>) {
        // A second call would be a mistake in wiring.
        let _first_counts = self.listener.set(listener);
    }

    /// Loads who is shut out, before anybody comes in.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn recover(&self) -> Result<(), DbError> {
        let _turn = self.changing.lock().await;
        self.load_blocks().await
    }

    /// Begins to store what is reported, and to forget what is old.
    pub fn start(&self) {
        self.base.spawn_until_stop(self.clone().store_events());
        self.base.spawn_until_stop(self.clone().forget());
    }

    /// Events, the newest first.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn events(
        &self,
        principal: &Principal,
        scope: SecurityScope,
        filter: SecurityFilter,
        limit: i64,
    ) -> Result<Vec<SecurityRow>, ServiceError> {
        let org = check(principal, scope)?;
        Ok(self.db().security_events().list(&SecurityFilter { org, ..filter }, limit).await?)
    }

    /// Addresses that stand out.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn standouts(
        &self,
        principal: &Principal,
        scope: SecurityScope,
    ) -> Result<Standouts, ServiceError> {
        let org = check(principal, scope)?;
        let (events, now) = (self.db().security_events(), self.base.now());
        Ok(Standouts {
            suspicious: events.busiest(org, now.plus_ms(-DAY_MS), SUSPICIOUS_EVENTS, BUSIEST_MAX).await?,
            busiest: events.busiest(org, now.plus_ms(-7 * DAY_MS), 1, BUSIEST_MAX).await?,
        })
    }

    /// The block list, the newest first.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn blocks(
        &self,
        principal: &Principal,
        scope: SecurityScope,
    ) -> Result<Vec<AddressBlock>, ServiceError> {
        let org = check(principal, scope)?;
        Ok(self.db().address_blocks().list(org, self.base.now()).await?)
    }

    /// Blocks an address or a range, in place of an older block of it; `from` is where the caller is.
    ///
    /// # Errors
    /// `forbidden`, `bad_request` for the range and the time, `conflict` with the reason `own_address` for the caller's
    /// own address, `too_large` for a list that is full.
    pub async fn block(
        &self,
        principal: &Principal,
        scope: SecurityScope,
        new: NewBlock,
        from: IpAddr,
    ) -> Result<AddressBlock, ServiceError> {
        let org = check(principal, scope)?;
        let range = range_of(&new.range)?;
        if range.contains(&from.to_canonical()) && !new.allows_own {
            let error =
                WireError::new(ErrorCode::Conflict, "this is your own address; say allow_own to block it");
            return Err(WireError { reason: Some("own_address"), ..error }.into());
        }
        let now = self.base.now();
        if new.expires_at.is_some_and(|at| at <= now) {
            return Err(ServiceError::bad_request("expires_at must be in the future"));
        }
        let block = AddressBlock {
            id: AddressBlockId::new(),
            org_id: org,
            ip_range: range.to_string(),
            reason: reason_of(new.reason)?,
            blocked_by: principal.user.name.to_string(),
            created_at: now.0,
            expires_at: new.expires_at.map(|at| at.0),
        };
        let note = note(principal, scope, Act::AddressBlocked, now).on(block.id).made(shown(&block));
        let _turn = self.changing.lock().await;
        match self.db().noting(note).address_blocks().add(&block, BLOCKS_MAX).await? {
            BlockOutcome::Added => {}
            BlockOutcome::Full => {
                let words = format!("a block list has at most {BLOCKS_MAX} entries");
                return Err(ServiceError::new(ErrorCode::TooLarge, words));
            }
        }
        self.load_blocks().await?;
        Ok(block)
    }

    /// Takes a block back.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn unblock(
        &self,
        principal: &Principal,
        scope: SecurityScope,
        id: &str,
    ) -> Result<(), ServiceError> {
        let org = check(principal, scope)?;
        let id: AddressBlockId = id.parse().map_err(|_| ServiceError::not_found())?;
        let now = self.base.now();
        let _turn = self.changing.lock().await;
        let known = self.db().address_blocks().list(org, now).await?;
        let block = known.iter().find(|block| block.id == id).ok_or_else(ServiceError::not_found)?;
        let note = note(principal, scope, Act::AddressUnblocked, now).on(id).gone(shown(block));
        self.db().noting(note).address_blocks().remove(org, id).await?;
        Ok(self.load_blocks().await?)
    }

    /// From where a visitor of the caller's org came last; nothing for callers who may not know.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn visitor_address(
        &self,
        principal: &Principal,
        visitor: UserId,
    ) -> Result<Option<String>, ServiceError> {
        if !Right::ManageSecurity.allows(principal.kind) {
            return Ok(None);
        }
        Ok(self.db().visitors().address(principal.org, visitor).await?)
    }

    async fn load_blocks(&self) -> Result<(), DbError> {
        let blocks = self.db().address_blocks().all(self.base.now()).await?;
        self.base.guard.set_blocks(AddressBlocks::of(&blocks));
        Ok(())
    }

    pub(super) fn db(&self) -> &Db {
        &self.base.db
    }
}

/// The org that a scope is about, where the caller may.
fn check(principal: &Principal, scope: SecurityScope) -> Result<Option<OrgId>, ServiceError> {
    match scope {
        SecurityScope::Org => Right::ManageSecurity.check(principal)?,
        SecurityScope::Platform => Right::ManagePlatformSecurity.check(principal)?,
    }
    Ok((scope == SecurityScope::Org).then_some(principal.org))
}

fn note(principal: &Principal, scope: SecurityScope, act: Act, now: Timestamp) -> Note {
    let note = Note::by(principal, act, now);
    if scope == SecurityScope::Platform { note.of_platform() } else { note }
}

/// What the audit log shows of a block.
fn shown(block: &AddressBlock) -> serde_json::Value {
    json!({ "range": block.ip_range, "expires_at": block.expires_at })
}

/// A range as it is stored: without what stands behind its prefix.
fn range_of(text: &str) -> Result<IpNet, ServiceError> {
    let bad = || ServiceError::bad_request("range must be an address or a range such as 192.0.2.0/24");
    let text = text.trim();
    let range = match text.parse::<IpAddr>() {
        Ok(address) => IpNet::from(address.to_canonical()),
        Err(_) => text.parse::<IpNet>().map_err(|_| bad())?.trunc(),
    };
    let least = if range.addr().is_ipv4() { V4_PREFIX_MIN } else { V6_PREFIX_MIN };
    if range.prefix_len() < least {
        return Err(ServiceError::bad_request(format!("a range has a prefix of at least {least} bits")));
    }
    Ok(range)
}

fn reason_of(text: Option<String>) -> Result<Option<String>, ServiceError> {
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    if text.as_ref().is_some_and(|text| text.chars().count() > REASON_MAX_CHARS) {
        return Err(ServiceError::bad_request("reason has at most 300 characters"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_stored_in_one_form_and_none_is_too_wide() {
        for (given, stored) in [
            ("192.0.2.7", Some("192.0.2.7/32")),
            (" 192.0.2.77/24 ", Some("192.0.2.0/24")),
            ("2001:db8::1", Some("2001:db8::1/128")),
            ("2001:DB8:0:0::/64", Some("2001:db8::/64")),
            ("::ffff:192.0.2.7", Some("192.0.2.7/32")),
            ("10.0.0.0/8", Some("10.0.0.0/8")),
            ("10.0.0.0/7", None),
            ("::/0", None),
            ("example.com", None),
            ("", None),
        ] {
            assert_eq!(range_of(given).ok().map(|range| range.to_string()).as_deref(), stored, "{given}");
        }
    }
}
