//! The server as whoever runs it sees it: what an examination finds, its nodes, how near its limits are, and a mail to
//! try.
//!
//! `findings` is what `switchboard doctor` prints. From inside the server it runs on a thread of its own, over a connection
//! of its own, once at a time, and for some seconds at most; nothing here changes anything.

mod audit_findings;
mod call_findings;
mod examination;
mod finding;
mod health;
mod limit_states;
mod mail_trial;
mod nodes;
mod price_findings;
mod service;

pub use examination::{Given, findings, of_bad_settings};
pub use finding::{Finding, Health, Verdict};
pub use limit_states::{LimitStates, OrgNearLimits, OrgUse, ShareState};
pub use mail_trial::{MailTrial, MailWay};
pub use nodes::Node;
pub use service::{Platform, PlatformParts};
