//! The EXIF orientation, the only metadata that changes how a picture is shown.

/// What an EXIF block in a JPEG begins with.
pub(super) const MARK: &[u8] = b"Exif\0\0";
const ORIENTATION: u16 = 0x0112;
/// A number of 16 bits.
const SHORT: u16 = 3;

/// Which side is up, where it is not the first row: 2 to 8, as EXIF counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Orientation(u8);

impl Orientation {
    /// Reads it from an EXIF block, with or without its mark. What cannot be read says nothing.
    pub(super) fn read(block: &[u8]) -> Option<Self> {
        let tiff = block.strip_prefix(MARK).unwrap_or(block);
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

    /// The width and height that are shown of a picture: from 5 on they change places.
    pub(super) fn shown(orientation: Option<Self>, (width, height): (u32, u32)) -> (u32, u32) {
        if orientation.is_some_and(|one| one.0 >= 5) { (height, width) } else { (width, height) }
    }

    /// An EXIF block, without a mark, that says this and nothing else.
    pub(super) fn block(self) -> Vec<u8> {
        let mut block = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        block.push(self.0);
        block.extend([0; 6]);
        block
    }
}
