//! What is no model is refused with words, whatever it is. The model itself is compared in `tests/it/encoder.rs`.

use std::io::Cursor;

use super::file::Parts;
use super::*;

#[test]
fn a_file_that_is_no_model_or_breaks_off_is_an_error() {
    for bytes in [
        &b""[..],
        b"switchboard encoder 2\n\0\0\0\0",
        b"switchboard encoder 1\n\x01\0\0\0\x05table\xff\0\0\0\0\0\0\0",
    ] {
        assert!(Parts::read(bytes).is_err(), "{bytes:?}");
    }
    let too_large = [&b"switchboard encoder 1\n\x01\0\0\0\x05table"[..], &u64::MAX.to_le_bytes()].concat();
    assert!(Parts::read(too_large.as_slice()).is_err());
}

#[test]
fn a_package_that_is_none_is_an_error() {
    let mut made = Vec::new();

    assert!(convert_wheel(Cursor::new(b"no zip at all"), &mut made).is_err());
    assert!(made.is_empty());
}
