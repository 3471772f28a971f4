//! What an org and its channels know: sources, passages, and what is found for a question.
//!
//! A source (questions with answers, Markdown, text, PDF, a web page) is read into passages by a background job
//! (`worker`); a pair can be found from the commit that writes it. A question is compared with the passages by
//! its words, always, and by its meaning where an [`Embedder`] is at hand; [`Knowledge::assess`] says whether the
//! best passage may be given as the answer. Thresholds and how they were measured: `docs/understand/knowledge.md`.
//! Documents are parsed in a child process ([`reader`]), and orgs are served in turn ([`scheduler`]).
//! Every passage that is shown is read from storage as it is asked for, so what was deleted is never an answer.

mod admin;
mod checks;
mod demo;
mod embed;
mod error;
mod external;
mod fetch;
mod handles;
mod index;
mod language;
mod pair_fields;
mod pairs;
mod ranking;
mod read;
mod reader;
mod scheduler;
mod search;
mod service;
mod sources;
mod unanswered;
mod verdict;
mod words;
mod worker;

#[cfg(test)]
mod tests;

pub use demo::demo_pairs;
pub use embed::{EmbedError, Embedder, Embedders, Embedding, InProcess, NoEmbedders};
pub use error::KnowledgeError;
pub use external::{ExtraSource, VectorStore};
pub use pair_fields::PairFields;
pub use reader::{READER_COMMAND, run_reader, text_of_file};
pub use service::{Knowledge, KnowledgeParts};
pub use sources::{SourceFields, SourcePatch};
pub use unanswered::UnansweredAnswer;
pub use verdict::{Passage, Verdict};
