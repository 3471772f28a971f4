//! What sound is in Switchboard, and what a call decides: PCM16 mono in frames of 20 ms, resampling, level,
//! base64 chunks, the playout line, voice activity, and who is speaking.
//!
//! Everything here is pure: time (`now_ms`) and ids come in as arguments. Nothing here knows sockets, clocks,
//! JSON or a provider's dialect.

mod budget;
mod chunks;
mod frames;
mod level;
mod pcm;
mod playout;
mod rate;
pub mod relay;
mod resample;
mod speaking;
mod synthetic_voice;
mod voice_activity;
mod wav;
mod wav_read;
mod whole;

pub use budget::{Budget, BudgetEvent, CallLimits};
pub use chunks::{NotBase64, Seam, decode_base64, encode_base64};
pub use frames::Framer;
pub use level::Level;
pub use pcm::{BYTES_PER_SAMPLE, OddLength, read_samples, write_samples};
pub use playout::{AHEAD_MS, Generation, Heard, Line, PlayFrame, Played, STORED_MS, UtteranceId};
pub use rate::{FRAME_MS, SampleRate};
pub use resample::{NotAFrame, Resampler};
pub use speaking::{Speaker, Speaking};
pub use synthetic_voice::synthetic_voice;
pub use voice_activity::{Activity, Onset, VoiceActivity};
pub use wav::{WAV_HEADER_BYTES, wav_header};
pub use wav_read::{NotAWav, WavSound, is_wav, read_wav};
pub use whole::resample_whole;
