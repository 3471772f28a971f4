//! Real pictures with metadata put in come out with their pixels and without the metadata; broken ones do no harm.

use proptest::prelude::*;

use super::{Picture, PictureError, PictureKind, clean};

const MANY: u64 = 40_000_000;
const JPEG: &[u8] = include_bytes!("testdata/baseline.jpg");
/// Where the first chunk of a PNG, its header, ends.
const PNG_HEADER: usize = 8 + 25;
const PROGRESSIVE: &[u8] = include_bytes!("testdata/progressive.jpg");
const PNG: &[u8] = include_bytes!("testdata/plain.png");
const LOSSY: &[u8] = include_bytes!("testdata/lossy.webp");
const LOSSLESS: &[u8] = include_bytes!("testdata/lossless.webp");
/// Animated, with EXIF and XMP that name a camera and a place.
const MOVING_WEBP: &[u8] = include_bytes!("testdata/moving.webp");
/// Animated, with a comment.
const MOVING_GIF: &[u8] = include_bytes!("testdata/moving.gif");
const ALL: [&[u8]; 7] = [JPEG, PROGRESSIVE, PNG, LOSSY, LOSSLESS, MOVING_WEBP, MOVING_GIF];

fn cleaned(bytes: &[u8]) -> Picture {
    clean(bytes, MANY).expect("a picture")
}

fn holds(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words)
}

/// An EXIF block as cameras write it: an orientation, a maker, and where the picture was taken.
fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x03\0".to_vec();
    tiff.extend([0x0f, 0x01, 2, 0, 8, 0, 0, 0, 50, 0, 0, 0]);
    tiff.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    tiff.extend([0x25, 0x88, 4, 0, 1, 0, 0, 0, 58, 0, 0, 0]);
    tiff.extend([0; 4]);
    tiff.resize(50, 0);
    tiff.extend(b"TestCam\0");
    tiff.extend([1, 0, 1, 0, 2, 0, 2, 0, 0, 0, b'N', 0, 0, 0, 0, 0, 0, 0]);
    tiff.extend(b"GPS 40.4168 -3.7038");
    tiff
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], length.as_slice(), content].concat()
}

/// A JPEG with segments put in behind its begin.
fn jpeg_with(picture: &[u8], segments: &[Vec<u8>]) -> Vec<u8> {
    [&picture[..2], &segments.concat(), &picture[2..]].concat()
}

fn png_chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    // The checksum of a removed chunk is not checked.
    [&length, name.as_slice(), content, &[0; 4]].concat()
}

#[test]
fn every_kind_is_known_by_its_content_and_has_its_size() {
    let expected = [
        (PictureKind::Jpeg, 24, 16),
        (PictureKind::Jpeg, 24, 16),
        (PictureKind::Png, 24, 16),
        (PictureKind::Webp, 24, 16),
        (PictureKind::Webp, 24, 16),
        (PictureKind::Webp, 12, 8),
        (PictureKind::Gif, 12, 8),
    ];
    for (bytes, (kind, width, height)) in ALL.into_iter().zip(expected) {
        let picture = cleaned(bytes);
        assert_eq!((picture.kind, picture.width, picture.height), (kind, width, height));
        assert_eq!(picture.is_moving, width == 12);
    }
}

#[test]
fn a_jpeg_loses_place_camera_thumbnail_and_comment_and_keeps_its_pixels() {
    for plain in [JPEG, PROGRESSIVE] {
        let notes = [
            segment(0xe1, &[b"Exif\0\0".as_slice(), &exif(1)].concat()),
            segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0GPS in words"),
            segment(0xed, b"Photoshop 3.0\0GPS again"),
            segment(0xe2, b"MPF\0 and a TestCam preview"),
            segment(0xfe, b"GPS in a comment"),
        ];
        let mut given = jpeg_with(plain, &notes);
        given.extend(b"behind the end: TestCam, GPS, PK\x03\x04, <script>");

        let picture = cleaned(&given);

        assert!(!holds(&picture.bytes, b"GPS") && !holds(&picture.bytes, b"TestCam"));
        assert!(!holds(&picture.bytes, b"Exif") && !holds(&picture.bytes, b"<script>"));
        assert_eq!(picture.bytes, cleaned(plain).bytes, "nothing else has changed");
        let tables = plain.windows(2).position(|pair| pair == [0xff, 0xdb]).unwrap();
        assert!(holds(&picture.bytes, &plain[tables..]), "tables and scans are as they were");
    }
}

/// A picture of 24 x 16 pixels with an EXIF block, as each kind has it.
fn with_exif(kind: PictureKind, exif: &[u8]) -> Vec<u8> {
    match kind {
        PictureKind::Jpeg => jpeg_with(JPEG, &[segment(0xe1, &[b"Exif\0\0", exif].concat())]),
        PictureKind::Png => [&PNG[..PNG_HEADER], &png_chunk(b"eXIf", exif), &PNG[PNG_HEADER..]].concat(),
        PictureKind::Webp => webp_with(0x08, exif),
        PictureKind::Gif => unreachable!("GIF has no EXIF"),
    }
}

/// An extended WebP with an EXIF block behind its pixels.
fn webp_with(flags: u8, exif: &[u8]) -> Vec<u8> {
    let count = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap().to_le_bytes();
    let canvas = [flags, 0, 0, 0, 23, 0, 0, 15, 0, 0];
    let mut inside = [b"WEBPVP8X".as_slice(), &count(&canvas), &canvas, &LOSSY[12..]].concat();
    inside.extend([b"EXIF".as_slice(), &count(exif), exif].concat());
    inside.resize(inside.len().next_multiple_of(2), 0);
    [b"RIFF".as_slice(), &count(&inside), &inside].concat()
}

#[test]
fn a_turned_picture_stays_turned_and_says_nothing_else() {
    for kind in [PictureKind::Jpeg, PictureKind::Png, PictureKind::Webp] {
        for orientation in 0..=9 {
            // Browsers do not turn WebP.
            let is_turned = (5..=8).contains(&orientation) && kind != PictureKind::Webp;
            let size = if is_turned { (16, 24) } else { (24, 16) };

            let picture = cleaned(&with_exif(kind, &exif(orientation)));

            assert_eq!((picture.width, picture.height), size, "{kind:?} {orientation}");
            assert!(!holds(&picture.bytes, b"GPS") && !holds(&picture.bytes, b"TestCam"));
            let kept = [b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".as_slice(), &[orientation, 0, 0]]
                .concat();
            let is_kept = (2..=8).contains(&orientation);
            assert_eq!(holds(&picture.bytes, &kept), is_kept, "{kind:?} {orientation}");
            assert_eq!(holds(&picture.bytes, b"MM\0*"), is_kept, "{kind:?} {orientation}");
            assert_eq!(cleaned(&picture.bytes), picture, "it is read back the same");
        }
    }
}

#[test]
fn a_turned_picture_keeps_its_pixels_and_the_rules_of_its_format() {
    let jpeg = cleaned(&with_exif(PictureKind::Jpeg, &exif(6))).bytes;
    let png = cleaned(&with_exif(PictureKind::Png, &exif(6))).bytes;
    let webp = cleaned(&with_exif(PictureKind::Webp, &exif(6))).bytes;

    let plain = cleaned(JPEG).bytes;
    let tables = plain.windows(2).position(|pair| pair == [0xff, 0xdb]).unwrap();
    assert!(holds(&jpeg, &plain[tables..]));
    // The checksum of these 30 bytes, as zlib's crc32 gives it.
    let block =
        b"\0\0\0\x1aeXIfMM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0\xd6\x67\x4b\x69";
    assert_eq!(png, [&PNG[..PNG_HEADER], block.as_slice(), &PNG[PNG_HEADER..]].concat());
    assert_eq!(webp[20] & 0x0c, 0x08, "the flags say that there is EXIF and no XMP");
    assert!(holds(&webp, &LOSSY[12..]));
}

#[test]
fn orientation_is_found_where_browsers_find_it() {
    let end = PNG.len() - 12;
    let behind_pixels = [&PNG[..end], &png_chunk(b"eXIf", &exif(6)), &PNG[end..]].concat();
    assert_eq!(cleaned(&behind_pixels), cleaned(&with_exif(PictureKind::Png, &exif(6))));
    let marked = [b"Exif\0\0".as_slice(), &exif(6)].concat();
    assert_eq!(cleaned(&webp_with(0x08, &marked)), cleaned(&webp_with(0x08, &exif(6))));
    assert_eq!(
        cleaned(&webp_with(0, &exif(6))),
        cleaned(&webp_with(0, b"")),
        "without its flag it is not looked for"
    );
    let twice = [
        &PNG[..PNG_HEADER],
        &png_chunk(b"eXIf", &exif(6)),
        &png_chunk(b"eXIf", &exif(3)),
        &PNG[PNG_HEADER..],
    ];
    assert_eq!(cleaned(&twice.concat()).width, 16, "the first counts");
}

#[test]
fn color_profiles_stay_and_thumbnails_of_jfif_go() {
    let profile = segment(0xe2, b"ICC_PROFILE\0\x01\x01 colours");
    let jfif = segment(0xe0, b"JFIF\0\x01\x02\x01\0\x48\0\x48\x02\x01THUMBS");

    let picture = cleaned(&jpeg_with(JPEG, &[jfif, profile.clone()]));

    assert!(holds(&picture.bytes, &profile) && !holds(&picture.bytes, b"THUMBS"));
}

#[test]
fn a_png_loses_its_texts_and_keeps_every_other_byte() {
    let notes = [
        png_chunk(b"tEXt", b"Comment\0GPS"),
        png_chunk(b"zTXt", b"GPS"),
        png_chunk(b"iTXt", b"GPS"),
        png_chunk(b"eXIf", &exif(1)),
        png_chunk(b"tIME", &[0; 7]),
        png_chunk(b"teSt", b"GPS of nobody"),
    ];
    let given = [&PNG[..PNG_HEADER], &notes.concat(), &PNG[PNG_HEADER..]].concat();

    assert_eq!(cleaned(&given).bytes, cleaned(PNG).bytes);
    let unknown = [&PNG[..PNG_HEADER], &png_chunk(b"TEST", b""), &PNG[PNG_HEADER..]].concat();
    assert!(matches!(clean(&unknown, MANY), Err(PictureError::Damaged(_))));
}

#[test]
fn a_moving_webp_loses_camera_and_xmp_and_says_so() {
    assert!(holds(MOVING_WEBP, b"TestCam"), "the test begins with something to remove");

    let picture = cleaned(MOVING_WEBP);

    assert!(!holds(&picture.bytes, b"TestCam") && !holds(&picture.bytes, b"XMP "));
    assert_eq!(
        picture.bytes[20] & 0x0c,
        0x08,
        "the flags speak of EXIF, which says how it is turned, and not of XMP"
    );
    let frames = MOVING_WEBP.windows(4).position(|name| name == b"ANIM").unwrap();
    let behind = MOVING_WEBP.windows(4).position(|name| name == b"EXIF").unwrap();
    assert!(holds(&picture.bytes, &MOVING_WEBP[frames..behind]), "frames are as they were");
    assert_eq!(cleaned(LOSSY).bytes, LOSSY);
    assert_eq!(cleaned(LOSSLESS).bytes, LOSSLESS);
}

#[test]
fn a_gif_loses_its_comments_and_goes_on_moving() {
    let after_head = 13 + 3 * 8;
    let program = b"\x21\xff\x0bXMP DataXMP\x03GPS\0";
    let given = [&MOVING_GIF[..after_head], program.as_slice(), &MOVING_GIF[after_head..]].concat();
    assert!(holds(&given, b"made by a test camera"));

    let picture = cleaned(&given);

    assert!(!holds(&picture.bytes, b"camera") && !holds(&picture.bytes, b"GPS"));
    assert!(holds(&picture.bytes, b"NETSCAPE2.0\x03\x01\x03\0\0"), "it still runs three times");
    let frame = MOVING_GIF.iter().position(|byte| *byte == 0x2c).unwrap();
    assert!(holds(&picture.bytes, &MOVING_GIF[frame..frame + 40]));
}

#[test]
fn what_is_no_picture_or_more_than_one_is_refused() {
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>".as_slice();
    for bytes in [b"".as_slice(), svg, b"<!doctype html>", b"%PDF-1.7", b"PK\x03\x04", b"BM", b"RIFF....WAVE"]
    {
        assert_eq!(clean(bytes, MANY), Err(PictureError::Unknown));
    }
    for picture in [PNG, LOSSY, LOSSLESS, MOVING_WEBP, MOVING_GIF] {
        let both = [picture, b"PK\x03\x04 an archive"].concat();
        assert!(matches!(clean(&both, MANY), Err(PictureError::Damaged(_))));
    }
    for picture in ALL {
        assert!(matches!(clean(&picture[..picture.len() / 2], MANY), Err(PictureError::Damaged(_))));
    }
}

#[test]
fn too_many_pixels_are_counted_and_not_unpacked() {
    let mut bomb = PNG.to_vec();
    bomb[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);

    let pixels = 65_535 * 65_535;
    assert_eq!(clean(&bomb, MANY), Err(PictureError::TooManyPixels { pixels, max: MANY }));
    assert_eq!(clean(PNG, 24 * 16).map(|picture| picture.width), Ok(24));
    assert!(clean(PNG, 24 * 16 - 1).is_err());
    let mut second_size = jpeg_with(JPEG, &[segment(0xc0, &[8, 0, 1, 0, 1, 1, 1, 0x11, 0])]);
    assert_eq!(clean(&second_size, MANY), Err(PictureError::Damaged("it has two sizes")));
    second_size.clear();
    let mut canvas = MOVING_WEBP.to_vec();
    canvas[24] = 0;
    assert!(clean(&canvas, MANY).is_err(), "frames larger than the canvas");
}

fn check(bytes: &[u8]) -> Result<(), TestCaseError> {
    if let Ok(picture) = clean(bytes, MANY) {
        prop_assert!(picture.bytes.len() <= bytes.len() + 64);
        prop_assert_eq!(PictureKind::of(&picture.bytes), Some(picture.kind));
        let again = clean(&picture.bytes, MANY);
        prop_assert_eq!(again, Ok(picture), "what is clean stays as it is");
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_bytes_are_survived(which in 0..4_usize, bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        check(&bytes)?;
        let begins = [PNG, JPEG, LOSSY, MOVING_GIF];
        check(&[&begins[which][..20], &bytes].concat())?;
    }

    #[test]
    fn changed_and_cut_pictures_are_survived(
        which in 0..ALL.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        end in any::<prop::sample::Index>(),
    ) {
        let mut bytes = ALL[which].to_vec();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        check(&bytes)?;
        check(&bytes[..end.index(bytes.len())])?;
    }
}
