//! The one thing of EXIF that changes how a picture is shown: which side is up.

/// What an EXIF block in a JPEG begins with.
pub(super) const MARK: &[u8] = b"Exif\0\0";
const ORIENTATION: u16 = 0x0112;
/// A number of 16 bits.
const SHORT: u16 = 3;

/// Which side is up, where it is not the first row: 2 to 8, as EXIF counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Orientation(u8);

impl Orientation {
    /// Reads it from an EXIF block behind its mark. What cannot be read says nothing.
    pub(super) fn read(tiff: &[u8]) -> Option<Self> {
        let is_big = match tiff.get(..4)? {
            b"MM\0*" => true,
            b"II*\0" => false,
            _ => return None,
        };
        let short = |at: usize| {
            let bytes: [u8; 2] = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
            Some(if is_big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
        };
        let bytes: [u8; 4] = tiff.get(4..8)?.try_into().ok()?;
        let first = if is_big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) };
        let first = usize::try_from(first).ok()?;
        let count = usize::from(short(first)?);
        for index in 0..count {
            let at = first.checked_add(2 + index * 12)?;
            if short(at)? == ORIENTATION && short(at.checked_add(2)?)? == SHORT {
                let value = short(at.checked_add(8)?)?;
                return u8::try_from(value).ok().filter(|value| (2..=8).contains(value)).map(Self);
            }
        }
        None
    }

    /// Whether width and height change places.
    pub(super) fn is_turned(self) -> bool {
        self.0 >= 5
    }

    /// A segment of a JPEG that says this and nothing else.
    pub(super) fn segment(self) -> Vec<u8> {
        let mut segment = vec![0xff, 0xe1, 0, 34];
        segment.extend(MARK);
        segment.extend(b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0");
        segment.push(self.0);
        segment.extend([0; 6]);
        segment
    }
}
