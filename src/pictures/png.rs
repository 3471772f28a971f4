//! PNG: chunks up to the end chunk. A file that goes on behind it is more than a picture, and refused.

use super::PictureError;
use super::cleaned::Cleaned;
use super::exif::Orientation;
use super::reader::{Reader, length};

pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
const HEADER: &[u8; 4] = b"IHDR";
const END: &[u8; 4] = b"IEND";
const EXIF: &[u8; 4] = b"eXIf";
/// Chunks that change how a picture looks; all others say something about it.
const KEPT: [&[u8; 4]; 16] = [
    b"PLTE", b"IDAT", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs", b"acTL",
    b"fcTL", b"fdAT", b"cICP", b"mDCV", b"cLLI",
];

pub(super) fn clean(bytes: &[u8]) -> Result<Cleaned, PictureError> {
    let mut from = Reader::new(bytes);
    let mut kept = from.take(SIGNATURE.len())?.to_vec();
    let header = Chunk::read(&mut from)?;
    let size = size_of(&header)?;
    kept.extend(header.whole);
    let before_pixels = kept.len();
    let (mut has_pixels, mut is_moving, mut orientation) = (false, false, None);
    loop {
        let chunk = Chunk::read(&mut from)?;
        has_pixels |= chunk.name == b"IDAT";
        is_moving |= chunk.name == b"acTL";
        if chunk.name == END && chunk.content.is_empty() {
            kept.extend(chunk.whole);
            break;
        }
        if KEPT.contains(&chunk.name) {
            kept.extend(chunk.whole);
        } else if chunk.name == EXIF {
            orientation = orientation.or(Orientation::read(chunk.content));
        } else if chunk.name[0].is_ascii_uppercase() {
            return Err(PictureError::Damaged("it has a chunk that nobody may leave out, and nobody knows"));
        }
    }
    if !has_pixels {
        return Err(PictureError::Damaged("it shows nothing"));
    }
    if !from.rest().is_empty() {
        return Err(PictureError::Damaged("the file goes on behind the picture"));
    }
    if let Some(orientation) = orientation {
        // It may also follow the pixels, where not every reader looks.
        kept.splice(before_pixels..before_pixels, chunk(EXIF, &orientation.block()));
    }
    let (width, height) = Orientation::shown(orientation, size);
    Ok(Cleaned { width, height, is_moving, bytes: kept })
}

/// Width and height, as the header says.
fn size_of(header: &Chunk<'_>) -> Result<(u32, u32), PictureError> {
    if header.name != HEADER || header.content.len() != 13 {
        return Err(PictureError::Damaged("its first chunk is not its header"));
    }
    let mut fields = Reader::new(header.content);
    Ok((u32::from_be_bytes(fields.array()?), u32::from_be_bytes(fields.array()?)))
}

/// A chunk as it stands in a file.
fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let count = u32::try_from(content.len()).expect("chunks made here are short");
    let checked = [name.as_slice(), content].concat();
    [&count.to_be_bytes(), checked.as_slice(), &checksum(&checked).to_be_bytes()].concat()
}

/// The CRC-32 of PNG, bit by bit: it is made of a few bytes only.
fn checksum(bytes: &[u8]) -> u32 {
    let bit = |crc: u32, _| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), bit))
}

struct Chunk<'a> {
    name: &'a [u8; 4],
    content: &'a [u8],
    /// As it stands in the file.
    whole: &'a [u8],
}

impl<'a> Chunk<'a> {
    fn read(from: &mut Reader<'a>) -> Result<Self, PictureError> {
        let begin = from.rest();
        let count = length(u32::from_be_bytes(from.array()?))?;
        let name = from.take(4)?.try_into().expect("four bytes were taken");
        let content = from.take(count)?;
        let _checksum = from.take(4)?;
        Ok(Self { name, content, whole: &begin[..begin.len() - from.rest().len()] })
    }
}
