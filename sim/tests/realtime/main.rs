//! The simulator as a client sees it: over a real socket, with every event checked against the protocol's tables.

#![expect(unreachable_pub, reason = "nothing outside can reach into a test binary")]
#![expect(clippy::unwrap_used, reason = "in a test, a panic is the answer")]
#![expect(clippy::disallowed_methods, reason = "tests wait and measure by the clock of their machine")]

mod structure;
mod support;

mod errors;
mod faults;
mod interruptions;
mod ladders;
mod turns;
