//! Recognises every WAV file of a folder and compares it with what its text file says: `measure MODEL FOLDER [LANGUAGE]`.
//!
//! A file `name.wav` or `name-voice.wav` (PCM16 mono at 16 kHz) has its words in `name.txt`. Prints the word error rate,
//! CPU seconds and memory; the last two are those that Linux counts.

use std::fs;
use std::path::{Path, PathBuf};

use speech::{Recogniser, SAMPLE_RATE_HZ};

type Failure = Box<dyn std::error::Error>;

const WAV_HEADER_BYTES: usize = 44;
/// The unit of CPU times in `/proc`.
const TICKS_PER_SECOND: f64 = 100.0;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let model = arguments.next().ok_or("which model?")?;
    let folder = arguments.next().ok_or("which folder?")?;
    let language = arguments.next();
    let recogniser = Recogniser::load(model.as_ref())?;
    println!("loaded: {:.2} CPU seconds, {}", cpu_seconds()?, memory()?);
    let before = cpu_seconds()?;
    let (mut wrong, mut words, mut utterances, mut heard_s) = (0, 0, 0.0, 0.0);
    for path in wav_files(folder.as_ref())? {
        let (samples, said) = utterance(&path)?;
        let Some(found) = recogniser.recognise(&samples, language.as_deref(), &|| false) else { continue };
        let (said, understood) = (normalised(&said), normalised(&found.text));
        let errors = distance(&said, &understood);
        if errors > 0 {
            println!("{}: {} | {found:?}", path.display(), said.join(" "));
        }
        wrong += errors;
        words += said.len();
        utterances += 1.0;
        heard_s += real(samples.len()) / real(SAMPLE_RATE_HZ);
    }
    let cpu = cpu_seconds()? - before;
    println!(
        "{utterances} utterances, {heard_s:.1} s: {wrong} of {words} words wrong, {:.1} %",
        100.0 * real(wrong) / real(words)
    );
    println!("{:.3} CPU seconds per utterance, {}", cpu / utterances, memory()?);
    Ok(())
}

fn wav_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_, Failure>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "wav"));
    paths.sort();
    Ok(paths)
}

fn utterance(path: &Path) -> Result<(Vec<f32>, String), Failure> {
    let bytes = fs::read(path)?;
    let samples = bytes.get(WAV_HEADER_BYTES..).ok_or("not a WAV file")?.as_chunks::<2>().0;
    let samples = samples.iter().map(|sample| f32::from(i16::from_le_bytes(*sample)) / 32_768.0).collect();
    let stem = path.file_stem().and_then(|stem| stem.to_str()).ok_or("a file without a name")?;
    let name = stem.rsplit_once('-').map_or(stem, |(name, _)| name);
    Ok((samples, fs::read_to_string(path.with_file_name(format!("{name}.txt")))?))
}

fn normalised(text: &str) -> Vec<String> {
    let plain: String =
        text.to_lowercase().chars().filter(|one| one.is_alphanumeric() || one.is_whitespace()).collect();
    plain.split_whitespace().map(str::to_owned).collect()
}

/// How many words must be changed, added or removed to get from one to the other (Levenshtein).
fn distance(from: &[String], to: &[String]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, word) in from.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, other) in to.iter().enumerate() {
            let changed = diagonal + usize::from(word != other);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

fn cpu_seconds() -> Result<f64, Failure> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let (_, after_name) = stat.rsplit_once(')').ok_or("no name")?;
    let ticks: Vec<f64> =
        after_name.split_whitespace().skip(11).take(2).map(str::parse).collect::<Result<_, _>>()?;
    Ok(ticks.iter().sum::<f64>() / TICKS_PER_SECOND)
}

fn memory() -> Result<String, Failure> {
    let status = fs::read_to_string("/proc/self/status")?;
    let lines = status.lines().filter(|line| line.starts_with("VmRSS") || line.starts_with("VmHWM"));
    Ok(lines.collect::<Vec<_>>().join(", ").replace('\t', " "))
}

#[expect(clippy::cast_precision_loss, reason = "counts of some minutes")]
fn real(count: usize) -> f64 {
    count as f64
}
