//! Speaks each line of a text into a folder: `say MODEL FOLDER [RATE] < TEXT` writes `01.wav` with `01.txt` and so on.
//!
//! At 16000 Hz, which a recogniser hears, every third sample of a low-passed signal at 48 kHz is taken.

use std::fs;
use std::path::Path;
use std::time::Instant;

use speech::{VOICE_RATE_HZ, Voice};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let model = arguments.next().ok_or("which model?")?;
    let folder = arguments.next().ok_or("which folder?")?;
    let is_narrow = arguments.next().is_some_and(|rate| rate == "16000");
    let begin = Instant::now();
    let voice = Voice::load(model.as_ref())?;
    println!("loaded in {:?}", begin.elapsed());
    let (mut spoken_s, begin) = (0.0, Instant::now());
    for (line, number) in std::io::stdin().lines().zip(1..) {
        let line = line?;
        let samples = voice.speak(&line, 1.0);
        spoken_s += samples.len() as f64 / f64::from(VOICE_RATE_HZ);
        let path = Path::new(&folder).join(format!("{number:02}.wav"));
        let (samples, rate) = if is_narrow { (narrowed(&samples), 16_000) } else { (samples, VOICE_RATE_HZ) };
        fs::write(&path, wav(&samples, rate))?;
        fs::write(path.with_extension("txt"), line)?;
    }
    println!("{spoken_s:.1} s spoken in {:?}", begin.elapsed());
    Ok(())
}

/// Two thirds of the samples, by linear interpolation after a mean of two: good enough to be recognised.
fn narrowed(samples: &[i16]) -> Vec<i16> {
    let smooth: Vec<i32> = samples.windows(2).map(|pair| i32::from(pair[0]) + i32::from(pair[1])).collect();
    let at = |place: usize| smooth.get(place).copied().unwrap_or(0);
    let pairs = (0..smooth.len() / 3)
        .flat_map(|group| [at(group * 3), i32::midpoint(at(group * 3 + 1), at(group * 3 + 2))]);
    pairs.map(|sum| i16::try_from(sum / 2).unwrap_or(0)).collect()
}

fn wav(samples: &[i16], rate: u32) -> Vec<u8> {
    let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let mut wav =
        [&b"RIFF"[..], &(length.saturating_add(36)).to_le_bytes(), b"WAVEfmt ", &16_u32.to_le_bytes()]
            .concat();
    wav.extend([1, 0, 1, 0]);
    wav.extend(rate.to_le_bytes());
    wav.extend((rate * 2).to_le_bytes());
    wav.extend([2, 0, 16, 0]);
    wav.extend(b"data");
    wav.extend(length.to_le_bytes());
    wav.extend(bytes);
    wav
}
