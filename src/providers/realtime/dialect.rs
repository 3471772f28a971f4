//! The traits of a dialect: how to reach its servers, and how to encode and decode the events of a session.

use std::fmt::Debug;

use audio::relay::Capabilities;
use secrecy::SecretString;
use url::Url;

use super::heard::Heard;
use super::request::Request;
use super::setup::{Setup, Task};
use crate::outbound::HeaderMap;
use crate::outbound::header::InvalidHeaderValue;

/// How servers of one kind are reached and spoken with. It holds no state; a [`Session`] does.
pub trait Dialect: Debug + Send + Sync {
    /// Where its server is where no base URL is configured.
    fn default_url(&self) -> Option<&'static str>;

    /// Whether what is configured is enough to speak with it.
    fn is_usable(&self, has_key: bool, has_model: bool) -> bool;

    /// Where a session for this task and model is, below a base URL; `None` where that cannot be.
    fn address(&self, base: &Url, task: Task, model: &str) -> Option<Url>;

    /// The headers of a connection: the key, and the caller as providers may know them.
    ///
    /// # Errors
    /// When the key or the caller cannot stand in a header.
    fn headers(&self, key: Option<&SecretString>, caller: &str) -> Result<HeaderMap, InvalidHeaderValue>;

    /// A session with this model on a connection that stands.
    fn session(&self, model: &str, setup: Setup) -> Box<dyn Session>;
}

/// One connection's way of speaking. It holds what the connection's state needs, and no socket.
pub trait Session: Debug + Send {
    /// What the provider can do.
    fn capabilities(&self) -> Capabilities;

    /// Adds what is to be sent for `request`, as texts.
    fn say(&mut self, request: Request, out: &mut Vec<String>);

    /// Adds what `text` means. What is unknown or malformed means nothing.
    fn decode(&mut self, text: &str, out: &mut Vec<Heard>);

    /// Adds what it means that the provider has closed the connection, with this code and reason. That it is lost
    /// is said by whoever reads it.
    fn closed(&mut self, code: u16, reason: &str, out: &mut Vec<Heard>);

    /// Adds what is known of the use of the connection, however it has ended.
    fn ended(&mut self, _out: &mut Vec<Heard>) {}

    /// What is said before the connection is closed from here; the provider then says its last and closes it.
    fn farewell(&mut self) -> Option<String> {
        None
    }
}
