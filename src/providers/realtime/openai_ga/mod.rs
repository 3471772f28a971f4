//! The Realtime dialect of OpenAI as it is generally available, spoken by Azure, LocalAI and others too. Names of
//! its beta are understood where they come in. Types are our own and tolerant: an unknown event, a missing field or
//! a null where none is expected never ends a call.

mod address;
mod decode;
mod dialect;
mod encode;
mod event_ids;
mod refusal;
#[cfg(test)]
mod refusal_tests;
mod session;
#[cfg(test)]
mod tests;

pub(super) use dialect::{AZURE, COMPATIBLE, OPENAI};
