//! Speech synthesis with `espeak-ng`, for demonstrations.

use anyhow::{Context as _, bail, ensure};
use std::io::Write as _;
use std::process::{Command, Stdio};

use super::gentle;
use super::tones::RATE_HZ;

/// Words a minute, a little slower than the program's own.
const SPEED: &str = "165";

/// Whether `espeak-ng` can be run here.
///
/// # Errors
/// When it cannot, with the remedy.
pub fn check_espeak() -> anyhow::Result<()> {
    let version =
        Command::new("espeak-ng").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let remedy =
        "espeak-ng does not run: install it (on Debian `apt-get install espeak-ng`), or leave --speak out";
    ensure!(version.context(remedy)?.success(), remedy);
    Ok(())
}

/// The samples of these words, at 24 kHz. It blocks for some milliseconds.
pub(super) fn speak(text: &str) -> anyhow::Result<Vec<i16>> {
    let language = gentle::language(text);
    let mut program = Command::new("espeak-ng")
        .args(["--stdout", "--stdin", "-s", SPEED, "-v", language])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("espeak-ng does not start")?;
    let mut input = program.stdin.take().expect("it is piped");
    // It reads everything before it writes: no pipe can fill up on both sides.
    input.write_all(text.as_bytes()).context("espeak-ng does not listen")?;
    drop(input);
    let output = program.wait_with_output().context("espeak-ng does not end")?;
    ensure!(output.status.success(), "espeak-ng failed: {}", output.status);
    let (rate_hz, samples) = read_wav(&output.stdout)?;
    Ok(stretch(&samples, rate_hz))
}

/// Rate and samples of a WAV file of one channel. Its lengths are not believed: they are not known when it begins.
fn read_wav(bytes: &[u8]) -> anyhow::Result<(u32, Vec<i16>)> {
    ensure!(
        bytes.len() > 44 && &bytes[..4] == b"RIFF" && &bytes[8..16] == b"WAVEfmt ",
        "this is no WAV file"
    );
    let number = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
    ensure!(number(20) == 1 && number(22) == 1 && number(34) == 16, "this is no PCM16 of one channel");
    let rate_hz = u32::from_le_bytes([bytes[24], bytes[25], bytes[26], bytes[27]]);
    ensure!(rate_hz > 0, "this has no rate");
    let Some(at) = bytes.windows(4).position(|four| four == b"data") else {
        bail!("this WAV file has no sound")
    };
    let sound = bytes.get(at + 8..).unwrap_or_default();
    let mut samples = Vec::new();
    audio::read_samples(&sound[..sound.len() / 2 * 2], &mut samples)?;
    Ok((rate_hz, samples))
}

/// The same sound at 24 kHz, along cubic curves: upwards from 22.05 kHz nothing folds back that could be heard.
fn stretch(samples: &[i16], rate_hz: u32) -> Vec<i16> {
    let count = samples.len() as u64 * u64::from(RATE_HZ) / u64::from(rate_hz);
    let sample = |at: u64, by: i64| {
        let at = at.checked_add_signed(by).and_then(|at| usize::try_from(at).ok());
        at.and_then(|at| samples.get(at)).map_or(0.0, |sample| f32::from(*sample))
    };
    (0..count)
        .map(|n| {
            let position = n * u64::from(rate_hz);
            let at = position / u64::from(RATE_HZ);
            let part = small(position % u64::from(RATE_HZ)) / small(u64::from(RATE_HZ));
            let (before, here, next, after) = (sample(at, -1), sample(at, 0), sample(at, 1), sample(at, 2));
            let slope = (next - before) / 2.0;
            let bend = before - 2.5 * here + 2.0 * next - after / 2.0;
            let twist = (after - before) / 2.0 + 1.5 * (here - next);
            to_sample(((twist * part + bend) * part + slope) * part + here)
        })
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "below 24,000")]
fn small(number: u64) -> f32 {
    number as f32
}

#[expect(clippy::cast_possible_truncation, reason = "the cast saturates, which is how sound clips")]
fn to_sample(value: f32) -> i16 {
    value as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wav(samples: &[i16]) -> Vec<u8> {
        let mut bytes = b"RIFF\xff\xff\xff\x7fWAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
        bytes.extend(22_050_u32.to_le_bytes());
        bytes.extend(44_100_u32.to_le_bytes());
        bytes.extend(b"\x02\0\x10\0data\xff\xff\xff\x7f");
        audio::write_samples(samples, &mut bytes);
        bytes
    }

    #[test]
    fn a_wav_file_of_unknown_length_is_read_to_its_end() {
        assert_eq!(read_wav(&wav(&[1, -2, 300])).unwrap(), (22_050, vec![1, -2, 300]));
        assert!(read_wav(b"RIFF, but nothing else that would make it a WAV file at all").is_err());
    }

    #[test]
    fn stretched_sound_keeps_its_pitch() {
        let tone = |rate: f64, count: i32| -> Vec<i16> {
            (0..count)
                .map(|n| (8_000.0 * (f64::from(n) * 440.0 * std::f64::consts::TAU / rate).sin()) as i16)
                .collect()
        };

        let stretched = stretch(&tone(22_050.0, 22_050), 22_050);

        let expected = tone(24_000.0, 24_000);
        let worst = stretched.iter().zip(&expected).map(|(one, other)| one.abs_diff(*other)).max().unwrap();
        assert_eq!(stretched.len(), 24_000);
        assert!(worst < 100, "{worst} off");
    }
}
