//! The interface of the encoder.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use super::EncoderError;
use super::file::{Parts, TOKENIZER};
use super::graph::Graph;
use super::sentencepiece::Model;
use super::shape::{BLOCK_ROWS, BLOCKS};
use super::tokenizer::Tokenizer;

/// The name that is stored with every vector, so that only vectors of one model are compared.
pub const MODEL_NAME: &str = "use-multilingual-3";
/// Longer texts are cut: their mean says little, and the work grows with every piece.
const TEXT_MAX_CHARS: usize = 4_000;

/// Turns texts into vectors. It takes about 115 MB of memory and a few milliseconds of one core per sentence.
#[derive(Debug)]
pub struct Encoder {
    tokenizer: Tokenizer,
    graph: Graph,
}

impl Encoder {
    /// Reads the file that [`super::convert_wheel`] wrote.
    ///
    /// # Errors
    /// When it is missing or damaged.
    pub fn load(path: &Path) -> Result<Self, EncoderError> {
        let mut parts = Parts::read(BufReader::new(File::open(path)?))?;
        let tokenizer = Tokenizer::new(Model::parse(&parts.bytes(TOKENIZER)?)?)?;
        if tokenizer.piece_count() > BLOCKS * BLOCK_ROWS {
            return Err(EncoderError::Damaged("it has pieces without an embedding"));
        }
        Ok(Self { graph: Graph::load(&mut parts)?, tokenizer })
    }

    /// The vector of a text: 512 numbers, of length one, so that a product of two is their likeness.
    #[must_use]
    pub fn encode(&self, text: &str) -> Vec<f32> {
        let cut = text.char_indices().nth(TEXT_MAX_CHARS).map_or(text, |(end, _)| &text[..end]);
        self.graph.run(&self.tokenizer.encode(cut))
    }

    /// The ids of a text's pieces, to compare the tokenizer with others.
    #[must_use]
    pub fn pieces(&self, text: &str) -> Vec<u32> {
        self.tokenizer.encode(text)
    }
}
