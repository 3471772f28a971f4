//! Sample rates and frame lengths.

/// Milliseconds of sound in one frame.
pub const FRAME_MS: u32 = 20;

/// Samples a second, one of those that browsers and telephones speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SampleRate {
    /// Telephone: 8,000 Hz.
    Hz8000,
    /// Wide-band telephone: 16,000 Hz.
    Hz16000,
    /// What realtime voice providers speak, and the hub inside: 24,000 Hz.
    Hz24000,
    /// Compact disc: 44,100 Hz.
    Hz44100,
    /// Most browsers' devices: 48,000 Hz.
    Hz48000,
}

impl SampleRate {
    /// Every rate, ascending.
    pub const ALL: [Self; 5] = [Self::Hz8000, Self::Hz16000, Self::Hz24000, Self::Hz44100, Self::Hz48000];

    /// The rate in Hz.
    #[must_use]
    pub const fn hz(self) -> u32 {
        match self {
            Self::Hz8000 => 8_000,
            Self::Hz16000 => 16_000,
            Self::Hz24000 => 24_000,
            Self::Hz44100 => 44_100,
            Self::Hz48000 => 48_000,
        }
    }

    /// The rate of so many Hz, where it is one of these.
    #[must_use]
    pub fn from_hz(hz: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|rate| rate.hz() == hz)
    }

    /// Samples in a frame of 20 ms; exact for every rate.
    #[must_use]
    pub const fn samples_per_frame(self) -> usize {
        (self.hz() * FRAME_MS / 1_000) as usize
    }

    /// Bytes in a frame of 20 ms: two a sample, little endian, one channel.
    #[must_use]
    pub const fn bytes_per_frame(self) -> usize {
        self.samples_per_frame() * 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_at_24_khz_is_480_samples_and_960_bytes() {
        assert_eq!(SampleRate::Hz24000.samples_per_frame(), 480);
        assert_eq!(SampleRate::Hz24000.bytes_per_frame(), 960);
    }

    #[test]
    fn every_rate_divides_into_whole_frames_and_is_found_again() {
        for rate in SampleRate::ALL {
            assert_eq!(rate.hz() * FRAME_MS % 1_000, 0);
            assert_eq!(SampleRate::from_hz(rate.hz()), Some(rate));
        }
        assert_eq!(SampleRate::from_hz(22_050), None);
    }
}
