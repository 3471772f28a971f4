//! Where the time goes between a visitor's last sound and the answer of the basic voice: for the log and the metrics.

use rooms::CallId;

use crate::providers::realtime::TurnTimes;
use crate::telemetry::metrics::LOCAL_VOICE_SECONDS;

/// Records when the stages of a turn that was answered were over.
pub(super) fn record(call: CallId, times: TurnTimes) {
    let TurnTimes { turn_over_ms, recognised_ms, answered_ms, spoken_ms } = times;
    tracing::debug!(
        call.id = %call,
        turn_over_ms,
        recognised_ms,
        answered_ms,
        spoken_ms,
        "a turn of call {call} was answered"
    );
    let stages = [
        ("turn_over", turn_over_ms),
        ("recognised", recognised_ms),
        ("answered", answered_ms),
        ("spoken", spoken_ms),
    ];
    for (stage, ms) in stages {
        #[expect(clippy::cast_precision_loss, reason = "a turn is answered within hours")]
        metrics::histogram!(LOCAL_VOICE_SECONDS, "stage" => stage).record(ms as f64 / 1_000.0);
    }
}
