//! The sizes of the model: those of its vectors, and of its table of pieces.

/// Dimensions of a vector.
pub const DIMENSIONS: usize = 512;

/// The table of embeddings was quantised in this many blocks; a piece's block is its id modulo this.
pub(super) const BLOCKS: usize = 17;

pub(super) const BLOCK_ROWS: usize = 7_530;
