//! What the parts of a call are called by providers and here.

use std::sync::Arc;

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Arc<str>);
    };
}

name!(
    /// What a provider calls an item of its conversation.
    ItemId
);
name!(
    /// What a provider calls a response.
    ResponseId
);
name!(
    /// What a provider calls the call of a tool; each runs once.
    CallId
);

/// One connection to a provider, counted from the call's first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(pub u32);

/// Our name for a request for a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestTag(pub u32);

/// Words that an agent lets the assistant say, counted from the call's first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SayId(pub u32);

/// A reply of the assistant, counted from the call's first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReplyId(pub u32);
