//! The assistant: answers visitors in text, until a person takes over.
//!
//! It hears from the hub that a reply is wanted ([`Assistant`] is the hub's listener) and comes back as
//! commands: begin, piece, finish. The hub fences what it writes by the takeover number that the reply began
//! under; nothing here has to be careful about takeovers beyond stopping its work when told.

mod answering;
pub mod call_prompts;
mod call_summary;
mod delegated;
mod failures;
mod handoff_test;
mod in_call;
mod keyless;
mod limits;
mod material;
mod output;
mod pictures;
mod prompt;
mod service;
mod spoken;
mod suggesting;
mod summary;
mod try_out;
mod turn;
mod turn_log;
mod turn_queue;
mod turns;
mod waiters;
mod writer;

pub use delegated::{DelegatedAnswer, Manner, SaidInCall};
pub use handoff_test::{HandoffTest, HandoffVerdict};
pub use in_call::{CallScene, EarlierMessage, FoundVoice, VoiceSource};
pub use service::{Assistant, AssistantParts};
pub use suggesting::{Rewriting, Suggestion};
pub use try_out::{Line, TestAnswer, TestQuestion};
pub use turn_log::{Trace, TracedCall, TracedTool};
