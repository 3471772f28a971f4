//! Audio frames of a leg: a header of 16 bytes, little endian, and the payload (PROTOCOL.md section 8).

/// Bytes of a header.
pub(super) const HEADER_BYTES: usize = 16;
/// Bytes of the longest payload.
pub(super) const PAYLOAD_MAX_BYTES: usize = 16 * 1_024;

/// PCM16 mono at 24 kHz.
pub(super) const CODEC_PCM_24K: u8 = 0;
/// PCM16 mono at the rate of the hello.
pub(super) const CODEC_PCM_HELLO: u8 = 3;

/// What flows in a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    /// A microphone, upwards.
    Microphone = 1,
    /// What is to be played, downwards.
    Playback = 2,
    /// A copy for agents, downwards.
    Monitor = 3,
}

/// Whose sound it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Track {
    /// The visitor's.
    Visitor = 0,
    /// The assistant's.
    Assistant = 1,
    /// The agent's.
    Agent = 2,
    /// The house's: tones.
    System = 4,
}

/// No payload: 20 ms of silence.
pub(super) const FLAG_SILENCE: u8 = 1;
/// The last frame of its item.
pub(super) const FLAG_LAST: u8 = 4;
/// The microphone is muted.
pub(super) const FLAG_MUTED: u8 = 8;

/// The header of a frame downwards.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    /// What flows.
    pub(super) kind: Kind,
    /// Flags.
    pub(super) flags: u8,
    /// Whose.
    pub(super) track: Track,
    /// One more per frame of this leg.
    pub(super) seq: u32,
    /// The sample clock at 24 kHz of the first sample.
    pub(super) time: u32,
    /// The tag of the utterance.
    pub(super) item: u16,
    /// The playback generation.
    pub(super) generation: u16,
}

impl Header {
    /// The frame: header and payload.
    #[must_use]
    pub(super) fn frame(&self, payload: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER_BYTES + payload.len());
        bytes.extend_from_slice(&[self.kind as u8, CODEC_PCM_24K, self.flags, self.track as u8]);
        bytes.extend_from_slice(&self.seq.to_le_bytes());
        bytes.extend_from_slice(&self.time.to_le_bytes());
        bytes.extend_from_slice(&self.item.to_le_bytes());
        bytes.extend_from_slice(&self.generation.to_le_bytes());
        bytes.extend_from_slice(payload);
        bytes
    }
}

/// A frame of a microphone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MicrophoneFrame<'a> {
    /// How the payload is coded: [`CODEC_PCM_24K`] or [`CODEC_PCM_HELLO`].
    pub(super) codec: u8,
    /// Flags.
    pub(super) flags: u8,
    /// Whose, as the sender says.
    pub(super) track: u8,
    /// One more per frame.
    pub(super) seq: u32,
    /// The samples, little endian; nothing where it is silent.
    pub(super) payload: &'a [u8],
}

/// Why bytes are no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum FrameFault {
    /// Shorter than a header.
    #[error("the frame is shorter than its header")]
    Short,
    /// Longer than is allowed.
    #[error("the payload is longer than 16 KiB")]
    Long,
    /// Half a sample at the end.
    #[error("the payload ends in the middle of a sample")]
    Odd,
    /// A codec that was not agreed on.
    #[error("the codec was not negotiated")]
    Codec,
}

/// Reads a frame upwards; `None` where it is of a kind that is ignored.
///
/// # Errors
/// What is wrong with it.
pub(super) fn parse_microphone(bytes: &[u8]) -> Result<Option<MicrophoneFrame<'_>>, FrameFault> {
    let Some((header, payload)) = bytes.split_first_chunk::<HEADER_BYTES>() else {
        return Err(FrameFault::Short);
    };
    let [kind, codec, flags, track, s0, s1, s2, s3, ..] = *header;
    if kind != Kind::Microphone as u8 {
        return Ok(None);
    }
    if payload.len() > PAYLOAD_MAX_BYTES {
        return Err(FrameFault::Long);
    }
    if !payload.len().is_multiple_of(audio::BYTES_PER_SAMPLE) {
        return Err(FrameFault::Odd);
    }
    if codec != CODEC_PCM_24K && codec != CODEC_PCM_HELLO {
        return Err(FrameFault::Codec);
    }
    Ok(Some(MicrophoneFrame { codec, flags, track, seq: u32::from_le_bytes([s0, s1, s2, s3]), payload }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_header_is_laid_out_as_written() {
        let header = Header {
            kind: Kind::Playback,
            flags: FLAG_LAST,
            track: Track::Assistant,
            seq: 0x0102_0304,
            time: 480,
            item: 7,
            generation: 0xfffe,
        };

        assert_eq!(header.frame(&[9, 8]), [2, 0, 4, 1, 4, 3, 2, 1, 0xe0, 1, 0, 0, 7, 0, 0xfe, 0xff, 9, 8]);
    }

    #[test]
    fn what_is_wrong_with_a_frame_is_said() {
        let frame = |codec, payload: usize| {
            let mut bytes = vec![1, codec, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
            bytes.resize(HEADER_BYTES + payload, 0);
            bytes
        };

        assert_eq!(parse_microphone(&[1; 15]), Err(FrameFault::Short));
        assert_eq!(parse_microphone(&frame(0, 961)), Err(FrameFault::Odd));
        assert_eq!(parse_microphone(&frame(1, 960)), Err(FrameFault::Codec));
        assert_eq!(parse_microphone(&frame(0, PAYLOAD_MAX_BYTES + 2)), Err(FrameFault::Long));
        assert_eq!(parse_microphone(&[9; 20]), Ok(None));
        let bytes = frame(3, 960);
        let good = parse_microphone(&bytes).unwrap().unwrap();
        assert_eq!((good.codec, good.seq, good.payload.len()), (3, 5, 960));
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_frame_or_a_fault(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(Some(frame)) = parse_microphone(&bytes) {
                prop_assert!(frame.payload.len() + HEADER_BYTES == bytes.len());
            }
        }
    }
}
