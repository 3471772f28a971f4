//! Decodes the Content-Encoding of a body, with a limit on the output.

use std::io::{Cursor, Read};

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

/// Encodings of one body; servers apply one, rarely two.
const LAYERS_MAX: usize = 3;
const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b, 8];
const ZSTD_MAGIC: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

/// The body as it was before the encodings of `header` were applied to it.
///
/// A body that is compressed without a word in the header is decoded too, and one that is plain although the header
/// names an encoding is taken as it is.
///
/// # Errors
/// Words for people when it is damaged, encoded in an unknown way, or larger than `max_bytes`.
pub(super) fn decode(bytes: Vec<u8>, header: &str, max_bytes: usize) -> Result<Vec<u8>, String> {
    let names: Vec<String> = header
        .split(',')
        .map(|name| name.trim().to_ascii_lowercase())
        .filter(|name| !name.is_empty() && name != "identity")
        .collect();
    if names.len() > LAYERS_MAX {
        return Err("it is encoded too many times".to_owned());
    }
    let mut bytes = bytes;
    for name in names.iter().rev() {
        bytes = layer(bytes, name, max_bytes)?;
    }
    if names.is_empty() && bytes.starts_with(GZIP_MAGIC) {
        bytes = layer(bytes, "gzip", max_bytes)?;
    }
    Ok(bytes)
}

fn layer(bytes: Vec<u8>, name: &str, max_bytes: usize) -> Result<Vec<u8>, String> {
    match name {
        "gzip" | "x-gzip" if bytes.starts_with(GZIP_MAGIC) => {
            read(MultiGzDecoder::new(Cursor::new(bytes)), name, max_bytes)
        }
        "deflate" if is_zlib(&bytes) => read(ZlibDecoder::new(Cursor::new(bytes)), name, max_bytes),
        "deflate" if is_text(&bytes) => Ok(bytes),
        // Some servers send the bare stream under the same name.
        "deflate" => read(DeflateDecoder::new(Cursor::new(bytes)), name, max_bytes),
        "br" => brotli(bytes, max_bytes),
        "zstd" if bytes.starts_with(ZSTD_MAGIC) => zstd(&bytes, max_bytes),
        "gzip" | "x-gzip" | "zstd" if is_text(&bytes) => Ok(bytes),
        "gzip" | "x-gzip" | "zstd" => Err(damaged(name)),
        _ => Err(format!("it is encoded as {}, which is not supported", known(name))),
    }
}

fn brotli(bytes: Vec<u8>, max_bytes: usize) -> Result<Vec<u8>, String> {
    const BUFFER_BYTES: usize = 16 * 1024;
    let is_plain = is_text(&bytes);
    let decoded =
        read(brotli_decompressor::Decompressor::new(Cursor::new(&bytes), BUFFER_BYTES), "br", max_bytes);
    match decoded {
        Err(words) if is_plain && words == damaged("br") => Ok(bytes),
        decoded => decoded,
    }
}

fn zstd(bytes: &[u8], max_bytes: usize) -> Result<Vec<u8>, String> {
    let mut rest = bytes;
    let mut decoded = Vec::new();
    // A body may hold several frames, one after another.
    while !rest.is_empty() {
        let frame = ruzstd::decoding::StreamingDecoder::new(&mut rest).map_err(|_| damaged("zstd"))?;
        let part = read(frame, "zstd", max_bytes - decoded.len())?;
        decoded.extend(part);
    }
    Ok(decoded)
}

fn read(decoder: impl Read, name: &str, max_bytes: usize) -> Result<Vec<u8>, String> {
    let mut decoded = Vec::new();
    let limit = u64::try_from(max_bytes).unwrap_or(u64::MAX).saturating_add(1);
    decoder.take(limit).read_to_end(&mut decoded).map_err(|_| damaged(name))?;
    if decoded.len() > max_bytes {
        return Err(format!("it has more than {max_bytes} bytes once it is decompressed"));
    }
    Ok(decoded)
}

fn damaged(name: &str) -> String {
    format!("its {name} encoding is damaged")
}

/// The header comes from outside, so only its plain part is shown.
fn known(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).take(20).collect()
}

fn is_zlib(bytes: &[u8]) -> bool {
    matches!(bytes, [first, second, ..] if first & 0x0f == 8 && (u16::from(*first) << 8 | u16::from(*second)) % 31 == 0)
}

/// Whether bytes are a text as they stand: compressed ones hold control characters within their first bytes.
fn is_text(bytes: &[u8]) -> bool {
    const LOOKED_AT: usize = 256;
    let head = &bytes[..bytes.len().min(LOOKED_AT)];
    !head.is_empty() && head.iter().all(|byte| *byte >= 0x20 || matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    const TEXT: &[u8] = b"Delivery takes two to four working days.";

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn every_encoding_is_undone() {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
        zlib.write_all(TEXT).unwrap();
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::best());
        bare.write_all(TEXT).unwrap();
        let zstd = ruzstd::encoding::compress_to_vec(TEXT, ruzstd::encoding::CompressionLevel::Fastest);
        let two_members = [gzip(&TEXT[..10]), gzip(&TEXT[10..])].concat();
        for (bytes, header) in [
            (gzip(TEXT), "gzip"),
            (gzip(TEXT), "X-GZIP"),
            (gzip(TEXT), ""),
            (two_members, "gzip"),
            (gzip(&gzip(TEXT)), "gzip, gzip"),
            (zlib.finish().unwrap(), "deflate"),
            (bare.finish().unwrap(), "deflate"),
            (zstd, "zstd"),
            (TEXT.to_vec(), "gzip"),
            (TEXT.to_vec(), "identity"),
            (TEXT.to_vec(), "br"),
        ] {
            assert_eq!(decode(bytes, header, 1_000).as_deref(), Ok(TEXT), "{header}");
        }
    }

    #[test]
    fn a_brotli_body_is_undone() {
        // An uncompressed meta-block of 16 bytes, and the empty one that ends the stream.
        let text = b"two to four days";
        // WBITS 16 is the bit 0; then ISLAST 0, two bits of MNIBBLES 4, 16 bits of MLEN - 1, and ISUNCOMPRESSED 1.
        let head: u32 = (15 << 4) | (1 << 20);
        let mut body = head.to_le_bytes()[..3].to_vec();
        body.extend_from_slice(text);
        body.push(0b11);

        assert_eq!(decode(body, "br", 1_000).as_deref(), Ok(&text[..]));
    }

    #[test]
    fn a_bomb_ends_at_the_limit_and_damage_is_named() {
        let bomb = gzip(&vec![b'a'; 10_000_000]);
        assert!(decode(bomb, "gzip", 1_000_000).unwrap_err().contains("1000000 bytes"));
        let nested = gzip(&gzip(&vec![0; 10_000_000]));
        assert!(decode(nested, "gzip, gzip", 1_000_000).unwrap_err().contains("1000000 bytes"));

        let whole = gzip(TEXT);
        assert!(decode(whole[..whole.len() / 2].to_vec(), "gzip", 1_000).unwrap_err().contains("damaged"));
        assert!(decode(vec![0xff, 1, 2, 3], "br", 1_000).unwrap_err().contains("damaged"));
        assert!(decode(TEXT.to_vec(), "rot13", 1_000).unwrap_err().contains("rot13"));
    }
}
