//! What the small servers share. Each of them has one job: join a room, send messages which are acked and go to
//! everybody in it, type without an ack. Nothing is stored.

#![expect(clippy::print_stdout, reason = "a peer says where it listens")]

pub mod frame;

use std::io::Write as _;

/// Room for a storm of connections; the system caps it at `net.core.somaxconn`.
pub const BACKLOG: u32 = 4_096;

/// Says where the server listens, as the load tester expects it.
pub fn announce(port: u16) {
    println!("listening on 127.0.0.1:{port}");
    // Without a reader nobody waits for it either.
    let _ = std::io::stdout().flush();
}
