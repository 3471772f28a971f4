//! Voices that this process makes itself: what a dialect and its server are together.

use std::fmt::Debug;
use std::task::{Context, Poll};

use audio::relay::Capabilities;

use super::heard::Heard;
use super::request::Request;
use super::setup::Setup;

/// A voice in this process.
pub trait LocalVoice: Debug + Send + Sync {
    /// A session with it.
    fn session(&self, setup: Setup) -> Box<dyn LocalSession>;
}

/// One session with a voice in this process.
pub trait LocalSession: Debug + Send {
    /// What it can do.
    fn capabilities(&self) -> Capabilities;

    /// Takes in a request.
    fn request(&mut self, request: Request);

    /// Adds what it says next; false when it has ended. It wakes the task that has asked last.
    fn poll(&mut self, cx: &mut Context<'_>, out: &mut Vec<Heard>) -> Poll<bool>;

    /// Adds what is known of its use, once it has ended.
    fn end(&mut self, out: &mut Vec<Heard>);
}
