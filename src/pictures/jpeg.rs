//! JPEG: segments up to the end mark. What follows the end mark is cut: cameras put further pictures there.

use super::PictureError;
use super::cleaned::Cleaned;
use super::exif::{self, Orientation};
use super::reader::Reader;

/// The begin of the picture and of the first segment.
pub(super) const SIGNATURE: [u8; 3] = [0xff, START, 0xff];
const START: u8 = 0xd8;
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
const JFIF: &[u8] = b"JFIF\0";
/// The fields of a JFIF segment before its thumbnail.
const JFIF_FIELDS: usize = 12;

/// What a segment is for.
enum Segment {
    /// It says how large the picture is.
    Frame,
    /// A scan follows it.
    Scan,
    /// Pixels cannot be read without it.
    Table,
    /// It speaks for an application, or is a comment.
    Note,
    /// Nothing that pictures on the web have.
    Strange,
}

impl Segment {
    fn of(marker: u8) -> Self {
        match marker {
            SCAN => Self::Scan,
            0xc4 | 0xcc | 0xdb | 0xdd => Self::Table,
            // 0xc8 is reserved; 0xde and 0xdf belong to hierarchies of pictures.
            0xc0..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => Self::Frame,
            // 0xdc repeats the height, which the frame has said.
            0xe0..=0xef | 0xfe | 0xdc => Self::Note,
            _ => Self::Strange,
        }
    }
}

#[derive(Debug, Default)]
struct Jpeg {
    /// The JFIF segment, which comes first.
    head: Vec<u8>,
    /// Everything else that is kept.
    body: Vec<u8>,
    size: Option<(u16, u16)>,
    orientation: Option<Orientation>,
    scan_count: usize,
}

pub(super) fn clean(bytes: &[u8]) -> Result<Cleaned, PictureError> {
    let mut from = Reader::new(bytes);
    from.take(2)?;
    let mut jpeg = Jpeg::default();
    loop {
        match marker(&mut from)? {
            END => return jpeg.finish(),
            marker => jpeg.segment(marker, &mut from)?,
        }
    }
}

/// The next marker; before it may stand any number of fill bytes.
fn marker(from: &mut Reader<'_>) -> Result<u8, PictureError> {
    if from.byte()? != 0xff {
        return Err(PictureError::Damaged("a marker is missing"));
    }
    loop {
        match from.byte()? {
            0xff => {}
            marker => return Ok(marker),
        }
    }
}

impl Jpeg {
    fn segment(&mut self, marker: u8, from: &mut Reader<'_>) -> Result<(), PictureError> {
        let kind = Segment::of(marker);
        if matches!(kind, Segment::Strange) {
            return Err(PictureError::Damaged("it has a part that pictures on the web do not have"));
        }
        let length = from.array::<2>()?;
        let without_itself = usize::from(u16::from_be_bytes(length)).checked_sub(2);
        let content = from.take(without_itself.ok_or(PictureError::Damaged("a part has no length"))?)?;
        match kind {
            Segment::Note if marker == 0xe0 && content.starts_with(JFIF) => self.jfif(content),
            Segment::Note if marker == 0xe1 && content.starts_with(exif::MARK) && self.scan_count == 0 => {
                self.orientation = self.orientation.or(Orientation::read(content));
            }
            Segment::Note => {
                let is_profile = marker == 0xe2 && content.starts_with(b"ICC_PROFILE\0");
                let is_color = marker == 0xee && content.starts_with(b"Adobe");
                if is_profile || is_color {
                    self.keep(marker, length, content);
                }
            }
            Segment::Frame => {
                self.frame(content)?;
                self.keep(marker, length, content);
            }
            Segment::Table => self.keep(marker, length, content),
            Segment::Scan | Segment::Strange => {
                self.keep(marker, length, content);
                self.scan(from)?;
            }
        }
        Ok(())
    }

    fn keep(&mut self, marker: u8, length: [u8; 2], content: &[u8]) {
        self.body.extend([0xff, marker]);
        self.body.extend(length);
        self.body.extend(content);
    }

    /// Keeps the resolution without the thumbnail, which may show what was cut away.
    fn jfif(&mut self, content: &[u8]) {
        if let (true, Some(fields)) = (self.head.is_empty(), content.get(..JFIF_FIELDS)) {
            self.head.extend([0xff, 0xe0, 0, 16]);
            self.head.extend(fields);
            self.head.extend([0, 0]);
        }
    }

    fn frame(&mut self, content: &[u8]) -> Result<(), PictureError> {
        let mut fields = Reader::new(content);
        let _precision = fields.byte()?;
        let height = u16::from_be_bytes(fields.array()?);
        let width = u16::from_be_bytes(fields.array()?);
        // With two sizes, a viewer might use the other one.
        match self.size.replace((width, height)) {
            None => Ok(()),
            Some(_) => Err(PictureError::Damaged("it has two sizes")),
        }
    }

    /// Copies a scan: everything up to a marker that is not one of its own.
    fn scan(&mut self, from: &mut Reader<'_>) -> Result<(), PictureError> {
        if self.size.is_none() {
            return Err(PictureError::Damaged("it has no size"));
        }
        let rest = from.rest();
        let is_own = |byte: u8| matches!(byte, 0x00 | 0xff | 0xd0..=0xd7);
        let end = rest.windows(2).position(|pair| pair[0] == 0xff && !is_own(pair[1]));
        self.body.extend(from.take(end.ok_or(PictureError::Damaged("it ends too early"))?)?);
        self.scan_count += 1;
        Ok(())
    }

    fn finish(self) -> Result<Cleaned, PictureError> {
        let Some((width, height)) = self.size.filter(|_| self.scan_count > 0) else {
            return Err(PictureError::Damaged("it shows nothing"));
        };
        let mut bytes = vec![0xff, START];
        bytes.extend(self.head);
        if let Some(orientation) = self.orientation {
            let block = orientation.block();
            let count = 2 + exif::MARK.len() + block.len();
            bytes.extend([0xff, 0xe1, 0, u8::try_from(count).expect("the block is short")]);
            bytes.extend(exif::MARK);
            bytes.extend(block);
        }
        bytes.extend(self.body);
        bytes.extend([0xff, END]);
        let (width, height) = Orientation::shown(self.orientation, (width.into(), height.into()));
        Ok(Cleaned { width, height, is_moving: false, bytes })
    }
}
