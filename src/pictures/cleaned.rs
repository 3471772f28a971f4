//! What the reader of one kind of picture gives back.

/// What the reader of one kind gives back.
#[derive(Debug)]
pub(super) struct Cleaned {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) is_moving: bool,
    pub(super) bytes: Vec<u8>,
}
