//! WebP: chunks in a RIFF container. A file that goes on behind the container is refused.

use super::PictureError;
use super::cleaned::Cleaned;
use super::exif::Orientation;
use super::reader::{Reader, length};

/// Flags of an extended file that say it holds EXIF and XMP.
const EXIF_FLAG: u8 = 0x08;
const XMP_FLAG: u8 = 0x04;
/// Where the flags stand: the chunk that holds them is always the first that is kept, behind `WEBP`.
const FLAGS_AT: usize = 4 + 8;
/// The fields of a frame before its chunks.
const FRAME_FIELDS: usize = 16;
const TWO_SIZES: PictureError = PictureError::Damaged("its frames do not have the size that it says");

type Size = (u32, u32);

pub(super) fn clean(bytes: &[u8]) -> Result<Cleaned, PictureError> {
    let mut inside = inside_of(bytes)?;
    let mut kept = inside.take(4)?.to_vec();
    let (mut canvas, mut still, mut has_frame) = (None, None, false);
    let (mut has_exif, mut orientation) = (false, None);
    while !inside.rest().is_empty() {
        let (name, content) = chunk(&mut inside)?;
        match name {
            b"VP8X" if canvas.is_none() && still.is_none() => {
                let mut fields = content.to_vec();
                canvas = Some(canvas_size(content)?);
                has_exif = fields[0] & EXIF_FLAG != 0;
                fields[0] &= !(EXIF_FLAG | XMP_FLAG);
                put(&mut kept, name, &fields);
            }
            b"VP8 " | b"VP8L" if still.is_none() && !has_frame => {
                still = Some(stream_size(name, content)?);
                put(&mut kept, name, content);
            }
            b"ANMF" if still.is_none() && canvas.is_some() => {
                put(&mut kept, name, &frame(content, canvas.expect("it was just seen"))?);
                has_frame = true;
            }
            b"ALPH" | b"ANIM" | b"ICCP" if canvas.is_some() => put(&mut kept, name, content),
            // Readers look for it only where the flag is set.
            b"EXIF" if has_exif => orientation = orientation.or(Orientation::read(content)),
            b"VP8X" | b"VP8 " | b"VP8L" | b"ANMF" => {
                return Err(PictureError::Damaged("its chunks are out of order"));
            }
            _ => {}
        }
    }
    let (width, height) = match (canvas, still) {
        (Some(canvas), Some(still)) if canvas != still => return Err(TWO_SIZES),
        (Some(size), Some(_)) | (None, Some(size)) => size,
        (Some(canvas), None) if has_frame => canvas,
        (Some(_) | None, None) => return Err(PictureError::Damaged("it shows nothing")),
    };
    // Browsers show a WebP as its pixels lie, so width and height stay; programs that look at files turn it.
    if let Some(orientation) = orientation {
        kept[FLAGS_AT] |= EXIF_FLAG;
        put(&mut kept, b"EXIF", &orientation.block());
    }
    Ok(Cleaned { width, height, is_moving: has_frame, bytes: file_of(&kept)? })
}

/// What stands inside the container, which is the whole file.
fn inside_of(bytes: &[u8]) -> Result<Reader<'_>, PictureError> {
    let mut from = Reader::new(bytes);
    from.take(4)?;
    let count = length(u32::from_le_bytes(from.array()?))?;
    let inside = Reader::new(from.take(count)?);
    if from.rest().is_empty() {
        Ok(inside)
    } else {
        Err(PictureError::Damaged("the file goes on behind the picture"))
    }
}

/// A container around chunks.
fn file_of(chunks: &[u8]) -> Result<Vec<u8>, PictureError> {
    let count = u32::try_from(chunks.len()).map_err(|_| PictureError::Damaged("it is too long"))?;
    Ok([b"RIFF".as_slice(), &count.to_le_bytes(), chunks].concat())
}

fn chunk<'a>(from: &mut Reader<'a>) -> Result<(&'a [u8; 4], &'a [u8]), PictureError> {
    let name = from.take(4)?.try_into().expect("four bytes were taken");
    let count = length(u32::from_le_bytes(from.array()?))?;
    let content = from.take(count)?;
    // Some programs forget the padding of the last chunk.
    if count % 2 == 1 && !from.rest().is_empty() {
        from.take(1)?;
    }
    Ok((name, content))
}

fn put(kept: &mut Vec<u8>, name: &[u8; 4], content: &[u8]) {
    kept.extend(name);
    kept.extend(u32::try_from(content.len()).expect("it was read with a length of 32 bits").to_le_bytes());
    kept.extend(content);
    if content.len() % 2 == 1 {
        kept.push(0);
    }
}

/// A number of 24 bits, counted from 1.
fn from_one(bytes: [u8; 3]) -> u32 {
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]) + 1
}

fn canvas_size(content: &[u8]) -> Result<Size, PictureError> {
    let mut fields = Reader::new(content);
    fields.take(4)?;
    Ok((from_one(fields.array()?), from_one(fields.array()?)))
}

/// The size that a compressed picture has by its own header.
fn stream_size(name: &[u8; 4], content: &[u8]) -> Result<Size, PictureError> {
    let mut fields = Reader::new(content);
    if name == b"VP8L" {
        if fields.byte()? != 0x2f {
            return Err(PictureError::Damaged("its pixels do not begin"));
        }
        let bits = u32::from_le_bytes(fields.array()?);
        return Ok(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1));
    }
    let tag = fields.array::<3>()?;
    if tag[0] & 1 != 0 || fields.take(3)? != [0x9d, 0x01, 0x2a] {
        return Err(PictureError::Damaged("its pixels do not begin"));
    }
    let side = |bytes| u32::from(u16::from_le_bytes(bytes) & 0x3fff);
    Ok((side(fields.array()?), side(fields.array()?)))
}

/// A frame of an animation with nothing but its picture.
fn frame(content: &[u8], canvas: Size) -> Result<Vec<u8>, PictureError> {
    let mut from = Reader::new(content);
    let mut kept = from.take(FRAME_FIELDS)?.to_vec();
    let mut fields = Reader::new(content);
    let mut offset = || -> Result<u32, PictureError> { Ok((from_one(fields.array()?) - 1) * 2) };
    let (left, top) = (offset()?, offset()?);
    let size = (from_one(fields.array()?), from_one(fields.array()?));
    if left + size.0 > canvas.0 || top + size.1 > canvas.1 {
        return Err(TWO_SIZES);
    }
    let mut shown = None;
    while !from.rest().is_empty() {
        let (name, content) = chunk(&mut from)?;
        match name {
            b"VP8 " | b"VP8L" if shown.is_none() => {
                shown = Some(stream_size(name, content)?);
                put(&mut kept, name, content);
            }
            b"ALPH" => put(&mut kept, name, content),
            _ => {}
        }
    }
    if shown == Some(size) { Ok(kept) } else { Err(TWO_SIZES) }
}
