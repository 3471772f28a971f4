//! Between the assistant and people: what messages are about, briefs and mails of handoffs, and what visitors who
//! wait for a person are told.
//!
//! [`Handover`] hears from the hub what was committed. It holds what the assistant needs for the same ends: the
//! [`Scene`] of a conversation, and the texts that visitors read in the name of the business.

mod assigning;
mod assignment_feed;
mod availability;
mod away;
mod brief;
mod handoff;
mod insight;
mod job;
mod mail_texts;
mod scene;
mod service;
mod texts;
mod transcripts;
mod waiting;

#[cfg(test)]
mod assigning_tests;
#[cfg(test)]
mod away_tests;
#[cfg(test)]
mod tests;

pub use availability::Availability;
pub use brief::{FOR_AGENTS, transcript, transcript_line};
pub use job::Job;
pub use scene::{InCall, Place, Scene, is_urgent, language_in, said, text_of, urgent_words_in};
pub use service::{Handover, HandoverParts, assistant_user};
pub use texts::{Texts, texts, texts_of};
pub use transcripts::TranscriptFile;
pub use waiting::GO_ON;
