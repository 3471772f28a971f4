//! Why a file is no document that is taken.

/// Why a file is no document that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Its content is of no kind that is taken.
    #[error("this kind of file is not taken")]
    Unknown,
    /// It is damaged, or something else as well.
    #[error("the file is damaged, or more than one kind of file at once")]
    Malformed,
    /// It holds macros or other programs.
    #[error("files with macros or programs are not taken")]
    Program,
    /// Parts of it are encrypted.
    #[error("encrypted files are not taken")]
    Encrypted,
    /// It would unpack into too much.
    #[error("the file would unpack into too much")]
    Bomb,
}
