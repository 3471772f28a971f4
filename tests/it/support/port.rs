//! Ports for the servers of tests.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};

/// Ports of test servers, given out once each: below those from which the system takes one for an outgoing connection,
/// so that none is taken between the look and the server's start, or while a server is killed and started again.
const PORTS: std::ops::Range<u32> = 12_000..32_000;

static PORTS_GIVEN: AtomicU32 = AtomicU32::new(0);

/// A port that nobody listens on, and that nothing else of this process gets.
pub fn free_port() -> u16 {
    // Processes that test at the same time begin at different places.
    let first = std::process::id().wrapping_mul(97);
    loop {
        let given = PORTS_GIVEN.fetch_add(1, Ordering::Relaxed);
        let port = PORTS.start + first.wrapping_add(given) % (PORTS.end - PORTS.start);
        let port = u16::try_from(port).expect("ports are below 65,536");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
