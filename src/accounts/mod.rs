//! Accounts: who may come in, and the orgs, members, channels, tickets and tokens they manage.
//!
//! [`Directory`] makes and changes what is stored and needs no running server: the shell uses it too.
//! [`Accounts`] stands on it, decides who may do what ([`rights`]), and knows the hub that must hear of
//! changes. Edges hand in what they read and translate what comes back; nothing here knows HTTP or sockets.

mod acting;
mod audit_views;
mod authenticate;
mod blocking;
mod channel_fields;
mod channels;
mod checks;
mod conversations;
mod demo;
mod devices;
mod directory;
mod error_codes;
mod fresh_sign_in;
mod handles;
mod idempotency;
mod identity;
mod install_check;
mod look;
mod mail_links;
mod master_key;
mod member_mails;
mod member_pictures;
mod members;
mod merging;
mod orgs;
mod origin;
mod own_password;
mod page_policy;
mod passwords;
mod refused_pages;
mod registration;
mod rights;
mod second_step;
mod service;
mod session_list;
mod setup;
mod sign_in;
mod tickets;
mod tokens;
mod two_step;
mod watching;
mod widget;

#[cfg(test)]
mod tests;

pub use authenticate::Entry;
pub use channel_fields::{ChannelFields, IssuerFields};
pub use channels::MadeChannel;
pub use conversations::VisitorFacts;
pub use demo::DemoCredentials;
pub use directory::{Directory, MadeMember, MemberFields, NewToken, TokenOwner};
pub use fresh_sign_in::Proof;
pub use idempotency::{Answer, Once};
pub use identity::IdentityFields;
pub use install_check::{InstallCheck, InstallFindings, KeyFound};
pub use look::Look;
pub use mail_links::LinkPurpose;
pub use master_key::{MasterKeyFault, is_own_master_key};
pub use member_mails::MailLanguage;
pub use member_pictures::MEMBER_PICTURE_MAX_BYTES;
pub use members::MemberPatch;
pub use origin::is_same_origin;
pub use own_password::PasswordChange;
pub use refused_pages::RefusedPages;
pub use registration::RegistrationFields;
pub use service::{Accounts, AccountsParts};
pub use setup::SetupFields;
pub use sign_in::{SignInFrom, SignedIn};
pub use tickets::TicketStatus;
pub use two_step::{TwoStepKey, TwoStepState};
pub use widget::{WidgetRequest, WidgetSession};
