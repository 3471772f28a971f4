//! What orgs and channels set for themselves: how the assistant speaks, when people are there, what it may cost.
//!
//! One table, `fields.rs`, says of every field who may set it, at which levels, and what is allowed. A value is
//! looked for at the channel, then the org, then the platform, then the default. `config` is something else: it
//! is the server's own, read once at the start.

mod admin;
mod effective;
mod fields;
mod form;
mod hours;
mod service;
mod values;
mod variables;

pub use effective::{Effective, Hours, LimitMode, OwnLimitMode};
pub use fields::{FIELDS, Field, Kind, Levels, Nature, field};
pub use form::{Form, FormField, FormFieldKind, is_attribute_name};
pub use service::{Change, Level, OrgSettings, SettingsError, SettingsListener, Shown, demands_two_step};
pub use values::{is_color, is_language, origin};
pub use variables::{fill_in, unknown_variables};
