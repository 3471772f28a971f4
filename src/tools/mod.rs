//! What the assistant may do besides talking: a catalogue, and running what is called.

mod builtin;
mod toolbox;

pub use toolbox::{Source, ToolContext, ToolResult, Tools, Wish};
