//! The pages that the binary carries: demo, widget and console, compressed beforehand.

mod answer;
mod choose;

pub use answer::page;
