//! GPT-Live, OpenAI's full-duplex voice: `/v1/live/sessions`, at OpenAI, Azure and servers compatible with them.
//!
//! A session hears and speaks at once, by the clock of the sound that it is sent, and says nothing of turns or
//! responses. What the relay needs of them is made here: a stretch of speech in the stream that comes back is a
//! response (`voice`), and the visitor's words are given to the turns that the relay has detected (`turns`). A response
//! cannot be ended; what of it is not to be heard is not passed on. Tasks come as delegations, and their answers go back
//! as commentary.

mod address;
mod decode;
mod dialect;
mod encode;
mod pieces;
mod session;
#[cfg(test)]
mod tests;
mod turns;
mod voice;

pub(super) use dialect::{AZURE, COMPATIBLE, OPENAI};
