//! GIF: blocks up to the trailer. A file that goes on behind it, with more than zeros, is refused.

use super::PictureError;
use super::cleaned::Cleaned;
use super::reader::Reader;

const EXTENSION: u8 = 0x21;
const IMAGE: u8 = 0x2c;
const TRAILER: u8 = 0x3b;
const CONTROL: u8 = 0xf9;
const APPLICATION: u8 = 0xff;
/// Applications that say how often an animation runs.
const LOOPS: [&[u8]; 2] = [b"NETSCAPE2.0", b"ANIMEXTS1.0"];

pub(super) fn clean(bytes: &[u8]) -> Result<Cleaned, PictureError> {
    let mut from = Reader::new(bytes);
    let mut kept = from.take(6)?.to_vec();
    let screen: [u8; 7] = from.array()?;
    kept.extend(screen);
    kept.extend(from.take(table_length(screen[4]))?);
    let side = |low: u8, high: u8| u32::from(u16::from_le_bytes([low, high]));
    let (mut width, mut height) = (side(screen[0], screen[1]), side(screen[2], screen[3]));
    // How the next frame is shown; it belongs to that frame and stands right before it.
    let mut control: Vec<u8> = Vec::new();
    let mut frame_count = 0_usize;
    loop {
        match from.byte()? {
            TRAILER => break,
            EXTENSION => extension(&mut from, &mut kept, &mut control)?,
            IMAGE => {
                kept.append(&mut control);
                let place: [u8; 9] = from.array()?;
                // Browsers grow the screen where a frame is larger.
                width = width.max(side(place[0], place[1]) + side(place[4], place[5]));
                height = height.max(side(place[2], place[3]) + side(place[6], place[7]));
                kept.push(IMAGE);
                kept.extend(place);
                kept.extend(from.take(table_length(place[8]))?);
                kept.push(from.byte()?);
                kept.extend(from.blocks()?);
                frame_count += 1;
            }
            _ => return Err(PictureError::Damaged("it has a block that GIF does not have")),
        }
    }
    if frame_count == 0 {
        return Err(PictureError::Damaged("it shows nothing"));
    }
    if from.rest().iter().any(|byte| *byte != 0) {
        return Err(PictureError::Damaged("the file goes on behind the picture"));
    }
    kept.push(TRAILER);
    Ok(Cleaned { width, height, is_moving: frame_count > 1, bytes: kept })
}

/// The length of the table of colours that a byte of flags announces.
fn table_length(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

fn extension(from: &mut Reader<'_>, kept: &mut Vec<u8>, control: &mut Vec<u8>) -> Result<(), PictureError> {
    let label = from.byte()?;
    let blocks = from.blocks()?;
    match label {
        CONTROL if blocks.len() == 6 && blocks[0] == 4 => {
            *control = [&[EXTENSION, CONTROL], blocks].concat();
        }
        APPLICATION => {
            let name = blocks.get(1..12).filter(|_| blocks[0] == 11);
            // The first block behind the name: a 1 and how often.
            let count = blocks.get(12..16).filter(|count| count[..2] == [3, 1]);
            if let (Some(name), Some(count)) = (name.filter(|name| LOOPS.contains(name)), count) {
                kept.extend([EXTENSION, APPLICATION, 11]);
                kept.extend(name);
                kept.extend(count);
                kept.push(0);
            }
        }
        // Text that no browser shows takes the place of a frame.
        0x01 => control.clear(),
        _ => {}
    }
    Ok(())
}
