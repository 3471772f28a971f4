//! Runs the parts in sequence, each with a server of its own.

use anyhow::ensure;

use super::options::Options;
use super::{drops, latency, takes, talk};
use crate::server::Server;

pub(crate) async fn run(
    start: impl AsyncFn() -> anyhow::Result<Server>,
    options: &Options,
) -> anyhow::Result<()> {
    ensure!((1..=options.calls).contains(&options.threads), "between one call and one call per thread");
    ensure!(options.seconds > 0, "nothing is measured in no time");
    if options.direct_rounds > 0 {
        latency::run(start().await?, options).await?;
    }
    if options.drops {
        drops::run(start().await?, options).await
    } else if options.takes > 0 {
        takes::run(start().await?, &options.simulator, options).await
    } else {
        talk::run(start().await?, &options.simulator, options).await
    }
}
