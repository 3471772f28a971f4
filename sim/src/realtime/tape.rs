//! A file of what one connection appended, for tests outside this process.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

/// Written as it comes, so that it can be read while the connection lasts.
#[derive(Debug)]
pub(super) struct Tape {
    file: File,
}

impl Tape {
    /// Begins the file of the connection with this index; one from before is overwritten.
    pub(super) fn start(folder: &Path, index: usize) -> Self {
        let path = folder.join(format!("{index}.pcm"));
        let file =
            File::create(&path).unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
        Self { file }
    }

    /// Adds samples, little endian.
    pub(super) fn write(&mut self, samples: &[i16]) {
        let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        self.file.write_all(&bytes).expect("a test's disk is not full");
    }
}
