//! SIGTERM and Ctrl-C: the first stops gracefully, the second at once.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// The status of a process that was stopped by force: 128 and the number of SIGINT.
const FORCED_STATUS: i32 = 130;

/// Cancels `stop` at the first signal and ends the process at the second.
///
/// # Errors
/// When the system lets no handler be set.
pub(super) fn watch(stop: CancellationToken) -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        let mut is_stopping = false;
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if is_stopping {
                tracing::warn!("forced to stop before every connection was closed");
                std::process::exit(FORCED_STATUS);
            }
            is_stopping = true;
            tracing::info!(
                "stopping: clients are asked to reconnect elsewhere; a second signal stops at once"
            );
            stop.cancel();
        }
    });
    Ok(())
}
