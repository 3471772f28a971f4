//! The sound of calls: PCM16 at 24 kHz, mono.

use audio::SampleRate;

/// Its rate, in Hz.
pub(super) const CALL_HZ: u32 = SampleRate::Hz24000.hz();
/// Samples in a millisecond.
pub(super) const SAMPLES_PER_MS: usize = CALL_HZ as usize / 1_000;
