//! Security events, addresses that stand out, and addresses that are blocked.

use std::net::IpAddr;

use rooms::{ChannelId, OrgId, Timestamp};

use super::ids::AddressBlockId;

macro_rules! security_kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// What a security event is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum SecurityKind { $($(#[$doc])* $name,)* }

        impl SecurityKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its name in storage and REST.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

security_kinds! {
    /// Somebody went over a limit of counts.
    RateLimitHit = "rate_limit_hit";
    /// A wrong password, token or link.
    AuthFailure = "auth_failure";
    /// A single use of a model that was large.
    HighUsage = "high_usage";
    /// Many requests from one address in a minute that were refused or failed.
    RepeatedErrors = "repeated_errors";
    /// Somebody asked for a thing of another org.
    CrossOrgRefused = "cross_org_refused";
    /// Somebody whose address is blocked came.
    Blocked = "blocked";
    /// Events that were counted and not kept: there were too many at once.
    Dropped = "dropped";
}

/// Something that looks like an attack.
#[derive(Debug, Clone)]
pub struct SecurityEvent {
    /// What.
    pub kind: SecurityKind,
    /// Whose, where that is known.
    pub org: Option<OrgId>,
    /// On which channel.
    pub channel: Option<ChannelId>,
    /// From where; of IPv6 the network counts.
    pub address: Option<IpAddr>,
    /// What the client says of itself.
    pub user_agent: Option<String>,
    /// The request.
    pub request_id: Option<String>,
}

impl SecurityEvent {
    /// An event of which only the kind and the address are known.
    #[must_use]
    pub fn from_address(kind: SecurityKind, address: IpAddr) -> Self {
        Self { kind, org: None, channel: None, address: Some(address), user_agent: None, request_id: None }
    }
}

/// What makes events equal: those of one minute are one row with a count.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the fields are those of the event")]
pub struct SecurityKey {
    /// The beginning of the minute.
    pub minute: Timestamp,
    pub kind: SecurityKind,
    pub org: Option<OrgId>,
    pub channel: Option<ChannelId>,
    /// The address, or the network of an IPv6 address.
    pub address: Option<String>,
}

/// Equal events that are not stored yet.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields are those of the event")]
pub struct FoldedEvents {
    pub count: u64,
    pub user_agent: Option<String>,
    pub request_id: Option<String>,
    /// The first and the last.
    pub first_at: Timestamp,
    pub last_at: Timestamp,
}

/// A stored row of equal events.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of the event")]
pub struct SecurityRow {
    /// Its id; later ones are greater.
    pub id: String,
    pub kind: String,
    pub org_id: String,
    pub channel_id: String,
    pub address: String,
    pub event_count: i64,
    pub user_agent: Option<String>,
    pub request_id: Option<String>,
    pub created_at: i64,
    pub last_at: i64,
}

/// An address and how often it stood out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressFigures {
    /// The address, or the network of an IPv6 address.
    pub address: String,
    /// How many events.
    pub event_count: i64,
    /// The last of them.
    pub last_at: i64,
}

/// An address or range that is shut out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressBlock {
    /// Its id.
    pub id: AddressBlockId,
    /// By which org; none is the platform.
    pub org_id: Option<OrgId>,
    /// An address or a range, in its shortest form.
    pub ip_range: String,
    /// Why, for people.
    pub reason: Option<String>,
    /// The name of who blocked it.
    pub blocked_by: String,
    /// When.
    pub created_at: i64,
    /// When it ends by itself.
    pub expires_at: Option<i64>,
}

/// An address has become suspicious.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspicion {
    /// To whose events it belongs; none is the platform.
    pub org: Option<OrgId>,
    /// The address, or the network of an IPv6 address.
    pub address: String,
    /// How many events in the last day.
    pub event_count: i64,
}

/// Which events to list.
#[derive(Debug, Clone, Default)]
pub struct SecurityFilter {
    /// Those of an org; none are those of all.
    pub org: Option<OrgId>,
    /// Those of a kind.
    pub kind: Option<String>,
    /// Those from an address.
    pub address: Option<String>,
    /// Those before this id.
    pub before: Option<String>,
}
