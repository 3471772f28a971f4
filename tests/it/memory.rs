//! Memory goes back after a burst, and what the system may take back is counted apart.

use futures_util::future::join_all;

use crate::support::rest::{http, send};
use crate::support::{Database, Options, Site, free_port, within};

/// Visitors who are there at once.
const VISITORS: usize = 300;
/// What may be left in memory after a burst (the same for any number of visitors).
const LEFT_MAX_BYTES: f64 = 20.0 * 1_048_576.0;

/// The value of a metric without labels.
async fn metric(port: u16, name: &str) -> f64 {
    let text = send(http().get(format!("http://127.0.0.1:{port}/metrics"))).await.body;
    let text = text.as_str().expect("text").to_owned();
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ').map(str::to_owned));
    line.unwrap_or_else(|| panic!("{name} in {text}")).parse().expect("a number")
}

/// Visitors come, join their conversation, write and go.
async fn burst(site: &Site, port: u16) {
    let visitors = join_all((0..VISITORS).map(|_| async {
        let visitor = site.visitor().await;
        let mut client = site.connect(&visitor.token).await;
        client.join(visitor.session_id()).await;
        client.say(visitor.session_id(), "is anybody there?").await;
        client
    }))
    .await;
    assert!(metric(port, "switchboard_rooms_live").await >= 300.0);
    drop(visitors);
    within("every room ends", async {
        while metric(port, "switchboard_rooms_live").await > 0.0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rooms_and_memory_of_a_burst_are_given_back() {
    let port = free_port();
    let options = Options::unlimited()
        .flag("--room-linger-s", "0")
        .flag("--presence-grace-ms", "0")
        .flag("--metrics-listen", &format!("127.0.0.1:{port}"));
    let site = Site::start(Database::sqlite(), options).await;
    // The first one pays for what every server needs: threads, prepared statements, pages of code.
    burst(&site, port).await;
    let before = metric(port, "process_resident_anonymous_bytes").await;

    for _ in 0..3 {
        burst(&site, port).await;
    }

    let after = metric(port, "process_resident_anonymous_bytes").await;
    assert!(after - before < LEFT_MAX_BYTES, "{before} and then {after} bytes");
    let all = metric(port, "process_resident_memory_bytes").await;
    let mapped = metric(port, "process_resident_mapped_bytes").await;
    assert!(mapped > 0.0 && all >= mapped, "{all} bytes, {mapped} of mapped files");
}
