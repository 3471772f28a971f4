//! Which model answers for an org, with which key, at what price.
//!
//! A chain ([`Link`]s in order) is the org's own list of providers, else the platform's, else the environment's.
//! [`Meter`] counts each call to a model and refuses those beyond the org's limits. Vectors and vector stores of
//! providers are offered to `knowledge`. How to speak to a provider is in `providers`.

mod chain;
mod embeddings;
mod environment;
mod meter;
mod provider_admin;
mod service;
mod side_question;
mod untrusted_text;
mod vector_stores;

pub use chain::{Link, ModelLink};
pub use environment::EnvironmentKeys;
pub use meter::{CallOf, Meter, sum_of_calls};
pub use provider_admin::{ChainOwner, ProviderFields, Trial};
pub use service::{Llm, LlmParts};
pub use side_question::ModelAnswer;
pub use untrusted_text::{MARKS, ends_a_line, json_line, plain_line, quoted, without_marks};
