//! The provider's end of calls, inside the load tester: it notes when every frame arrives and says when it wrote.
//!
//! It speaks no more of the GA dialect than the hub needs: speech is noticed by the marks of the frames, and every
//! turn is answered with marked sound. What it is told is checked as the real service would check it.

mod answer;
mod connection;
mod door;
mod findings;

pub(super) use answer::{Append, Manner};
pub(super) use door::FarEnd;
pub(super) use findings::{Findings, Stamps};
